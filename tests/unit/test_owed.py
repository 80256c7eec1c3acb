"""What is owed: every deadline of the sample's policy on small registers in memory, its states, and what comes round."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

import building
from building import ACTIVE, BOSS, BRANCH, CLERK, COMPANY, DECISION, FILE, HEAD, KEEPER, OFFICE, PROJECT, SCHEMAS
from mingbu import deadlines, owed, yamlio
from mingbu.labels import catalogue
from mingbu.owed import DONE, DUE, LATE, UPCOMING, Item, Owed, telling, whose
from mingbu.register import Policy, Record, Register

TODAY = date.fromisoformat(building.TODAY)
DAY = timedelta(days=1)


def rules(**changes: dict[str, Any]) -> Record:
    """The sample's deadlines; what="…" changes the row of that name, where - and . are written _."""
    data, faults = yamlio.read((PROJECT / "records/policy/deadlines/2024-01-01.yml").read_bytes())
    assert data is not None and not faults
    rows = [row | changes.get(row["what"].replace("-", "_").replace(".", "_"), {}) for row in data["deadlines"]]
    return building.record("policy-deadlines", data | {"deadlines": rows})


def made(kind: str, /, *, like: str = "minimal", **changes: Any) -> Record:
    minimal, _ = yamlio.read((building.CASES / kind / "good" / f"{like}.yml").read_bytes())
    data = {key: value for key, value in {"schema": f"{kind}/1", **(minimal or {}), **changes}.items() if value is not building.ABSENT}
    return building.record(kind, SCHEMAS.kinds[kind].arrange(data))


def people() -> list[Record]:
    post = building.post
    return [
        made("department", id=COMPANY, code="YB", name="青岚仪表有限公司", level="company", intake=True),
        made("department", id=BRANCH, code="HZ", name="杭州分公司", level="branch", parent=COMPANY),
        made("department", id=OFFICE, code="HZ-XH", name="西湖办事处", level="office", parent=BRANCH),
        made("person", id=CLERK, name="纪晓风", posts=[post("salesperson"), post("finance_clerk", COMPANY)]),
        made("person", id=HEAD, name="林知秋", posts=[post("office_head")]),
        made("person", id=KEEPER, name="沈清禾", posts=[post("credit_administrator", COMPANY)]),
        made("person", id=BOSS, name="高望岳", posts=[post("general_manager", COMPANY)]),
    ]


def register(*records: Record, policy: Record | None = None) -> Register:
    credit, faults = yamlio.read((PROJECT / "records/policy/credit/2025-07-01.yml").read_bytes())
    assert credit is not None and not faults
    every = [*people(), building.record("policy-credit", credit), policy or rules(), *records]
    return Register(PROJECT, SCHEMAS, {record.id: record for record in every}, ())


def listed(*records: Record, on: date = TODAY, policy: Record | None = None, horizon: date | None = None) -> Owed:
    found = register(*records, policy=policy)
    return owed.items(found, Policy(found, on), horizon)


def of(what: str, *records: Record, on: date = TODAY, policy: Record | None = None, horizon: date | None = None) -> list[Item]:
    return [item for item in listed(*records, on=on, policy=policy, horizon=horizon).items if item.what == what]


