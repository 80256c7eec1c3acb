"""What comes round again so many months after it was done last, by the customer's grade (the yearly credit review)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mingbu import credit
from mingbu.owed.following import follow
from mingbu.register import Policy, Record, Register


def latest(register: Register, row: Mapping[str, Any], record: Record) -> tuple[date, str] | None:
    """(day, record) of the latest of the records that the policy names for it."""
    found = []
    for source in row["latest"]:
        for other, pointer in register.referring(record.id):
            day = follow(register, other, source["day"]) if other.kind.name == source["kind"] and pointer == source["at"] else None
            if day is not None:
                found.append((date.fromisoformat(str(day)[:10]), other.id))
    return max(found, default=None)


def months_of(register: Register, policy: Policy, row: Mapping[str, Any], record: Record) -> int:
    """The interval that the credit policy sets for the grade in force; 0 where there is no grade, or no fixed day."""
    decision = credit.in_force(register, policy, record.id)
    grade = credit.limit_in_force(register, policy.today, decision).grade if decision else None
    return interval_of(policy, row, grade)


def interval_of(policy: Policy, row: Mapping[str, Any], grade: str | None) -> int:
    """The months of a grade by the credit policy in force; 0 for a grade that it doesn't have."""
    found = policy.in_force("credit")
    grades = found.data["grades"] if found else ()
    return next((int(entry.get(row["interval"].strip("/"), 0)) for entry in grades if entry["grade"] == grade), 0)
