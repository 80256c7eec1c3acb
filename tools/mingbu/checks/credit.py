"""Credit decisions: one in force at a time, made under the policy of their day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from mingbu import credit
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Register


@check("credit.overlap", rules=("E9",))
def decisions_do_not_overlap(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E9: a credit file has one decision in force at a time."""
    for credit_file in register.of("credit-file"):
        decisions = credit.decisions_of(register, credit_file.id)
        for earlier, later in pairwise(decisions):
            if later.data["valid_from"] <= earlier.data["valid_to"]:
                yield later.finding("/valid_from", "credit.overlap", rules=("E9",), other=earlier.id)


@check("credit.policy-date", rules=("B20",))
def decision_names_the_policy_of_its_day(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: a decision is made under the policy in force when it starts."""
    for decision in register.of("credit-decision"):
        expected = policy.in_force("credit", decision.data["valid_from"])
        if expected and decision.data["policy_id"] != expected.id:
            day = decision.data["valid_from"]
            yield decision.finding("/policy_id", "credit.policy-date", value=decision.data["policy_id"], date=day, expected=expected.id)


@check("credit.grade-unknown", rules=("B20",))
def approved_grade_is_in_the_policy(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: the approved grade is one of the policy's grades."""
    for decision in register.of("credit-decision"):
        made_under = register.get(decision.data["policy_id"])
        if made_under and credit.grade_row(made_under, decision.data["approved_grade"]) is None:
            yield decision.finding("/approved_grade", "credit.grade-unknown", value=decision.data["approved_grade"], policy=made_under.id)


@check("credit.override", rules=("E9",))
def override_is_what_was_approved(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E9: a grade that overrides the score is the grade that was approved."""
    for decision in register.of("credit-decision"):
        override = decision.data.get("override_grade")
        if override and override != decision.data["approved_grade"]:
            yield decision.finding("/override_grade", "credit.override", value=decision.data["approved_grade"], other=override)


@check("credit.file-in-force", rules=("E9",))
def active_files_have_a_decision_in_force(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E9: while we trade with a customer, its credit file has a decision in force."""
    for credit_file in register.of("credit-file"):
        customer = register.get(credit_file.data["customer"])
        if customer is None or customer.data.get("status") != "active" or credit.in_force(register, policy, credit_file.id):
            continue
        decisions = credit.decisions_of(register, credit_file.id)
        since = decisions[-1].data["valid_to"] if decisions else credit_file.data["opened_on"]
        yield credit_file.finding("", "credit.file-in-force", rules=("E9",), value=since)
