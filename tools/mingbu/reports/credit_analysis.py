"""Yearly credit analysis 信用管理情况分析报告 (E8): the year of a company, or of the whole register, in figures; people write the rest.

Everything is told as of the year's last day (today, while the year runs), also when it is asked for later. The first day's grades and
limits are those of 1 January; what is set against the year before is told as of that one's last day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from mingbu import credit
from mingbu.period import Period
from mingbu.register import Policy, Register
from mingbu.reports import exposure, migration, watchlist
from mingbu.reports.credit_year import grades, reviews, trade
from mingbu.reports.credit_year.position import Position, position, summary
from mingbu.reports.credit_year.scope import of_company
from mingbu.reports.model import Asked, CannotReport, Chart, Column, Report, Table
from mingbu.reports.wording import pair_of

LARGEST = 10
"""How many of the largest customers are listed where nothing else is asked for."""


def year_before(today: date) -> Period:
    """The report of January is about the year that has ended."""
    return Period.of(str(today.year - 1))


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    period = asked.period or year_before(policy.today)
    if len(period.name) != len("2026"):
        raise CannotReport("error.report-year", value=period.name)
    policy = exposure.as_of(register, policy, Asked(period))
    found = of_company(register, asked.who, policy.today)
    now, day = Policy(found, policy.today), Policy(found, period.first - timedelta(days=1))
    first = period.year_before().first
    this, last = position(found, now, period.first), position(found, day, first)
    moved = migration.of(credit.migration(found, now, period.first))
    return [
        _summary(this, last, now),
        _months(found, now, period),
        *_ageing(this, last),
        _grades(found, now, period),
        *moved,
        _decisions(found, now, period),
        _used(this, now),
        *(replace(table, name="watch") for table in watchlist.REPORT.tables(found, now, Asked())),
        _stops(this),
        _dunning(found, now, period),
        _lost(found, now, period),
        _reviews(found, now, period),
        _largest(found, now, period, this, asked.top or LARGEST),
    ]


def _column(key: str, unit: str = "text", word: str | None = None) -> Column:
    return Column(key, pair_of(f"yearly.column-{word or key}"), unit)


def _summary(this: Position, last: Position, policy: Policy) -> Table:
    columns = (_column("key", "key"), _column("label"), _column("value", "number"), _column("previous", "number"), _column("change", "number"))
    title = pair_of("yearly.summary")
    return Table("summary", exposure.dated(policy, *title), columns, summary(this, last), notes=(pair_of("yearly.note"),))


def _months(register: Register, policy: Policy, period: Period) -> Table:
    rows = trade.months(register, policy, period)
    columns = (_column("month"), _column("sales", "amount"), _column("previous", "amount", "same-month"), _column("receipts", "amount"))
    chart = Chart(pair_of("yearly.chart-months"), "month", ("sales", "previous", "receipts"))
    return Table("months", pair_of("yearly.months"), columns, rows, _sums(rows, columns), charts=(chart,))


def _ageing(this: Position, last: Position) -> list[Table]:
    """The buckets of the report on ageing, with what lay in them a year before."""
    if "buckets" not in this.ageing:
        return []
    table = this.ageing["buckets"]
    before = {row["bucket"]: row["amount"] for row in last.ageing["buckets"].rows} if "buckets" in last.ageing else {}
    rows = [row | {"previous": before.get(row["bucket"], "0.00")} for row in table.rows]
    columns = (*table.columns, _column("previous", "amount", "year-before"))
    totals = {**table.totals, "previous": _total(rows, "previous")}
    chart = Chart(pair_of("yearly.chart-ageing"), "bucket", ("amount", "previous"))
    return [Table("buckets", table.title, columns, rows, totals, charts=(chart,))]


def _grades(register: Register, policy: Policy, period: Period) -> Table:
    found = credit.migration(register, policy, period.first)
    rows = grades.by_grade(register, found)
    columns = (
        _column("grade"),
        _column("first_count", "count"), _column("first_limit", "amount"), _column("last_count", "count"), _column("last_limit", "amount"),
    )  # fmt: skip
    chart = Chart(pair_of("yearly.chart-grades"), "grade", ("first_count", "last_count"))
    zh, en = pair_of("yearly.grades")
    title = zh.format(first=found.earlier, last=found.later), en.format(first=found.earlier, last=found.later)
    return Table("grades", title, columns, rows, _sums(rows, columns), charts=(chart,))


def _decisions(register: Register, policy: Policy, period: Period) -> Table:
    columns = (_column("key", "key"), _column("label", word="decision"), _column("count", "count"), _column("limit", "amount", "approved"),
               _column("change", "amount", "limit-change"))  # fmt: skip
    return Table("decisions", pair_of("yearly.decisions"), columns, grades.decisions(register, policy, period))


def _used(this: Position, policy: Policy) -> Table:
    rows = trade.used(this)
    columns = (_column("customer", "ref"), _column("grade"), _column("limit", "amount"), _column("outstanding", "amount"),
               _column("utilisation", "percent"), _column("overdue", "amount"))  # fmt: skip
    return Table("limits", exposure.dated(policy, *pair_of("yearly.used")), columns, rows, _sums(rows, columns))


def _stops(this: Position) -> Table:
    rows = [
        {"customer": one.exposure.customer.id, "outstanding": str(one.exposure.outstanding), "overdue": str(one.exposure.overdue),
         "because": exposure.because(one)}
        for one in this.stopped
    ]  # fmt: skip
    columns = (_column("customer", "ref"), _column("outstanding", "amount"), _column("overdue", "amount"), _column("because"))
    return Table("stops", pair_of("yearly.stops"), columns, rows)


def _dunning(register: Register, policy: Policy, period: Period) -> Table:
    columns = (_column("step"), _column("count", "count"), _column("files", "count"), _column("outstanding", "amount", "then-outstanding"))
    return Table("dunning", pair_of("yearly.dunning"), columns, trade.dunning(register, policy, period))


def _lost(register: Register, policy: Policy, period: Period) -> Table:
    rows = trade.written_off(register, policy, period)
    columns = (_column("customer", "ref"), _column("record", "ref"), _column("acted_on", "date"), _column("amount", "amount"))
    return Table("written-off", pair_of("yearly.lost"), columns, rows, _sums(rows, columns))


def _reviews(register: Register, policy: Policy, period: Period) -> Table:
    columns = (_column("key", "key"), _column("label", word="review"), _column("count", "count"))
    return Table("reviews", pair_of("yearly.reviews"), columns, reviews.reviews(register, policy, period))


def _largest(register: Register, policy: Policy, period: Period, this: Position, most: int) -> Table:
    columns = (_column("customer", "ref"), _column("outstanding", "amount"), _column("share", "percent"), _column("sales", "amount"),
               _column("sales_share", "percent"))  # fmt: skip
    return Table("largest", pair_of("yearly.largest"), columns, trade.largest(register, policy, period, this, most))


def _sums(rows: list[dict[str, Any]], columns: Sequence[Column]) -> dict[str, Any]:
    """The columns of amounts and counts, added up; nothing where there is no row."""
    if not rows:
        return {}
    amounts = {column.key: _total(rows, column.key) for column in columns if column.unit == "amount"}
    return amounts | {column.key: sum(row[column.key] for row in rows) for column in columns if column.unit == "count"}


def _total(rows: list[dict[str, Any]], key: str) -> str:
    return str(sum((Decimal(row[key]) for row in rows), Decimal("0.00")))


REPORT = Report(
    "credit-analysis",
    pair_of("yearly.title"),
    ("E8",),
    _tables,
    frozenset({"period", "who", "top"}),
    usual_period=year_before,
    slots=("summary", "policy", "receivables", "grades", "contracts", "risks", "outlook", "differences"),
    confidentiality="secret",
)
