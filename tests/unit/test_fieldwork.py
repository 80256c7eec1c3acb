"""Reports of the field: visits in time or late with reason, survey rounds, urgent information until it is answered."""

from __future__ import annotations

from typing import Any

import pytest

import building
from building import ACTIVE, BOSS, BRANCH, CLERK, NOT_RATED, OFFICE, PROSPECT
from fielding import DONE, FRIDAY, MONDAY, TUESDAY, customer, line, made, register, report, rows, visit
from mingbu.register import Register
from mingbu.reports import CannotReport


def visits() -> Register:
    """In time on the limit itself, over a weekend; late with a reason; late without; two customers in one report; one not on record."""
    return register(
        visit(1, FRIDAY, MONDAY, line(order_amount="1000.50"), line(PROSPECT, collected_amount="20.00")),
        visit(2, FRIDAY, TUESDAY, line(order_amount="0.25"), late_reason="返程延误。", salesperson=BOSS, owner_department=BRANCH),
        visit(3, MONDAY, "2026-11-12", line("望舒机械厂", purpose="new_business", result="no_progress")),
        visit(4, "2026-10-30", "2026-10-30"),
    )


@pytest.mark.rule("B14")
def test_a_daily_report_is_in_time_or_late_with_its_reason() -> None:
    late = report("visits-late", visits(), "2026-11")["late"]

    assert rows(late, "report", "due_on", "submitted_on", "late", "reason") == [
        ("VIS-000002", MONDAY, TUESDAY, 1, "返程延误。"), ("VIS-000003", TUESDAY, "2026-11-12", 2, "没有说明"),
    ]  # fmt: skip


@pytest.mark.rule("B14", "B15")
@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        ("salesperson", [(CLERK, 2, 3, 1, 1, 0), (BOSS, 1, 1, 0, 1, 1)]),
        ("day", [(FRIDAY, 2, 3, 1, 1, 1), (MONDAY, 1, 1, 0, 1, 0)]),
        ("department", [(BRANCH, 1, 1, 0, 1, 1), (OFFICE, 2, 3, 1, 1, 0)]),
    ],
)
def test_visits_are_counted_by_person_day_and_department(axis: str, expected: list[Any]) -> None:
    table = report("visits", visits(), "2026-11", by=axis)[axis]

    assert rows(table, axis, "reports", "visits", "in_time_count", "late_count", "late_with_reason") == expected
    assert [table.totals[key] for key in ("reports", "visits", "in_time_count", "late_count", "late_with_reason")] == [3, 4, 1, 2, 1]
    assert (table.totals["orders"], table.totals["collections"]) == ("1000.75", "20.00")


@pytest.mark.rule("B14", "B15")
def test_visits_by_customer_name_those_that_are_not_on_record_and_do_not_add_up_reports() -> None:
    table = report("visits", visits(), "2026-11", by="customer")["customer"]

    assert sorted(rows(table, "customer", "prospect", "reports", "visits", "orders")) == [
        ("", "望舒机械厂", 1, 1, "0.00"), (ACTIVE, "", 2, 2, "1000.75"), (PROSPECT, "", 1, 1, "0.00"),
    ]  # fmt: skip
    assert "reports" not in table.totals and table.totals["visits"] == 4
    assert any("日报 3 份，访问客户 3 家" in zh for zh, _ in table.notes)


@pytest.mark.rule("B14")
def test_a_visit_that_was_agreed_is_missed_once_its_day_is_over_and_moved_where_it_came_later() -> None:
    agreed = line(next_visit_on="2026-11-11", next_action="寄送样本。")
    moved = line(PROSPECT, next_visit_on="2026-11-11")
    found = register(visit(1, FRIDAY, FRIDAY, agreed, moved), visit(2, "2026-11-13", "2026-11-13", line(PROSPECT)))

    on_the_limit, after = (report("visits-late", found, "2026-11", today=day) for day in ("2026-11-12", "2026-11-13"))
    assert on_the_limit["missing"].rows == []
    assert rows(after["missing"], "customer", "planned_on", "due_on", "late", "action") == [(ACTIVE, "2026-11-11", "2026-11-12", 1, "寄送样本。")]
    assert rows(after["moved"], "customer", "visited_on", "late") == [(PROSPECT, "2026-11-13", 1)]
    assert report("visits", found, "2026-11")["salesperson"].totals["missed"] == 1


