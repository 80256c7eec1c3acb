"""Customer files: custodian, contents by nature, surveys, completeness, age."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu import completeness, deadlines, derived, duties
from mingbu.calendar import UnknownYear
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Register

_KEPT = frozenset({"prospect", "active", "suspended", "past"})
"""The states in which a customer's file is kept up (B5): all but those that were disposed of or merged."""


@check("customer.custodian", rules=("B5", "B23"))
def files_have_an_active_custodian(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B23: the custodian of a file holds the post for it today."""
    for customer in register.of("customer"):
        person = customer.data["custodian"]
        if customer.data["status"] in _KEPT and duties.lacks(register, policy, person, "file_keeping", today.isoformat()):
            rules = ("B23",) if customer.data["status"] in {"prospect", "active"} else ("B5", "B23")
            yield customer.finding("/custodian", "customer.custodian", rules, value=register.name_of(person))


@check("customer.situation", rules=("B12",))
def situation_of_trading_is_described(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B12: the fields on the situation of trading are there; an empty list says that there is nothing to tell."""
    found = policy.in_force("profiles")
    asked = found.data["situation"] if found else {"statuses": [], "pointers": []}
    for customer in register.of("customer"):
        for pointer in asked["pointers"] if customer.data["status"] in asked["statuses"] else ():
            if derived.value_of(register, policy, customer, pointer) is None:
                yield customer.finding(pointer, "customer.situation", ("B12",))


@check("customer.profile", rules=("B9",))
def files_hold_what_their_nature_asks(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B9: what customers of a nature need beyond the rest."""
    found = policy.in_force("profiles")
    for row in found.data["profiles"] if found else []:
        for customer in register.of("customer"):
            if customer.data["customer_nature"] == row["nature"] and customer.data["status"] in row["statuses"]:
                for pointer in row["pointers"]:
                    if completeness.is_empty(derived.value_of(register, policy, customer, pointer)):
                        nature = customer.kind.by_pointer["/customer_nature"].node["x-enum"][row["nature"]]
                        yield customer.finding(pointer, "customer.profile", ("B9",), value=(nature[0], nature[1]))


@check("survey.missing", rules=("A13",))
def customers_are_surveyed(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A13: every active customer is covered in the last round that is over."""
    over = deadlines.last_over(policy, "survey.round", today)
    if over is None:
        return
    opened, due = over
    covered = {survey.data["customer"] for survey in register.of("survey") if survey.data["round"] == f"{opened:%Y-%m}"}
    for customer in register.of("customer"):
        traded = customer.data["status"] == "active" and customer.data.get("first_trade_on", "9") < opened.isoformat()
        if traded and customer.id not in covered:
            yield customer.finding("", "survey.missing", ("A13",), value=f"{opened:%Y-%m}", due=due.isoformat())


@check("survey.other-customer", "survey.round", rules=("A14",))
def survey_changes_lead_to_this_card(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A14: the change notice that a survey names is about the same customer; a survey isn't older than its round."""
    for survey in register.of("survey"):
        notice = register.get(survey.data.get("change_notice"))
        if notice and notice.data["customer"] != survey.data["customer"]:
            yield survey.finding("/change_notice", "survey.other-customer", ("A14",), value=register.name_of(notice.data["customer"]))
        if survey.data["surveyed_on"][:7] < survey.data["round"]:
            yield survey.finding("/surveyed_on", "survey.round", ("A13",), value=survey.data["surveyed_on"], other=survey.data["round"])


@check("customer.incomplete", rules=("B6", "B10"))
def files_are_complete_enough(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B6, B10: the completeness of an active customer's file is what the policy asks, of a key customer more."""
    for customer in register.of("customer"):
        score = completeness.of(policy, customer) if customer.data["status"] == "active" else None
        if score is not None and score.percent < score.least:
            yield customer.finding(
                "", "customer.incomplete", ("B6", "B10") if score.is_key else ("B6",), value=f"{score.percent}", limit=f"{score.least}"
            )


@check("customer.stale", rules=("B21",))
def files_are_kept_up(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B21: a file that nobody looked at for so many days is stale."""
    for customer in register.of("customer"):
        if customer.data["status"] != "active":
            continue
        seen, days = completeness.last_seen(register, customer), completeness.stale_after(policy, customer)
        if days is not None and (today - date.fromisoformat(seen)).days > days:
            yield customer.finding("", "customer.stale", ("B21",), value=seen, limit=str(days))


@check("visit.late", "calendar.unknown-year", rules=("B14",))
def visits_are_reported_in_time(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B14: a visit's report is handed in within the policy's days, or says why not."""
    for report in register.of("visit-report"):
        if "late_reason" in report.data:
            continue
        try:
            due = deadlines.missed(policy, "visit.report", report.data["visit_date"], report.data["submitted_at"])
        except UnknownYear as unknown:
            yield report.finding("/visit_date", "calendar.unknown-year", ("B14",), value=str(unknown.year))
            continue
        if due is not None:
            yield report.finding("/submitted_at", "visit.late", ("B14",), due=due.isoformat(), value=report.data["submitted_at"][:10])


@check("sales.month", rules=("B16",))
def sales_lie_within_their_month(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B16: the lines of a month are dated in that month."""
    for record in register.of("sales"):
        for index, line in enumerate(record.data["lines"]):
            if line["date"][:7] != record.data["month"]:
                yield record.finding(f"/lines/{index}/date", "sales.month", ("B16",), value=line["date"], other=record.data["month"])
