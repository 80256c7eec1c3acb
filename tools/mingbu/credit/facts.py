"""The facts that a grade and a limit are worked out from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from mingbu.money import rounded

FIGURES = ("current_assets", "inventory", "current_liabilities", "total_liabilities", "net_worth")
"""What the working-capital method asks of financial statements."""

KNOWN_FOR_CAPS = {
    "average_monthly_credit_sales": "number",
    "trading_months": "number",
    "max_overdue_days": "number",
    "dishonest_list": "yes-no",
    "statements": "yes-no",
}
"""The facts that a policy's caps may ask for → what they are."""

KNOWN_FOR_WATCH = {
    "grade": "code",
    "utilisation": "number",
    "overdue_days": "number",
    "overdue_amount": "number",
    "dishonest_list": "yes-no",
    "abnormal_list": "yes-no",
    "litigation": "yes-no",
    "stoppage": "yes-no",
    "registration_changes": "dates",
    "valid_to": "date",
    "max_overdue_days": "number",
    "trading_months": "number",
}
"""The facts that a policy's watch list may ask for → what they are."""


@dataclass(frozen=True, slots=True)
class Statements:
    """Figures of financial statements, in CNY unless a currency is named: then there is no limit by them."""

    current_assets: Fraction
    inventory: Fraction
    current_liabilities: Fraction
    total_liabilities: Fraction
    net_worth: Fraction
    currency: str | None = None

    @classmethod
    def of(cls, data: Mapping[str, str], currency: str | None = None) -> Statements:
        """From figures as decimal strings, under the names of FIGURES."""
        current_assets, inventory, current_liabilities, total_liabilities, net_worth = (Fraction(data[key]) for key in FIGURES)
        return cls(current_assets, inventory, current_liabilities, total_liabilities, net_worth, currency)


@dataclass(frozen=True, slots=True)
class Facts:
    """scores: part → 0 to 100; sales in CNY a month; trade in whole months; overdue in days; statements None where there are none.

    None elsewhere: it isn't known, and nothing is guessed.
    """

    as_of: date
    scores: Mapping[str, Fraction]
    average_monthly_credit_sales: Fraction | None
    trading_months: int
    max_overdue_days: int
    dishonest_list: bool | None
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
            Statements.of(statements) if statements else None,
        )

    def for_conditions(self) -> dict[str, Any]:
        """As the policy's caps ask for them."""
        return {
            "average_monthly_credit_sales": self.average_monthly_credit_sales,
            "trading_months": self.trading_months,
            "max_overdue_days": self.max_overdue_days,
            "dishonest_list": self.dishonest_list,
            "statements": True if self.statements else None,
        }

    def as_data(self) -> dict[str, Any]:
        """In the shape of credit-facts/1; null for what isn't known. Amounts to the cent, so an average may be rounded."""
        sales = self.average_monthly_credit_sales
        data: dict[str, Any] = {
            "schema": "credit-facts/1",
            "as_of": self.as_of.isoformat(),
            "scores": {part: plain(score) for part, score in self.scores.items()},
            "average_monthly_credit_sales": None if sales is None else rounded(sales),
            "trading_months": self.trading_months,
            "max_overdue_days": self.max_overdue_days,
            "dishonest_list": self.dishonest_list,
        }
        if self.statements and self.statements.currency is None:
            data["statements"] = {key: rounded(getattr(self.statements, key)) for key in FIGURES}
        return data


def plain(value: Fraction) -> str:
    """A decimal as people write it: 78, 82.5. Exact for what records hold: they have four digits at most."""
    text = rounded(value, 4)
    return text.rstrip("0").rstrip(".") if "." in text else text
