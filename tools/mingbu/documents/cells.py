"""The cells of a report's tables, as people read them and as programs do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from mingbu import display
from mingbu.display import separated
from mingbu.documents.model import Document
from mingbu.labels import pick
from mingbu.reports import Column, Table

NUMBERS = frozenset({"count", "amount", "percent", "number"})
"""Units whose cells stand at the right."""
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

Cell = Callable[[Document, Column, Any], str]


def grid(document: Document, table: Table, cell: Cell) -> list[list[str]]:
    """The head, the rows and the totals."""
    rows = [[cell(document, column, row[column.key]) for column in table.columns] for row in table.rows]
    totals = [totals_row(document, table, cell)] if table.totals else []
    return [[document.pick(column.label) for column in table.columns], *rows, *totals]


def totals_row(document: Document, table: Table, cell: Cell) -> list[str]:
    """The word total, and below each column its sum; nothing where it has none."""
    sums = [cell(document, column, table.totals[column.key]) if column.key in table.totals else "" for column in table.columns[1:]]
    return [document.say("home.total"), *sums]


def shown(document: Document, column: Column, value: Any) -> str:
    """As people read it: names, separators, a dash for what there is no figure for."""
    if value is None:
        return "–"
    if column.unit in {"amount", "number"} and is_number(value):
        return separated(str(value))
    return bare(document, column, value)


def bare(document: Document, column: Column, value: Any) -> str:
    """As a spreadsheet takes it: numbers without separators, nothing for what there is no figure for."""
    if value is None:
        return ""
    if column.unit == "refs":
        return document.say("list.separator").join(display.name(document.register, item, document.lang) for item in value)
    if column.unit == "ref":
        return display.name(document.register, value, document.lang) if value != "" else ""
    return str(picked(document, value))


def picked(document: Document, value: Any) -> Any:
    """The value itself, of a pair the word in the document's language."""
    return pick(value, document.lang) if isinstance(value, tuple) and len(value) == 2 else value


def is_number(value: object) -> bool:
    return _NUMBER.fullmatch(str(value)) is not None


def digits_of(value: object) -> int:
    """How many digits stand behind the point."""
    return len(str(value).partition(".")[2]) if is_number(value) else 0


def letters(text: str) -> int:
    """How wide a line is, in letters: a Chinese character is as wide as two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


_WORD = re.compile(r"[^\s\u2e80-\uffef]+")


def longest(text: str) -> int:
    """The letters of the longest word, which can't be broken between lines as Chinese can; capitals are wider."""
    return max((len(found) + (2 * sum(map(str.isupper, found)) + 4) // 5 for found in _WORD.findall(text)), default=0)
