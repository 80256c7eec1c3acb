"""`mingbu report composition` and the reports of sales beside it, on a register of a few lines that are counted by hand."""

from __future__ import annotations

import csv
import io
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import building
from building import ACTIVE, CREDIT_POLICY, NOT_RATED, OFFICE, PROSPECT
from running import Command

OTHER, PUMP, METER = "CUS-000009", "PRD-000001", "PRD-000002"
"""OTHER isn't in the register."""


def sold(customer: str, day: str, amount: str, product: str = PUMP, **more: Any) -> dict[str, Any]:
    return {"customer": customer, "product": product, "date": day, "quantity": -1 if amount.startswith("-") else 2, "amount": amount, **more}


LINES = {
    "2025-11": [
        sold(ACTIVE, "2025-11-20", "100.00", paid="100.00", paid_on="2025-12-01"),
        sold(ACTIVE, "2025-11-21", "50.00", paid="50.00", paid_on="2026-01-05"),
        sold(PROSPECT, "2025-11-02", "0.07"),
    ],
    "2026-02": [
        sold(ACTIVE, "2026-02-03", "200.00", invoice_no="26020001", due_on="2026-03-05", paid="80.00", paid_on="2026-04-01"),
        sold(ACTIVE, "2026-02-09", "-20.01", invoice_no="26020001", due_on="2026-03-05"),
        sold(NOT_RATED, "2026-02-10", "60.00", METER),
    ],
    "2026-06": [sold(PROSPECT, "2026-06-30", "60.00", METER), sold(OTHER, "2026-06-30", "0.01", "PRD-000009")],
}


@pytest.fixture
def root(register_root: Path) -> Path:
    """Sales of two years to three customers and to one that isn't on record."""
    for path in (register_root / "records/sales").rglob("*.yml"):
        path.unlink()
    building.write(register_root, "product", id=METER, code="P-2", name="流量计", category="仪表")
    building.edit(register_root, "product", PUMP, category="泵")
    building.edit(register_root, "customer", PROSPECT, region_code="110105")
    for number, (month, lines) in enumerate(LINES.items(), 1):
        building.write(register_root, "sales", id=f"SAL-00000{number}", month=month, part=1, department=OFFICE, lines=lines)
    return register_root


def report(mingbu: Command, *arguments: str) -> dict[str, dict[str, Any]]:
    """name → table; every share adds up, and the ledger's sum is the table's."""
    result = mingbu("report", *arguments, "--format", "json")
    assert result.status == 0, result.err
    tables = {table["name"]: table for table in result.json["tables"]}
    if "ledger" in tables:
        assert [row["amount"] for row in tables["ledger"]["rows"] if row["key"] == "difference"] == ["0.00"]
    return tables


def rows(mingbu: Command, *arguments: str) -> list[tuple[Any, ...]]:
    """The first table's rows."""
    [first, *_] = report(mingbu, *arguments).values()
    return [tuple(row.values()) for row in first["rows"]]


@pytest.mark.rule("B16", "B19")
def test_sales_by_customer_with_shares_and_the_year_before(root: Path, mingbu: Command) -> None:
    told = report(mingbu, "composition")["customer"]

    assert [column["key"] for column in told["columns"]][:6] == ["key", "label", "amount", "share", "previous", "change"]
    assert [tuple(row.values()) for row in told["rows"]] == [
        (ACTIVE, "松墨阀门", "179.99", "60.00", "150.00", "19.99", "100.00", "79.99"),
        (PROSPECT, "云栖电机", "60.00", "20.00", "0.07", "85614.29", "0.07", "85614.29"),
        (NOT_RATED, "竹屿环保", "60.00", "20.00", "0.00", None, "0.00", None),
        (OTHER, OTHER, "0.01", "0.00", "0.00", None, "0.00", None),
    ]
    assert told["totals"] == {
        "amount": "300.00",
        "share": "100.00",
        "previous": "150.07",
        "change": "99.91",
        "same_days": "100.07",
        "growth": "199.79",
    }


@pytest.mark.rule("B19")
def test_a_period_that_is_over_has_six_columns(root: Path, mingbu: Command) -> None:
    told = report(mingbu, "composition", "--period", "2026-H1", "--by", "department")["department"]

    assert told["rows"] == [{"key": OFFICE, "label": "西湖办事处", "amount": "300.00", "share": "100.00", "previous": "0.00", "change": None}]
    assert [column["key"] for column in told["columns"]] == list(told["rows"][0])


