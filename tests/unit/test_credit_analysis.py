"""The yearly credit analysis: every figure against sums that the tests make from the records themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import building
import owing
from building import ACTIVE, PROJECT
from mingbu.checks import sound_part
from mingbu.period import Period
from mingbu.register import Policy, Register
from mingbu.register.source import Disk
from mingbu.register.tree import read_register
from mingbu.reports import REPORTS, Asked, CannotReport, Table

REPORT = REPORTS["credit-analysis"]
NONE = Decimal("0.00")
COMPANIES = ("DEP-2H6G8A", "DEP-C3D22F")

pytestmark = pytest.mark.rule("E8")


@cache
def sample() -> Register:
    return sound_part(read_register(Disk(PROJECT), PROJECT, building.SCHEMAS))


@cache
def raw(kind: str) -> list[dict[str, Any]]:
    """The sample's records of a kind, read without mingbu."""
    files = sorted((PROJECT / "records" / kind).rglob("*.yml"))
    return [yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in files]


def lines_of(company: str) -> list[dict[str, Any]]:
    return [line for record in raw("sales") if record["department"] == company for line in record["lines"]]


def tables(register: Register, year: str, who: str | None = None, on: str = building.TODAY) -> dict[str, Table]:
    asked = Asked(Period.of(year), who=who)
    return {table.name: table for table in REPORT.tables(register, Policy(register, date.fromisoformat(on)), asked)}


def figures(found: dict[str, Table], column: str = "value") -> dict[str, str]:
    return {row["key"]: row[column] for row in found["summary"].rows}


def added(table: Table, key: str) -> Decimal:
    return sum((Decimal(str(row[key])) for row in table.rows), NONE)


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("year", ["2025", "2026"])
def test_sales_receipts_and_receivables_of_the_sample_are_the_sums_of_its_lines(company: str, year: str) -> None:
    lines, until = lines_of(company), min(f"{year}-12-31", building.TODAY)
    told = figures(tables(sample(), year, company))

    sales = sum((Decimal(line["amount"]) for line in lines if f"{year}-01-01" <= line["date"] <= until), NONE)
    owed = NONE
    receipts = NONE
    for line in lines:
        sign = 1 if Decimal(line["amount"]) >= 0 else -1
        paid = Decimal(line.get("paid", "0.00")) * sign
        if line["date"] <= until:
            owed += Decimal(line["amount"]) - (paid if line.get("paid_on", "9") <= until else 0)
        if f"{year}-01-01" <= line.get("paid_on", "9") <= until:
            receipts += paid
    assert (Decimal(told["sales"]), Decimal(told["receipts"]), Decimal(told["receivables"])) == (sales, receipts, owed)


@pytest.mark.parametrize("company", [None, *COMPANIES])
def test_the_tables_tie(company: str | None) -> None:
    found = tables(sample(), "2025", company)
    told = figures(found)

    assert added(found["buckets"], "amount") == Decimal(told["receivables"]) == Decimal(found["buckets"].totals["amount"])
    assert added(found["months"], "sales") == Decimal(told["sales"]) and added(found["months"], "receipts") == Decimal(told["receipts"])
    matrix = found["matrix"]
    assert sum(row["all"] for row in matrix.rows) == matrix.totals["all"]
    assert added(found["grades"], "last_count") == matrix.totals["all"] - matrix.totals["ended"] == len(found["limits"].rows) == int(told["limited"])
    assert added(found["grades"], "last_limit") == added(found["limits"], "limit") == Decimal(told["limits"])
    assert added(found["grades"], "first_count") == sum(row["all"] for row in matrix.rows[:-1])
    assert len(found["stops"].rows) == int(told["stopped"])
    assert len({row["customer"] for row in found["watch"].rows}) == int(told["watched"])
    reviews = {row["key"]: row["count"] for row in found["reviews"].rows}
    assert reviews["due"] == reviews["in_time"] + reviews["late"] + reviews["open"]


def test_two_companies_share_out_the_sales_of_the_group() -> None:
    parts = [figures(tables(sample(), "2025", company)) for company in COMPANIES]
    whole = figures(tables(sample(), "2025"))

    assert figures(tables(sample(), "2025", "DEP-RYB9XM")) == whole
    for key in ("sales", "receipts", "receivables"):
        assert sum((Decimal(part[key]) for part in parts), NONE) == Decimal(whole[key])


def test_the_year_reads_the_same_however_late_it_is_asked_for() -> None:
    assert tables(sample(), "2025", COMPANIES[0], "2025-12-31") == tables(sample(), "2025", COMPANIES[0], "2026-11-20")