ACTIVE_CUSTOMER = {"id": ACTIVE, "status": "active", "first_trade_on": "2024-03-01"}
SIGNED = {"id": "CON-000009", "status": "signed", "handler": CLERK, "department": BRANCH, "events": [], "payment_milestones": []}
EACH: dict[str, tuple[list[Record], str, tuple[str, ...]]] = {
    "case.sign-back": (
        [made("case", state="negotiating", routed_to_branch=BRANCH, assigned_office=OFFICE, received_at="2026-11-20T23:59:59+08:00")],
        "2026-11-23",
        (HEAD,),
    ),
    "case.first-contact": ([made("case", state="negotiating", assigned_office=OFFICE, signed_at="2026-09-30T10:00:00+08:00", signed_by=HEAD)],
                           "2026-10-10", (HEAD,)),
    "case.analysis": ([], "2026-12-08", (COMPANY,)),
    "contract.handover": ([made("contract", **SIGNED | {"events": [{"kind": "signing", "formalities_done_on": "2026-08-31"}]})],
                          "2026-09-30", (CLERK,)),
    "contract.archive": ([made("contract", **SIGNED, verified_on="2026-01-31", verified_by=KEEPER)], "2026-02-28", (KEEPER,)),
    "contract.statistics": ([], "2027-01-10", (KEEPER,)),
    "contract.payment": ([made("contract", **SIGNED | {"payment_milestones": [{"due_on": "2026-12-01", "amount": "5.00"}]})],
                         "2026-12-01", (CLERK,)),
    "contract.expiry": ([made("contract", **SIGNED, performance_to="2026-12-31")], "2026-12-31", (CLERK,)),
    "contract.limitation": ([made("contract", **SIGNED, limitation_expires_on="2029-06-30")], "2029-06-30", (CLERK,)),
    "contract.guarantee": ([made("contract", **SIGNED, guarantee={"kind": "suretyship", "expires_on": "2027-03-01"})], "2027-03-01", (CLERK,)),
    "credit.annual-review": (
        [made("customer", **ACTIVE_CUSTOMER), made("credit-file", id=FILE, customer=ACTIVE, custodian=KEEPER),
         made("credit-decision", id=DECISION, credit_file=FILE, valid_from="2026-01-31", valid_to="2026-12-31", approved_grade="A")],
        "2027-01-31",
        (KEEPER,),
    ),
    "credit.yearly-analysis": ([], "2027-01-10", (KEEPER,)),
    "report.measure": ([made("report-note", measures=[{"text": "回访", "owner": CLERK, "due_on": "2026-12-15"}])], "2026-12-15", (CLERK,)),
    "survey.round": ([made("customer", **ACTIVE_CUSTOMER, responsible_staff=CLERK)], "2027-02-28", (CLERK,)),
    "visit.report": ([made("visit-report", visit_date="2026-11-20", submitted_at="2026-11-20T18:00:00+08:00", salesperson=CLERK)],
                     "2026-11-23", (CLERK,)),
    "visit.planned": ([made("customer", **ACTIVE_CUSTOMER),
                       made("visit-report", visit_date="2026-11-01", salesperson=CLERK, lines=[{"customer": ACTIVE, "next_visit_on": "2026-11-27"}])],
                      "2026-11-30", (CLERK,)),
    "info.answer": ([made("info-report", like="urgent", reported_at="2026-11-20T09:00:00+08:00", reported_to=HEAD)], "2026-11-23", (HEAD,)),
    "change.handle": ([made("change-notice", state="open", raised_on="2026-11-20", owner_department=COMPANY)], "2026-12-04", (CLERK,)),
    "customer.removal": ([made("change-notice", kind="ended", state="open", raised_on="2026-11-20", owner_department=COMPANY)],
                         "2026-11-27", (CLERK,)),
    "access.return": ([made("access-request", lent_at="2026-11-10T09:00:00+08:00", due_on="2026-11-24", requester=CLERK)], "2026-11-24", (CLERK,)),
    "correction.answer": ([made("correction-request", received_at="2026-11-20T09:00:00+08:00", received_by=CLERK)], "2026-12-11", (CLERK,)),
    "optout.stop": ([made("consent", statement_kind="opt_out", received_at="2026-11-21T09:00:00+08:00", received_by=CLERK)],
                    "2026-11-21", (CLERK,)),
    "notice.tell": ([made("notice", changed_on="2026-11-20", prepared_by=CLERK, public_on=building.ABSENT)], "2026-12-20", (CLERK,)),
}  # fmt: skip
"""Name → (records that owe it, when it falls due, who owes it)."""


@pytest.mark.rule("A13", "A16", "A18", "B14", "B17", "C10", "C12", "C13", "D6", "D7", "D10", "E4", "E5", "E6", "E7", "E8", "E9", "E11")
@pytest.mark.parametrize("what", EACH)
def test_each_deadline_of_the_sample_is_owed_by_somebody_on_its_day(what: str) -> None:
    records, due_on, owes = EACH[what]

    item = max(of(what, *records), key=lambda item: item.due_on)

    assert (item.due_on.isoformat(), item.owes) == (due_on, owes)
    assert item.rules and item.uid.startswith(f"{what}/{item.subject}")


def test_every_deadline_of_the_sample_is_tried() -> None:
    assert set(EACH) == {row["what"] for row in rules().data["deadlines"]}


