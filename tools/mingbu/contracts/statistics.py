"""Statistics of a period 合同统计 (E7): opening + signed = ended + closing, to the contract and to the cent; what was in time; the numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from mingbu.contracts.chain import Stage, chain
from mingbu.contracts.standing import COMPLETED, ENDED, TERMINATED, VOIDED, life
from mingbu.period import Period
from mingbu.register import Policy, Record

OPENING, SIGNED, CLOSING = "opening", "signed", "closing"
FLOWS = (OPENING, SIGNED, COMPLETED, TERMINATED, VOIDED, CLOSING)
"""opening + signed = completed + terminated + voided + closing."""


@dataclass(slots=True)
class Count:
    """Contracts, and what they amount to."""

    contracts: list[Record] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.contracts)

    @property
    def amount(self) -> Decimal:
        return sum((Decimal(one.data["amount"]) for one in self.contracts), Decimal("0.00"))


Flow = dict[str, Count]


def balance(contracts: Iterable[Record], period: Period) -> Flow:
    """The contracts by what became of them in the period; all of one currency, or their amounts mean nothing together.

    In force at the beginning is what was in force on the evening before the first day.
    """
    found = {name: Count() for name in FLOWS}
    for contract in contracts:
        lived = life(contract)
        if lived.begun_on is None:
            continue
        if lived.in_force(period.first - timedelta(days=1)):
            found[OPENING].contracts.append(contract)
        if period.holds(lived.begun_on):
            found[SIGNED].contracts.append(contract)
        if lived.how in ENDED and lived.ended_on is not None and period.holds(lived.ended_on):
            found[str(lived.how)].contracts.append(contract)
        if lived.in_force(period.last):
            found[CLOSING].contracts.append(contract)
    return found


@dataclass(slots=True)
class InTime:
    """Moves of files that fell due in a period: in time, late, and of the late ones those not done by its end."""

    due: list[tuple[Record, Stage]] = field(default_factory=list)
    in_time: int = 0
    late: int = 0
    not_done: int = 0


def in_time(policy: Policy, contracts: Iterable[Record], period: Period) -> dict[str, InTime]:
    """What → how the moves went whose due day lies in the period and is over, or that were done by it.

    Once a period is over its figures stay: a move is late by its due day, and not done by the last day of the period.
    """
    today = policy.today.isoformat()
    found: dict[str, InTime] = {}
    for contract in contracts:
        for stage in chain(policy, contract).stages:
            if stage.due_on is None or not period.holds(stage.due_on):
                continue
            if stage.done_on is not None and stage.done_on <= min(stage.due_on, today):
                one = found.setdefault(stage.what, InTime())
                one.in_time += 1
            elif stage.due_on < today:
                one = found.setdefault(stage.what, InTime())
                one.late += 1
                one.not_done += stage.done_on is None or stage.done_on > min(period.last.isoformat(), today)
            else:
                continue
            one.due.append((contract, stage))
    return found


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of a department and year: those that are used, voided ones among them, and what is missing."""

    name: str
    numbers: tuple[int, ...]
    voided: tuple[str, ...]
    gaps: tuple[int, ...]

    def number(self, value: int) -> str:
        return f"{self.name}-{value:03d}"


def series(contracts: Iterable[Record], years: tuple[int, int]) -> list[Series]:
    """The series of the years, by name."""
    found: dict[str, list[tuple[int, Record]]] = {}
    for contract in contracts:
        name, _, number = contract.data["contract_no"].rpartition("-")
        if years[0] <= int(name.rpartition("-")[2]) <= years[1]:
            found.setdefault(name, []).append((int(number), contract))
    return [_series(name, sorted(numbered, key=lambda one: (one[0], one[1].id))) for name, numbered in sorted(found.items())]


def _series(name: str, numbered: list[tuple[int, Record]]) -> Series:
    numbers = tuple(dict.fromkeys(number for number, _ in numbered))
    voided = tuple(record.data["contract_no"] for _, record in numbered if record.data["status"] == VOIDED)
    return Series(name, numbers, voided, tuple(sorted(set(range(1, numbers[-1])) - set(numbers))))
