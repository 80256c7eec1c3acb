"""Prospect cases 有望顾客提报: where they go, who signs, in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu import cases, deadlines, duties, organization
from mingbu.calendar import UnknownYear
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Register


@check("case.intake", rules=("D2",))
def cases_come_in_at_an_intake_desk(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D2: a case is taken in by a unit that is an intake desk."""
    for case in register.of("case"):
        unit = register.get(case.data["business_unit"])
        if unit and unit.data.get("intake") is not True:
            yield case.finding("/business_unit", "case.intake", ("D2",), value=register.name_of(unit.id))


@check("case.unserved-region", "case.wrong-branch", rules=("D4",))
def cases_go_to_the_branch_of_their_region(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D4: a case goes to the branch of the region; the longest prefix decides. A region that nobody serves is a doubt."""
    serving = organization.Regions(register)
    for case in register.of("case"):
        departments = serving.of(case.data["region_code"])
        if not departments:
            yield case.finding("/region_code", "case.unserved-region", ("D4",), value=case.data["region_code"])
        routed = case.data.get("routed_to_branch")
        allowed = {branch for department in departments for branch in organization.branches(register, department)}
        if departments and routed and register.get(routed) and routed not in allowed:
            names = "、".join(sorted(register.name_of(found) for found in departments))
            yield case.finding("/routed_to_branch", "case.wrong-branch", ("D4",), value=register.name_of(routed), expected=names)


@check("case.wrong-office", rules=("D5",))
def cases_are_dispatched_within_the_branch(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D5: the office that a case is dispatched to belongs to the branch that it was routed to."""
    for case in register.of("case"):
        office, branch = case.data.get("assigned_office"), case.data.get("routed_to_branch")
        if office and branch and register.get(office) and branch not in organization.above(register, office):
            yield case.finding("/assigned_office", "case.wrong-office", ("D5",), value=register.name_of(office), other=register.name_of(branch))


@check("case.signer", rules=("D5", "D6"))
def cases_are_signed_by_a_head(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D5: who signs for a case holds the post for it on that day."""
    for case in register.of("case"):
        person, at = case.data.get("signed_by"), case.data.get("signed_at", "")
        if duties.lacks(register, policy, person, "case_signing", at):
            yield case.finding("/signed_by", "case.signer", ("D5",), value=register.name_of(person), date=at[:10])


@check("case.signed-late", "calendar.unknown-year", rules=("D6",))
def cases_are_signed_back_in_time(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D6: an office signs a dispatched case back within the policy's limit (一日内), or says why not."""
    for case in register.of("case"):
        signed, reason = case.data.get("signed_at"), "late_reason" in case.data
        try:
            found = cases.sign_back(policy, case)
        except UnknownYear as unknown:
            if not (signed and reason):
                yield case.finding("/received_at", "calendar.unknown-year", ("D6",), value=str(unknown.year))
            continue
        if found is None or not found.is_late(today) or (signed and reason):
            continue
        day = found.done_on or today
        at = "/received_at" if found.done_on is None else "/signed_at" if signed and signed[:10] == day.isoformat() else "/returned_at"
        yield case.finding(at, "case.signed-late", ("D6",), due=found.due_on.isoformat(), value=day.isoformat())


@check("case.contact-late", rules=("D7",))
def prospects_are_contacted_soon(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D7: a signed case that nobody has contacted within the policy's days (尽快)."""
    for case in register.of("case"):
        signed = case.data.get("signed_at")
        if signed is None or "first_contact_at" in case.data or case.data["state"] != "negotiating":
            continue
        try:
            due = deadlines.missed(policy, "case.first-contact", signed, today.isoformat())
        except UnknownYear:
            continue
        if due is not None:
            yield case.finding("/signed_at", "case.contact-late", ("D7",), due=due.isoformat())
