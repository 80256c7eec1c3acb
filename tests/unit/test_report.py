"""`mingbu report`: figures that tie, by hand and for every report."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, ACTIVE, NOT_RATED, PROSPECT
from chinese import not_a_value
from mingbu.documents.forms import ANY, FORMS
from mingbu.reports import REPORTS
from running import Command

BEIJING = {"region_code": "110105", "address": "北京市朝阳区望京路 2 号"}


OF_TOTALS = {"change", "growth"}
"""What a total says of the totals beside it: the percents above it don't add up to it."""
MEANS = {"rate", "percent", "win_rate", "signed_on_time_rate", "average_days_to_close"}
"""Rates and means: the one of all lies among those of the rows."""
BALANCES = {("months", "opening"): 0, ("months", "carried_over"): -1}
"""What one month leaves to the next: of a period, the first row's at its start and the last row's at its end."""


def tables(mingbu: Command, name: str, *arguments: str) -> dict[str, dict[str, Any]]:
    """name → table of a report."""
    result = mingbu(*arguments, "report", name, "--format", "json")
    assert result.status == 0
    return {table["name"]: table for table in result.json["tables"]}


@pytest.fixture
def root(register_root: Path) -> Path:
    """Open cases: one of the sound register in Zhejiang without an amount, one more there, two in Beijing; two that are closed."""
    pump, other = {"product": "PRD-000001", "quantity": 3}, {"description": "流量计", "quantity": 5}
    building.write(register_root, "case", id="CAS-000002", company_name="甲厂", estimated_amount="40000.00", wanted_products=[pump, other])
    building.write(register_root, "case", id="CAS-000003", company_name="乙厂", estimated_amount="1234567.89", wanted_products=[other], **BEIJING)
    building.write(register_root, "case", id="CAS-000004", company_name="丙厂", wanted_products=[{"description": "阀门"}], **BEIJING)
    building.write(register_root, "case", like="won", id="CAS-000005", estimated_amount="99.00")
    building.write(register_root, "case", like="lost", id="CAS-000006", estimated_amount="99.00")
    building.edit(register_root, "customer", NOT_RATED, lifecycle="target", region_code="110105")
    return register_root


@pytest.mark.rule("B22")
def test_potential_is_counted_by_area_and_the_totals_tie(root: Path, mingbu: Command) -> None:
    area = tables(mingbu, "potential")["area"]

    assert area["rows"] == [
        {"area": "北京市", "cases": 2, "amount": "1234567.89", "prospects": 1, "targets": 1},
        {"area": "浙江省", "cases": 2, "amount": "40000.00", "prospects": 1, "targets": 0},
    ]
    assert area["totals"] == {"cases": 4, "amount": "1274567.89", "prospects": 2, "targets": 1}


@pytest.mark.rule("B22")
def test_potential_is_counted_by_product_once_for_each_case(root: Path, mingbu: Command) -> None:
    product = tables(mingbu, "potential")["product"]

    assert product["rows"] == [
        {"product": "流量计", "cases": 2, "quantity": 10},
        {"product": "离心泵", "cases": 2, "quantity": 5},
        {"product": "阀门", "cases": 1, "quantity": 0},
    ]
    assert product["totals"] == {}


@pytest.mark.rule("B7", "B22")
def test_potential_is_read_in_a_terminal(root: Path, mingbu: Command) -> None:
    lines = [line.split() for line in mingbu("report", "potential").out.splitlines()]

    assert ["潜在市场分析"] in lines
    assert ["北京市", "2", "1,234,567.89", "1", "1"] in lines
    assert ["合计", "4", "1,274,567.89", "2", "1"] in lines
    assert ["流量计", "2", "10"] in lines


def test_where_nothing_is_wanted_the_totals_are_nought(register_root: Path, mingbu: Command) -> None:
    for path in (register_root / "records/case").rglob("*.yml"):
        path.unlink()
    for customer in (PROSPECT, NOT_RATED):
        building.edit(register_root, "customer", customer, status="disposed", ended_on="2026-01-05", ended_reason="dissolved", lifecycle=ABSENT)

    area = tables(mingbu, "potential")["area"]

    assert (area["rows"], area["totals"]) == ([], {"cases": 0, "amount": "0.00", "prospects": 0, "targets": 0})


