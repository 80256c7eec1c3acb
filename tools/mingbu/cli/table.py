"""Tables on a terminal, aligned also where Chinese characters take two columns."""

from __future__ import annotations

import unicodedata

from mingbu.yamlio.characters import printable


def table(rows: list[list[str]]) -> list[str]:
    """The rows as aligned lines; the first one is the head."""
    clean = [[printable(cell.replace("\n", " ")) for cell in row] for row in rows]
    widths = [max(_width(row[index]) for row in clean) for index in range(len(clean[0]))]
    return ["  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip() for row in clean]


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
