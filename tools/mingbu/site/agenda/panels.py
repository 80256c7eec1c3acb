"""Deadlines on other pages: what a person or department owes on its record's page, and the most pressing on the home page."""

from __future__ import annotations

from dataclasses import dataclass

from mingbu.owed import DUE, LATE
from mingbu.register import Record
from mingbu.site.agenda.items import current, file_of, grid, owing, page_of, still_open
from mingbu.site.agenda.lists import INDEX
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.explaining import Panel
from mingbu.site.reader import Reader


def owed_by(reader: Reader, record: Record, page: str) -> Panel | None:
    """What the person or department owes, folded away; None where that is nothing."""
    items = still_open(reader, owing(reader).get(record.id, ()))
    if not items:
        return None
    shown = Shown(reader, page)
    states = [item.state(reader.policy.today) for item in items]
    said = [reader.word("due.counted", state=reader.word(f"due.state-{state}"), count=states.count(state)) for state in dict.fromkeys(states)]
    links = [shown.link(reader.word("due.theirs"), page_of(record.id)), shown.link(reader.word("due.ics"), file_of(record.id))]
    return Panel("due", reader.word("due.title"), reader.word("list.separator").join(said), [grid(shown, items, "", ())], links=links)


@dataclass(frozen=True, slots=True)
class Pressing:
    """How much is late and due, and the first of it."""

    late: int
    soon: int
    page: str
    grid: Grid


def pressing(reader: Reader, most: int) -> Pressing | None:
    """What the home page says; None where nothing is late or due."""
    today = reader.policy.today
    items = [item for item in still_open(reader, current(reader)) if item.state(today) in {LATE, DUE}]
    late = [item for item in items if item.state(today) == LATE]
    if not items:
        return None
    soon = items[len(late) :]
    first = [*late[: max(most // 2, most - len(soon))], *soon][:most]  # what is due today isn't pushed out by what is late for months
    return Pressing(len(late), len(soon), INDEX, grid(Shown(reader, "index.html"), first, "", ("due.column-owes",)))
