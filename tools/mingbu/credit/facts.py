"""The facts that a grade and a limit are worked out from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Statements:
    """What the working-capital method asks of financial statements, in CNY."""

    current_assets: Fraction
    inventory: Fraction
    current_liabilities: Fraction
    total_liabilities: Fraction
    net_worth: Fraction


@dataclass(frozen=True, slots=True)
class Facts:
    """scores: part → 0 to 100; sales in CNY a month; trade in whole months; overdue in days; statements None where there are none."""

    as_of: date
    scores: Mapping[str, Fraction]
    average_monthly_credit_sales: Fraction
    trading_months: int
    max_overdue_days: int
    dishonest_list: bool
    statements: Statements | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Facts:
        """From data in the shape of credit-facts/1, checked before."""
        statements = data.get("statements")
        return cls(
            date.fromisoformat(data["as_of"]),
            {part: Fraction(value) for part, value in data["scores"].items()},
            Fraction(data["average_monthly_credit_sales"]),
            data["trading_months"],
            data["max_overdue_days"],
            data["dishonest_list"],
            Statements(**{key: Fraction(value) for key, value in statements.items()}) if statements else None,
        )

    def for_conditions(self) -> dict[str, Any]:
        """As the policy's caps ask for them."""
        return {
            "average_monthly_credit_sales": self.average_monthly_credit_sales,
            "trading_months": self.trading_months,
            "max_overdue_days": self.max_overdue_days,
            "dishonest_list": self.dishonest_list,
            "statements": self.statements,
        }
