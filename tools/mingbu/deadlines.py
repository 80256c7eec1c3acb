"""Deadlines 期限: when something falls due, by records/policy/deadlines. Only the day counts for being in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from mingbu.calendar import WorkCalendar, clipped, months_later
from mingbu.register import Policy


def rule(policy: Policy, what: str, on: date | str | None = None) -> Mapping[str, Any] | None:
    """The deadline as the policy in force on the day has it; None where it has none."""
    found = policy.in_force("deadlines", on)
    rows: list[Mapping[str, Any]] = found.data["deadlines"] if found else []
    return next((row for row in rows if row["what"] == what), None)


def due(policy: Policy, what: str, event: str) -> date | None:
    """The last day that is in time, counted from the day of the event (a date, or a moment in +08:00).

    None where the policy has no such deadline. Raises UnknownYear where working days can't be counted.
    """
    start = date.fromisoformat(event[:10])
    row = rule(policy, what, start) or rule(policy, what)
    if row is None or "count" not in row:
        return None
    count: int = row["count"]
    if row["unit"] == "month":
        return months_later(start, count)
    if row["unit"] == "calendar_day":
        return start + timedelta(days=count)
    found = policy.in_force("deadlines")
    return WorkCalendar.of(found.data.get("calendars", []) if found else []).after(start, count)


def last_over(policy: Policy, what: str, today: date) -> tuple[date, date] | None:
    """(first day of its month, day on which it was due) of the yearly round that was due last, before today."""
    row = rule(policy, what)
    if row is None or "months" not in row:
        return None
    found = [(date(year, month, 1), clipped(year, month, row["day"])) for year in (today.year - 1, today.year) for month in row["months"]]
    return max((pair for pair in found if pair[1] < today), default=None)
