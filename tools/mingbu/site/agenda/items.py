"""The items of one language's pages: each worked out once, and shown the same way everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from mingbu import owed
from mingbu.owed import DONE, DONE_DAYS, DUE, LATE, OPEN, Item, ics, whose
from mingbu.register import Record
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.reader import Cell, Reader

FOLDER = "due"


def current(reader: Reader) -> list[Item]:
    """What is open, and what was done of late."""
    since = reader.policy.today - timedelta(days=DONE_DAYS)
    found = owed.items(reader.register, reader.policy).items
    return [item for item in found if item.state(reader.policy.today) != DONE or item.due_on >= since]


def still_open(reader: Reader, items: Iterable[Item]) -> list[Item]:
    """What isn't done, late first, then by due day."""
    today = reader.policy.today
    found = [item for item in items if item.state(today) != DONE]
    return sorted(found, key=lambda item: (OPEN.index(item.state(today)), item.due_on, item.what, item.uid))


def owing(reader: Reader) -> dict[str, list[Item]]:
    """Person or department → the current items that are theirs; those without an open one are left out. By name."""
    register, today = reader.register, reader.policy.today.isoformat()

    def made() -> dict[str, list[Item]]:
        items = current(reader)
        found = {record.id: whose.of(register, items, record, today) for kind in whose.KINDS for record in register.of(kind)}
        return {one: theirs for one, theirs in found.items() if still_open(reader, theirs)}

    return register.memo(f"site.owing {today}", made)


def page_of(one: str) -> str:
    return f"{FOLDER}/{one}.html"


def file_of(one: str) -> str:
    return f"{FOLDER}/{one}.ics"


def title(reader: Reader, item: Item) -> str:
    return reader.pick(item.title) + (f" {item.period}" if item.period else "")


def people(shown: Shown, ids: Sequence[str]) -> list[Cell]:
    """Who owes it or is told, linked to what each of them owes, where that has a page."""
    pages = owing(shown.reader)
    return [_person(shown, one, one in pages) for one in ids] or [Cell(shown.word("digest.nobody"))]


def _person(shown: Shown, one: str, has_page: bool) -> Cell:
    record = shown.reader.register.get(one)
    if record is None or not has_page:
        return shown.id(one)
    return shown.link(shown.reader.name(record), page_of(one), shown.reader.name_lang(record))


def about(shown: Shown, item: Item) -> Cell:
    """Whom it is about, linked to the record in which it is dealt with."""
    register = shown.reader.register
    subject, named = register.records[item.subject], register.records[item.about]
    return Cell(shown.reader.name(named), "ref", shown.reader.name_lang(named), shown.ref(subject).url)


def grid(shown: Shown, items: Sequence[Item], empty: str, columns: tuple[str, ...] = ("due.column-owes", "due.column-tell")) -> Grid:
    """A table of items: day, age, what, about whom; who owes it and who is told, as far as the columns go."""
    today, reader = shown.reader.policy.today, shown.reader
    rows: list[list[Cell | list[Cell]]] = []
    for item in items:
        badge = shown.badge(ics.state_of(item, today, reader.lang, short=True), _BADGES.get(item.state(today), "plain"))
        row: list[Cell | list[Cell]] = [shown.date(item.due_on.isoformat()), badge, Cell(title(reader, item)), about(shown, item)]
        rows.append([*row, *(_told(shown, ids) for ids in (item.owes, item.tell)[: len(columns)])])
    head = shown.header("due.column-due", "due.column-days", "due.column-what", "due.column-subject", *columns)
    return Grid("", "", head, rows, empty=empty, flow=True)


_BADGES = {LATE: "error", DUE: "warning"}


def _told(shown: Shown, ids: Sequence[str]) -> Cell | list[Cell]:
    return people(shown, ids) if ids else Cell("")


def heading(reader: Reader, record: Record) -> str:
    """The title of the page of a person or department: by id where the name is in Chinese only, since a title has no language of its own."""
    return reader.word("due.of-whom", who=record.id if reader.name_lang(record) else reader.name(record))


def whose_calendar(reader: Reader, record: Record | None) -> str:
    """What a calendar is called."""
    name = reader.name(record) if record else str(reader.register.settings.get("name" if reader.lang == "zh" else "name_en", ""))
    return reader.word("due.of-whom", who=name) if name else reader.word("due.title")
