"""Fields that are computed, never typed: what x-derived in a schema names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mingbu import access, cases, completeness, credit, privacy
from mingbu.money import rounded
from mingbu.register import Policy, Record, Register

Derive = Callable[[Register, Policy, Record], Any]


def _granted(show: Callable[[credit.Granted], Any]) -> Derive:
    def derive(register: Register, policy: Policy, record: Record) -> Any:
        decision = credit.decision_for(register, policy, record)
        return show(credit.limit_in_force(register, policy.today, decision)) if decision else None

    return derive


def _valid_to(register: Register, policy: Policy, record: Record) -> str | None:
    decision = credit.decision_for(register, policy, record)
    return str(decision.data["valid_to"]) if decision else None


def _company_grade(register: Register, policy: Policy, record: Record) -> str | None:
    return credit.company_grade(register, policy, credit.decision_for(register, policy, record))


def _worked_out(show: Callable[[credit.Calculation], Any]) -> Derive:
    def derive(register: Register, policy: Policy, record: Record) -> Any:
        found = credit.calculated(register, record)
        return show(found) if found else None

    return derive


def _last_survey(register: Register, policy: Policy, record: Record) -> str | None:
    found = (other.data["surveyed_on"] for other, pointer in register.referring(record.id) if other.kind.name == "survey" and pointer == "/customer")
    return max(found, default=None)


def _completeness(register: Register, policy: Policy, record: Record) -> str | None:
    score = completeness.of(policy, record)
    return str(score.percent) if score else None


DERIVED: dict[str, Derive] = {
    "grade_in_force": _granted(lambda found: found.grade),
    "limit_in_force": _granted(lambda found: found.amount),
    "terms_in_force": _granted(lambda found: found.terms_days),
    "valid_to_in_force": _valid_to,
    "company_grade_in_force": _company_grade,
    "credit_score": _worked_out(lambda found: rounded(found.score)),
    "score_grade": _worked_out(lambda found: found.score_grade),
    "computed_grade": _worked_out(lambda found: found.grade),
    "computed_limit": _worked_out(lambda found: None if found.limit is None else rounded(found.limit)),
    "case_stage": lambda register, policy, record: cases.stage(record),
    "access_stage": lambda register, policy, record: access.stage(record),
    "consent_stage": lambda register, policy, record: privacy.stage(record),
    "marketing": lambda register, policy, record: privacy.marketing_state(register, policy, record),
    "last_survey_on": _last_survey,
    "completeness": _completeness,
}


def value_of(register: Register, policy: Policy, record: Record, pointer: str) -> Any:
    """The value at a pointer, typed or derived; None when there is none."""
    field = record.kind.by_pointer.get(pointer)
    if field is not None and field.derived:
        return DERIVED[field.derived](register, policy, record)
    return record.get(pointer)


def all_of(register: Register, policy: Policy, record: Record) -> dict[str, Any]:
    """Every derived field of the record that has a value."""
    values = ((field.key, value_of(register, policy, record, field.pointer)) for field in record.kind.derived)
    return {key: value for key, value in values if value is not None}
