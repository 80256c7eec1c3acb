"""What the pages of the field share: a report's table as a part of a page, and the year and month that they tell of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mingbu.reports import Table
from mingbu.site.boards.cells import Shown
from mingbu.site.boards.parts import Part
from mingbu.site.boards.reported import grid, reported

Rows = list[dict[str, Any]]


def year(shown: Shown) -> str:
    return str(shown.reader.policy.today.year)


def month(shown: Shown) -> str:
    return f"{shown.reader.policy.today:%Y-%m}"


def found(shown: Shown, name: str, period: str | None = None, by: str | None = None) -> dict[str, Table]:
    """Name → table of a report; nothing where there is nothing to report."""
    return reported(shown.reader.register, shown.reader.policy, name, period, by)


def part(shown: Shown, name: str, table: Table | None, rows: Rows | None = None, columns: tuple[str, ...] = ()) -> Part | None:
    """The table under its own title, with its notes; of these rows and columns only. None where no row is left.

    Sums stand below the whole table alone: those of some of its rows would be wrong.
    """
    kept = table.rows if table is not None and rows is None else rows
    if table is None or not kept:
        return None
    whole = table if rows is None else replace(table, totals={})
    notes = " ".join(shown.reader.pick(note) for note in table.notes)
    listed = replace(grid(shown.reader, whole, shown.page, kept, columns), title="")
    return Part(name, shown.reader.pick(table.title), notes, [], [listed], layout="below")