@pytest.mark.rule("B19")
def test_the_first_ones_and_the_rest(root: Path, mingbu: Command) -> None:
    assert rows(mingbu, "composition", "--top", "1", "--period", "2026-H1") == [
        (ACTIVE, "松墨阀门", "179.99", "60.00", "0.00", None),
        ("rest", "其余", "120.01", "40.00", "0.00", None),
    ]
    for enough in ("4", "99999999999999999999"):
        assert rows(mingbu, "composition", "--top", enough, "--period", "2026-H1") == rows(mingbu, "composition", "--period", "2026-H1")


@pytest.mark.rule("B18", "B19")
@pytest.mark.parametrize(
    ("axis", "found"),
    [
        ("region", [("33", "浙江省", "239.99"), ("11", "北京市", "60.00"), ("unknown", "不详", "0.01")]),
        ("product", [(PUMP, "离心泵", "179.99"), (METER, "流量计", "120.00"), ("PRD-000009", "PRD-000009", "0.01")]),
        ("category", [("泵", "泵", "179.99"), ("仪表", "仪表", "120.00"), ("unknown", "不详", "0.01")]),
        ("month", [("2026-02", "2026-02", "239.99"), ("2026-06", "2026-06", "60.01"), ("2026-11", "2026-11", "0.00")]),
        ("grade", [("A", "A级", "179.99"), ("unrated", "未评级", "120.01")]),
    ],
)
def test_every_axis_by_hand(axis: str, found: list[tuple[str, str, str]], root: Path, mingbu: Command) -> None:
    assert [row[:3] for row in rows(mingbu, "composition", "--by", axis)] == found


@pytest.mark.rule("B19")
def test_concentration_and_the_ledger(root: Path, mingbu: Command) -> None:
    tables = report(mingbu, "composition", "--by", "product", "--period", "2026")

    told = {row["key"]: row["value"] for row in tables["concentration"]["rows"]}
    assert told == {"top5": "100.00", "hhi": "5199.60", "groups": 3, "total": "300.00"}
    assert [(row["key"], row["amount"], row["lines"]) for row in tables["ledger"]["rows"]] == [
        *(("ledger", "300.00", 5), ("composition", "300.00", 5), ("difference", "0.00", 0), ("below-zero", "-20.01", 1)),
    ]


def test_of_nothing_or_less_there_is_no_concentration(root: Path, mingbu: Command) -> None:
    building.edit(root, "sales", "SAL-000003", lines=[sold(ACTIVE, "2026-06-30", "-5.00"), sold(PROSPECT, "2026-06-30", "5.00")])

    tables = report(mingbu, "composition", "--period", "2026-06")

    assert [row["share"] for row in tables["customer"]["rows"]] == ["0.00", "0.00"]
    assert [row["value"] for row in tables["concentration"]["rows"]] == [None, None, 2, "0.00"]
    assert ["前五名占比（%）", "–"] in [line.split() for line in mingbu("report", "composition", "--period", "2026-06").out.splitlines()]


def test_a_year_before_that_the_ledger_doesnt_reach_is_said(root: Path, mingbu: Command) -> None:
    assert mingbu("report", "composition", "--format", "json").json["texts"] == ["销售明细自 2025-11-02 起才有，上年（2025）的数字不全"]
    assert mingbu("report", "composition", "--period", "2027-Q1", "--format", "json").json["texts"] == []


def test_what_is_dated_after_today_is_named(root: Path, mingbu: Command) -> None:
    mingbu_then = partial(mingbu, "--on", "2026-03-01")

    tables = report(mingbu_then, "composition")

    assert [(row["key"], row["amount"], row["lines"]) for row in tables["ledger"]["rows"]][-1] == ("after-today", "60.01", 2)


@pytest.mark.rule("B19", "E9")
def test_credit_by_grade_and_by_age(root: Path, mingbu: Command) -> None:
    """Of the invoice of February, 200 less 20.01 less 80 are owed; the others were to be paid on the day of the sale."""
    assert [(row[0], row[2], row[4], row[6]) for row in rows(mingbu, "credit-composition")] == [
        ("A", 1, "99.99", "99.99"),
        ("unrated", 3, "120.08", "120.08"),
    ]

    shutil.copy(building.PROJECT / f"records/policy/{CREDIT_POLICY}.yml", root / f"records/policy/{CREDIT_POLICY}.yml")
    then = rows(mingbu, "credit-composition", "--by", "ageing", "--period", "2026-03-01")

    assert [(row[0], row[2], row[3], row[4]) for row in then if row[2]] == [
        ("current", 1, "179.99", "74.98"),
        ("d30", 1, "60.00", "24.99"),
        ("d180", 1, "0.07", "0.03"),
    ]


