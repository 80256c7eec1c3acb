"""Prospect cases on the site: month by month, the board of what is open, and the analysis."""

from __future__ import annotations

from collections.abc import Iterator

from mingbu.site.boards.parts import Board, Section
from mingbu.site.casework import analysing, monthly, waiting
from mingbu.site.reader import Reader

__all__ = ["SECTION"]

_NAVIGATION: dict[str, str] = {monthly.MONTHS: "casework.months-page", waiting.BOARD: "casework.board", analysing.ANALYSIS: "casework.analysis"}
"""Page → its title, in the order of the navigation."""

_DRAWN: dict[str, str] = {
    "case-months": monthly.MONTHS,
    "case-sign-back": f"{waiting.BOARD}#sign-back",
    "case-contact": f"{waiting.BOARD}#contact",
    "case-analysis": analysing.ANALYSIS,
    "case-reporters": f"{analysing.ANALYSIS}#reporters",
}


def _boards(reader: Reader) -> Iterator[Board]:
    for module in (monthly, waiting, analysing):
        yield from module.boards(reader)


SECTION = Section("casework.section", _NAVIGATION, _boards, _DRAWN)
