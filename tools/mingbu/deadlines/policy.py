"""The list of deadlines as the policy in force has it, and the due day that follows from an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mingbu.calendar import WorkCalendar, clipped, shifted
from mingbu.deadlines.counting import counted
from mingbu.register import Policy

Row = Mapping[str, Any]


def rules(policy: Policy, on: date | str | None = None) -> Sequence[Row]:
    """Every deadline of the policy in force on the day; none where there is no policy."""
    found = policy.in_force("deadlines", on)
    return found.data["deadlines"] if found else ()


def rule(policy: Policy, what: str, on: date | str | None = None) -> Row | None:
    """The deadline as the policy in force on the day has it; None where it has none."""
    return next((row for row in rules(policy, on) if row["what"] == what), None)


def calendar_of(policy: Policy) -> WorkCalendar:
    """The working days: the company's own years, before those that are published."""
    found = policy.in_force("deadlines")
    return WorkCalendar.of(found.data.get("calendars", []) if found else [])


def due(policy: Policy, what: str, event: str) -> date | None:
    """The last day that is in time, counted from the day of the event (a date, or a moment in +08:00).

    None where the policy has no such deadline. Raises UnknownYear where working days can't be counted.
    """
    start = date.fromisoformat(event[:10])
    row = next((found for found in (rule(policy, what, start), rule(policy, what)) if found is not None and "count" in found), None)
    return counted(row, start, calendar_of(policy)).due_on if row is not None else None


def grace(policy: Policy, what: str, event: str) -> int:
    """The days that the policy lets pass after the due day before a thing is late."""
    row = rule(policy, what, event[:10]) or rule(policy, what)
    return int(row.get("late_after_days", 0)) if row else 0


def missed(policy: Policy, what: str, event: str, done: str) -> date | None:
    """The due day where what was done on the day (a date or a moment) is late by then, None where it isn't. Raises UnknownYear."""
    found = due(policy, what, event)
    return found if found is not None and done[:10] > shifted(found, grace(policy, what, event)).isoformat() else None


def last_over(policy: Policy, what: str, today: date) -> tuple[date, date] | None:
    """(first day of its month, day on which it was due) of the yearly round that was due last, before today."""
    row = rule(policy, what)
    if row is None or "months" not in row:
        return None
    found = [(date(year, month, 1), clipped(year, month, row["day"])) for year in (today.year - 1, today.year) for month in row["months"]]
    return max((pair for pair in found if pair[1] < today), default=None)