@pytest.mark.rule("B16")
def test_the_business_with_each_customer(root: Path, mingbu: Command) -> None:
    told = report(mingbu, "customer-sales")["customers"]

    bought = {"customer": ACTIVE, "sales": "200.00", "returns": "-20.01", "amount": "179.99", "share": "60.00", "quantity": 1}
    assert told["rows"][0] == bought | {"collected": "130.00", "outstanding": "99.99", "previous": "150.00"}
    assert [row["customer"] for row in told["rows"]] == [ACTIVE, PROSPECT, NOT_RATED, OTHER]
    assert told["totals"]["outstanding"] == "220.07"


@pytest.mark.rule("B16")
def test_sales_to_customers_product_by_product(root: Path, mingbu: Command) -> None:
    told = report(mingbu, "sales-to-customers", "--period", "2026")["products"]["rows"]

    assert [(row["customer"], row["product"], row["amount"]) for row in told] == [
        (ACTIVE, PUMP, "179.99"),
        (PROSPECT, METER, "60.00"),
        (PROSPECT, PUMP, "0.00"),
        (NOT_RATED, METER, "60.00"),
        (OTHER, "PRD-000009", "0.01"),
    ]


# --- how it is read


def test_numbers_stand_in_line_and_are_separated(root: Path, mingbu: Command) -> None:
    building.edit(root, "sales", "SAL-000003", lines=[sold(PROSPECT, "2026-06-30", "1234567.80")])

    lines = mingbu("report", "composition", "--by", "region", "--period", "2026-H1").out.splitlines()

    assert lines[0] == "销售构成分析"
    assert {"期间：2026-H1（2026-01-01 至 2026-06-30）", "截至：2026-11-20"} < set(lines[1:6])
    at = lines.index("[按地区]") + 1
    assert lines[at : at + 4] == [
        "代码  名称          销售额  占比（%）  上年  增减（%）",
        "11    北京市  1,234,567.80      99.98  0.00          –",
        "33    浙江省        239.99       0.02  0.00          –",
        "合计          1,234,807.79     100.00  0.00          –",
    ]


def test_a_spreadsheet_takes_no_name_for_a_formula(root: Path, mingbu: Command) -> None:
    building.edit(root, "product", METER, category="=1+1")

    printed = mingbu("report", "composition", "--by", "category", "--period", "2026-H1", "--format", "csv").out

    assert printed.startswith("\ufeff")
    table = list(csv.reader(io.StringIO(printed.removeprefix("\ufeff"))))
    assert table[:2] == [["按商品类别"], ["代码", "名称", "销售额", "占比（%）", "上年", "增减（%）"]]
    assert ["'=1+1", "'=1+1", "120.00", "40.00", "0.00", ""] in table
    assert ["其中退货和折让" in row and "-20.01" in row for row in table].count(True) == 1


def test_markdown_holds_no_markup_of_the_records(root: Path, mingbu: Command) -> None:
    building.edit(root, "product", METER, category="a|b")

    printed = mingbu("report", "composition", "--by", "category", "--period", "2026-H1", "--format", "md").out

    assert "| a\\|b | a\\|b | 120.00 | 40.00 | 0.00 | – |" in printed.splitlines()


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("composition", "--by", "colour"), 2, ("customer", "month")),
        (("composition", "--top", "0"), 2, ("0",)),
        (("composition", "--period", "2026-13"), 2, ("2026-13",)),
        (("credit-composition", "--by", "region"), 2, ("grade", "ageing")),
        (("credit-composition", "--top", "3"), 2, ("--top",)),
        (("credit-composition", "--period", "2027"), 1, ("2027",)),
        (("credit-composition", "--by", "ageing", "--period", "2023-05"), 1, ("2023-05-31",)),
    ],
)
def test_what_cant_be_reported_is_one_line(arguments: tuple[str, ...], status: int, words: tuple[str, ...], root: Path, mingbu: Command) -> None:
    result = mingbu("report", *arguments)

    assert (result.status, result.out, len(result.err.splitlines())) == (status, "", 1)
    assert all(word in result.err for word in words)


def test_a_register_without_sales_has_empty_tables(root: Path, mingbu: Command) -> None:
    for path in (root / "records/sales").rglob("*.yml"):
        path.unlink()

    for name in ("composition", "customer-sales", "sales-to-customers"):
        [first, *_] = report(mingbu, name).values()
        assert first["rows"] == []
        assert {str(total) for total in first["totals"].values()} <= {"0.00", "0", "None"}
