"""The watch list: who is on it, by which condition, with which figures and records."""

from __future__ import annotations

from typing import Any

import pytest

import building
import owing
from building import ACTIVE, FILE, TODAY
from mingbu import credit
from mingbu.credit.watch import told
from owing import line


def hits(lines: list[dict[str, Any]], *more: Any, day: str = TODAY, **kwargs: Any) -> dict[str, tuple[list[str], list[str]]]:
    """code → (what held, in words; the records behind it) of the one customer."""
    register = owing.register(lines, *more, **kwargs)
    found = credit.watched(register, owing.on(register, day), register.records[ACTIVE])
    assert credit.watch_list(register, owing.on(register, day)) == ([found] if found else [])
    return {hit.code: ([told(reason, "zh") for reason in hit.reasons], [record.id for record in hit.records]) for hit in found.hits} if found else {}


def investigation(on: str, number: int = 1, **said: Any) -> Any:
    return building.record(
        "credit-investigation",
        building.fields("credit-investigation", **{"id": f"CIV-00000{number}", "credit_file": FILE, "investigated_on": on} | said),
    )


def visit(on: str, stoppage: bool) -> Any:
    return building.record(
        "operation-report", building.fields("operation-report", id="OPR-000001", credit_file=FILE, visited_on=on, stoppage=stoppage)
    )


def report(on: str, topic: str) -> Any:
    return building.record(
        "info-report", building.fields("info-report", id="INF-000001", customer=ACTIVE, topic=topic, reported_at=f"{on}T09:00:00+08:00")
    )


def suit(role: str, status: str) -> list[dict[str, str]]:
    return [{"case_no": "（2026）浙 0106 民初 1 号", "role": role, "status": status}]


def test_nobody_is_watched_where_nothing_holds_or_nothing_is_known() -> None:
    assert hits([line("2026-11-01", "100.00", due_on="2026-12-01")], owing.decision()) == {}
    assert hits([]) == {}


@pytest.mark.rule("E1")
def test_overdue_is_told_with_its_days_and_lines() -> None:
    owed = line("2026-09-01", "100.00", due_on="2026-10-20")

    assert hits([owed], day="2026-11-19") == {}
    assert hits([owed], day="2026-11-20") == {"overdue": (["逾期天数 31，超过 30"], ["SAL-000000"])}


@pytest.mark.rule("E1")
def test_the_use_of_the_limit_is_compared_exactly_and_told_rounded() -> None:
    """90 % of 200,000 is 180,000; a cent more is 90.000005 %."""
    bound, above = line("2026-11-01", "180000.00", due_on="2026-12-01"), line("2026-11-01", "180000.01", due_on="2026-12-01")

    assert hits([bound], owing.decision()) == {}
    assert hits([above], owing.decision()) == {"utilisation": (["限度使用率（%） 90.00，超过 90"], ["CDE-000001"])}


def test_a_limit_of_nothing_that_is_used_is_above_every_bound() -> None:
    found = hits([line("2026-11-01", "1.00", due_on="2026-12-01")], owing.decision(approved_limit="0.00"))

    assert found == {"utilisation": (["限度为零，仍有应收"], ["CDE-000001"])}


def test_a_low_grade_is_watched() -> None:
    assert list(hits([], owing.decision(approved_grade="CC", approved_limit="0.00"))) == ["low_grade"]


@pytest.mark.rule("E1")
def test_the_newest_investigation_decides() -> None:
    bad, good = investigation("2026-03-01", dishonest_list=True, abnormal_list=True), investigation("2026-08-01", 2)

    assert hits([], bad) == {
        "dishonest": (["列入失信被执行人名单：是（应为是）"], ["CIV-000001"]),
        "abnormal": (["列入经营异常名录：是（应为是）"], ["CIV-000001"]),
    }
    assert hits([], bad, good) == {}
    assert hits([], bad, good, day="2026-07-31") != {}, "of that day"


def test_an_old_investigation_counts_no_more() -> None:
    """Investigations count for 24 months."""
    assert list(hits([], investigation("2024-11-20", dishonest_list=True))) == ["dishonest"]
    assert hits([], investigation("2024-11-19", dishonest_list=True)) == {}


@pytest.mark.parametrize(
    ("role", "status", "open_"),
    [("defendant", "pending", True), ("person_enforced", "in_enforcement", True), ("defendant", "settled", False), ("plaintiff", "pending", False)],
)
def test_a_suit_against_the_customer_is_watched_until_it_is_over(role: str, status: str, open_: bool) -> None:
    assert ("litigation" in hits([], investigation("2026-08-01", litigation=suit(role, status)))) is open_


def test_litigation_that_was_reported_is_watched() -> None:
    assert hits([], report("2026-09-01", "litigation"))["litigation"][1] == ["INF-000001"]


@pytest.mark.parametrize(
    ("visited", "stopped", "heard", "expected"),
    [("2026-08-01", True, None, ["OPR-000001"]), ("2026-08-01", False, "2026-09-01", ["INF-000001"]), ("2026-09-02", False, "2026-09-01", [])],
)
def test_the_newest_word_on_a_stoppage_counts(visited: str, stopped: bool, heard: str | None, expected: list[str]) -> None:
    found = hits([], visit(visited, stopped), *([report(heard, "shutdown")] if heard else []))

    assert found.get("stoppage", ([], []))[1] == expected


@pytest.mark.parametrize(("field", "watched"), [("法定代表人", True), ("股东及持股比例", True), ("传真", False)])
def test_a_change_of_legal_representative_or_owners_is_watched_for_six_months(field: str, watched: bool) -> None:
    said = {"id": "CHN-000001", "customer": ACTIVE, "raised_on": "2026-05-20", "items": [{"field": field, "after": "闻笛"}]}
    notice = building.record("change-notice", building.fields("change-notice", **said))

    assert ("registration" in hits([], notice)) is watched
    assert hits([], notice, day="2026-11-21") == {}
    assert list(hits([], report("2026-06-01", "ownership_change"))) == ["registration"]


def test_who_is_gone_is_watched_only_while_something_is_open() -> None:
    gone = {"status": "past", "ended_on": "2026-10-01", "ended_reason": "terminated", "lifecycle": building.ABSENT}
    owed = line("2026-09-01", "100.00", due_on="2026-09-20")

    assert list(hits([owed], customer=gone)) == ["overdue"]
    assert hits([owed | {"paid": "100.00", "paid_on": "2026-11-01"}], investigation("2026-08-01", dishonest_list=True), customer=gone) == {}
