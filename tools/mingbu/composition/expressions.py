"""What sales are made up of, as Ibis expressions over the tables: the same on DuckDB, on Spark and on whatever else Ibis speaks to.

Every expression is exact: sums of decimals, no division. Shares and percents are worked out of them at the edge.
A group that a line doesn't tell (its customer or product isn't in the register, or the record doesn't say) has the key "".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import ibis

from mingbu.calendar import clipped
from mingbu.period import Period

Table = Any
"""An Ibis table expression; Ibis ships no types for mypy."""
_NONE = Decimal("0.00")
_EXACT = "decimal(38, 2)"
_FACTOR = "decimal(19, 2)"
"""Two of these multiply to a number of 38 digits, which every backend has."""
REST = "rest"
_MANY = 10**9
"""More rows than there are; a greater number than a backend counts to asks for no more."""
FIRST = 5
"""How many of the greatest the concentration is told by."""


@dataclass(frozen=True, slots=True)
class Spans:
    """The days that a composition compares: a period, the same one a year before, and how far both have come on a day.

    Where the period is over, `until` is its last day, and the same days are all of the year before.
    """

    period: Period
    before: Period
    until: date
    until_before: date

    @classmethod
    def of(cls, period: Period, today: date) -> Spans:
        before = period.year_before()
        if today >= period.last:
            return cls(period, before, period.last, before.last)
        return cls(period, before, today, clipped(today.year - 1, today.month, today.day))

    @property
    def over(self) -> bool:
        """Whether the period has come to its end."""
        return self.until == self.period.last


@dataclass(frozen=True, slots=True)
class Axis:
    """What sales are told apart by: a column of the lines, or what the record that the column names says of itself."""

    column: str
    records: str | None = None
    """The table of these records."""
    says: str = ""


AXES: dict[str, Axis] = {
    "customer": Axis("customer"),
    "product": Axis("product"),
    "category": Axis("product", "products", "category"),
    "region": Axis("customer", "customers", "region"),
    "department": Axis("department"),
    "grade": Axis("customer", "customers", "grade"),
    "nature": Axis("customer", "customers", "nature"),
    "position": Axis("customer", "customers", "position"),
    "month": Axis("month"),
}
"""A month is told by its number, so that it stands beside the same month of the year before."""

_SUMS = ("amount", "previous", "to_date", "same_days")


def composed(tables: Mapping[str, Table], axis: Axis, spans: Spans) -> Table:
    """One row for each key with lines in the period or in that of the year before: key, amount, previous, to_date, same_days, lines."""
    sales, period, before = tables["sales"], spans.period, spans.before
    wanted = sales.filter(sales.date.between(before.first, before.last) | sales.date.between(period.first, period.last))
    sums, lines = _sums(wanted, spans), wanted.date.between(period.first, period.last).cast("int64").sum()
    groups = wanted.group_by(key=wanted[axis.column]).aggregate(**sums, lines=lines)
    if axis.column == "month":
        groups = _added_up(groups.mutate(key=groups.key.substr(5, 2)))
    elif axis.records is not None:
        groups = _added_up(_told(groups, tables[axis.records], axis))
    return groups.mutate(to_date=groups.amount, same_days=groups.previous) if spans.over else groups


def _sums(lines: Table, spans: Spans) -> dict[str, Any]:
    """The amounts of each span; where the period is over, how far both have come is all of them."""
    period, before = spans.period, spans.before
    sums = {"amount": (period.first, period.last), "previous": (before.first, before.last)}
    if not spans.over:
        sums |= {"to_date": (period.first, spans.until), "same_days": (before.first, spans.until_before)}
    return {name: _sum(lines.amount, lines.date.between(*days)) for name, days in sums.items()}


def _sum(amount: Table, where: Table = None) -> Table:
    return amount.sum(where=where).cast(_EXACT).fill_null(ibis.literal(_NONE, _EXACT))


def _told(groups: Table, records: Table, axis: Axis) -> Table:
    """The groups with what the records say as their key; lines whose record isn't there, or doesn't say it, have the key ""."""
    said = records.select(id=records[axis.column], said=records[axis.says])
    joined = groups.left_join(said, groups.key == said.id)
    return joined.mutate(key=joined.said.fill_null("")).drop("id", "said")


def _added_up(groups: Table) -> Table:
    figures = [name for name in (*_SUMS, "lines") if name in groups.columns]
    return groups.group_by("key").aggregate(**{name: _added(groups, name) for name in figures})


def _added(groups: Table, name: str) -> Table:
    return groups[name].sum() if name == "lines" else _sum(groups[name])


def ranked(groups: Table, most: int | None = None) -> Table:
    """The groups by amount from the greatest, equal ones by key; with `most`, so many and one row for all others (key "rest").

    Each has its `place` from 1 on and three figures that add up to those of the whole: `first` (the amount, of the first five),
    `squares` (of the amounts of its groups), `groups` (how many of them have lines in the period).
    """
    order = ibis.window(order_by=[groups.amount.desc(), groups.key.asc()])
    narrow = groups.amount.cast(_FACTOR)
    placed = groups.mutate(place=ibis.row_number().over(order) + 1, squares=narrow * narrow, groups=(groups.lines > 0).cast("int64"))
    placed = placed.mutate(first=ibis.ifelse(placed.place <= FIRST, placed.amount, ibis.literal(_NONE, _EXACT)))
    if most is not None:
        most = min(most, _MANY)
        kept = placed.place <= most
        placed = placed.mutate(key=ibis.ifelse(kept, placed.key, REST), place=ibis.ifelse(kept, placed.place, most + 1))
    sums = {name: _sum(placed[name]) for name in (*_SUMS, "first")}
    counts = {name: placed[name].sum() for name in ("lines", "groups")}
    squares = placed.squares.sum().cast("decimal(38, 4)")
    return placed.group_by(["place", "key"]).aggregate(**sums, **counts, squares=squares).order_by("place")


def traded(tables: Mapping[str, Table], columns: list[str], spans: Spans) -> Table:
    """One row for each value of the columns of the lines, in their order: amount, sales (above zero), returns (below), quantity, lines,
    previous, collected in the period, outstanding at its end; only rows with lines in one of the periods, something collected or open."""
    sales, period, before = tables["sales"], spans.period, spans.before
    known = sales.filter(sales.date <= period.last)
    now, amount = known.date.between(period.first, period.last), known.amount
    groups = known.group_by(columns).aggregate(
        amount=_sum(amount, now),
        sales=_sum(amount, now & (amount > 0)),
        returns=_sum(amount, now & (amount < 0)),
        quantity=known.quantity.sum(where=now).fill_null(0),
        lines=now.cast("int64").sum(),
        previous=_sum(amount, known.date.between(before.first, before.last)),
        collected=_sum(known.paid, known.paid_on.between(period.first, spans.until)),
        owed=_sum(amount, known.date <= spans.until),
        settled=_sum(known.paid, (known.paid_on <= spans.until) & (known.date <= spans.until)),
        earlier=known.date.between(before.first, before.last).cast("int64").sum(),
    )
    groups = groups.mutate(outstanding=groups.owed - groups.settled)
    told = (groups.lines > 0) | (groups.earlier > 0) | (groups.collected != 0) | (groups.outstanding != 0)
    return groups.filter(told).drop("owed", "settled", "earlier").order_by(columns)


def owing(tables: Mapping[str, Table], by: str) -> Table:
    """Credit by grade (key "" for customers that have none) or by bucket of age: key, customers, limit, outstanding, overdue, in the order of keys.

    By bucket there is neither limit nor overdue, and a customer counts in each bucket in which it owes or is owed something.
    """
    table, column = (tables["exposures"], "grade") if by == "grade" else (tables["ageing"], "bucket")
    rows = table.mutate(key=table[column].fill_null(""))
    figures = {name: _sum(rows[name]) for name in ("limit", "outstanding", "overdue") if name in rows.columns}
    customers = rows.count() if by == "grade" else (rows.outstanding != 0).cast("int64").sum()
    return rows.group_by("key").aggregate(customers=customers, **figures).order_by("key")
