"""Periods of reports: 2026, 2026-H1, 2026-Q3, 2026-08, 2026-08-14."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from mingbu.calendar import clipped

_FORM = re.compile(r"([1-9][0-9]{3})(?:-(?:(H)([12])|(Q)([1-4])|(0[1-9]|1[0-2])(?:-([0-9]{2}))?))?")
_MONTHS = {"H": 6, "Q": 3}


@dataclass(frozen=True, slots=True)
class Period:
    """A period by its name, with its first and its last day."""

    name: str
    first: date
    last: date

    @classmethod
    def of(cls, name: str) -> Period:
        """Raises ValueError for what names no period."""
        found = _FORM.fullmatch(name)
        if found is None:
            raise ValueError(name)
        year, (half, half_no, quarter, quarter_no, month, day) = int(found[1]), found.groups()[1:]
        if day:
            only = date(year, int(month), int(day))
            return cls(name, only, only)
        if month:
            return cls(name, *_months(year, int(month), 1))
        if half or quarter:
            length = _MONTHS[half or quarter]
            return cls(name, *_months(year, (int(half_no or quarter_no) - 1) * length + 1, length))
        return cls(name, *_months(year, 1, 12))

    def year_before(self) -> Period:
        """The same period of the year before; of 29 February it is 28 February."""
        first, last = (clipped(day.year - 1, day.month, day.day) for day in (self.first, self.last))
        if self.first != self.last:  # a month's last day stays one, also after a leap year's February
            last = date(self.last.year - 1, self.last.month, 1)
            last = clipped(last.year, last.month, 31)
        return Period(f"{self.first.year - 1}{self.name[4:]}" if first != last else first.isoformat(), first, last)

    def holds(self, day: str) -> bool:
        """Whether the ISO date lies in the period."""
        return self.first.isoformat() <= day <= self.last.isoformat()


def _months(year: int, month: int, length: int) -> tuple[date, date]:
    first, after = date(year, month, 1), year * 12 + month - 1 + length
    return first, date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
