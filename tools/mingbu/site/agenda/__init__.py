"""Deadlines on the site: what is late, what falls due on which day, what each person and department owes, and the deadlines themselves."""

from __future__ import annotations

from collections.abc import Iterator

from mingbu.site.agenda import lists, months, rules
from mingbu.site.agenda.calendars import files
from mingbu.site.boards.parts import Board, Section
from mingbu.site.reader import Reader

__all__ = ["SECTION", "files"]

_NAVIGATION: dict[str, str] = {lists.INDEX: "due.late-and-soon", months.CALENDAR: "due.calendar", rules.RULES: "due.rules-page"}
"""Page → its title, in the order of the navigation."""


def _boards(reader: Reader) -> Iterator[Board]:
    yield from lists.boards(reader)
    yield months.board(reader)
    yield rules.board(reader)


SECTION = Section("due.title", _NAVIGATION, _boards)
