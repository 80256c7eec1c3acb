"""Annual reviews of the year: which fell due by the interval of the grade, and whether they were made in time.

Readings. A review falls due so many months after the latest review or decision, as the deadline policy's list says; the months are
those of the grade in force on the year's first day. What was done in the year before it fell due starts the count anew and counts
as in time; what was owed and not done by the end of the year is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import zip_longest
from typing import Any

from mingbu import credit, deadlines
from mingbu.calendar import months_later
from mingbu.owed import follow
from mingbu.owed.intervals import interval_of
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports.wording import pair_of


def reviews(register: Register, policy: Policy, period: Period) -> list[dict[str, Any]]:
    """In time, late and open, and how many reviews were made."""
    row = next((row for row in deadlines.rules(policy) if "interval" in row and row.get("kind") == "credit-file"), None)
    counts = dict.fromkeys(("in_time", "late", "open"), 0)
    for file in register.of("credit-file") if row is not None else ():
        for state in _states(register, policy, row or {}, file, period):
            counts[state] += 1
    made = [one for one in register.of("annual-review") if period.holds(one.data["reviewed_on"]) and one.data["reviewed_on"] <= str(policy.today)]
    figures = {"due": sum(counts.values()), **counts, "made": len(made)}
    return [{"key": key, "label": pair_of(f"yearly.review-{key}"), "count": count} for key, count in figures.items()]


def _states(register: Register, policy: Policy, row: Mapping[str, Any], file: Record, period: Period) -> Iterator[str]:
    first, last = Policy(register, period.first), min(policy.today, period.last)
    days = _days(register, row, file, last)
    decision = credit.in_force(register, first, file.id) or credit.in_force(register, policy, file.id)
    months = interval_of(first, row, credit.limit_in_force(register, first.today, decision).grade) if decision else 0
    if not days or not months:
        return
    for day, following in zip_longest(days, days[1:]):
        due = months_later(day, months)
        if following is not None and following < period.first:
            continue
        if following is not None and following <= due:
            if period.first <= due:
                yield "in_time"
        elif due < last:
            yield "late" if following else "open"


def _days(register: Register, row: Mapping[str, Any], file: Record, last: date) -> list[date]:
    """When the file was reviewed or decided on, up to the day."""
    found = set()
    for source in row["latest"]:
        for other, pointer in register.referring(file.id):
            day = follow(register, other, source["day"]) if other.kind.name == source["kind"] and pointer == source["at"] else None
            if day is not None and str(day)[:10] <= last.isoformat():
                found.add(date.fromisoformat(str(day)[:10]))
    return sorted(found)
