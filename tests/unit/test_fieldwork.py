"""Reports of the field: visits in time or late with reason, survey rounds, urgent information, changes, loans, the customer's own file."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import building
from building import ABSENT, ACTIVE, BOSS, BRANCH, CLERK, COMPANY, HEAD, KEEPER, NOT_RATED, OFFICE, PROJECT, PROSPECT, SCHEMAS
from mingbu import yamlio
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports import REPORTS, Asked, CannotReport, Table

DONE = {"state": "handled", "handled_by": HEAD, "handling": "已更正。"}
NAMES = {ACTIVE: "松墨阀门", PROSPECT: "云栖电机", NOT_RATED: "竹屿环保"}


def known() -> list[Record]:
    """A branch with an office, four people, three customers that have traded with us since 2024, and the sample's deadlines."""
    units = {COMPANY: ("company", ABSENT), BRANCH: ("branch", COMPANY), OFFICE: ("office", BRANCH)}
    found = [
        building.record("department", building.fields("department", id=key, code=key[-1], name=f"部门{key[-1]}", level=level, parent=parent))
        for key, (level, parent) in units.items()
    ]
    people = {CLERK: [building.post("salesperson")], HEAD: [building.post("office_head"), building.post("finance_head", COMPANY)],
              KEEPER: [building.post("archivist", COMPANY)], BOSS: [building.post("salesperson", BRANCH)]}  # fmt: skip
    found += [building.record("person", building.fields("person", id=key, name=f"员工{key[-1]}", posts=posts)) for key, posts in people.items()]
    found += [customer(key) for key in NAMES]
    return [*found, *(policy(topic) for topic in ("deadlines", "duties"))]


def policy(topic: str) -> Record:
    """The sample's."""
    data, faults = yamlio.read((PROJECT / f"records/policy/{topic}/2024-01-01.yml").read_bytes())
    assert data is not None and not faults
    return building.record(f"policy-{topic}", data)


def customer(key: str, **said: Any) -> Record:
    shared = {"short_name": NAMES[key], "legal_name": f"{NAMES[key]}有限公司", "department": OFFICE, "responsible_staff": CLERK, "status": "active"}
    return building.record("customer", building.fields("customer", id=key, **shared | {"first_trade_on": "2024-03-01"} | said))


def made(kind: str, number: int, **said: Any) -> Record:
    prefix = SCHEMAS.kinds[kind].prefix
    return building.record(kind, building.fields(kind, id=f"{prefix}-{number:06d}", **said))


def line(who: str = ACTIVE, **said: Any) -> dict[str, Any]:
    named = {"customer": who} if who in NAMES else {"prospect_name": who}
    shared = {"start": "2026-11-18T09:30:00+08:00", "channel": "visit", "purpose": "routine", "content": "了解用泵计划。", "result": "progress"}
    return named | shared | said


def visit(number: int, day: str, submitted: str, *lines: dict[str, Any], **said: Any) -> Record:
    told = {"salesperson": CLERK, "owner_department": OFFICE, "visit_date": day, "submitted_at": f"{submitted}T18:00:00+08:00"}
    return made("visit-report", number, **told | said, lines=list(lines) or [line()])


def register(*more: Record) -> Register:
    return Register(PROJECT, SCHEMAS, {record.id: record for record in (*known(), *more)}, ())


def report(name: str, found: Register, period: str | None = None, today: str = "2026-11-20", **asked: Any) -> dict[str, Table]:
    what, day = REPORTS[name], date.fromisoformat(today)
    meant = what.meant(Asked(Period.of(period) if period else None, **asked), day)
    return {table.name: table for table in what.tables(found, Policy(found, day), meant)}


def rows(table: Table, *names: str) -> list[tuple[Any, ...]]:
    """These columns of each row; of a text in two languages the Chinese one."""
    return [tuple(row[name][0] if isinstance(row[name], tuple) else row[name] for name in names) for row in table.rows]


# Daily reports: Friday 2026-11-06 is due on Monday, one working day after.
FRIDAY, MONDAY, TUESDAY = "2026-11-06", "2026-11-09", "2026-11-10"


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


@pytest.mark.rule("A15", "A18")
def test_notices_of_changes_are_open_with_their_age_and_late_after_ten_working_days() -> None:
    found = register(
        made("change-notice", 1, raised_on="2026-11-02", source="visit"),
        made("change-notice", 2, raised_on="2026-11-02", source="visit", handled_on="2026-11-16", **DONE),
        made("change-notice", 3, raised_on="2026-11-02", source="survey", handled_on="2026-11-17", **DONE),
    )

    there = report("change-notices", found)
    assert rows(there["open"], "notice", "due_on", "days", "in_time") == [("CHN-000001", "2026-11-16", 18, "逾期")]
    assert rows(there["handled"], "notice", "taken", "in_time") == [("CHN-000002", 14, "按时"), ("CHN-000003", 15, "逾期")]
    assert there["sources"].totals == {"open": 1, "handled": 2, "late": 2}
    assert len(report("change-notices", found, today="2026-11-16")["open"].rows) == 2, "handled later: open on that day"


