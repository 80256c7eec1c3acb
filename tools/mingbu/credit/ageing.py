"""Ageing 账龄 of receivables by a policy's buckets: provision, days of sales outstanding, interest. Pure and exact.

Source: DSO = receivables ÷ credit sales × days; the best possible one takes what isn't due yet; the average delay is the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from mingbu.money import Exact, rounded, shares


@dataclass(frozen=True, slots=True)
class Invoice:
    """What is open of an invoice on the day, and when it falls due; negative for a credit note that wasn't used up yet."""

    due_on: date
    amount: Fraction

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Invoice:
        """From {due_on, amount, paid?}: what was paid is taken off."""
        return cls(date.fromisoformat(data["due_on"]), Fraction(data["amount"]) - Fraction(data.get("paid", 0)))


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket of the policy, with what lies in it. share: a percent as text; of all buckets they add up to 100.00."""

    code: str
    title: tuple[str, str]
    amount: Fraction
    share: str
    rate: Fraction
    provision: Fraction


@dataclass(frozen=True, slots=True)
class Ageing:
    """Amounts exact, in CNY; days exact; None where nothing can be said: no sales, or a share of nothing."""

    buckets: tuple[Bucket, ...]
    total: Fraction
    overdue: Fraction
    overdue_share: Fraction | None
    provision: Fraction
    dso: Fraction | None
    best_possible_dso: Fraction | None
    average_delay: Fraction | None

    def figures(self) -> dict[str, str | None]:
        """Rounded once, as outputs and worked examples show them."""
        return {
            "overdue": rounded(self.overdue),
            "overdue_share": _text(self.overdue_share, 2),
            "provision": rounded(self.provision),
            "dso": _text(self.dso, 1),
            "best_possible_dso": _text(self.best_possible_dso, 1),
            "average_delay": _text(self.average_delay, 1),
        }


def _text(value: Fraction | None, digits: int) -> str | None:
    return None if value is None else rounded(value, digits)


def as_listed(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same with credit sales per month as a list, which may also stand as month → amount, and under shorter names."""
    names = [key for key in ("sales_per_month", "sales", "monthly_sales") if key in data]
    if len(names) != 1:
        return dict(data)
    sold = data[names[0]]
    listed = [{"month": month, "amount": amount} for month, amount in sold.items()] if isinstance(sold, Mapping) else sold
    return {**{key: value for key, value in data.items() if key != names[0]}, "sales_per_month": listed}


def aged(policy_data: Mapping[str, Any], data: Mapping[str, Any]) -> Ageing:
    """From data in the shape of credit-ageing/1, checked before. A period without `days` has the policy's days of each month."""
    sold = data.get("sales_per_month", [])
    sales = sum((Fraction(month["amount"]) for month in sold), Fraction(0))
    days = data.get("days", len({month["month"] for month in sold}) * policy_data["ageing"]["days_a_month"])
    return ageing(policy_data, date.fromisoformat(data["as_of"]), map(Invoice.of, data["invoices"]), sales, days)


def ageing(policy_data: Mapping[str, Any], as_of: date, invoices: Iterable[Invoice], sales_total: Exact | None = None, days: int = 0) -> Ageing:
    """What is open on the day, by the buckets of the policy's `ageing` (KeyError without it).

    A credit note counts in the bucket of its due date; a bucket below zero provides nothing. The provision is exact: round it once.
    `sales_total` is the credit sales of so many `days`; without them there is no DSO.
    """
    rows, open_items = policy_data["ageing"]["buckets"], list(invoices)
    amounts = [Fraction(0) for _ in rows]
    for invoice in open_items:
        amounts[bucket_of(rows, (as_of - invoice.due_on).days)] += invoice.amount
    rates = [Fraction(row["rate"]) for row in rows]
    provided = [max(Fraction(0), amount) * rate / 100 for amount, rate in zip(amounts, rates, strict=True)]
    told = zip(rows, amounts, shares(amounts), rates, provided, strict=True)
    buckets = tuple(Bucket(row["code"], (row["title"], row["title_en"]), held, share, rate, kept) for row, held, share, rate, kept in told)
    total = sum(amounts, Fraction(0))
    overdue = sum((invoice.amount for invoice in open_items if invoice.due_on < as_of), Fraction(0))
    of_all = overdue / total * 100 if total else (None if overdue else Fraction(0))
    a_sale = Fraction(days) / Fraction(sales_total) if sales_total is not None and sales_total > 0 and days > 0 else None
    outstanding = [None if a_sale is None else amount * a_sale for amount in (total, total - overdue, overdue)]
    return Ageing(buckets, total, overdue, of_all, sum(provided, Fraction(0)), *outstanding)


def bucket_of(rows: list[Mapping[str, Any]], days_overdue: int) -> int:
    """Which bucket takes something so many days overdue (0 or less: not yet due); the last one takes the rest."""
    overdue = max(0, days_overdue)
    return next((index for index, row in enumerate(rows) if "up_to" not in row or overdue <= row["up_to"]), len(rows) - 1)


def interest(policy_data: Mapping[str, Any], amount: Exact, days: int, daily_rate: str | None = None) -> Fraction | None:
    """amount × rate % × days, exact: round it once. The rate is the agreed one, else the policy's; None where there is neither."""
    rate = daily_rate if daily_rate is not None else policy_data.get("statutory", {}).get("daily_rate")
    return None if rate is None else Fraction(amount) * Fraction(rate) / 100 * days