@pytest.mark.rule("B6", "B7", "B21")
def test_completeness_names_each_file_with_its_score_and_the_day_it_was_last_seen(register_root: Path, mingbu: Command) -> None:
    """The survey of 2026-08-12 counts for ACTIVE, the day of filling in for the others."""
    scores = {row["id"]: row for row in mingbu("complete", "--format", "json").json["customers"]}

    [files] = tables(mingbu, "completeness").values()

    rows = {row["customer"]: row for row in files["rows"]}
    assert set(rows) == set(scores) == {ACTIVE, PROSPECT, NOT_RATED}
    assert {name: row["percent"] for name, row in rows.items()} == {name: row["percent"] for name, row in scores.items()}
    assert {name: (row["seen"], row["days"]) for name, row in rows.items()} == {
        ACTIVE: ("2026-08-12", 100),
        PROSPECT: ("2026-05-06", 198),
        NOT_RATED: ("2026-05-06", 198),
    }
    assert [row["percent"] for row in files["rows"]] == sorted((row["percent"] for row in files["rows"]), key=Decimal)


@pytest.mark.rule("B21")
def test_the_age_of_a_file_is_that_of_the_day(mingbu: Command) -> None:
    [files] = tables(mingbu, "completeness", "--on", "2026-08-13").values()

    assert [row["days"] for row in files["rows"] if row["customer"] == ACTIVE] == [1]


@pytest.mark.parametrize("name", REPORTS)
def test_every_total_of_every_report_is_the_sum_of_its_column(name: str, mingbu: Command) -> None:
    for table in tables(mingbu, name, "-C", str(building.PROJECT)).values():
        for key, total in table["totals"].items():
            values = [row[key] for row in table["rows"] if row[key] is not None]
            if key in OF_TOTALS or total is None:
                continue
            if isinstance(total, list):
                assert total == sorted(item for value in values for item in value), (table["name"], key)
            elif key in MEANS:
                assert min(map(Decimal, values)) <= Decimal(total) <= max(map(Decimal, values)), (table["name"], key)
            elif (table["name"], key) in BALANCES:
                assert total == values[BALANCES[table["name"], key]], (table["name"], key)
            else:
                assert Decimal(str(total)) == sum(Decimal(str(value)) for value in values), (table["name"], key)
        assert {column["key"] for column in table["columns"]} >= set(table["totals"])


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_read_in_both_languages(name: str, register_root: Path, mingbu: Command) -> None:
    zh, en = mingbu("report", name), mingbu("--lang", "en", "report", name)

    assert (zh.out.splitlines()[0], en.out.splitlines()[0]) == REPORTS[name].title
    assert zh.status == en.status == 0
    assert not_a_value(en.out, register_root) == set()


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_says_of_which_day_and_revision_it_is(name: str, mingbu: Command) -> None:
    report = mingbu("--on", "2026-11-19", "report", name, "--format", "json").json

    assert (report["report"], report["as_of"], len(report["commit"])) == (name, "2026-11-19", 40)


def test_the_reports_are_listed_with_the_requirements_that_they_serve(mingbu: Command) -> None:
    result = mingbu("report", "--list")

    assert [line.split("  ")[0] for line in result.out.splitlines()] == [*REPORTS, *FORMS, ANY]
    assert "potential  潜在市场分析  (B7, B22)" in result.out.splitlines()
    assert mingbu("report").out == result.out
    assert "potential  Potential by area and product  (B7, B22)" in mingbu("--lang", "en", "report", "--list").out.splitlines()


def test_an_unknown_report_is_one_line_that_names_the_others(mingbu: Command) -> None:
    result = mingbu("report", "weather")

    assert (result.status, result.out, len(result.err.splitlines())) == (2, "", 1)
    assert all(name in result.err for name in REPORTS)
