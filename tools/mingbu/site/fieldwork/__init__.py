"""Visits, information and surveys on the site: what is open and late, person by person, and each customer's file."""

from __future__ import annotations

from collections.abc import Iterator

from mingbu.site.boards.parts import Board, Section
from mingbu.site.fieldwork import files, overview, people
from mingbu.site.reader import Reader

__all__ = ["SECTION"]

_NAVIGATION: dict[str, str] = {overview.BOARD: "fieldwork.board", people.PEOPLE: "fieldwork.people", files.FILES: "fieldwork.customer-file"}
"""Page → its title, in the order of the navigation."""

_DRAWN: dict[str, str] = {
    "visits": people.PEOPLE,
    "visits-late": f"{overview.BOARD}#late",
    "information-reports": f"{overview.BOARD}#urgent",
    "survey-round": f"{overview.BOARD}#round",
    "customer-file": files.FILES,
}


def _boards(reader: Reader) -> Iterator[Board]:
    for module in (overview, people, files):
        yield from module.boards(reader)


SECTION = Section("fieldwork.section", _NAVIGATION, _boards, _DRAWN)
