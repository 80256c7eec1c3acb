"""Credit decisions: one in force at a time, made under the policy of their day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from mingbu import credit
from mingbu.checks.registry import check
from mingbu.findings import Finding, Text, Word
from mingbu.money import rounded
from mingbu.register import Policy, Record, Register


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


@check("credit.above-score", rules=("B20", "E9"))
def grades_above_the_score_are_overrides(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20, E9: a grade better than that of the score is an override, with its reason and its end."""
    for decision in register.of("credit-decision"):
        found = credit.calculated(register, decision)
        if found and "override_grade" not in decision.data and _better(register, decision, found.score_grade):
            score = rounded(found.score)
            yield decision.finding(
                "/approved_grade", "credit.above-score", value=decision.data["approved_grade"], score=score, grade=found.score_grade
            )


def _better(register: Register, decision: Record, than: str) -> bool:
    """Whether the approved grade is better than another one, by the decision's own policy."""
    made_under = register.get(decision.data["policy_id"])
    order = [row["grade"] for row in made_under.data["grades"]] if made_under else []
    approved = decision.data["approved_grade"]
    return approved in order and than in order and order.index(approved) < order.index(than)


@check("credit.above-cap", "credit.above-computed", "credit.not-computed", rules=("B20", "E9"))
def more_than_was_worked_out_has_a_reason(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20, E9: a grade that passes over a cap, and a limit above the one worked out, state why; so does a limit that nothing gives.

    Of decisions that run or will: what has run out can't be mended.
    """
    for decision in register.of("credit-decision"):
        found = credit.calculated(register, decision)
        if found is None or decision.data["valid_to"] < today.isoformat() or not credit.binding(register, decision):
            continue
        if "override_grade" not in decision.data and _better(register, decision, found.grade):
            if not _better(register, decision, found.score_grade):
                why = _titles(register, decision, found.capped_by)
                value = decision.data["approved_grade"]
                yield decision.finding("/approved_grade", "credit.above-cap", value=value, other=found.grade, why=why)
        else:
            yield from _limit_above(register, decision)


def _titles(register: Register, decision: Record, codes: tuple[str, ...]) -> Text:
    """The caps in both languages, in brackets."""
    made_under = register.get(decision.data["policy_id"])
    caps = [cap for code in codes for cap in (made_under.data["caps"] if made_under else []) if cap["code"] == code]
    return f"（{'、'.join(cap['title'] for cap in caps)}）", f" ({', '.join(cap['title_en'] for cap in caps)})"


def _limit_above(register: Register, decision: Record) -> Iterator[Finding]:
    found, approved = credit.allowed(register, decision), Decimal(decision.data["approved_limit"])
    if found is None or "exception_reason" in decision.data:
        return
    if found.limit is not None and approved > found.limit:
        yield decision.finding("/approved_limit", "credit.above-computed", value=str(approved), other=rounded(found.limit))
    elif found.limit is None and approved > 0 and "conditions" not in decision.data:
        reasons = [f"credit.refer.{step.formula}" for step in found.referred if step.formula != "no_method"]
        if reasons:
            yield decision.finding("/approved_limit", "credit.not-computed", value=str(approved), why=Word(reasons[0]))


@check("credit.exception-over", rules=("B20", "E9"))
def exceptions_that_ended_are_replaced(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20, E9: no decision in force rests on an exception or an override that has ended."""
    for credit_file in register.of("credit-file"):
        decision = credit.in_force(register, policy, credit_file.id)
        if decision is None:
            continue
        for key, until in credit.over(policy.today, decision):
            granted = credit.limit_in_force(register, policy.today, decision)
            terms = str(granted.terms_days)
            yield decision.finding(f"/{key}", "credit.exception-over", date=until, grade=granted.grade, limit=granted.amount, terms=terms)


@check("credit.temporary-outside", rules=("B20",))
def temporary_limits_lie_within_the_decision(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: a temporary limit begins and ends while its decision is valid."""
    for decision in register.of("credit-decision"):
        short, first, last = decision.data.get("temporary_limit"), decision.data["valid_from"], decision.data["valid_to"]
        if short and short["from"] < first:
            yield decision.finding("/temporary_limit/from", "credit.temporary-outside", value=short["from"], first=first, last=last)
        if short and short["to"] > last:
            yield decision.finding("/temporary_limit/to", "credit.temporary-outside", value=short["to"], first=first, last=last)
