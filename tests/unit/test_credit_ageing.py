"""Ageing, provision, days of sales outstanding and interest: the published examples, and what splitting an invoice may not change."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_credit_calculation import POLICY

from mingbu import credit
from mingbu.credit import Invoice
from mingbu.money import rounded

ON = date(2026, 11, 20)
ENDS = (0, 30, 60, 90, 180, 365)


def due(days_overdue: int, amount: str, **more: str) -> dict[str, Any]:
    return {"due_on": (ON - timedelta(days_overdue)).isoformat(), "amount": amount, **more}


def aged(*invoices: dict[str, Any], **more: Any) -> credit.Ageing:
    return credit.aged(POLICY, {"as_of": ON.isoformat(), "invoices": list(invoices), **more})


@pytest.mark.rule("B19", "E8")
def test_the_example_of_seven_buckets() -> None:
    held = zip((-25, 10, 41, 71, 133, 255, 528), ("700000", "200000", "100000", "80000", "60000", "40000", "20000"), strict=True)
    found = aged(*(due(days, f"{amount}.00") for days, amount in held))

    assert [rounded(bucket.provision) for bucket in found.buckets] == [
        "7000.00", "6000.00", "5000.00", "8000.00", "18000.00", "20000.00", "20000.00",
    ]  # fmt: skip
    assert [bucket.share for bucket in found.buckets] == ["58.33", "16.67", "8.33", "6.67", "5.00", "3.33", "1.67"]
    assert found.figures() == {
        "overdue": "500000.00", "overdue_share": "41.67", "provision": "84000.00", "dso": None, "best_possible_dso": None, "average_delay": None,
    }  # fmt: skip


@pytest.mark.rule("B19")
def test_days_of_sales_outstanding() -> None:
    """1,260,000 owed, 900,000 of it not yet due, on sales of 3,780,000 in 270 days."""
    sold = [{"month": f"2026-{month:02}", "amount": "420000.00"} for month in range(2, 11)]
    owed = (due(-25, "900000.00"), due(20, "400000.00", paid="40000.00"))

    for more in ({"sales_per_month": sold}, {"sales_per_month": [{"month": "2026-10", "amount": "3780000.00"}], "days": 270}):
        figures = aged(*owed, **more).figures()
        assert (figures["dso"], figures["best_possible_dso"], figures["average_delay"]) == ("90.0", "64.3", "25.7")


@pytest.mark.parametrize(("days", "bucket"), [(-1, 0), (0, 0), (1, 1), (30, 1), (31, 2), (90, 3), (91, 4), (180, 4), (181, 5), (365, 5), (366, 6)])
def test_a_bucket_ends_on_its_last_day(days: int, bucket: int) -> None:
    found = aged(due(days, "1.00"))

    assert [index for index, one in enumerate(found.buckets) if one.amount] == [bucket]
    assert found.overdue == (1 if days > 0 else 0)


def test_a_credit_note_counts_where_it_falls_due_and_nothing_is_provided_below_zero() -> None:
    found = aged(due(10, "-300.00"), due(10, "100.00"), due(-5, "1000.00"))

    assert [rounded(one.amount) for one in found.buckets[:2]] == ["1000.00", "-200.00"]
    assert rounded(found.buckets[1].provision) == "0.00"
    assert found.figures() | {"provision": None} == aged(due(10, "-200.00"), due(-5, "1000.00")).figures() | {"provision": None}
    assert (found.figures()["provision"], found.figures()["overdue"], found.figures()["overdue_share"]) == ("10.00", "-200.00", "-25.00")


def test_nothing_owed_has_no_share_and_no_sales_no_days() -> None:
    assert aged().figures()["overdue_share"] == "0.00"
    assert aged(due(10, "-100.00"), due(-5, "100.00")).figures()["overdue_share"] is None
    assert aged(due(10, "100.00"), sales_per_month=[{"month": "2026-10", "amount": "0.00"}]).figures()["dso"] is None
    assert aged(due(10, "100.00"), sales_per_month=[{"month": "2026-10", "amount": "-5.00"}]).figures()["dso"] is None


@pytest.mark.rule("B20")
def test_interest_is_rounded_once() -> None:
    """200,000 at 0.05% a day for 45 days."""
    assert rounded(credit.interest(POLICY, 200000, 45) or 0) == "4500.00"
    assert rounded(credit.interest(POLICY, Decimal("0.10"), 33, "0.15") or 0) == "0.00"
    assert rounded(credit.interest(POLICY, Decimal("0.10"), 34, "0.15") or 0) == "0.01"
    assert credit.interest({}, 200000, 45) is None


amounts = st.integers(-10_000_000, 100_000_000).map(lambda cents: f"{Decimal(cents) / 100:.2f}")
invoices = st.lists(st.tuples(st.integers(-200, 800), amounts), max_size=12)


@given(invoices)
def test_any_invoices_against_a_sum_of_their_own(held: list[tuple[int, str]]) -> None:
    found = aged(*(due(days, amount) for days, amount in held))

    parts = [Decimal(0)] * 7
    for days, amount in held:
        parts[sum(days > end for end in ENDS)] += Decimal(amount)
    rates = [Decimal(rate) for rate in (1, 3, 5, 10, 30, 50, 100)]
    provision = sum((max(part, Decimal(0)) * rate / 100 for part, rate in zip(parts, rates, strict=True)), Decimal(0))
    assert [rounded(one.amount) for one in found.buckets] == [f"{part:.2f}" for part in parts]
    assert found.figures()["provision"] == str(provision.quantize(Decimal("0.01"), ROUND_HALF_UP))
    assert sum(Decimal(one.share) for one in found.buckets) == (100 if sum(parts) else 0)


@given(invoices, st.integers(0, 11), st.integers(-5000, 5000), amounts.filter(lambda amount: Decimal(amount) > 0))
def test_splitting_an_invoice_changes_nothing(held: list[tuple[int, str]], which: int, cents: int, sales: str) -> None:
    whole = [Invoice(ON - timedelta(days), Fraction(amount)) for days, amount in held]
    split = list(whole)
    if split:
        one = split.pop(which % len(split))
        split += [Invoice(one.due_on, Fraction(cents, 100)), Invoice(one.due_on, one.amount - Fraction(cents, 100))]

    assert credit.ageing(POLICY, ON, split, Fraction(sales), 270) == credit.ageing(POLICY, ON, whole, Fraction(sales), 270)