@pytest.mark.rule("C10")
def test_what_customers_ask_to_be_corrected_is_in_hand_until_it_is_answered() -> None:
    asked = {"received_at": "2026-10-12T09:00:00+08:00"}
    found = register(
        made("correction-request", 1, **asked),
        made("correction-request", 2, **asked, state="refused", refused_reason="证照相符。", answered_on="2026-10-14"),
    )

    there = report("corrections", found)
    assert rows(there["open"], "correction", "days", "in_time") == [("COR-000001", 39, "逾期")]
    assert rows(there["answered"], "correction", "taken", "in_time", "outcome", "reason") == [("COR-000002", 2, "按时", "不予更正", "证照相符。")]
    assert there["states"].totals == {"count": 2, "late": 1}


@pytest.mark.rule("A7", "A8", "E11")
def test_loans_show_what_is_out_and_by_whose_permission() -> None:
    lent = {"form": "loan", "lent_at": "2026-11-02T09:00:00+08:00", "due_on": "2026-11-09", "archivist": KEEPER}
    back = {"returned_at": "2026-11-10T09:00:00+08:00", "condition_on_return": "good"}
    asked = {"is_responsible": False, "approver": HEAD}
    found = register(
        made("access-request", 1, **lent),
        made("access-request", 2, **lent, **asked, approved_on="2026-11-02", **back),
        made("access-request", 3, **lent, **asked, approved_on="2026-11-03", **back),
        made("access-request", 4),
    )

    there = report("loans", found)
    assert rows(there["out"], "request", "days", "overdue", "permission") == [("ACC-000001", 18, 11, "担当本人，无需同意")]
    assert rows(there["returned"], "request", "late", "condition", "permission") == [
        ("ACC-000002", 1, "完好", "财务科已同意"), ("ACC-000003", 1, "完好", "借出后才同意"),
    ]  # fmt: skip
    assert there["departments"].totals == {"out": 1, "out_overdue": 1, "returned": 2, "returned_late": 2, "not_good": 0, "unpermitted": 1}


def file_of_active() -> Register:
    """Something of everything about one customer, and a visit to another."""
    return register(
        visit(1, FRIDAY, MONDAY, line(order_amount="10.00"), line(PROSPECT)),
        visit(2, MONDAY, MONDAY, line(purpose="complaint", complaint_ref="KS-1")),
        visit(3, TUESDAY, TUESDAY, line(PROSPECT)),
        made("info-report", 1, topic="complaint"),
        made("survey", 1, round="2026-08", surveyed_on="2026-08-12"),
        made("change-notice", 1),
        building.record("case", building.fields("case", like="won", id="CAS-000001")),
        made("contract", 1, customer=ACTIVE, contract_no="HZ-1"),
        made("sales", 1, lines=[{"customer": ACTIVE, "product": "PRD-000001", "date": "2026-10-12", "quantity": 4, "amount": "72000.00"}]),
    )


@pytest.mark.rule("B13", "B15")
def test_a_customers_own_file_gathers_everything_about_it_newest_first() -> None:
    there = report("customer-file", file_of_active(), who=ACTIVE)

    assert rows(there["visits"], "report", "date") == [("VIS-000002", MONDAY), ("VIS-000001", FRIDAY)]
    assert rows(there["information"], "report") == [("INF-000001",)]
    assert rows(there["surveys"], "survey", "round") == [("SUR-000001", "2026-08")]
    assert rows(there["notices"], "notice") == [("CHN-000001",)]
    assert rows(there["cases"], "case", "state", "closed_on", "won") == [("CAS-000001", "成交", "2026-06-20", "36000.00")]
    assert rows(there["contracts"], "contract", "contract_no") == [("CON-000001", "HZ-1")]
    assert rows(there["complaints"], "record", "reference") == [("INF-000001", ""), ("VIS-000002", "KS-1")]
    assert rows(there["sales"], "year", "net") == [("2026", "72000.00")]
    assert ("客户全称", "松墨阀门有限公司") in rows(there["facts"], "item", "value")


@pytest.mark.rule("B15")
def test_the_overall_file_has_a_row_for_each_customer_with_what_its_own_file_holds() -> None:
    found = file_of_active()
    overall = report("customer-file", found)["overall"]

    keys = ("visits", "informed", "surveys", "notices", "complaints", "cases", "contracts")
    assert {row["customer"]: tuple(row[key] for key in keys) for row in overall.rows} == {
        ACTIVE: (2, 1, 1, 1, 2, 1, 1), PROSPECT: (2, 0, 0, 0, 0, 0, 0), NOT_RATED: (0,) * 7,
    }  # fmt: skip
    names = {"informed": "information"}
    own = report("customer-file", found, who=ACTIVE)
    row = next(row for row in overall.rows if row["customer"] == ACTIVE)
    assert all(row[key] == len(own[names.get(key, key)].rows) for key in keys)
    with pytest.raises(CannotReport, match="report-customer"):
        report("customer-file", found, who=CLERK)


