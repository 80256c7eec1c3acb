"""Reports on customer files: changes and corrections, loans, each customer's own file, business, stale files, incidents, notices."""

from __future__ import annotations

import pytest

import building
from building import ACTIVE, BRANCH, CLERK, HEAD, KEEPER, NOT_RATED, OFFICE, PROSPECT
from fielding import DONE, FRIDAY, MONDAY, TUESDAY, customer, line, made, policy, register, report, rows, visit
from mingbu.register import Register
from mingbu.reports import CannotReport


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
