"""Composition 构成分析 of sales by an axis (B16, B18, B19): who or what they come from, against the year before, and how concentrated they are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mingbu import trading
from mingbu.composition.shares import NONE, change, concentration, shares, summed
from mingbu.period import Period
from mingbu.register import Policy, Register
from mingbu.reports.model import Asked, Column, Pair, Report, Table
from mingbu.reports.wording import called, missing, pair

if TYPE_CHECKING:
    from mingbu.composition.expressions import Spans

_AXES = ("customer", "product", "category", "region", "department", "grade", "nature", "position", "month")
AXES = {axis: pair(f"by-{axis}") for axis in _AXES}
"""What sales can be grouped by, and what that is called."""
REST = "rest"


def year_of(today: date) -> Period:
    """The year that a report means when no period is asked for."""
    return Period.of(str(today.year))


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    from mingbu.composition import engine, expressions  # they bring DuckDB with them

    axis, spans = REPORT.axis(asked), expressions.Spans.of(asked.period or year_of(policy.today), policy.today)
    groups = engine.of_sales(register, policy).groups(axis, spans, asked.top)
    if axis == "month":
        groups.sort(key=lambda group: (group["key"] == REST, group["key"]))
    return [_composed(register, axis, spans, groups, asked.top), _concentrated(groups), _reconciled(register, policy, spans, groups)]


def _composed(register: Register, axis: str, spans: Spans, groups: list[dict[str, Any]], most: int | None) -> Table:
    """The groups with their shares; while the period runs, also against the same days of the year before."""
    rows = [
        _named(register, axis, spans, group, most) | _figures(group, share, spans.over) for group, share in zip(groups, shares(groups), strict=True)
    ]
    whole = {name: summed(groups, name) for name in ("amount", "previous", "to_date", "same_days")}
    columns = [
        Column("key", pair("key")),
        Column("label", pair("label")),
        Column("amount", pair("amount"), "amount"),
        Column("share", pair("share"), "percent"),
        Column("previous", pair("previous"), "amount"),
        Column("change", pair("change"), "percent"),
    ]
    if not spans.over:
        columns += [Column("same_days", pair("same-days"), "amount"), Column("growth", pair("growth"), "percent")]
    totals = _figures(whole, "100.00" if whole["amount"] else "0.00", spans.over)
    return Table(axis, AXES[axis], tuple(columns), rows, totals, since(register, spans.before))


def _named(register: Register, axis: str, spans: Spans, group: dict[str, Any], most: int | None) -> dict[str, Any]:
    key = group["key"]
    if most is not None and group["place"] > most:
        return {"key": REST, "label": pair("rest")}
    if axis == "month":
        month = f"{spans.period.first.year}-{key}"
        return {"key": month, "label": (month, month)}
    return {"key": key or missing(axis), "label": called(register, axis, key)}


def _figures(group: dict[str, Any], share: str, over: bool) -> dict[str, Any]:
    amount, previous = group["amount"], group["previous"]
    told = {"amount": str(amount), "share": share, "previous": str(previous), "change": change(amount, previous)}
    return told if over else told | {"same_days": str(group["same_days"]), "growth": change(group["to_date"], group["same_days"])}


def since(register: Register, before: Period) -> tuple[Pair, ...]:
    """Says so where the ledger begins within the period of the year before or later: then it isn't whole, and no change against it means much."""
    first = min((held[0].date for held in trading.lines(register).values()), default=None)
    if first is None or first <= before.first.isoformat():
        return ()
    zh, en = pair("begins")
    return ((zh.format(first=first, before=before.name), en.format(first=first, before=before.name)),)


def _concentrated(groups: list[dict[str, Any]]) -> Table:
    found = concentration(groups)
    figures = {"top5": found.first, "hhi": found.hhi, "groups": found.groups, "total": str(found.total)}
    columns = (Column("key", pair("key"), "key"), Column("label", pair("label")), Column("value", pair("value"), "number"))
    return Table(
        "concentration", pair("concentration"), columns, [{"key": key, "label": pair(key), "value": value} for key, value in figures.items()]
    )


def _reconciled(register: Register, policy: Policy, spans: Spans, groups: list[dict[str, Any]]) -> Table:
    """The same total once more, added up line by line from the records."""
    lines = [line for found in trading.lines(register).values() for line in found if spans.period.holds(line.date)]
    below, later = [line for line in lines if line.amount < 0], [line for line in lines if line.date > policy.today.isoformat()]
    ledger, here = _sum(lines), summed(groups)
    counted = sum(group["lines"] for group in groups)
    rows = [("ledger", ledger, len(lines)), ("composition", here, counted), ("difference", here - ledger, counted - len(lines))]
    rows.append(("below-zero", _sum(below), len(below)))
    if later:
        rows.append(("after-today", _sum(later), len(later)))
    return reconciled([{"key": key, "label": pair(key), "amount": str(amount), "lines": count} for key, amount, count in rows])


def reconciled(rows: list[dict[str, Any]]) -> Table:
    """The table that compares a report with the ledger."""
    counted = (Column("lines", pair("lines"), "count"),) if "lines" in rows[0] else ()
    columns = (Column("key", pair("key"), "key"), Column("label", pair("label")), Column("amount", pair("value"), "amount"), *counted)
    return Table("ledger", pair("reconciled"), columns, rows)


def _sum(lines: list[trading.Line]) -> Decimal:
    return sum((line.amount for line in lines), NONE)


REPORT = Report("composition", pair("title"), ("B16", "B18", "B19"), _tables, frozenset({"period", "by", "top"}), AXES, year_of)