@pytest.mark.rule("A13", "A16", "A18", "B14", "B17", "C12", "C13", "D6", "D7", "D10", "E5", "E6", "E7", "E8", "E9")
def test_every_requirement_that_asks_for_a_reminder_has_a_deadline() -> None:
    asked = {name for name, entry in catalogue("requirements").items() if "reminder" in entry["needs"]}
    calendar_of_the_regulations = {"A13", "A16", "B14", "C12", "C13", "D6", "D7", "D10", "E5", "E6", "E7", "E8", "E9"}

    served = {rule for row in rules().data["deadlines"] for rule in row["articles"] if "kind" in row}

    assert asked | calendar_of_the_regulations <= served


# --- states


@pytest.mark.rule("E6")
@pytest.mark.parametrize(
    ("on", "state", "days"),
    [("2026-11-19", UPCOMING, 11), ("2026-11-20", DUE, 10), ("2026-11-30", DUE, 0), ("2026-12-01", LATE, -1), ("2026-12-31", LATE, -31)],
)
def test_the_due_day_is_in_time_and_the_day_after_is_late(on: str, state: str, days: int) -> None:
    contract = made("contract", **SIGNED, verified_on="2026-10-31", verified_by=KEEPER)

    [item] = of("contract.archive", contract, on=date.fromisoformat(on))

    assert (item.state(date.fromisoformat(on)), item.days(date.fromisoformat(on))) == (state, days)


@pytest.mark.parametrize(("archived", "late"), [("2026-11-30", False), ("2026-12-01", True)])
def test_what_is_done_is_done_from_its_day_on_and_may_have_been_late(archived: str, late: bool) -> None:
    contract = made("contract", **SIGNED, verified_on="2026-10-31", archived_on=archived)
    day = date.fromisoformat(archived)

    [item] = of("contract.archive", contract, on=day)

    assert (item.state(day), item.state(day - DAY) != DONE, item.was_late) == (DONE, True, late)


def test_grace_days_put_off_lateness_and_not_the_due_day() -> None:
    policy = rules(contract_archive={"late_after_days": 3})
    contract = made("contract", **SIGNED, verified_on="2026-10-31")

    [item] = of("contract.archive", contract, policy=policy)

    assert item.due_on == date(2026, 11, 30)
    assert [item.state(date(2026, 12, day)) for day in (3, 4)] == [DUE, LATE]


def test_a_contract_without_end_is_never_late() -> None:
    [item] = of("contract.expiry", made("contract", **SIGNED, performance_to="9999-12-31"))

    assert (item.due_on, item.state(TODAY), item.late_from) == (date.max, UPCOMING, date.max)


# --- rounds


def handed_in(report: str, period: str, on: str, department: str = COMPANY) -> Record:
    return made("submission", id=f"SUB-{abs(hash((report, period, department))) % 10**6:06d}", report=report, period=period, department=department,
                submitted_on=on)  # fmt: skip


@pytest.mark.rule("D10")
def test_each_month_owes_its_analysis_since_the_policy_asks_for_it_and_the_next_one() -> None:
    items = of("case.analysis", handed_in("case-analysis", "2026-07", "2026-08-08"), handed_in("case-analysis", "2026-08", "2026-09-09"))

    assert [(item.period, str(item.due_on), item.state(TODAY), item.was_late) for item in items] == [
        ("2026-06", "2026-07-08", LATE, False),
        ("2026-07", "2026-08-08", DONE, False),
        ("2026-08", "2026-09-08", DONE, True),
        ("2026-09", "2026-10-08", LATE, False),
        ("2026-10", "2026-11-08", LATE, False),
        ("2026-11", "2026-12-08", UPCOMING, False),
    ]


@pytest.mark.rule("D10")
def test_another_report_period_or_department_doesnt_settle_a_round() -> None:
    other = [handed_in("contract-statistics", "2026-10", "2026-11-03"), handed_in("case-analysis", "2026-10", "2026-11-03", BRANCH)]

    assert [item.state(TODAY) for item in of("case.analysis", *other) if item.period == "2026-10"] == [LATE]


