"""Fields that are computed, never typed: what x-derived in a schema names."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mingbu import access, cases, completeness, credit, privacy
from mingbu.register import Policy, Record, Register

Derive = Callable[[Register, Policy, Record], Any]


def _of_decision(key: str) -> Derive:
    def derive(register: Register, policy: Policy, record: Record) -> Any:
        decision = credit.decision_for(register, policy, record)
        return decision.data.get(key) if decision else None

    return derive


def _company_grade(register: Register, policy: Policy, record: Record) -> str | None:
    return credit.company_grade(policy, credit.decision_for(register, policy, record))


def _points(register: Register, record: Record) -> tuple[Decimal, Record] | None:
    """The decision's exact score and the policy that it was made under."""
    made_under, sheet = register.get(record.data.get("policy_id")), record.data.get("score_sheet")
    if made_under is None or not isinstance(sheet, dict):
        return None
    return credit.score(sheet, made_under.data["weights"]), made_under


def _score(register: Register, policy: Policy, record: Record) -> str | None:
    found = _points(register, record)
    return str(found[0].quantize(Decimal("0.01"), ROUND_HALF_UP)) if found else None


def _score_grade(register: Register, policy: Policy, record: Record) -> str | None:
    found = _points(register, record)
    return credit.grade_of_score(*found) if found else None


def _last_survey(register: Register, policy: Policy, record: Record) -> str | None:
    found = (other.data["surveyed_on"] for other, pointer in register.referring(record.id) if other.kind.name == "survey" and pointer == "/customer")
    return max(found, default=None)


def _completeness(register: Register, policy: Policy, record: Record) -> str | None:
    score = completeness.of(policy, record)
    return str(score.percent) if score else None


DERIVED: dict[str, Derive] = {
    "grade_in_force": _of_decision("approved_grade"),
    "limit_in_force": _of_decision("approved_limit"),
    "terms_in_force": _of_decision("terms_days"),
    "valid_to_in_force": _of_decision("valid_to"),
    "company_grade_in_force": _company_grade,
    "credit_score": _score,
    "score_grade": _score_grade,
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
