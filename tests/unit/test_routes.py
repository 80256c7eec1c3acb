"""Route sheets: who is due on a day, in the order of the route, with what the salesperson has to know."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, ACTIVE, CLERK, HEAD, NOT_RATED, PROSPECT
from chinese import not_a_value
from mingbu import yamlio
from running import Command

POLICY = "records/policy/classification/2024-01-01.yml"
DAY = "2026-11-20"
LINE = building.MINIMAL["visit-report"]["lines"][0]


@pytest.fixture
def root(register_root: Path) -> Path:
    """ACTIVE (general by its card, first on the route, key by its sales) and two prospects, all of one salesperson, nobody visited yet."""
    shutil.copy(building.PROJECT / POLICY, register_root / POLICY)
    for report in (register_root / "records/visit-report").rglob("*.yml"):
        report.unlink()
    building.edit(register_root, "customer", ACTIVE, time_series="old", market_position="key")
    building.edit(register_root, "customer", PROSPECT, visit_route_order=5, market_position="general")
    building.edit(register_root, "customer", NOT_RATED, visit_route_order=2, market_position="scattered")
    return register_root


def visit(root: Path, number: int, customer: str, day: str, **line: Any) -> None:
    written = {**LINE, "customer": customer, "start": f"{day}T09:30:00+08:00", **line}
    at = {"visit_date": day, "submitted_at": f"{day}T17:40:00+08:00", "prepared_on": day}
    building.write(root, "visit-report", id=f"VIS-00001{number}", lines=[written], **at)


def sheet(mingbu: Command, day: str = DAY, who: str = CLERK) -> list[dict[str, Any]]:
    result = mingbu("report", "route-sheet", "--who", who, "--period", day, "--format", "json")
    assert (result.status, result.err) == (0, "")
    [table] = result.json["tables"]
    assert table["name"] == f"route-{who}"
    rows: list[dict[str, Any]] = table["rows"]
    return rows


def due(mingbu: Command, day: str = DAY) -> list[str]:
    return [row["customer"] for row in sheet(mingbu, day)]


@pytest.mark.rule("B18")
def test_customers_nobody_visited_are_due_in_the_order_of_the_route(root: Path, mingbu: Command) -> None:
    rows = sheet(mingbu)

    assert [(row["order"], row["customer"]) for row in rows] == [(1, ACTIVE), (2, NOT_RATED), (5, PROSPECT)]
    assert {row["why"] for row in rows} == {"主力客户，尚未走访", "零散客户，尚未走访", "一般客户，尚未走访"}


@pytest.mark.rule("B10", "B18")
@pytest.mark.parametrize(("customer", "days", "last"), [(ACTIVE, 14, "2026-11-06"), (PROSPECT, 30, "2026-10-21"), (NOT_RATED, 90, "2026-08-22")])
def test_a_customer_is_due_on_the_day_its_interval_has_passed(root: Path, mingbu: Command, customer: str, days: int, last: str) -> None:
    visit(root, 1, customer, last)

    assert customer in due(mingbu, DAY)
    assert customer not in due(mingbu, "2026-11-19")
    [row] = [row for row in sheet(mingbu) if row["customer"] == customer]
    assert row["why"].endswith(f"距上次走访 {days} 天，间隔 {days} 天")
    assert row["last"] == last


@pytest.mark.rule("B18")
def test_the_market_position_that_counts_is_the_one_of_the_policy(root: Path, mingbu: Command) -> None:
    """The card says occasional, its sales say key: it is due after two weeks, not after three months."""
    building.edit(root, "customer", ACTIVE, market_position="scattered")
    visit(root, 1, ACTIVE, "2026-11-06")

    assert ACTIVE in due(mingbu)


@pytest.mark.rule("B14", "B18")
def test_an_appointment_is_kept_on_its_day_with_what_was_agreed(root: Path, mingbu: Command) -> None:
    visit(root, 1, PROSPECT, "2026-11-18", next_visit_on=DAY, next_action="带样品。\n请采购部在场。\n")

    [row] = [row for row in sheet(mingbu) if row["customer"] == PROSPECT]

    assert (row["why"], row["last"], row["agreed"]) == ("约定当日走访", "2026-11-18", "带样品。 请采购部在场。")
    assert PROSPECT not in due(mingbu, "2026-11-21")
    assert PROSPECT not in due(mingbu, "2026-11-19")


def test_what_happens_on_the_day_itself_is_not_known_in_its_morning(root: Path, mingbu: Command) -> None:
    visit(root, 1, PROSPECT, DAY, next_visit_on=DAY)

    [row] = [row for row in sheet(mingbu) if row["customer"] == PROSPECT]

    assert (row["why"], row["last"]) == ("一般客户，尚未走访", "")


@pytest.mark.rule("B18")
def test_a_sheet_holds_no_more_than_the_policy_says_and_appointments_come_before(root: Path, mingbu: Command) -> None:
    data, _ = yamlio.read((root / POLICY).read_bytes())
    assert data is not None
    data["route"]["most"] = 2
    building.write_text(root, POLICY, yamlio.dump(data))
    visit(root, 1, PROSPECT, "2026-11-18", next_visit_on=DAY)

    assert due(mingbu) == [ACTIVE, PROSPECT]
    assert "另有 1 家到期，未列入" in mingbu("report", "route-sheet", "--who", CLERK).out


@pytest.mark.rule("B18")
@pytest.mark.parametrize("status", ["suspended", "past", "disposed"])
def test_who_ended_is_never_on_a_sheet(root: Path, mingbu: Command, status: str) -> None:
    visit(root, 1, ACTIVE, "2026-10-01", next_visit_on=DAY)
    building.edit(root, "customer", ACTIVE, status=status, ended_on="2026-11-01", ended_reason="terminated", lifecycle=ABSENT)

    assert due(mingbu) == [NOT_RATED, PROSPECT]


@pytest.mark.rule("B18")
def test_address_contact_and_open_cases_stand_on_the_sheet(root: Path, mingbu: Command) -> None:
    building.write(root, "case", id="CAS-000002", company_name="松墨阀门")
    building.write(root, "case", like="lost", id="CAS-000003", company_name="松墨阀门")

    [row] = [row for row in sheet(mingbu) if row["customer"] == ACTIVE]

    assert {key: row[key] for key in ("address", "contact", "telephone", "cases")} == {
        "address": "杭州市西湖区临溪路 10 号",
        "contact": "闻笛",
        "telephone": "0571-5550 0103",
        "cases": "CAS-000002",
    }


@pytest.mark.rule("B18")
def test_without_a_name_there_is_a_sheet_for_everybody_who_has_somebody_to_visit(root: Path, mingbu: Command) -> None:
    building.edit(root, "customer", PROSPECT, responsible_staff=HEAD)

    tables = mingbu("report", "route-sheet", "--format", "json").json["tables"]

    assert {table["name"]: [row["customer"] for row in table["rows"]] for table in tables} == {
        f"route-{CLERK}": [ACTIVE, NOT_RATED],
        f"route-{HEAD}": [PROSPECT],
    }
    assert sheet(mingbu, who=building.KEEPER) == []


def test_customers_without_a_place_come_last_by_name(root: Path, mingbu: Command) -> None:
    building.edit(root, "customer", ACTIVE, visit_route_order=ABSENT)
    building.edit(root, "customer", NOT_RATED, visit_route_order=ABSENT)

    assert due(mingbu) == [PROSPECT, ACTIVE, NOT_RATED]


@pytest.mark.parametrize("arguments", [["--period", "2026-11"], ["--who", "CUS-000001"], ["--who", "PER-ZZZZZZ"]], ids=str)
def test_a_sheet_is_of_one_day_and_one_person(root: Path, mingbu: Command, arguments: list[str]) -> None:
    for lang in ("zh", "en"):
        result = mingbu("--lang", lang, "report", "route-sheet", *arguments)

        assert (result.status, result.out, len(result.err.splitlines())) == (1, "", 1)
        assert arguments[1] in result.err


def test_a_sheet_is_read_in_english(root: Path, mingbu: Command) -> None:
    result = mingbu("--lang", "en", "report", "route-sheet", "--who", CLERK)

    assert "Key: never visited" in result.out
    assert not_a_value(result.out, root) == set()


@pytest.mark.rule("B18")
def test_two_customers_in_one_place_are_found_and_two_salespeople_may_both_begin_with_one(root: Path, mingbu: Command) -> None:
    def twice() -> list[tuple[str, str]]:
        items = mingbu("check", "--format", "json").json["findings"]
        return [(item["record"], item["message"]) for item in items if item["code"] == "route.order-twice"]

    building.write(root, "customer", like="full", id="CUS-000009", parent_customer=ABSENT, is_branch=False, visit_route_order=1)
    assert twice() == [("CUS-000009", "“客户路序”1 与 松墨阀门 相同，担当都是 纪晓风")]

    building.edit(root, "customer", "CUS-000009", responsible_staff=HEAD)
    assert twice() == []


@pytest.mark.rule("B18")
def test_the_sample_has_sheets_and_no_place_is_taken_twice(mingbu: Command) -> None:
    tables = mingbu("-C", str(building.PROJECT), "report", "route-sheet", "--format", "json").json["tables"]
    items = mingbu("-C", str(building.PROJECT), "check", "--format", "json").json["findings"]

    assert len(tables) >= 5
    assert all(1 <= len(table["rows"]) <= 12 for table in tables)
    assert [item for item in items if item["code"] == "route.order-twice"] == []
