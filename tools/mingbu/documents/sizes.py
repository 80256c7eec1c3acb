"""Sizes: columns and rows of spreadsheets, columns of printed tables. No figure becomes #### and no text is cut, also on paper."""

from __future__ import annotations

from collections.abc import Sequence

from mingbu.documents.cells import NUMBERS, grid, letters, longest, shown
from mingbu.documents.model import Document
from mingbu.reports import Column, Table

_NARROW, _TEXT, _WIDE = 8, 20, 60
"""Least width of a column, width that a longer text keeps at least, and greatest width, in letters; a Chinese character is as wide as two."""
_LINE = 150
"""So many letters side by side can still be read when they are printed across A4; columns of text give way first."""
_POINTS = 15
"""The height of a line."""
TALLEST = 27
"""Lines of the tallest row that spreadsheets have."""
_FEWEST, _SHORT, _MOST = 5, 10, 28
"""Letters: a column has the fewest at least; a short text is not broken; so many at most count when the width of the paper is shared out."""
_SIZES = (9, 8.5, 8, 7.5, 7, 6.5)
"""Sizes of letters in tables, in points: the largest in which the table fits."""


def widths(document: Document, table: Table) -> list[int]:
    """Wide enough for every figure and day; texts and heads go on in the next line, the sooner the more columns there are."""
    cells = list(zip(*grid(document, table, shown), strict=True))
    least = [_least(column, texts) for column, texts in zip(table.columns, cells, strict=True)]
    full = [min(_WIDE, max(letters(line) for text in texts for line in text.split("\n"))) for texts in cells]
    bound = _WIDE
    while bound > _TEXT and sum(_between(least, full, bound)) > _LINE:
        bound -= 1
    return _between(least, full, bound)


def _between(least: Sequence[int], full: Sequence[int], bound: int) -> list[int]:
    return [max(low, min(high, bound)) + 3 for low, high in zip(least, full, strict=True)]


def _least(column: Column, texts: Sequence[str]) -> int:
    """What must stand in one line: figures and days whole, of texts the longest word; a head may take two lines."""
    head, *rows = texts
    whole = column.unit in NUMBERS or column.unit == "date"
    return max(_NARROW, -(-letters(head) // 2), *(letters(text) if whole else min(longest(text), _WIDE) for text in rows))


def lines(text: str, width: int) -> int:
    """How many lines a text takes in a cell so wide; words that don't fit break early, hence a letter to spare."""
    room = max(width - 2, 1)
    return sum(max(1, -(-letters(line) // room)) for line in text.split("\n"))


def height(texts: Sequence[str], widths: Sequence[int]) -> int | None:
    """The height of a row in points; None for one of a single line, which spreadsheets know themselves."""
    most = max(lines(text, width) for text, width in zip(texts, widths, strict=True))
    return min(most, TALLEST) * _POINTS if most > 1 else None


def shared(cells: list[list[str]], whole: list[bool], room: int) -> tuple[float, list[int], int]:
    """The size of the letters, the widths, and their least sum, in twentieths of a point.

    The room is shared out first to what can't be broken between lines, then by how long the cells of each column are; what nobody needs widens all.
    """
    columns = list(zip(*cells, strict=True))
    least = [_needed(column, keep) for column, keep in zip(columns, whole, strict=True)]
    most = [
        max(low, min(_MOST, max(letters(line) for cell in column for line in cell.split("\n")))) for low, column in zip(least, columns, strict=True)
    ]
    fitting = (size for size in _SIZES if sum(_twips(count, size) for count in least) <= room)
    size = next(fitting, _SIZES[-1])
    widths = [_twips(count, size) for count in least]
    wanted = [_twips(high, size) - _twips(low, size) for low, high in zip(least, most, strict=True)]
    widths = _given(widths, wanted, min(room - sum(widths), sum(wanted)))
    widths = _given(widths, widths, room - sum(widths))
    widths[-1] += room - sum(widths)
    return size, widths, min(room, sum(_twips(count, size) for count in least))


def _given(widths: list[int], parts: list[int], room: int) -> list[int]:
    """The widths with the room, or what is lacking, shared out among them by these parts."""
    return [wide + room * part // sum(parts) for wide, part in zip(widths, parts, strict=True)] if any(parts) else widths


def _needed(column: tuple[str, ...], whole: bool) -> int:
    """The letters of a column below which figures, days and short texts would be cut; a head may take two lines, a longer text three."""
    head, *rows = column
    most = max((max(longest(cell), letters(cell) if whole or letters(cell) <= _SHORT else -(-letters(cell) // 3)) for cell in rows), default=0)
    return max(_FEWEST, min(most, _MOST), -(-letters(head) // 2), longest(head))


def _twips(count: int, size: float) -> int:
    """What so many letters take in a cell with its margins."""
    return round(count * size * 11.2) + 160
