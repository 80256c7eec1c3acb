"""What is owed on the last day of the year, beside the year before: by the reports on ageing, exposure and the watch list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mingbu import credit, trading
from mingbu.money import rounded
from mingbu.register import Policy, Register
from mingbu.reports import ageing
from mingbu.reports.model import Asked, Table
from mingbu.reports.wording import pair_of

NONE = Decimal("0.00")
_FIRST = 5


@dataclass(frozen=True, slots=True)
class Position:
    """The end of a year in figures; ageing: the tables of the report of that name, none without such a policy."""

    ageing: dict[str, Table]
    exposures: tuple[credit.Exposure, ...]
    standings: tuple[credit.Standing, ...]
    watched: int
    sales: Decimal
    receipts: Decimal

    @property
    def outstanding(self) -> Decimal:
        return sum((found.outstanding for found in self.exposures), NONE)

    @property
    def overdue(self) -> Decimal:
        return sum((found.overdue for found in self.exposures), NONE)

    @property
    def limited(self) -> list[credit.Exposure]:
        """Those with a decision in force."""
        return [found for found in self.exposures if found.limit is not None]

    @property
    def stopped(self) -> list[credit.Standing]:
        """Those that nothing may be shipped to, the greatest debt first."""
        found = [standing for standing in self.standings if standing.stopped]
        return sorted(found, key=lambda one: (-one.exposure.outstanding, one.exposure.customer.id))

    def aged(self, key: str) -> str:
        """A figure of the report on ageing; '' where it has none."""
        return str(self.ageing["summary"].rows[0][key]) if self.ageing else ""


def position(register: Register, policy: Policy, first: date) -> Position:
    """On the policy's day, with what was sold and received since the first one."""
    exposures = credit.exposures(register, policy)
    lines = [line for found in trading.lines(register).values() for line in found]
    return Position(
        {table.name: table for table in ageing.REPORT.tables(register, policy, Asked())},
        tuple(exposures),
        tuple(credit.standing(register, policy, found.customer) for found in exposures),
        len(credit.watch_list(register, policy)),
        sold(lines, first.isoformat(), policy.today.isoformat()),
        received(lines, first.isoformat(), policy.today.isoformat()),
    )


def sold(lines: Iterable[trading.Line], first: str, last: str) -> Decimal:
    """What was sold less what came back."""
    return sum((line.amount for line in lines if first <= line.date <= last), NONE)


def received(lines: Iterable[trading.Line], first: str, last: str) -> Decimal:
    """What was paid in less what was paid back."""
    paid = (line for line in lines if line.paid_on is not None and first <= line.paid_on <= last)
    return sum((line.paid if line.amount >= 0 else -line.paid for line in paid), NONE)


def summary(now: Position, before: Position | None) -> list[dict[str, Any]]:
    """One row for each figure, with its change where both years have it."""
    rows = []
    then = _figures(before) if before else {}
    for key, value in _figures(now).items():
        past = then.get(key, "")
        change = str(Decimal(value) - Decimal(past)) if value and past else ""
        rows.append({"key": key, "label": pair_of(f"yearly.{key}"), "value": value, "previous": past, "change": change})
    return rows


def _of_first(exposures: tuple[credit.Exposure, ...]) -> str:
    """The percent of receivables that lies with the five largest debtors."""
    owed = sorted((max(NONE, one.outstanding) for one in exposures), reverse=True)
    whole = sum(owed, NONE)
    return rounded(Fraction(sum(owed[:_FIRST], NONE)) * 100 / Fraction(whole)) if whole else ""


def _figures(found: Position) -> dict[str, str]:
    limits = sum((one.limit or NONE for one in found.limited), NONE)
    owed = sum((max(NONE, one.outstanding) for one in found.limited), NONE)
    return {
        "sales": str(found.sales),
        "receipts": str(found.receipts),
        "receivables": str(found.outstanding),
        "overdue": str(found.overdue),
        "top5_share": _of_first(found.exposures),
        **{key: found.aged(key) for key in ("overdue_share", "provision", "dso", "best_possible_dso", "average_delay")},
        "limited": str(len(found.limited)),
        "limits": str(limits),
        "limits_owed": str(owed),
        "utilisation": rounded(Fraction(owed) * 100 / Fraction(limits)) if limits else "",
        "over_limit": str(sum(one.over_limit for one in found.exposures)),
        "watched": str(found.watched),
        "stopped": str(len(found.stopped)),
    }