@pytest.mark.rule("E7", "E8")
def test_periods_of_half_years_and_years_are_those_before() -> None:
    halves = [(item.period, str(item.due_on)) for item in of("contract.statistics")]
    years = [(item.period, str(item.due_on)) for item in of("credit.yearly-analysis")]

    assert halves == [("2024-H2", "2025-01-10"), ("2025-H1", "2025-07-10"), ("2025-H2", "2026-01-10"), ("2026-H1", "2026-07-10"),
                      ("2026-H2", "2027-01-10")]  # fmt: skip
    assert years == [("2024", "2025-01-10"), ("2025", "2026-01-10"), ("2026", "2027-01-10")]


def test_rounds_to_come_are_listed_up_to_the_horizon() -> None:
    items = of("case.analysis", horizon=date(2027, 3, 8))

    assert [str(item.due_on) for item in items if item.due_on > TODAY] == ["2026-12-08", "2027-01-08", "2027-02-08", "2027-03-08"]


@pytest.mark.rule("A13")
@pytest.mark.parametrize(
    ("changes", "rounds"),
    [
        ({}, ["2026-08", "2027-02"]),
        ({"first_trade_on": "2026-07-31"}, ["2026-08", "2027-02"]),
        ({"first_trade_on": "2026-08-01"}, ["2027-02"]),
        ({"first_trade_on": building.ABSENT}, []),
        ({"status": "ended"}, []),
    ],
    ids=["long ago", "before the round opened", "when it had opened", "never traded", "ended"],
)
def test_a_customer_is_surveyed_in_the_last_round_and_the_next_since_it_trades(changes: dict[str, Any], rounds: list[str]) -> None:
    assert [item.period for item in of("survey.round", made("customer", **ACTIVE_CUSTOMER | changes))] == rounds


# --- what comes round again, and what is done by another record


def reviewed(number: int, on: str) -> Record:
    return made("annual-review", id=f"ANR-00000{number}", credit_file=FILE, reviewed_on=on)


def decided(grade: str, **changes: Any) -> list[Record]:
    said = {"id": DECISION, "credit_file": FILE, "valid_from": "2025-12-01", "valid_to": "2026-12-31", "approved_grade": grade, **changes}
    return [made("customer", **ACTIVE_CUSTOMER), made("credit-file", id=FILE, customer=ACTIVE), made("credit-decision", **said)]


@pytest.mark.rule("E9")
@pytest.mark.parametrize(("grade", "due"), [("A", ["2026-12-01"]), ("B", ["2026-06-01"]), ("C", [])])
def test_a_review_falls_due_by_the_grade_in_force(grade: str, due: list[str]) -> None:
    assert [str(item.due_on) for item in of("credit.annual-review", *decided(grade))] == due


@pytest.mark.rule("E9")
def test_a_review_settles_the_one_that_was_due_and_starts_the_next() -> None:
    items = of("credit.annual-review", *decided("A"), reviewed(1, "2026-11-10"))

    assert [(item.uid.rpartition("/")[2], str(item.due_on), str(item.done_on)) for item in items] == [
        (DECISION, "2026-12-01", "2026-11-10"),
        ("ANR-000001", "2027-11-10", "None"),
    ]


@pytest.mark.rule("E9")
def test_a_review_dated_ahead_counts_only_when_its_day_has_come() -> None:
    assert [str(item.due_on) for item in of("credit.annual-review", *decided("A"), reviewed(1, "2026-11-21"))] == ["2026-12-01"]


def planned(number: int, on: str, next_on: str | None, **line: Any) -> Record:
    return made("visit-report", id=f"VIS-00000{number}", visit_date=on, salesperson=CLERK,
                lines=[{"customer": ACTIVE, **line} | ({"next_visit_on": next_on} if next_on else {})])  # fmt: skip


@pytest.mark.rule("B14")
def test_a_planned_visit_is_done_by_a_later_report_on_that_customer() -> None:
    customer = made("customer", **ACTIVE_CUSTOMER)
    plan = planned(1, "2026-11-02", "2026-11-10")

    [open_one], [same_day], [later] = (
        of("visit.planned", customer, plan, *more) for more in ([], [planned(2, "2026-11-02", None)], [planned(2, "2026-11-05", None)])
    )

    assert [item.state(TODAY) for item in (open_one, same_day, later)] == [LATE, LATE, DONE]
    assert (open_one.about, open_one.subject, later.done_on) == (ACTIVE, "VIS-000001", date(2026, 11, 5))


