"""Frozen reports: the figures as they were submitted, their digest, and where the register says something else by now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from mingbu.labels import pick
from mingbu.register import Record
from mingbu.reports.model import Table

Figures = list[dict[str, Any]]


def figures_of(tables: Iterable[Table]) -> Figures:
    """The tables as a submission keeps them: every cell a text, '' where there is none; words in Chinese."""
    found = []
    for part in tables:
        keys = [column.key for column in part.columns]
        rows = [[_cell(row[column.key], column.unit) for column in part.columns] for row in part.rows]
        frozen: dict[str, Any] = {"table": part.name, "columns": keys, "rows": rows}
        if part.totals:
            frozen["totals"] = [_cell(part.totals.get(column.key), column.unit) for column in part.columns]
        found.append(frozen)
    return found


def _cell(value: Any, unit: str) -> str:
    if unit == "refs":
        return " ".join(value or ())
    if isinstance(value, tuple):
        return pick(value, "zh")
    return "" if value is None else str(value)


def digest(report: str, period: str, department: str, as_of: str, figures: Figures, texts: Iterable[str]) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of what was submitted."""
    content: dict[str, Any] = {"report": report, "period": period, "department": department, "as_of": as_of, "figures": figures, "texts": list(texts)}
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def digest_of(submission: Record) -> str:
    """The digest that the figures and texts in the record have."""
    data = submission.data
    return digest(data["report"], data["period"], data["department"], data["as_of"], data["figures"], data.get("texts", []))


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is not what was submitted; row is the first cell of the row, then or now is '' where there is no such row."""

    table: str
    row: str
    column: str
    then: str
    now: str


def differences(submission: Record, tables: Iterable[Table]) -> list[Difference]:
    """Where the register gives other figures than those that were submitted: numbers, days and records, and rows that come or go.

    Words aren't figures: how a thing is put, and what people wrote about it, may change with the next month.
    """
    made = list(tables)
    then = {part["table"]: part for part in submission.data["figures"]}
    now = {part["table"]: part for part in figures_of(made)}
    words = {(part.name, column.key) for part in made for column in part.columns[1:] if column.unit == "text"}
    found = (one for name in {**then, **now} for one in _between(name, then.get(name), now.get(name)))
    return [one for one in found if (one.table, one.column) not in words]


def _between(name: str, then: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> list[Difference]:
    before, after = _cells(then), _cells(now)
    return [
        Difference(name, row, column, before.get((row, column), ""), after.get((row, column), ""))
        for row, column in dict.fromkeys((*before, *after))
        if before.get((row, column), "") != after.get((row, column), "")
    ]


def _cells(part: Mapping[str, Any] | None) -> dict[tuple[str, str], str]:
    """(row by its first cell, column) → cell; rows that begin alike are told apart by their number."""
    found: dict[tuple[str, str], str] = {}
    seen: dict[str, int] = {}
    for cells in part["rows"] if part else ():
        seen[cells[0]] = seen.get(cells[0], 0) + 1
        name = cells[0] if seen[cells[0]] == 1 else f"{cells[0]} ({seen[cells[0]]})"
        found.update({(name, column): cell for column, cell in zip(part["columns"] if part else (), cells, strict=True)})
    for column, cell in zip(part["columns"], part.get("totals", ()), strict=False) if part else ():
        found["*", column] = cell
    return found