@pytest.mark.rule("B17")
def test_an_urgent_report_is_open_until_it_is_answered_and_stands_before_the_others() -> None:
    urgent = {"report_class": "urgent", "urgency": "high", "occurred_at": "2026-11-16T08:00:00+08:00",
              "discovered_at": "2026-11-16T09:00:00+08:00", "reported_at": "2026-11-16T10:00:00+08:00"}  # fmt: skip
    answered = {"answered_on": "2026-11-19", "answer": "停止发货。"}
    found = register(
        made("info-report", 1, reported_at="2026-11-02T10:00:00+08:00"),
        made("info-report", 2, **urgent, impact_amount="5000.00"),
        made("info-report", 3, **urgent, **answered),
    )

    before, after = (report("information-reports", found, today=day) for day in ("2026-11-18", "2026-11-19"))
    assert rows(before["open"], "report", "due_on", "days", "in_time", "affected") == [
        ("INF-000002", "2026-11-17", 2, "逾期", "5000.00"), ("INF-000003", "2026-11-17", 2, "逾期", ""), ("INF-000001", "", 16, "", ""),
    ]  # fmt: skip
    assert rows(after["open"], "report") == [("INF-000002",), ("INF-000001",)]
    assert rows(after["classes"], "class", "made", "answered", "unanswered", "average") == [("紧急", 2, 1, 1, "3.0"), ("日常", 1, 0, 1, "")]
    assert after["classes"].totals == after["topics"].totals == {"made": 3, "answered": 1, "unanswered": 2}


def surveys() -> Register:
    """The round of August: one surveyed and changed, one to do, one that came too late to be asked, one that has ended."""
    new = customer(NOT_RATED, first_trade_on="2026-08-10")
    ended = building.record("customer", customer(ACTIVE).data | {"id": "CUS-000009", "ended_on": "2026-08-20"})
    changed = {"result": "changed", "changes": [{"field": "电话", "before": "1", "after": "2"}], "change_notice": "CHN-000001"}
    return register(
        new, ended,
        made("survey", 1, customer=ACTIVE, round="2026-08", surveyed_on="2026-08-12", **changed),
        made("survey", 2, customer=NOT_RATED, round="2026-08", surveyed_on="2026-08-13"),
        made("survey", 3, customer=PROSPECT, round="2026-02", surveyed_on="2026-02-13"),
        made("change-notice", 1, raised_on="2026-08-12", source="survey", handled_on="2026-08-20", **DONE),
    )  # fmt: skip


@pytest.mark.rule("A13")
def test_a_round_asks_for_customers_traded_with_before_it_and_lists_those_still_to_be_surveyed() -> None:
    found = report("survey-round", surveys(), "2026-08", today="2026-09-04")

    assert rows(found["round"], "to_survey", "done", "left", "coverage") == [(2, 1, 1, "50.0")]
    assert rows(found["to-do"], "customer", "department", "responsible", "due_on", "overdue") == [(PROSPECT, OFFICE, CLERK, "2026-08-31", 4)]
    assert rows(found["departments"], "department", "to_survey", "done", "left", "changed", "coverage") == [(OFFICE, 2, 1, 1, 1, "50.0")]
    assert rows(found["surveyors"], "responsible", "left") == [(CLERK, 1)]
    assert any("另有 1 户" in zh for zh, _ in found["round"].notes)


@pytest.mark.rule("A13")
@pytest.mark.parametrize(("today", "name", "left"), [("2026-02-01", "2026-02", 3), ("2026-07-31", "2026-02", 2), ("2026-08-01", "2026-08", 3)])
def test_the_round_of_today_is_the_last_one_that_has_opened(today: str, name: str, left: int) -> None:
    found = report("survey-round", surveys(), today=today)

    assert name in found["round"].title[0]
    assert len(found["to-do"].rows) == left


@pytest.mark.rule("A13")
@pytest.mark.parametrize(("period", "key"), [("2026-07", "error.report-round"), ("2026", "error.report-round"), ("2027-02", "error.report-ahead")])
def test_a_month_without_a_round_is_refused(period: str, key: str) -> None:
    with pytest.raises(CannotReport, match=key):
        report("survey-round", surveys(), period)


@pytest.mark.rule("A14")
def test_a_survey_that_found_something_changed_shows_when_it_reached_the_card() -> None:
    before, after = (report("survey-round", surveys(), "2026-08", today=day)["changed"] for day in ("2026-08-19", "2026-08-20"))

    assert rows(before, "survey", "fields", "notice", "corrected_on", "reached", "days") == [
        ("SUR-000001", "电话", "CHN-000001", "", "未到原簿", 7),
    ]  # fmt: skip
    assert rows(after, "notice_state", "corrected_on", "reached", "days") == [("已处理", "2026-08-20", "原簿已更正", 0)]
