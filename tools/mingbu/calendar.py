"""Days: working days by the published calendar, months clipped at their end."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


class UnknownYear(Exception):
    """No calendar is known for the year: working days can't be counted, and aren't guessed."""

    def __init__(self, year: int) -> None:
        super().__init__(str(year))
        self.year = year


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days of each year: chinesecalendar, with the company's own entries before it."""

    own: Mapping[int, tuple[frozenset[str], frozenset[str]]]
    """year → (weekdays off, weekends at work)."""

    @classmethod
    def of(cls, entries: Iterable[Mapping[str, Any]]) -> WorkCalendar:
        """From the `calendars` of the deadlines policy."""
        return cls({entry["year"]: (frozenset(entry["holidays"]), frozenset(entry["workdays"])) for entry in entries})

    def is_working(self, day: date) -> bool:
        """Raises UnknownYear for a year that neither the policy nor the library has."""
        if day.year in self.own:
            off, at_work = self.own[day.year]
            return day.isoformat() in at_work or (day.weekday() < 5 and day.isoformat() not in off)
        import chinese_calendar

        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            raise UnknownYear(day.year) from None

    def after(self, day: date, count: int) -> date:
        """The count-th working day after the day; the day itself for 0."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day


def shifted(day: date, days: int) -> date:
    """So many days later or earlier; the last or first day that there is, where people write 9999-12-31 for no end."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def clipped(year: int, month: int, day: int) -> date:
    """The day of the month, or the month's last one where it has no such day."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def months_later(day: date, count: int) -> date:
    """The same day so many months later (or earlier), clipped: 31 January and a month is 28 or 29 February."""
    months = day.year * 12 + day.month - 1 + count
    return clipped(months // 12, months % 12 + 1, day.day)
