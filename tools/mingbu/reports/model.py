"""What a report is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mingbu.register import Policy, Register

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: unit is text, count, amount, percent, date or ref (the id of a record)."""

    key: str
    label: Pair
    unit: str = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by column key; a text may be (中文, English); totals hold the columns that add up."""

    name: str
    title: Pair
    columns: tuple[Column, ...]
    rows: list[dict[str, Any]]
    totals: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A named report, the requirements that it serves, and the function that makes its tables."""

    name: str
    title: Pair
    rules: tuple[str, ...]
    tables: Callable[[Register, Policy], list[Table]]
