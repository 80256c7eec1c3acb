"""Credit decisions 信用审批: which one is in force, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingbu import approvals
from mingbu.register import Policy, Record, Register


def grade_row(policy: Record, grade: str) -> Mapping[str, Any] | None:
    """The policy's line for a grade: terms, coefficient, cap, company grade."""
    rows: list[Mapping[str, Any]] = policy.data["grades"]
    return next((row for row in rows if row["grade"] == grade), None)


def binding(register: Register, decision: Record) -> bool:
    """Whether the decision's policy asks for a reason where more is approved than was worked out."""
    made_under = register.get(decision.data["policy_id"])
    return made_under is not None and made_under.data.get("limit", {}).get("exceeding_needs_reason") is not False


def decisions_of(register: Register, credit_file: str) -> list[Record]:
    """The file's decisions, oldest first."""
    found = [record for record, pointer in register.referring(credit_file) if record.kind.name == "credit-decision" and pointer == "/credit_file"]
    return sorted(found, key=lambda record: (record.data.get("valid_from", ""), record.id))


def in_force(register: Register, policy: Policy, credit_file: str) -> Record | None:
    """The decision in force on the policy's day: by its dates, and with every approval that it needs."""
    day = policy.today.isoformat()
    dated = [record for record in decisions_of(register, credit_file) if record.data["valid_from"] <= day <= record.data["valid_to"]]
    return next((record for record in reversed(dated) if not approvals.missing(register, policy, record)), None)


def file_of(register: Register, customer: str) -> Record | None:
    """The customer's credit file, if one was opened."""
    return next((record for record, pointer in register.referring(customer) if record.kind.name == "credit-file" and pointer == "/customer"), None)


def decision_for(register: Register, policy: Policy, record: Record) -> Record | None:
    """The decision in force for a customer or a credit file."""
    credit_file = record if record.kind.name == "credit-file" else file_of(register, record.id)
    return in_force(register, policy, credit_file.id) if credit_file else None
