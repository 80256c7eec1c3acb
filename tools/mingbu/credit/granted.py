"""What a decision grants on a day: its temporary limit while that runs, less than was approved once an exception has ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mingbu.credit.decisions import binding, grade_row
from mingbu.credit.gathering import allowed, calculated
from mingbu.money import rounded
from mingbu.register import Policy, Record, Register


@dataclass(frozen=True, slots=True)
class Granted:
    """amount in CNY; temporary while it is a temporary limit."""

    amount: str
    terms_days: int
    grade: str
    temporary: bool = False


def limit_in_force(register: Register, on: date, decision: Record) -> Granted:
    """What the decision, which is in force, gives on the day.

    A temporary limit counts in place of the approved one from its first day to its last. After override_until the grade falls back to
    the one worked out; after either, limit and terms fall back to those of the grade, and the limit to the one worked out for the decision
    where its policy asks for a reason to exceed that. What was approved is never exceeded by that.
    """
    data, day = decision.data, on.isoformat()
    amount, terms, grade = data["approved_limit"], data["terms_days"], data["approved_grade"]
    ended = {key for key, _ in over(on, decision)}
    found = (calculated if "override_until" in ended else allowed)(register, decision) if ended else None
    if found and "override_until" in ended:
        grade = found.grade
    made_under = register.get(data["policy_id"]) if ended else None
    row = grade_row(made_under, grade) if made_under else None
    if row is not None:
        worked_out = [rounded(found.limit)] if found and found.limit is not None and binding(register, decision) else []
        amount, terms = min(amount, row["cap"], *worked_out, key=Decimal), min(terms, row["terms_days"])
    short = data.get("temporary_limit")
    if short and short["from"] <= day <= short["to"]:
        return Granted(short["amount"], terms, grade, temporary=True)
    return Granted(amount, terms, grade)


def over(on: date, decision: Record) -> Iterator[tuple[str, str]]:
    """(key, last day) of the exception or override of the decision that has ended by the day."""
    for key in ("exception_until", "override_until"):
        until = decision.data.get(key)
        if until is not None and until < on.isoformat():
            yield key, until


def company_grade(register: Register, policy: Policy, decision: Record | None) -> str | None:
    """The company's own grade: the mapping of the policy the decision was made under, or the one for customers not rated."""
    current = policy.in_force("credit")
    if decision is None:
        return current.data.get("unrated") if current else None
    made_under = policy.in_force("credit", decision.data["valid_from"]) or current
    row = grade_row(made_under, limit_in_force(register, policy.today, decision).grade) if made_under else None
    return row["company_grade"] if row else None
