"""Composition of credit (B19, E9): limits and what is owed, by grade or by age, as it was at the end of a period."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mingbu import money, trading
from mingbu.composition.shares import NONE, shares, summed
from mingbu.register import Policy, Register
from mingbu.reports.composition import reconciled, year_of
from mingbu.reports.model import Asked, CannotReport, Column, Report, Table
from mingbu.reports.wording import called, missing, pair

AXES = {axis: pair(f"by-{axis}") for axis in ("grade", "ageing")}
"""What credit can be grouped by."""


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    from mingbu.composition import engine

    axis, period = REPORT.axis(asked), asked.period or year_of(policy.today)
    if period.first > policy.today:
        raise CannotReport("error.report-ahead", value=period.name)
    then = Policy(register, min(period.last, policy.today))
    found = {row["key"]: row for row in engine.of_credit(register, then).owing(axis)}
    part = _by_grade(register, list(found.values())) if axis == "grade" else _by_age(then, found)
    here = sum((Fraction(row["outstanding"]) for row in found.values()), Fraction(0))
    lines = [line for held in trading.lines(register).values() for line in held]
    ledger = sum((line.outstanding(then.today.isoformat()) for line in lines), NONE)
    compared = {"owed": money.rounded(ledger), "composition": money.rounded(here), "difference": money.rounded(here - Fraction(ledger))}
    return [part, reconciled([{"key": key, "label": pair(key), "amount": amount} for key, amount in compared.items()])]


def _by_grade(register: Register, found: list[dict[str, Any]]) -> Table:
    """In the order of grades, the customers without one last."""
    order = list(register.schemas.codes["credit_grade"])
    found.sort(key=lambda row: order.index(row["key"]) if row["key"] in order else len(order))
    rows = [
        {"key": row["key"] or missing("grade"), "label": called(register, "grade", row["key"]), "customers": row["customers"]}
        | {"limit": str(row["limit"]), "outstanding": str(row["outstanding"]), "share": share, "overdue": str(row["overdue"])}
        for row, share in zip(found, shares(found, "outstanding"), strict=True)
    ]
    totals = {name: str(summed(found, name)) for name in ("limit", "outstanding", "overdue")}
    columns = (*_BEGIN, Column("limit", pair("limit"), "amount"), *_OWED, Column("overdue", pair("overdue"), "amount"))
    return Table("grade", AXES["grade"], columns, rows, {"customers": sum(row["customers"] for row in found), **totals, "share": _whole(found)})


def _by_age(policy: Policy, found: dict[str, dict[str, Any]]) -> Table:
    """Every bucket of the policy, in its order."""
    rules = policy.in_force("credit")
    if rules is None or "ageing" not in rules.data:
        raise CannotReport("error.report-no-ageing", day=policy.today.isoformat())
    buckets = rules.data["ageing"]["buckets"]
    held = [found.get(bucket["code"], {"customers": 0, "outstanding": NONE}) for bucket in buckets]
    rows = [
        {"key": bucket["code"], "label": (bucket["title"], bucket["title_en"]), "customers": row["customers"]}
        | {"outstanding": str(row["outstanding"]), "share": share}
        for bucket, row, share in zip(buckets, held, shares(held, "outstanding"), strict=True)
    ]
    totals = {"outstanding": str(summed(held, "outstanding")), "share": _whole(held)}
    return Table("ageing", AXES["ageing"], (*_BEGIN, *_OWED), rows, totals)


def _whole(rows: list[dict[str, Any]]) -> str:
    return "100.00" if summed(rows, "outstanding") else "0.00"


_BEGIN = (Column("key", pair("key")), Column("label", pair("label")), Column("customers", pair("customers"), "count"))
_OWED = (Column("outstanding", pair("outstanding"), "amount"), Column("share", pair("share"), "percent"))
REPORT = Report("credit-composition", pair("credit-title"), ("B19", "E9"), _tables, frozenset({"period", "by"}), AXES, year_of)
