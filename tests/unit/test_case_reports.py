"""Reports on cases: months, analysis, sign-backs, first contact, reporters; what was submitted and what the register says now."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import building
from building import BRANCH, COMPANY, GROUP, OFFICE, PROJECT, SCHEMAS
from mingbu import yamlio
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports import REPORTS, Asked, CannotReport, Table, frozen
from running import Command

OTHER, THERE = "DEP-000013", "DEP-000014"
WAYS = ("opening", "new", "reopened", "won", "lost", "carried_over")


def case(number: int, submitted: str, **said: Any) -> Record:
    """A case that was routed on the day, as far as `said` goes on."""
    routed = {"routed_to_branch": BRANCH, "routed_at": f"{submitted}T10:00:00+08:00"} | said
    data = building.fields("case", id=f"CAS-{number:06d}", submitted_at=f"{submitted}T09:00:00+08:00", company_name=f"公司{number}", **routed)
    return building.record("case", data)


def signed(received: str, on: str, **more: Any) -> dict[str, Any]:
    steps = {"assigned_office": OFFICE, "dispatched_at": f"{received}T10:30:00+08:00", "received_at": f"{received}T11:00:00+08:00"}
    return steps | {"signed_by": building.HEAD, "signed_at": f"{on}T17:00:00+08:00", "returned_at": f"{on}T17:30:00+08:00"} | more


def won(on: str, amount: str = "1000.00") -> dict[str, Any]:
    return {"state": "won", "closed_on": on, "won_amount": amount, "win_reason": "service", "cause_detail": "响应快"}


def lost(on: str) -> dict[str, Any]:
    return {"state": "lost", "closed_on": on, "lose_reason": "price", "cause_detail": "价格高"}


def undone(on: str, closed: str, outcome: str = "lost", **more: Any) -> dict[str, Any]:
    return {"date": on, "reason": "重新接洽", "closed_on": closed, "outcome": outcome, **more}


def register(*more: Record) -> Register:
    levels = {GROUP: ("group", None), COMPANY: ("company", GROUP), BRANCH: ("branch", COMPANY), OFFICE: ("office", BRANCH),
              OTHER: ("branch", COMPANY), THERE: ("office", OTHER)}  # fmt: skip
    departments = [
        building.record("department", building.fields("department", id=key, code=key[-6:], name=f"部门{key[-2:]}", level=level,
                                                      **({"parent": parent} if parent else {}), **({"intake": True} if key == COMPANY else {})))
        for key, (level, parent) in levels.items()
    ]  # fmt: skip
    people = [building.record("person", building.fields("person", id=building.CLERK, posts=[building.post("salesperson", OFFICE)]))]
    rules, faults = yamlio.read((PROJECT / "records/policy/deadlines/2024-01-01.yml").read_bytes())
    assert rules is not None and not faults
    records = [*departments, *people, building.record("policy-deadlines", rules), *more]
    return Register(PROJECT, SCHEMAS, {record.id: record for record in records}, ())


def report(name: str, found: Register, period: str | None = None, today: str = "2026-08-20", **asked: Any) -> dict[str, Table]:
    what = REPORTS[name]
    day = date.fromisoformat(today)
    meant = what.meant(Asked(Period.of(period) if period else None, **asked), day)
    return {table.name: table for table in what.tables(found, Policy(found, day), meant)}


def counts(table: Table, *names: str) -> list[list[Any]]:
    return [[row[key] for key in names or WAYS] for row in table.rows]


def eight_cases() -> Register:
    """Reopened, routed elsewhere, closed across months."""
    elsewhere = {"rerouted": [{"date": "2026-05-10", "branch": BRANCH, "office": OFFICE, "reason": "区域"}],
                 "routed_to_branch": OTHER, "routed_at": "2026-05-10T09:00:00+08:00"}  # fmt: skip
    return register(
        case(1, "2026-04-01", **won("2026-04-30", "500.50")),
        case(2, "2026-04-10", **lost("2026-05-05")),
        case(3, "2026-04-20", reopened=[undone("2026-06-03", "2026-05-20")], **won("2026-07-01", "2000.00")),
        case(4, "2026-04-20", reopened=[undone("2026-06-20", "2026-06-02", "won", amount="300.00")]),
        case(5, "2026-04-25", **elsewhere),
        case(6, "2026-05-31", **lost("2026-05-31")),
        case(7, "2026-06-30"),
        case(8, "2026-08-03", **won("2026-08-19")),
    )


@pytest.mark.rule("D8", "D9")
def test_months_add_up_to_the_case_also_after_reopening_and_each_opens_with_what_was_carried_over() -> None:
    found = report("case-months", eight_cases(), "2026")
    table = found["months"]

    assert [row["month"] for row in table.rows] == [f"2026-0{month}" for month in range(1, 9)]
    assert counts(table)[3:] == [[0, 5, 0, 1, 0, 4], [4, 1, 0, 0, 3, 2], [2, 1, 1, 0, 0, 4], [4, 0, 0, 1, 0, 3], [3, 1, 0, 1, 0, 3]]
    assert [table.totals[key] for key in WAYS] == [0, 8, 1, 3, 3, 3]
    assert [row["won_amount"] for row in table.rows][3:] == ["500.50", "0.00", "0.00", "2000.00", "1000.00"]
    assert [row["average_days_to_close"] for row in table.rows][3:] == ["29.0", "18.3", "", "72.0", "16.0"]
    assert [row["win_rate"] for row in table.rows][3:] == ["100.00", "0.00", "", "100.00", "100.00"]
    assert table.totals["win_rate"] == "50.00"


@pytest.mark.rule("D8")
def test_each_case_stands_once_in_the_summary_by_its_state_at_the_end() -> None:
    june = report("case-months", eight_cases(), "2026-06")["cases"]

    assert counts(june, "case", "closed_on", "months_carried") == [
        ["CAS-000003", "", 1], ["CAS-000004", "", 2], ["CAS-000005", "", 2], ["CAS-000007", "", 0],
    ]  # fmt: skip
    assert [row["state"][0] for row in june.rows] == ["接洽"] * 4
    assert [row["note"][0] for row in june.rows] == ["2026-06-03 重新接洽", "2026-06-20 重新接洽", "2026-05-10 由部门04改派", ""]
    assert [row["branch"] for row in june.rows] == [BRANCH, BRANCH, OTHER, BRANCH]
    may = report("case-months", eight_cases(), "2026-05")["cases"]
    assert [(row["case"][-1], row["state"][0], row["closed_on"]) for row in may.rows] == [
        ("2", "未成交（LOSE）", "2026-05-05"), ("3", "未成交（LOSE）", "2026-05-20"), ("4", "接洽", ""), ("5", "接洽", ""),
        ("6", "未成交（LOSE）", "2026-05-31"),
    ]  # fmt: skip


@pytest.mark.rule("D8", "D9")
@pytest.mark.parametrize("axis", ["source", "product", "branch", "office", "reporter", "department", "unit"])
def test_every_axis_adds_up_to_the_months(axis: str) -> None:
    found = report("case-months", eight_cases(), "2026", by=axis)
    by, months = found[f"by-{axis}"], found["months"]

    for name in WAYS:
        assert sum(row[name] for row in by.rows) == months.totals[name] == by.totals[name]
    assert [by.totals[key] for key in ("signed_on_time_rate", "win_rate", "won_amount")] == [
        months.totals[key] for key in ("signed_on_time_rate", "win_rate", "won_amount")
    ]


@pytest.mark.rule("D4", "D9")
def test_a_case_routed_elsewhere_leaves_one_branch_and_comes_to_the_other() -> None:
    flows = ("opening", "new", "transferred_in", "won", "lost", "carried_over", "transferred_out")
    by = report("case-months", eight_cases(), "2026-05", by="branch")["by-branch"]

    assert {row["key"]: [row[key] for key in flows] for row in by.rows} == {BRANCH: [4, 1, 0, 0, 3, 1, 1], OTHER: [0, 0, 1, 0, 0, 1, 0]}
    there = report("case-months", eight_cases(), "2026", who=OTHER)["months"]
    assert counts(there, *flows)[3:6] == [[0] * 7, [0, 0, 1, 0, 0, 1, 0], [1, 0, 0, 0, 0, 1, 0]]
    whole = report("case-months", eight_cases(), "2026", who=COMPANY)["months"]
    assert [whole.totals[key] for key in WAYS] == [0, 8, 1, 3, 3, 3] and "transferred_in" not in whole.totals


def test_a_month_that_is_not_over_counts_to_today_and_what_has_not_begun_is_not_listed() -> None:
    table = report("case-months", eight_cases(), "2026-H2", today="2026-08-18")["months"]

    assert counts(table) == [[4, 0, 0, 1, 0, 3], [3, 1, 0, 0, 0, 4]]
    assert len(table.notes) == 4 and "2026-08-18" in table.notes[2][1] and "2026-08-18" in table.notes[3][1]
    assert report("case-months", eight_cases(), "2027")["months"].rows == []
    assert report("case-months", eight_cases())["months"].rows[0]["month"] == "2026-07"
    with pytest.raises(CannotReport):
        report("case-months", eight_cases(), who=building.CLERK)


@pytest.mark.rule("D6")
def test_sign_backs_count_in_the_month_in_which_they_were_due() -> None:
    found = register(
        case(1, "2026-04-30", **signed("2026-04-30", "2026-05-07")),
        case(2, "2026-05-08", **signed("2026-05-08", "2026-05-09")),
        case(3, "2026-05-14", **signed("2026-05-14", "2026-05-15", returned_at="2026-05-18T09:00:00+08:00")),
        case(4, "2026-05-28", **signed("2026-05-28", "", signed_by=building.ABSENT, signed_at=building.ABSENT, returned_at=building.ABSENT)),
    )  # fmt: skip
    april, may = report("case-months", found, "2026-04", "2026-05-29")["months"], report("case-months", found, "2026-05", "2026-05-29")["months"]
    assert (april.rows[0]["signed_on_time_rate"], april.rows[0]["late"]) == ("", ())
    assert (may.rows[0]["signed_on_time_rate"], may.rows[0]["late"]) == ("33.33", ("CAS-000001", "CAS-000003"))
    june = report("case-months", found, "2026-05", "2026-06-01")["months"]
    assert (june.rows[0]["signed_on_time_rate"], june.rows[0]["late"]) == ("25.00", ("CAS-000001", "CAS-000003", "CAS-000004"))

    listed = report("case-sign-back", found, "2026-05", "2026-06-01")["sign-back"]
    assert [(row["case"][-1], row["due_on"], row["days_late"], row["in_time"][1]) for row in listed.rows] == [
        ("3", "2026-05-15", 3, "Late"), ("4", "2026-05-29", 3, "Overdue"), ("1", "2026-05-06", 1, "Late"),
    ]  # fmt: skip
    waits = report("case-sign-back", found, "2026-04", "2026-05-29")["sign-back"]
    assert [(row["case"][-1], row["in_time"][1]) for row in waits.rows] == [("4", "Not due yet")]


def test_a_case_whose_limit_cannot_be_counted_stands_in_no_rate_and_a_note_says_so() -> None:
    found = register(case(1, "2029-04-02", **signed("2029-04-02", "2029-04-20")))

    table = report("case-months", found, "2029-04", "2029-05-02")["months"]
    assert (table.rows[0]["signed_on_time_rate"], table.rows[0]["late"]) == ("", ())
    assert "2029" in table.notes[-1][0]


@pytest.mark.rule("D7")
def test_signed_cases_that_nobody_contacted_are_told_with_their_age() -> None:
    found = register(
        case(1, "2026-05-11", **signed("2026-05-11", "2026-05-12")),
        case(2, "2026-05-11", **signed("2026-05-11", "2026-05-12"), first_contact_at="2026-05-13T09:00:00+08:00"),
        case(3, "2026-05-11", **signed("2026-05-11", "2026-05-12"), **lost("2026-05-14")),
        case(4, "2026-05-14", **signed("2026-05-14", "2026-05-15")),
    )
    table = report("case-contact", found, today="2026-05-18")["contact"]

    assert counts(table, "case", "due_on", "age_days", "days_late") == [["CAS-000001", "2026-05-15", 6, 3], ["CAS-000004", "2026-05-20", 3, 0]]


@pytest.mark.rule("D1")
def test_reporters_are_told_with_what_became_of_their_cases() -> None:
    found = report("case-reporters", eight_cases(), "2026")
    names = ("reported", "won", "lost", "open", "win_rate")

    assert counts(found["reporters"], "reporter", "department", *names) == [[building.CLERK, OFFICE, 8, 3, 2, 3, "60.00"]]
    assert counts(found["departments"], "key", *names) == [[OFFICE, 8, 3, 2, 3, "60.00"]]
    assert counts(report("case-reporters", eight_cases(), "2026-05")["reporters"], *names) == [[1, 0, 1, 0, "0.00"]]


def analysis_note(**more: Any) -> Record:
    said = {"report": "case-analysis", "period": "2026-05", "department": COMPANY, "texts": [{"slot": "losses", "text": "价格偏高。"}]} | more
    return building.record("report-note", building.fields("report-note", **said))


@pytest.mark.rule("D10", "D11")
def test_the_analysis_has_reasons_texts_anomalies_and_measures() -> None:
    measures = [{"content": "谈两家膜片供方", "owner": building.HEAD, "due_on": "2026-06-30"}]
    abnormal = case(9, "2026-05-02", abnormal=True, anomaly_note="业主换人")
    quiet = case(10, "2026-05-03", abnormal=True, anomaly_note="重复", **lost("2026-05-04"))
    found = report(
        "case-analysis", eight_cases().with_new(abnormal).with_new(quiet).with_new(analysis_note(measures=measures)), "2026-05", who=COMPANY
    )

    assert [(row["outcome"][1], row["reason"][1], row["cases"], row["won_amount"]) for row in found["reasons"].rows] == [
        ("Lost", "Price", 3, "0.00"), ("Lost", "Not said", 1, "0.00"),
    ]  # fmt: skip
    assert [(row["case"][-2:], row["analysis"]) for row in found["closed"].rows] == [
        ("10", "价格高"), ("02", "价格高"),
        ("03", ("2026-06-03 重新接洽，本次结案已撤销", "reopened on 2026-06-03, so this closing was undone")), ("06", "价格高"),
    ]  # fmt: skip
    assert counts(found["anomalies"], "case", "days_open", "explanation") == [["CAS-000009", 29, "业主换人"]]
    assert counts(found["open"], "case") == [["CAS-000004"], ["CAS-000005"], ["CAS-000009"]]
    assert counts(found["measures"], "content", "owner", "due_on", "done_on") == [["谈两家膜片供方", building.HEAD, "2026-06-30", ""]]
    assert "differences" not in found


def submission(found: Register, name: str, period: str, day: str) -> Record:
    tables = report(name, found, period, day, who=COMPANY)
    figures = frozen.figures_of(tables.values())
    said = {"id": "SUB-000009", "report": name, "period": period, "department": COMPANY, "as_of": day, "submitted_on": day, "figures": figures}
    return building.record("submission", building.fields("submission", **said, sha256="0" * 64))


@pytest.mark.rule("D9")
@pytest.mark.parametrize("name", ["case-analysis", "case-months"])
def test_a_later_month_agrees_with_what_was_submitted_or_names_the_cases(name: str) -> None:
    before = eight_cases()
    handed_in = submission(before, name, "2026-05", "2026-05-31")
    assert "differences" not in report("case-analysis", before.with_new(handed_in), "2026-06", who=COMPANY)

    rewritten = before.with_new(handed_in).with_new(case(2, "2026-04-10")).with_new(case(5, "2026-06-01"))
    found = report("case-analysis", rewritten, "2026-06", who=COMPANY)["differences"]
    assert [(row["figure"][1], row["then"], row["now"], row["more"], row["fewer"]) for row in found.rows] == [
        ("Opening", "4", 3, (), ()),
        ("Lost", "3", 2, (), ("CAS-000002",) if name == "case-analysis" else ()),  # the summary doesn't list which were closed
        ("Carried over", len({"CAS-000004", "CAS-000005"}), 2, ("CAS-000002",), ("CAS-000005",)),
    ]
    assert found.notes
    assert "differences" not in report("case-analysis", rewritten, "2026-05", who=COMPANY)


def test_late_cases_are_a_list_of_ids_in_json_and_names_in_text(register_root: Any, mingbu: Command) -> None:
    building.edit(register_root, "case", building.CASE, routed_to_branch=BRANCH, routed_at="2026-10-08T09:00:00+08:00",
                  **signed("2026-10-08", "2026-10-12"), late_reason="出差", submitted_at="2026-10-08T08:00:00+08:00")  # fmt: skip
    found = mingbu("report", "case-months", "--format", "json").json

    assert found["period"] == "2026-10"
    assert found["tables"][0]["rows"][0]["late"] == [building.CASE]
    assert found["tables"][0]["rows"][0]["win_rate"] is None
    assert {"key": "late", "label": "逾期签回", "unit": "refs"} in found["tables"][0]["columns"]
    assert "青砚机械厂" in mingbu("report", "case-months").out.partition("提报明细")[0]
    assert mingbu("report", "case-months", "--who", "DEP-999999").status == 1
