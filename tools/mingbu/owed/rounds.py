"""Rounds: what is owed on a day of certain months, for the period before it or for the round itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingbu.calendar import clipped, shifted
from mingbu.owed.following import follow
from mingbu.register import Record, Register


@dataclass(frozen=True, slots=True)
class Round:
    """One round: the period that it is about, by its name, from which day it may be done, and until when."""

    period: str
    opens_on: date
    due_on: date


def rounds(register: Register, row: Mapping[str, Any], record: Record, today: date, horizon: date | None) -> Iterator[Round]:
    """The rounds that the record owes, oldest first: those since the policy asks for them, as many as it looks back, and the next one."""
    since = follow(register, record, row["since"]) if "since" in row else None
    if "since" in row and since is None:
        return
    past: list[Round] = []
    coming: list[Round] = []
    for one in all_rounds(row, today, horizon):
        if since is None or one.opens_on.isoformat() > str(since)[:10]:
            (past if one.due_on < today else coming).append(one)
    back = row.get("back")
    yield from past if back is None else past[len(past) - min(back, len(past)) :]
    yield from (one for number, one in enumerate(coming) if number == 0 or (horizon and one.due_on <= horizon))


def all_rounds(row: Mapping[str, Any], today: date, horizon: date | None) -> Iterator[Round]:
    """Every round from the day on which the policy starts to ask for it to a year from now, or to the horizon if that is later."""
    first = date.fromisoformat(row["starts_on"]) if "starts_on" in row else date(today.year - 1, 1, 1)
    last = max(shifted(today, 366), horizon or today)
    for year in range(first.year, last.year + 1):
        for month in sorted(row["months"]):
            opens, due = clipped(year, month, row.get("opens", 1)), clipped(year, month, row["day"])
            if first <= due <= last:
                yield Round(_period(row.get("period", "round"), year, month), min(opens, due), due)


def _period(name: str, year: int, month: int) -> str:
    """The name of the period before the month, or of the month itself."""
    if name == "year":
        return str(year - 1)
    if name == "half_year":
        return f"{year}-H1" if month > 6 else f"{year - 1}-H2"
    if name == "month":
        return f"{year - 1}-12" if month == 1 else f"{year}-{month - 1:02d}"
    return f"{year}-{month:02d}"
