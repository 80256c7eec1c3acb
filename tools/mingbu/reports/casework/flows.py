"""The cases that a report is about, and the figures of their months: each figure is worked out here once, for every table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mingbu import cases, organization
from mingbu.calendar import UnknownYear
from mingbu.cases import Flow, Life, SignBack
from mingbu.money import rounded
from mingbu.period import Period
from mingbu.register import Policy, Register
from mingbu.reports.casework.words import column, pair
from mingbu.reports.model import CannotReport, Column, Pair

NOTHING = Decimal("0.00")
COUNTED = ("opening", "new", "reopened", "won", "lost", "carried_over")
MOVED = ("transferred_in", "transferred_out")
Belongs = Callable[[Life, date], bool]


@dataclass(frozen=True, slots=True)
class Months:
    """The months of a period in one scope, with the sign-backs that were due in them."""

    flows: tuple[Flow, ...]
    due: tuple[tuple[SignBack, ...], ...]

    def joined(self) -> dict[str, Any]:
        """The figures of all the months together: the opening of the first, the carried over of the last, the others added up."""
        if not self.flows:
            return dict.fromkeys((*COUNTED, *MOVED), 0)
        sums: dict[str, Any] = {name: sum(len(getattr(flow, name)) for flow in self.flows) for name in (*COUNTED, *MOVED)}
        return sums | {"opening": len(self.flows[0].opening), "carried_over": len(self.flows[-1].carried_over)}


class Book:
    """The cases of a report: those of an intake desk, or of a branch or office and what is below it, or all."""

    def __init__(self, register: Register, policy: Policy, who: str | None = None) -> None:
        self.register, self.policy, self.today = register, policy, policy.today
        below = _below(register, who) if who is not None else frozenset()
        intake = any(register.records[unit].data.get("intake") is True for unit in below)
        every = cases.lives(register)
        self.lives = [life for life in every if not intake or life.case.data["business_unit"] in below]
        self.by_id = {life.case.id: life for life in self.lives}
        self.by_place = who is not None and not intake
        """Whether cases can leave: then the months have columns for those that were routed elsewhere."""
        self.within: Belongs = (lambda life, day: bool(below.intersection(life.place(day)))) if self.by_place else _always
        self.signed, self.uncounted = _sign_backs(policy, self.lives)

    def months(self, period: Period, within: Belongs | None = None, lives: Sequence[Life] | None = None) -> Months:
        """The months of the period that have begun; only of the cases that belong to a part, where one is given."""
        own = self.within
        inside = own if within is None else lambda life, day: own(life, day) and within(life, day)
        spans = cases.months_of(period.first, period.last, self.today)
        some = self.lives if lives is None else lives
        flows = tuple(cases.flow(some, first, last, inside) for first, last in spans)
        ids = {life.case.id for life in some}
        signed = [one for one in self.signed if one.case.id in ids]
        due = tuple(tuple(one for one in signed if self._counts(one, first, last, inside)) for first, last in spans)
        return Months(flows, due)

    def _counts(self, one: SignBack, first: date, last: date, inside: Belongs) -> bool:
        """Whether it was due in the time, and is done or too late by now; who signs on the last day is in time."""
        waits = one.done_on is None and not one.is_late(self.today)
        return first <= one.due_on <= last and not waits and inside(self.by_id[one.case.id], last)

    def row(self, flows: Sequence[Flow], due: Iterable[SignBack]) -> dict[str, Any]:
        """Rates, days and amounts of one month, or of several together."""
        closings = [(self.by_id[case], flow.last) for flow in flows for case in sorted(flow.closed)]
        won = sum(len(flow.won) for flow in flows)
        asked = list(due)
        late = [one for one in asked if one.is_late(self.today)]
        days = [(closing.day - life.submitted).days for life, last in closings if (closing := life.closing(last))]
        amounts = [closing.amount for life, last in closings if (closing := life.closing(last)) and closing.amount]
        return {
            "signed_on_time_rate": _rate(len(asked) - len(late), len(asked)),
            "win_rate": _rate(won, len(closings)),
            "average_days_to_close": rounded(Fraction(sum(days), len(days)), 1) if days else "",
            "won_amount": str(sum(map(Decimal, amounts), NOTHING)),
            "late": tuple(sorted(one.case.id for one in late)),
        }

    def columns(self, moved: bool | None = None) -> tuple[Column, ...]:
        """The columns of `figures`."""
        names = (*COUNTED[:3], MOVED[0], *COUNTED[3:], MOVED[1]) if (self.by_place if moved is None else moved) else COUNTED
        rates = (column("signed_on_time_rate", "percent"), column("win_rate", "percent"), column("average_days_to_close", "number"))
        return (*(column(name, "count") for name in names), *rates, column("won_amount", "amount"), column("late", "refs"))

    def monthly(self, months: Months) -> list[dict[str, Any]]:
        """One row for each month."""
        rows = []
        for flow, due in zip(months.flows, months.due, strict=True):
            counts = {name: len(getattr(flow, name)) for name in (*COUNTED, *MOVED)}
            rows.append({"month": flow.first.isoformat()[:7], **counts, **self.row([flow], due)})
        return rows

    def figures(self, months: Months) -> dict[str, Any]:
        """The months together."""
        return months.joined() | self.row(months.flows, [one for due in months.due for one in due])

    def notes(self) -> tuple[Pair, ...]:
        """What couldn't be counted, and why."""
        return (pair("note.uncounted", count=len(self.uncounted), years="、".join(map(str, sorted(set(self.uncounted))))),) if self.uncounted else ()


def _always(life: Life, day: date) -> bool:
    return True


def _rate(part: int, whole: int) -> str:
    return rounded(Fraction(part * 100, whole)) if whole else ""


def _below(register: Register, who: str) -> frozenset[str]:
    """The department and everything below it. Raises CannotReport for what is no department."""
    found = register.get(who)
    if found is None or found.kind.name != "department":
        raise CannotReport("error.report-department", value=who[:100])
    return frozenset(record.id for record in register.of("department") if who in organization.above(register, record.id))


def _sign_backs(policy: Policy, lives: Iterable[Life]) -> tuple[list[SignBack], list[int]]:
    """(the sign-backs whose due day is known, the years for which no working days are known)."""
    found, uncounted = [], []
    for life in lives:
        try:
            one = cases.sign_back(policy, life.case)
        except UnknownYear as unknown:
            uncounted.append(unknown.year)
            continue
        found += [one] if one else []
    return found, uncounted
