"""Reading and borrowing files 查阅、借阅: permission, who lends, what is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu import duties
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Record, Register


@check("access.no-permission", "access.permitted-late", "access.permitter", rules=("A8",))
def others_need_permission_before_the_loan(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A8: who isn't responsible for the customers needs the finance section's permission, not later than the loan."""
    for request in register.of("access-request"):
        person, day = request.data.get("approver"), request.data.get("approved_on", "")
        if duties.lacks(register, policy, person, "reading_permission", day):
            yield request.finding("/approver", "access.permitter", ("A8",), value=register.name_of(person), date=day)
        if "lent_at" not in request.data or request.data["is_responsible"]:
            continue
        if person is None:
            requester = register.name_of(request.data["requester"])
            yield request.finding("/lent_at", "access.no-permission", ("A8",), requester=requester)
        elif day > request.data["lent_at"][:10]:
            yield request.finding("/approved_on", "access.permitted-late", ("A8",), value=day, start=request.data["lent_at"][:10])


@check("access.not-responsible", rules=("A8",))
def who_claims_responsibility_has_it(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A8: who asks as the responsible person is that of every customer listed; judged while the request is open or written."""
    for request in register.of("access-request"):
        settled = "returned_at" in request.data and not _is_changed(register, request)
        if request.data["is_responsible"] and not settled and (others := _of_others(register, request)):
            names = "、".join(register.name_of(customer) for customer in others)
            requester = register.name_of(request.data["requester"])
            yield request.finding("/is_responsible", "access.not-responsible", ("A8",), value=names, requester=requester)


def _is_changed(register: Register, record: Record) -> bool:
    """Whether the record was written since the base: later, a customer may have passed into other hands."""
    return register.base is not None and (record.id in register.base.before or record.path in register.base.added)


def _of_others(register: Register, request: Record) -> list[str]:
    """The customers asked for that somebody else is responsible for."""
    asked = (register.get(customer) for customer in request.data["customers"])
    return [customer.id for customer in asked if customer and customer.data["responsible_staff"] != request.data["requester"]]


@check("access.self-permitted", rules=("A8",))
def nobody_permits_himself(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A8: who gives the permission isn't who asked for it."""
    for request in register.of("access-request"):
        if request.data.get("approver") == request.data["requester"]:
            yield request.finding("/approver", "access.self-permitted", ("A8",), value=register.name_of(request.data["requester"]))


@check("access.lender", rules=("E11",))
def only_archivists_lend(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E11: the dates of lending and return are written by an archivist."""
    for request in register.of("access-request"):
        person, at = request.data.get("archivist"), request.data.get("lent_at", "")
        if duties.lacks(register, policy, person, "lending", at):
            yield request.finding("/archivist", "access.lender", ("E11",), value=register.name_of(person), date=at[:10])


@check("access.overdue", rules=("E11",))
def loans_come_back(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E11: a loan that is due and not back."""
    for request in register.of("access-request"):
        due = request.data.get("due_on")
        if due and "returned_at" not in request.data and due < today.isoformat():
            yield request.finding("/due_on", "access.overdue", ("E11",), due=due, value=register.name_of(request.data["requester"]))
