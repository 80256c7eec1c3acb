"""Counting from an event to the day on which something is due, with every step of the count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mingbu.calendar import WorkCalendar, clipped, months_later

WORKING, CALENDAR = "working", "calendar"
_YEAR_OF_MONTHS = 2
"""Rounds are looked for in the year of the event and in the next one: every round comes at least once a year."""


class NoEvent(Exception):
    """The deadline isn't counted from an event: the day stands in the record itself."""


class ByGrade(Exception):
    """The deadline is counted by the grade of the customer; an event alone doesn't say how long."""


@dataclass(frozen=True, slots=True)
class Step:
    """One day of the count: whether it is a working day (None where that doesn't matter), and how many are counted with it."""

    day: date
    working: bool | None
    counted: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The last day that is in time, and how it was found."""

    start: date
    due_on: date
    counting: str
    steps: tuple[Step, ...]


def counted(row: Mapping[str, Any], start: date, calendar: WorkCalendar) -> Counted:
    """The due day of a deadline with `count` and `unit`. Raises UnknownYear where working days can't be counted."""
    count: int = row["count"]
    if row["unit"] == "working_day":
        steps = tuple(_working_days(start, count, calendar))
    elif row["unit"] == "month":  # each from the start: the 31st stays the 31st where a month has one
        steps = tuple(Step(months_later(start, number), None, number) for number in range(1, count + 1))
    else:
        steps = tuple(Step(start + timedelta(days=number), None, number) for number in range(1, count + 1))
    return Counted(start, steps[-1].day if steps else start, WORKING if row["unit"] == "working_day" else CALENDAR, steps)


def _working_days(start: date, count: int, calendar: WorkCalendar) -> Iterator[Step]:
    day, done = start, 0
    while done < count:
        day += timedelta(days=1)
        working = calendar.is_working(day)
        done += working
        yield Step(day, working, done)


def explained(row: Mapping[str, Any], start: date, calendar: WorkCalendar, months: int | None = None) -> Counted:
    """The due day of any deadline for an event on the day; of a round, the first due day that isn't before it.

    `months`: the interval of a deadline that goes by grade. Raises UnknownYear, ByGrade, NoEvent.
    """
    if "count" in row:
        return counted(row, start, calendar)
    if "months" in row:
        rounds = (clipped(start.year + year, month, row["day"]) for year in range(_YEAR_OF_MONTHS) for month in sorted(row["months"]))
        due = next(day for day in rounds if day >= start)
        return Counted(start, due, CALENDAR, (Step(due, None, 1),))
    if "interval" not in row:
        raise NoEvent
    if months is None:
        raise ByGrade
    return counted({"count": months, "unit": "month"}, start, calendar)
