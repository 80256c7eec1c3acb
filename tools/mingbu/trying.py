"""What policies make of customers, and what a proposed one would make of them: the same register, the same day, another policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from mingbu import classification, credit
from mingbu.money import rounded
from mingbu.register import Policy, Record, Register

TOPICS = ("policy-classification", "policy-credit")
"""The policies that customers are classed and rated by."""


def topic_of(what: str) -> str:
    """Which of these policies a value comes from."""
    return TOPICS[0] if what in classification.FIELDS or what == classification.COMPLETENESS else TOPICS[1]


Outcome = Mapping[str, str | None]
"""What (an axis of classification, or a figure of credit) → its value, as codes and decimal strings."""


@dataclass(frozen=True, slots=True)
class Move:
    """One value of one customer that comes out otherwise."""

    customer: str
    what: str
    before: str | None
    after: str | None


def outcomes(register: Register, policy: Policy) -> dict[str, Outcome]:
    """Customer → everything that the policies in force make of it, by id."""
    return {customer.id: {**_classes(register, policy, customer), **_credit(register, policy, customer)} for customer in register.of("customer")}


def _classes(register: Register, policy: Policy, customer: Record) -> Outcome:
    found = classification.of(register, policy, customer)
    return {axis: None if value.value is None else str(value.value) for axis, value in found.items()}


def _credit(register: Register, policy: Policy, customer: Record) -> Outcome:
    """Grade, limit and terms worked out anew from the newest score sheet, where there is one; what stops and is watched now."""
    credit_file, watched = credit.file_of(register, customer.id), credit.watched(register, policy, customer)
    found = credit.today(register, policy, credit_file) if credit_file else None
    stops = [block.code for block in credit.standing(register, policy, customer).blocks if block.exception is None]
    rated: dict[str, str | None] = {}
    if found is not None:
        limit = None if found.limit is None else rounded(found.limit)
        rated = {"computed_grade": found.grade, "computed_limit": limit, "computed_terms": str(found.terms_days)}
    decision = credit.decision_for(register, policy, customer)
    return rated | {
        "company_grade": credit.company_grade(register, policy, decision),
        "beyond": " ".join(_beyond(register, policy, decision)) or None if decision else None,
        "blocks": " ".join(dict.fromkeys(stops)) or None,
        "watch": " ".join(hit.code for hit in watched.hits) if watched else None,
    }


def _beyond(register: Register, policy: Policy, decision: Record) -> Iterator[str]:
    """In what the decision in force goes beyond the policy in force: a grade that it doesn't have, its cap, its terms."""
    rules = policy.in_force("credit")
    granted = credit.limit_in_force(register, policy.today, decision)
    row = credit.grade_row(rules, granted.grade) if rules else None
    if row is None:
        yield "grade"
    elif "exception_reason" not in decision.data:
        yield from ["limit"] if Fraction(granted.amount) > Fraction(row["cap"]) and not granted.temporary else []
        yield from ["terms"] if granted.terms_days > row["terms_days"] else []


def moved(before: Mapping[str, Outcome], after: Mapping[str, Outcome]) -> Iterator[Move]:
    """Every value that differs, by customer and in the order of the outcome."""
    for customer, now in after.items():
        then = before.get(customer, {})
        for what in dict.fromkeys([*then, *now]):
            if then.get(what) != now.get(what):
                yield Move(customer, what, then.get(what), now.get(what))


def tried(register: Register, proposed: Iterable[Record], on: date) -> Register:
    """The register with the proposed policies in force on the day, whatever day they name.

    A new text of the version in force takes its place; any other version counts from the day on, and the earlier days keep theirs.
    """
    records, policy = dict(register.records), Policy(register, on)
    for record in proposed:
        current = policy.in_force(record.kind.name.removeprefix("policy-"))
        now = record if current is not None and current.id == record.id else _from(record, on)
        records[now.id] = now
    return replace(register, records=records, base=None)


def _from(record: Record, on: date) -> Record:
    """The same policy as of the day; where it was read from, and so the lines that findings name, stay."""
    topic, day = record.id.rpartition("/")[0], on.isoformat()
    return replace(record, id=f"{topic}/{day}", data={**record.data, "effective_from": day})
