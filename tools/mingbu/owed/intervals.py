"""What comes round again so many months after it was done last, by the customer's grade (the yearly credit review)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mingbu import approvals, credit
from mingbu.calendar import months_later, shifted
from mingbu.owed.following import follow
from mingbu.register import Policy, Record, Register


@dataclass(frozen=True, slots=True)
class Turn:
    """Due so many months after what was done by `record` on the day; done_on: when the next one was done."""

    record: str
    day: date
    due_on: date
    done_on: date | None


def recurring(register: Register, policy: Policy, row: Mapping[str, Any], record: Record) -> Iterator[Turn]:
    """What is due now by the grade in force, and what was due before and has been done since it was reminded of."""
    done = _done(register, policy, row, record)
    for number, (day, named) in enumerate(done):
        after = done[number + 1][0] if number + 1 < len(done) else None
        judged = policy if after is None else Policy(register, max(day, after - timedelta(days=1)))
        months = _months(register, judged, row, record)
        due_on = _later(day, months)
        if months and (after is None or after >= shifted(due_on, -row.get("remind_days", 0))):
            yield Turn(named, day, due_on, after)


def _done(register: Register, policy: Policy, row: Mapping[str, Any], record: Record) -> list[tuple[date, str]]:
    """(day, record) of what counts by today, oldest first: not what is dated ahead, nor what still waits for an approval."""
    found = set()
    for source in row["latest"]:
        for other, pointer in register.referring(record.id):
            if other.kind.name == source["kind"] and pointer == source["at"] and (day := follow(register, other, source["day"])) is not None:
                found.add((date.fromisoformat(str(day)[:10]), other.id))
    known = (pair for pair in sorted(found) if pair[0] <= policy.today)
    return [pair for pair in known if not approvals.missing(register, policy, register.records[pair[1]])]


def _later(day: date, months: int) -> date:
    try:
        return months_later(day, months)
    except ValueError:
        return date.max


def _months(register: Register, policy: Policy, row: Mapping[str, Any], record: Record) -> int:
    """The interval that the credit policy sets for the grade in force; 0 where there is no grade, or no fixed day."""
    decision = credit.in_force(register, policy, record.id)
    grade = credit.limit_in_force(register, policy.today, decision).grade if decision else None
    return interval_of(policy, row, grade)


def interval_of(policy: Policy, row: Mapping[str, Any], grade: str | None) -> int:
    """The months of a grade by the credit policy in force; 0 for a grade that it doesn't have."""
    found = policy.in_force("credit")
    grades = found.data["grades"] if found else ()
    return next((int(entry.get(row["interval"].strip("/"), 0)) for entry in grades if entry["grade"] == grade), 0)