@pytest.mark.rule("B14")
def test_a_planned_visit_to_somebody_off_the_register_could_never_be_settled_and_is_not_owed() -> None:
    line = {"prospect_name": "云栖电机厂", "next_visit_on": "2026-11-10"}
    plan = made("visit-report", visit_date="2026-11-02", salesperson=CLERK, lines=[line])

    assert of("visit.planned", plan) == []


def test_conditions_on_an_entry_look_at_the_entry_first() -> None:
    policy = rules(visit_planned={"while": [{"pointer": "/customer/status", "values": ["active"]}]})
    plan = planned(1, "2026-11-02", "2026-11-10")

    counts = [
        len(of("visit.planned", made("customer", **ACTIVE_CUSTOMER | {"status": status}), plan, policy=policy)) for status in ("active", "ended")
    ]

    assert counts == [1, 0]


# --- who


def test_somebody_who_left_owes_nothing_any_more() -> None:
    left = made("person", id=CLERK, name="纪晓风", posts=[building.post("salesperson")], left_on="2026-11-01")
    slip = made("access-request", lent_at="2026-11-10T09:00:00+08:00", due_on="2026-11-24", requester=CLERK, owner_department=OFFICE)

    [item] = of("access.return", slip, left)

    assert item.owes == (OFFICE,)


def test_a_person_sees_what_the_department_owes_and_a_department_what_its_people_owe() -> None:
    contract = made("contract", **SIGNED, performance_to="2026-12-31")
    found = register(contract)
    items = owed.items(found, Policy(found, TODAY)).items

    def whats(one: str) -> set[str]:
        return {item.what for item in whose.of(found, items, found.records[one], building.TODAY)}

    assert whats(CLERK) == {"contract.expiry", "case.analysis"}  # his own, and the company's, where he has a post
    assert whats(COMPANY) == {"contract.expiry", "case.analysis", "contract.statistics", "credit.yearly-analysis"}
    assert whats(OFFICE) == {"contract.expiry"}
    assert whats(BRANCH) == set()


# --- years that nobody published


def test_what_falls_into_an_unpublished_year_is_named_and_the_rest_is_listed() -> None:
    late = made("correction-request", received_at="2026-12-20T09:00:00+08:00")
    found = listed(late, made("contract", **SIGNED, performance_to="2027-12-31"))

    assert [(one.what, one.subject, one.year) for one in found.uncounted] == [("correction.answer", late.id, 2027)]
    assert any(item.what == "contract.expiry" for item in found.items)


def test_what_is_done_need_not_be_counted() -> None:
    done = made("correction-request", received_at="2026-12-20T09:00:00+08:00", answered_on="2026-12-21")

    assert listed(done, on=date(2026, 12, 31)).uncounted == ()
    assert len(listed(done, on=date(2026, 12, 20)).uncounted) == 1


def test_an_event_on_the_last_day_that_there_is_breaks_nothing() -> None:
    found = listed(made("notice", changed_on="9999-12-31", public_on=building.ABSENT))

    assert [one.what for one in found.uncounted] == ["notice.tell"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_deadline_can_be_said_in_words(lang: Any) -> None:
    for row in rules().data["deadlines"]:
        said = [telling.length(SCHEMAS, row, lang), telling.start(SCHEMAS, row, lang), *telling.who(SCHEMAS, row, "owes", lang),
                *telling.who(SCHEMAS, row, "tell", lang)]  # fmt: skip
        assert all(text and "/" not in text.replace(" / ", "") for text in said), row["what"]


def test_a_deadline_that_was_another_kind_before_counts_by_todays() -> None:
    older = building.record("policy-deadlines", rules(case_sign_back={}).data | {"effective_from": "2023-01-01"})
    rows = [row if row["what"] != "notice.tell" else {"what": "notice.tell", "title": "一", "title_en": "one", "months": [1], "day": 1,
            "reading": "一", "reading_en": "one", "articles": ["C13"]} for row in older.data["deadlines"]]  # fmt: skip
    older = building.record("policy-deadlines", older.data | {"deadlines": rows})
    found = register(older)

    assert deadlines.due(Policy(found, TODAY), "notice.tell", "2023-05-01") == date(2023, 5, 31)
