"""What the pages of the field share: a report's table as a part of a page, and the year and month that they tell of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mingbu.register import Record
from mingbu.reports import Table
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Part
from mingbu.site.boards.reported import grid, reported
from mingbu.site.reader import Cell

Rows = list[dict[str, Any]]
_SHORT, _LONG = 8, 15
"""Characters up to which a text stays in one line, and from which its column needs room on a small screen."""


def year(shown: Shown) -> str:
    return str(shown.reader.policy.today.year)


def month(shown: Shown) -> str:
    return f"{shown.reader.policy.today:%Y-%m}"


def found(shown: Shown, name: str, period: str | None = None, by: str | None = None) -> dict[str, Table]:
    """Name → table of a report; nothing where there is nothing to report."""
    return reported(shown.reader.register, shown.reader.policy, name, period, by)


def called(shown: Shown, record: Record) -> str:
    """What the page about a record is called: a title has no language of its own, so by id where the name is in Chinese only."""
    return record.id if shown.reader.name_lang(record) else shown.reader.name(record)


def listed(shown: Shown, table: Table, rows: Rows | None = None, columns: tuple[str, ...] = (), first: str = "", known: str = "") -> Grid:
    """The table without its title; of these rows and columns only, the first column called by this word.

    Records in the first column that are called by the known name, which the page is about, stand there with their number.
    Sums stand below the whole table alone: those of some of its rows would be wrong.
    """
    made = grid(shown.reader, table if rows is None else replace(table, totals={}), shown.page, rows, columns)
    key = next(column.key for column in table.columns if not columns or column.key in columns)
    header = [replace(made.header[0], text=shown.word(first)), *made.header[1:]] if first else made.header
    lines: list[list[Cell | list[Cell]]] = [
        [_numbered(cells[0], row[key], known), *map(_fitted, cells[1:])]
        for row, cells in zip(table.rows if rows is None else rows, made.rows, strict=True)
    ]
    return replace(made, title="", header=header, rows=lines)


def _numbered(cell: Cell | list[Cell], number: object, known: str) -> Cell | list[Cell]:
    """The number of a record instead of its name, where that is the known one."""
    if isinstance(cell, Cell) and cell.url is not None and cell.text == known:
        return replace(cell, text=str(number), shape="short", lang=None)
    return _fitted(cell)


def _fitted(cell: Cell | list[Cell]) -> Cell | list[Cell]:
    """A short text isn't broken into lines; a long one has room."""
    if isinstance(cell, list) or cell.shape != "text":
        return cell
    return replace(cell, shape="short" if len(cell.text) <= _SHORT else "text mb-long" if len(cell.text) >= _LONG else "text")


def part(
    shown: Shown, name: str, table: Table | None, rows: Rows | None = None, columns: tuple[str, ...] = (), first: str = "", known: str = ""
) -> Part | None:
    """The table under its own title, with its notes. None where no row is left."""
    if table is None or not (table.rows if rows is None else rows):
        return None
    notes = " ".join(shown.reader.pick(note) for note in table.notes)
    return Part(name, shown.reader.pick(table.title), notes, [], [listed(shown, table, rows, columns, first, known)], layout="below")
