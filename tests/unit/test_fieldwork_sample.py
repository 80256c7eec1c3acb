"""The sample's visits, information, surveys and business, counted once more from the records themselves."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

import building
from mingbu.calendar import months_later
from mingbu.checks import run
from mingbu.period import Period
from mingbu.register import Policy, Register, open_register
from mingbu.reports import REPORTS, Asked, Table

TODAY = date.fromisoformat(building.TODAY)
PERIODS = ["2026", "2026-H1", "2026-Q3", "2026-08", "2025"]


@cache
def sample() -> Register:
    return open_register(building.PROJECT, building.SCHEMAS)


def report(name: str, period: str | None = None, **asked: Any) -> dict[str, Table]:
    what = REPORTS[name]
    meant = what.meant(Asked(Period.of(period) if period else None, **asked), TODAY)
    return {table.name: table for table in what.tables(sample(), Policy(sample(), TODAY), meant)}


def total(values: Any) -> str:
    return str(sum((Decimal(value) for value in values), Decimal("0.00")))


@pytest.mark.rule("B14", "B15")
@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("axis", ["salesperson", "customer", "day", "department"])
def test_visits_add_up_on_every_axis(axis: str, period: str) -> None:
    span = Period.of(period)
    reports = [one.data for one in sample().of("visit-report") if span.holds(one.data["visit_date"])]
    lines = [line for one in reports for line in one["lines"]]
    table = report("visits", period, by=axis)[axis]

    assert table.totals["visits"] == len(lines) == sum(row["visits"] for row in table.rows)
    assert table.totals["orders"] == total(line.get("order_amount", 0) for line in lines)
    assert table.totals["collections"] == total(line.get("collected_amount", 0) for line in lines)
    if axis != "customer":
        assert table.totals["reports"] == len(reports)
        assert all(row["reports"] == row["in_time_count"] + row["late_count"] + row["uncounted"] for row in table.rows)
    field = {"salesperson": "salesperson", "day": "visit_date", "department": "owner_department"}.get(axis)
    counts = Counter(one[field] if field else line.get("customer", "") for one in reports for line in one["lines"])
    assert {row[axis]: row["visits"] for row in table.rows if row[axis] and row["visits"]} == {key: count for key, count in counts.items() if key}


@pytest.mark.rule("B14")
def test_late_reports_are_those_with_a_reason_and_those_that_the_check_asks_one_of() -> None:
    late = {row["report"]: row["reason"] for period in ("2025", "2026") for row in report("visits-late", period)["late"].rows}
    reasons = {one.id: one.data["late_reason"] for one in sample().of("visit-report") if "late_reason" in one.data}
    asked = {finding.record for finding in run(sample(), TODAY) if finding.code == "visit.late"}

    assert late == reasons | dict.fromkeys(asked, ("没有说明", "Not given"))
    assert reasons and not asked & set(reasons)


@pytest.mark.rule("B17")
@pytest.mark.parametrize("period", PERIODS)
def test_information_is_counted_once_by_class_and_once_by_topic(period: str) -> None:
    made = [one.data for one in sample().of("info-report") if Period.of(period).holds(one.data["reported_at"][:10])]
    found = report("information-reports", period)

    counted = {"made": len(made), "answered": sum("answered_on" in one for one in made), "unanswered": sum("answered_on" not in one for one in made)}
    assert found["classes"].totals == found["topics"].totals == counted
    waiting = [one.id for one in sample().of("info-report") if "answered_on" not in one.data]
    assert sorted(row["report"] for row in found["open"].rows) == (sorted(waiting) if period == "2026" else sorted(
        one.id for one in sample().of("info-report")
        if one.data["reported_at"][:10] <= (day := min(Period.of(period).last, TODAY).isoformat()) and not one.data.get("answered_on", "9") <= day
    ))  # fmt: skip


@pytest.mark.rule("A13", "A14")
@pytest.mark.parametrize("name", ["2025-02", "2025-08", "2026-02", "2026-08"])
def test_each_round_covers_what_was_surveyed_and_no_customer_is_both_done_and_to_do(name: str) -> None:
    found = report("survey-round", name)
    surveyed = {one.data["customer"]: one for one in sample().of("survey") if one.data["round"] == name}
    whole = found["round"].rows[0]

    assert whole["to_survey"] == whole["done"] + whole["left"] == found["departments"].totals["to_survey"] == found["surveyors"].totals["to_survey"]
    assert whole["left"] == len(found["to-do"].rows)
    assert not {row["customer"] for row in found["to-do"].rows} & set(surveyed)
    opened = date.fromisoformat(f"{name}-01").isoformat()
    end = (months_later(date.fromisoformat(opened), 1)).isoformat()
    asked = {
        one.id for one in sample().of("customer")
        if one.data.get("first_trade_on", "9") < opened and one.data.get("ended_on", "9") >= end
    }  # fmt: skip
    assert whole["to_survey"] == len(asked)
    assert whole["done"] == len(asked & set(surveyed))
    assert {row["survey"] for row in found["changed"].rows} == {one.id for one in surveyed.values() if one.data["result"] == "changed"}


@pytest.mark.rule("B15", "B16")
@pytest.mark.parametrize("period", PERIODS)
def test_the_business_report_is_the_sum_of_visits_and_sales(period: str) -> None:
    span, until = Period.of(period), min(Period.of(period).last, TODAY).isoformat()
    sold = [line for one in sample().of("sales") for line in one.data["lines"] if line["date"] <= until]
    within = [Decimal(line["amount"]) for line in sold if span.holds(line["date"])]
    paid = [Decimal(line["paid"]) * (1 if Decimal(line["amount"]) >= 0 else -1) for line in sold if "paid" in line and span.holds(line["paid_on"])
            and line["paid_on"] <= until]  # fmt: skip
    visits = [line for one in sample().of("visit-report") if span.holds(one.data["visit_date"]) for line in one.data["lines"] if "customer" in line]
    found = report("business-report", period)

    for table in (found["customers"], found["months"]):
        assert table.totals["visits"] == len(visits)
        assert table.totals["orders"] == total(line.get("order_amount", 0) for line in visits)
        assert table.totals["sales"] == total(value for value in within if value > 0)
        assert table.totals["returns"] == total(value for value in within if value < 0)
        assert table.totals["net"] == total(within)
        assert table.totals["collections"] == total(paid)


@pytest.mark.rule("B15")
def test_the_overall_file_counts_what_each_own_file_lists() -> None:
    overall = report("customer-file")["overall"]
    lists = {"visits": "visits", "information": "informed", "surveys": "surveys", "notices": "notices", "cases": "cases", "contracts": "contracts"}

    for row in overall.rows[::6]:
        own = report("customer-file", who=row["customer"])
        assert {key: len(own[name].rows) for name, key in lists.items()} == {key: row[key] for key in lists.values()}, row["customer"]
    assert overall.totals["visits"] == sum(
        line.get("customer") in {row["customer"] for row in overall.rows} for one in sample().of("visit-report") for line in one.data["lines"]
    )
