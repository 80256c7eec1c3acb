"""What a report is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from mingbu.period import Period
from mingbu.register import Policy, Register

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: unit is text, count, amount, percent, number (a decimal), date, ref (the id of a record), refs (a tuple of ids)
    or key: what tells the rows apart for programs, which people aren't shown."""

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
    notes: tuple[Pair, ...] = ()
    """What a reader must know to read the figures right."""
    charts: tuple[Chart, ...] = ()

    @property
    def for_people(self) -> Table:
        """Without the columns that are for programs."""
        return replace(self, columns=tuple(column for column in self.columns if column.unit != "key"))


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a table: for each row the label, and one bar for each of the columns (stacked where they are parts of one whole)."""

    title: Pair
    label: str
    columns: tuple[str, ...]
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text of a report that a person wrote, under the title of its slot."""

    title: Pair
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report was asked for; each report says in `takes` which of these it heeds, and has a default of its own for what is None."""

    period: Period | None = None
    by: str | None = None
    top: int | None = None
    who: str | None = None


class CannotReport(Exception):
    """A report can't be made as asked; the text is a key of the catalogue, args fill it in."""

    def __init__(self, key: str, **args: object) -> None:
        super().__init__(key)
        self.key, self.args_of_text = key, args


@dataclass(frozen=True, slots=True)
class Report:
    """A named report, the requirements that it serves, and the function that makes its tables."""

    name: str
    title: Pair
    rules: tuple[str, ...]
    tables: Callable[[Register, Policy, Asked], list[Table]]
    takes: frozenset[str] = frozenset()
    """Which options it heeds: period, by, top, who."""
    axes: Mapping[str, Pair] = field(default_factory=dict, compare=False)
    """What it can be grouped by; the first one where nothing is asked for."""
    usual_period: Callable[[date], Period] | None = None
    """The period that is meant on a day when none is asked for."""
    slots: tuple[str, ...] = ()
    """The texts that people write for it (codes of report_slot), kept in records of the kind report-note."""
    confidentiality: str = "internal"
    """The code of the confidentiality that stands in its header."""

    def meant(self, asked: Asked, today: date) -> Asked:
        """What was asked for, with period and axis filled in where they were left open. Raises CannotReport for an axis that isn't there."""
        usual = self.usual_period(today) if self.usual_period else None
        return replace(asked, period=asked.period or usual, by=self.axis(asked) if self.axes else asked.by)

    def axis(self, asked: Asked) -> str:
        """The axis that was asked for, or the first one. Raises CannotReport for one that isn't there."""
        by = asked.by if asked.by is not None else next(iter(self.axes))
        if by not in self.axes:
            raise CannotReport("error.report-axis", value=by, options=", ".join(self.axes))
        return by