def test_the_write_off_and_the_dunning_of_the_sample_are_listed() -> None:
    found = tables(sample(), "2025")
    taken = [one for one in raw("dunning") if one["acted_on"].startswith("2025")]

    assert sum(row["count"] for row in found["dunning"].rows) == len(taken)
    assert [(row["record"], row["amount"]) for row in found["written-off"].rows] == [
        (one["id"], one["outstanding"]) for one in taken if one["step"] == "write_off"
    ]


def small() -> Register:
    """Limit 100,000 in 2025, 200,000 from 2026; 1,000 bought and half paid in 2025, 300 in 2026."""
    lines = [
        owing.line("2025-03-01", "1000.00", due_on="2025-04-01", invoice_no="A", paid="500.00", paid_on="2026-02-01"),
        owing.line("2024-12-01", "70.00", due_on="2025-01-01", invoice_no="B", paid="70.00", paid_on="2025-01-01"),
        owing.line("2026-05-01", "300.00", due_on="2026-06-01", invoice_no="C"),
    ]
    early = owing.decision(id="CDE-000009", approved_limit="100000.00", valid_from="2025-01-01", valid_to="2025-12-31", approved_grade="B")
    return owing.register(lines, early, owing.decision(), owing.dunning(1, "call", "2025-05-01"))


def test_a_small_register_by_hand() -> None:
    now, later = tables(small(), "2025"), tables(small(), "2026")

    assert figures(now) | {"sales": "1000.00", "receipts": "70.00", "receivables": "1000.00", "overdue": "1000.00"} == figures(now)
    assert figures(now, "previous")["sales"] == "70.00" and figures(now, "previous")["receivables"] == "70.00"
    assert figures(later) | {"sales": "300.00", "receipts": "500.00", "receivables": "800.00"} == figures(later)
    ways = {row["key"]: (row["count"], row["change"]) for row in later["decisions"].rows}
    assert ways["raised"] == (1, "100000.00") and ways["new"] == ways["lowered"] == (0, "0.00")
    assert {row["key"]: row["count"] for row in now["decisions"].rows}["new"] == 1
    assert [(row["customer"], row["sales"], row["share"]) for row in now["largest"].rows] == [(ACTIVE, "1000.00", "100.00")]
    assert [row["count"] for row in now["dunning"].rows] == [1] and later["dunning"].rows == []


def test_reviews_that_fell_due_are_in_time_late_or_open() -> None:
    """Twelve months from the decision of 2025-01-01 (grade A): due on 2026-01-01."""

    def states(*days: str) -> dict[str, int]:
        reviews = [
            building.record("annual-review", building.fields("annual-review", id=f"ANR-00000{number}", credit_file=building.FILE, reviewed_on=day,
                                                             review_year=2026))
            for number, day in enumerate(days)
        ]  # fmt: skip
        deadlines, _ = building.yamlio.read((PROJECT / "records/policy/deadlines/2024-01-01.yml").read_bytes())
        assert deadlines is not None
        decided = owing.decision(valid_from="2025-01-01", valid_to="2026-12-31")
        found = owing.register([], decided, building.record("policy-deadlines", deadlines), *reviews)
        return {row["key"]: row["count"] for row in tables(found, "2026")["reviews"].rows}

    assert states() == {"due": 1, "in_time": 0, "late": 0, "open": 1, "made": 0}
    assert states("2026-01-01") == {"due": 1, "in_time": 1, "late": 0, "open": 0, "made": 1}
    assert states("2026-01-02") == {"due": 1, "in_time": 0, "late": 1, "open": 0, "made": 1}
    assert states("2026-11-30")["made"] == 0, "after today"


def test_a_company_has_the_customers_that_bought_from_it(tmp_path: Path) -> None:
    root = building.register(tmp_path)
    building.write(root, "department", id="DEP-000009", code="HC", name="青岚耗材有限公司", level="company", parent=building.GROUP)
    line = {"customer": building.NOT_RATED, "product": "PRD-000001", "date": "2026-11-02", "quantity": 1, "amount": "90.00"}
    building.write(root, "sales", id="SAL-00000Y", department="DEP-000009", month="2026-11", part=1, lines=[line])
    register = sound_part(read_register(Disk(root), root, building.SCHEMAS))

    one, other = tables(register, "2026", "DEP-000009"), tables(register, "2026", building.COMPANY)

    assert figures(one)["sales"] == "90.00" and building.NOT_RATED in {row["customer"] for row in one["largest"].rows}
    assert building.NOT_RATED not in {row["customer"] for row in other["largest"].rows}


@pytest.mark.parametrize(("period", "who"), [("2025-H1", None), ("2025", "DEP-03QVFP"), ("2025", "CUS-0"), ("2027", None)])
def test_what_is_no_year_or_no_company_is_refused(period: str, who: str | None) -> None:
    with pytest.raises(CannotReport):
        tables(sample(), period, who)
