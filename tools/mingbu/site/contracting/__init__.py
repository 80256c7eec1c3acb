"""Contracts on the site 合同: what is in force, where each file is and what it lacks, what is to be paid and what runs out."""

from __future__ import annotations

from collections.abc import Iterator

from mingbu.site.boards.parts import Board, Section
from mingbu.site.contracting import calendar, files, overview
from mingbu.site.reader import Reader

__all__ = ["SECTION"]


def _boards(reader: Reader) -> Iterator[Board]:
    """Every page; the overview alone where there is no contract."""
    yield from overview.boards(reader)
    if reader.register.of("contract"):
        yield from files.boards(reader)
        yield from calendar.boards(reader)


SECTION = Section(
    "contracting.title",
    {
        overview.OVERVIEW: "contracting.overview",
        overview.LEDGER: "contracting.ledger",
        files.CHAIN: "contracting.chain",
        files.FOLDERS: "contracting.folders",
        calendar.DATES: "contracting.dates",
    },
    _boards,
    {
        "contract-ledger": overview.LEDGER,
        "contract-statistics": overview.OVERVIEW,
        "contract-handover": files.CHAIN,
        "contract-completeness": files.FOLDERS,
        "contract-payments": calendar.DATES,
    },
)
