"""Percents of a composition, from exact sums: rounded half up, once; shares add up to 100.00."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mingbu import money

NONE = Decimal("0.00")


def shares(rows: Iterable[Mapping[str, Any]], of: str = "amount") -> list[str]:
    """The percent that each row has of all; "0.00" for each where all of them come to nothing."""
    return money.shares([Fraction(row[of]) for row in rows])


def change(now: Decimal, before: Decimal) -> str | None:
    """By how many percent it is more or less than before; None where that was nothing. After less than nothing, more is still above zero."""
    return money.rounded((Fraction(now) - Fraction(before)) / abs(Fraction(before)) * 100) if before else None


def summed(rows: Iterable[Mapping[str, Any]], of: str = "amount") -> Decimal:
    return sum((row[of] for row in rows), NONE)


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much lies with few: the percent of the first five, and the sum of squared percents (HHI, 0 to 10000); None of nothing or less."""

    total: Decimal
    first: str | None
    hhi: str | None
    groups: int


def concentration(rows: Sequence[Mapping[str, Any]]) -> Concentration:
    """Of rows as Engine.groups gives them, whether the rest is one row or not."""
    total, groups = summed(rows), sum(row["groups"] for row in rows)
    if total <= 0:
        return Concentration(total, None, None, groups)
    first, squares = Fraction(summed(rows, "first")), sum((Fraction(row["squares"]) for row in rows), Fraction(0))
    whole = Fraction(total)
    return Concentration(total, money.rounded(first / whole * 100), money.rounded(squares / whole**2 * 10000), groups)
