"""Disclosure, recipients, consent and opt-out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu import privacy
from mingbu.checks.registry import check
from mingbu.findings import Finding, Word
from mingbu.privacy import Matter
from mingbu.register import Policy, Record, Register


@check("privacy.purpose", rules=("C1",))
def data_serve_allowed_purposes(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """C1: a purpose named in a statement, a mandate or a disclosure is one of the policy's."""
    found = policy.in_force("privacy")
    if found is None:
        return
    for kind in ("consent", "recipient"):
        for record in register.of(kind):
            for index, purpose in enumerate(record.data.get("purposes", [])):
                if purpose not in found.data["purposes"]:
                    yield _purpose(record, f"/purposes/{index}", purpose)
    for record in register.of("disclosure"):
        allowed = policy.in_force("privacy", record.data["disclosed_at"][:10]) or found
        if record.data["purpose"] not in allowed.data["purposes"]:
            yield _purpose(record, "/purpose", record.data["purpose"])


def _purpose(record: Record, pointer: str, purpose: str) -> Finding:
    field = record.kind.field_at(pointer)
    pair = field.node["x-enum"][purpose] if field else [purpose, purpose]
    return record.finding(pointer, "privacy.purpose", ("C1",), value=(pair[0], pair[1]))


@check("privacy.recipient", rules=("C5",))
def data_go_to_mandated_recipients(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """C5: data go to companies of the group, or to a third party whose mandate covers them on that day."""
    for record in register.of("disclosure"):
        for matter in _matters(record):
            trouble = privacy.recipient_trouble(register, matter)
            if trouble and not ("legal_basis" in record.data and trouble == "consent.authority"):
                name = register.name_of(matter.recipient)
                yield record.finding("/recipient", "privacy.recipient", ("C5",), value=name, reason=Word(trouble))
                break


@check("privacy.no-consent", "privacy.opted-out", rules=("C4", "C12"))
def data_are_disclosed_with_consent(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """C4, C12: each category was covered by a consent on that day, or a legal duty is cited; nobody opted out is addressed."""
    for record in register.of("disclosure"):
        for index, matter in enumerate(_matters(record)):
            if "legal_basis" in record.data:
                continue
            answer = privacy.consented(register, policy, matter)
            if not answer.allowed and answer.reason != "consent.purpose":
                code, rules = ("privacy.opted-out", ("C12",)) if answer.reason == "consent.opted-out" else ("privacy.no-consent", ("C4",))
                zh, en = register.schemas.codes["data_category"][matter.category]
                yield record.finding(f"/data_categories/{index}", code, rules, value=(zh, en), reason=Word(answer.reason))


def _matters(record: Record) -> list[Matter]:
    data = record.data
    return [
        Matter(data["customer"], category, data["recipient"], data["purpose"], data["disclosed_at"][:10], data.get("channel"))
        for category in data["data_categories"]
    ]


@check("privacy.statement", rules=("C4",))
def a_disclosure_names_a_consent_of_its_customer(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """C4: the statement that a disclosure names is one of the same customer."""
    for record in register.of("disclosure"):
        statement = register.get(record.data.get("consent"))
        if statement and statement.data.get("customer") != record.data["customer"]:
            yield record.finding("/consent", "privacy.statement", ("C4",), value=statement.id)


@check("privacy.stop-late", rules=("C12",))
def use_stops_on_receipt(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """C12: a withdrawal or opt-out stops the use on the day on which it is received."""
    for record in register.of("consent"):
        if record.data["statement_kind"] not in {"withdrawal", "opt_out"}:
            continue
        received, stopped = record.data["received_at"][:10], record.data.get("stopped_at")
        if (stopped[:10] if stopped else today.isoformat()) > received:
            yield record.finding("/stopped_at" if stopped else "/received_at", "privacy.stop-late", ("C12",), due=received)


@check("correction.answer-late", "calendar.unknown-year", rules=("C10",))
def corrections_are_answered(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """C10: a customer's correction is answered within the policy's days."""
    from mingbu import deadlines
    from mingbu.calendar import UnknownYear

    for record in register.of("correction-request"):
        try:
            due = deadlines.missed(policy, "correction.answer", record.data["received_at"], record.data.get("answered_on", today.isoformat()))
        except UnknownYear as unknown:
            yield record.finding("/received_at", "calendar.unknown-year", ("C10",), value=str(unknown.year))
            continue
        if due is not None:
            yield record.finding("/received_at", "correction.answer-late", ("C10",), due=due.isoformat())