@pytest.mark.rule("B15", "B16")
def test_the_business_report_tells_visits_orders_sales_and_receipts_of_the_period() -> None:
    sold = {"customer": ACTIVE, "product": "PRD-000001", "quantity": 1}
    lines = [
        sold | {"date": "2026-03-31", "amount": "500.00", "paid": "200.00", "paid_on": "2026-04-02"},
        sold | {"date": "2026-04-05", "amount": "100.10"},
        sold | {"date": "2026-04-06", "amount": "-30.05"},
        sold | {"customer": PROSPECT, "date": "2025-12-30", "amount": "7.00"},
    ]
    found = register(made("sales", 1, lines=lines), visit(1, "2026-04-08", "2026-04-08", line(order_amount="80.00")))

    april = report("business-report", found, "2026-04", today="2026-11-20")
    keys = ("visits", "orders", "sales", "returns", "net", "collections", "outstanding")
    assert rows(april["customers"], "customer", *keys) == [
        (ACTIVE, 1, "80.00", "100.10", "-30.05", "70.05", "200.00", "370.05"),
        (PROSPECT, 0, "0.00", "0.00", "0.00", "0.00", "0.00", "7.00"),
    ]  # fmt: skip
    assert april["customers"].totals["outstanding"] == "377.05"
    year = report("business-report", found, "2026")["months"]
    assert [row["month"] for row in year.rows] == [f"2026-{month:02d}" for month in range(1, 12)]
    assert (year.totals["net"], year.totals["collections"], year.totals["visits"]) == ("570.05", "200.00", 1)


@pytest.mark.rule("A3", "A6")
def test_the_list_of_a_department_is_brief_and_shows_no_whole_telephone_number() -> None:
    found = register(customer(ACTIVE, telephone="0571-55500123"), customer(NOT_RATED, status="past", ended_on="2026-01-05"))
    there = report("department-list", found, who=BRANCH)[f"list-{OFFICE}"]

    assert rows(there, "number", "customer", "telephone") == [(1, ACTIVE, "****0123"), (2, PROSPECT, "")]
    assert "55500123" not in str(there)


@pytest.mark.rule("B21")
def test_files_that_nobody_has_looked_at_for_long_are_listed_sooner_for_key_customers() -> None:
    written = {"prepared_on": "2025-10-16"}  # 400 days before the day of the report; key customers have 250
    key, looked_at = customer(ACTIVE, market_position="key", **written), customer(NOT_RATED, **written | {"prepared_on": "2025-01-02"})
    survey = made("survey", 1, customer=NOT_RATED, surveyed_on="2026-02-10")
    found = register(policy("profiles"), key, looked_at, customer(PROSPECT, **written), survey)

    there, day_after = (report("stale-files", found, today=day) for day in ("2026-11-20", "2026-11-21"))
    assert rows(there["files"], "customer", "seen", "days", "allowed", "over") == [(ACTIVE, "2025-10-16", 400, 250, 150)]
    assert rows(day_after["files"], "customer", "over") == [(ACTIVE, 151), (PROSPECT, 1)]
    assert rows(there["departments"], "department", "customers", "stale") == [(OFFICE, 3, 1)]


@pytest.mark.rule("E12", "A9")
def test_an_incident_stays_on_the_list_until_it_is_closed() -> None:
    done = {"state": "closed", "closed_on": "2026-11-05", "remedy": "补齐。"}
    found = register(made("incident", 1), made("incident", 2, **done))

    there = report("incidents", found, "2026-11")
    assert rows(there["incidents"], "incident", "hours", "days", "closed_on") == [("INC-000001", 0, 191, ""), ("INC-000002", 0, 176, "2026-11-05")]
    assert there["kinds"].totals == {"count": 2, "closed": 1, "not_closed": 1}
    assert rows(report("incidents", found, "2026-05", today="2026-06-01")["incidents"], "closed_on") == [("",), ("",)]


@pytest.mark.rule("C13")
def test_those_who_have_not_been_told_of_changed_measures_are_named() -> None:
    told = [{"customer": ACTIVE, "told_on": "2026-11-05", "channel": "email"}]
    found = register(made("notice", 1, told=told), building.record("regulation", building.fields("regulation", id="REG-000001")))

    there = report("notices-owed", found)
    assert rows(there["changes"], "change", "told", "told_active", "untold") == [("NOT-000001", 1, 1, 2)]
    assert rows(there["untold"], "customer", "days") == [(PROSPECT, 18), (NOT_RATED, 18)]
    assert len(report("notices-owed", found, today="2026-11-04")["untold"].rows) == 3
