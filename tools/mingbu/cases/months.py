"""Months of cases 月份追踪汇总: opening + new + reopened = won + lost + carried over, to the case (D8, D9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from mingbu.calendar import clipped
from mingbu.cases.events import OPEN, REOPENED, Life

Scope = Callable[[Life, date], bool]
"""Whether the case belongs to what is summed up, by where it was at the end of the day."""
Ids = frozenset[str]
_A_DAY = timedelta(days=1)


def everything(life: Life, day: date) -> bool:
    """The scope of a summary of all cases."""
    return True


@dataclass(frozen=True, slots=True)
class Flow:
    """What became of the cases between two days, each once and by its state at the end.

    opening + new + reopened + transferred_in = won + lost + carried_over + transferred_out; cases are transferred only in a scope
    that they can leave. A case that was routed elsewhere and back again within the time was not transferred.
    """

    first: date
    last: date
    opening: Ids
    new: Ids
    reopened: Ids
    won: Ids
    lost: Ids
    carried_over: Ids
    transferred_in: Ids
    transferred_out: Ids

    @property
    def closed(self) -> Ids:
        return self.won | self.lost

    @property
    def all(self) -> Ids:
        """Every case that was there, or has left."""
        return self.opening | self.new | self.reopened | self.transferred_in


def flow(lives: Iterable[Life], first: date, last: date, scope: Scope = everything) -> Flow:
    """The flow from the first day to the end of the last one."""
    found: dict[str, set[str]] = {name: set() for name in Flow.__dataclass_fields__ if name not in {"first", "last"}}
    for life in lives:
        entered = _entered(life, first, last)
        if entered is None:
            continue
        how, day = entered
        before, after = scope(life, day), scope(life, last)
        if before:
            found[how].add(life.case.id)
        if before != after:
            found["transferred_in" if after else "transferred_out"].add(life.case.id)
        if after:
            state = life.state(last)
            found["carried_over" if state == OPEN else str(state)].add(life.case.id)
    return Flow(first, last, **{name: frozenset(ids) for name, ids in found.items()})


def _entered(life: Life, first: date, last: date) -> tuple[str, date] | None:
    """How a case came to be open in the time, and the day by whose end its place then is told; None where it never was."""
    if life.submitted > last:
        return None
    if life.submitted >= first:
        routed = life.places[0][0] if life.places else life.submitted
        return "new", max(routed, life.submitted) if routed <= last else life.submitted
    if life.state(first - _A_DAY) == OPEN:
        return "opening", first - _A_DAY
    again = next((turn.day for turn in life.turns if turn.what == REOPENED and first <= turn.day <= last), None)
    return ("reopened", again) if again is not None else None


def months_of(first: date, last: date, today: date) -> list[tuple[date, date]]:
    """(first day, last day) of every month of the period that has begun; the one that isn't over counts to today."""
    found = []
    month = first.replace(day=1)
    while month <= min(last, today):
        end = clipped(month.year, month.month, 31)
        found.append((month, min(end, today)))
        month = end + _A_DAY
    return found
