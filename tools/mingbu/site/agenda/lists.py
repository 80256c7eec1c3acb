"""What is late and what is due soon, by what and by department; and a page for each who owes something."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mingbu import duties
from mingbu.owed import DUE, LATE, UPCOMING, Item
from mingbu.site.agenda.calendars import ALL
from mingbu.site.agenda.items import FOLDER, current, file_of, grid, heading, owing, page_of, still_open
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Figure, Part
from mingbu.site.reader import Cell, Reader

INDEX = f"{FOLDER}/index.html"


def boards(reader: Reader) -> Iterator[Board]:
    yield _index(Shown(reader, INDEX))
    for one, items in owing(reader).items():
        yield _theirs(Shown(reader, page_of(one)), one, still_open(reader, items))


def _index(shown: Shown) -> Board:
    reader = shown.reader
    items = still_open(reader, current(reader))
    late, soon = (_in_state(reader, items, state) for state in (LATE, DUE))
    counts = {"late": late, "soon": soon, "upcoming": _in_state(reader, items, UPCOMING)}
    figures = [_figure(shown, key, found) for key, found in counts.items()]
    parts = [Part("late", shown.word("due.late-list"), "", [], [grid(shown, late, shown.word("due.nothing-late"))], layout="below")]
    if late:
        by_what = _counted(shown, late, "due.column-what", lambda item: [reader.pick(item.title)])
        by_place = _counted(shown, late, "due.column-department", lambda item: _departments(reader, item))
        parts.append(Part("age", shown.word("due.late-by"), "", [], [by_what, by_place], layout="below"))
    parts.append(Part("soon", shown.word("due.soon"), "", [], [grid(shown, soon, shown.word("due.nothing-soon"))], layout="below"))
    parts.append(Part("who", shown.word("due.by-who"), shown.word("due.subscribe"), [], [_who(shown)], layout="below"))
    links = [shown.link(shown.word("due.all-ics"), ALL)]
    lead = shown.word("due.lead", day=reader.policy.today)
    return Board(INDEX, INDEX, shown.word("due.late-and-soon"), lead, figures, parts, links)


def _figure(shown: Shown, key: str, found: list[Item]) -> Figure:
    place = f"#{key}" if key != "upcoming" else "#who"
    return Figure(shown.word(f"due.column-{key}"), str(len(found)), place, bad=key == "late" and bool(found))


def _in_state(reader: Reader, items: Sequence[Item], state: str) -> list[Item]:
    return [item for item in items if item.state(reader.policy.today) == state]


def _departments(reader: Reader, item: Item) -> list[str]:
    """The departments of those who owe it."""
    register, today = reader.register, reader.policy.today.isoformat()
    found = dict[str, None]()
    for one in item.owes:
        record = register.get(one)
        posts = duties.posts_on(record, today) if record and record.kind.name == "person" else []
        places = list(dict.fromkeys(post["department"] for post in posts)) or [one]
        found |= dict.fromkeys(reader.name(place) for name in places if (place := register.get(name)) is not None)
    return list(found) or [reader.word("digest.nobody")]


def _counted(shown: Shown, items: Sequence[Item], head: str, of: Callable[[Item], list[str]]) -> Grid:
    """How many, and since when, by what `of` gives; most first."""
    today = shown.reader.policy.today
    found: dict[str, list[Item]] = {}
    for item in items:
        for key in of(item):
            found.setdefault(key, []).append(item)
    rows: list[list[Cell | list[Cell]]] = []
    for key, theirs in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        oldest = min(item.due_on for item in theirs)
        rows.append([shown.text(key), shown.count(len(theirs)), shown.date(oldest.isoformat()), shown.count((today - oldest).days)])
    header = shown.header(head, ("due.column-count", "count"), "due.column-oldest", ("due.column-longest", "count"))
    return Grid("", "", header, rows)


def _who(shown: Shown) -> Grid:
    """Everybody who owes something, with what and the calendar to subscribe to."""
    reader = shown.reader
    rows: list[list[Cell | list[Cell]]] = []
    for one, items in owing(reader).items():
        record = reader.register.records[one]
        counts = [shown.count(len(_in_state(reader, items, state))) for state in (LATE, DUE, UPCOMING)]
        rows.append([shown.link(reader.name(record), page_of(one), reader.name_lang(record)), *counts, shown.link("ics", file_of(one))])
    heads = [(f"due.column-{key}", "count") for key in ("late", "soon", "upcoming")]
    return Grid("", "", shown.header("due.column-who", *heads, "due.column-calendar"), rows, empty=shown.word("due.none"))


def _theirs(shown: Shown, one: str, items: list[Item]) -> Board:
    record = shown.reader.register.records[one]
    parts = [
        Part(state, shown.word(f"due.state-{state}"), "", [], [grid(shown, found, "")], layout="below")
        for state in (LATE, DUE, UPCOMING)
        if (found := _in_state(shown.reader, items, state))
    ]
    links = [shown.ref(record), shown.link(shown.word("due.ics"), file_of(one))]
    parent = shown.link(shown.word("due.late-and-soon"), INDEX)
    return Board(page_of(one), INDEX, heading(shown.reader, record), shown.word("due.theirs-lead"), [], parts, links, parent)
