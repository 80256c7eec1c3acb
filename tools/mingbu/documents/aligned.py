"""Tables on a terminal, aligned also where Chinese characters take two columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from mingbu.yamlio.characters import printable


def table(rows: list[list[str]], right: Collection[int] = ()) -> list[str]:
    """The rows as aligned lines; the first one is the head. The columns in `right` end in one line, as numbers do."""
    clean = [[printable(cell.replace("\n", " ")) for cell in row] for row in rows]
    widths = [max(_width(row[index]) for row in clean) for index in range(len(clean[0]))]
    return ["  ".join(_filled(row[index], width, index in right) for index, width in enumerate(widths)).rstrip() for row in clean]


def _filled(cell: str, width: int, right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if right else cell + space


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
