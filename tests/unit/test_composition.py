"""Composition of sales: sums to the cent by every axis, shares that add up, the rest, concentration, the year before."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ledger
from mingbu.composition.engine import DuckDB, Row
from mingbu.composition.expressions import AXES, REST, Spans
from mingbu.composition.shares import change, concentration, shares, summed
from mingbu.period import Period

TODAY = date(2026, 11, 20)


@cache
def lines() -> list[dict[str, Any]]:
    """A hundred thousand of them, made when a test first asks."""
    return ledger.lines(100_000)


@pytest.fixture(scope="module")
def whole() -> DuckDB:
    return DuckDB(ledger.of_sales(lines()))


def of(rows: list[dict[str, Any]]) -> DuckDB:
    return DuckDB(ledger.of_sales(rows))


def line(day: str, amount: str, customer: str = "CUS-000001", product: str = "PRD-000001", **more: Any) -> dict[str, Any]:
    known = {"line": "SAL-000001/lines/0", "department": "DEP-000001", "quantity": 1, "paid": Decimal("0.00"), "paid_on": None}
    named = {"customer": customer, "product": product, "month": day[:7]}
    return known | named | {"date": date.fromisoformat(day), "amount": Decimal(amount)} | more


def key_on(axis: str) -> Callable[[dict[str, Any]], str]:
    """The key of a line on an axis, found without any backend."""
    if axis in {"customer", "product", "department"}:
        return lambda row: str(row[axis])
    if axis == "month":
        return lambda row: f"{row['date'].month:02}"
    told, reference = ledger.keys(axis), "product" if axis == "category" else "customer"
    return lambda row: told.get(row[reference], "")


def by_hand(axis: str, first: date, last: date) -> dict[str, Decimal]:
    """Key → the plain sum of its lines."""
    sums: dict[str, Decimal] = {}
    key = key_on(axis)
    for row in lines():
        if first <= row["date"] <= last:
            sums[key(row)] = sums.get(key(row), Decimal("0.00")) + row["amount"]
    return sums


@pytest.mark.rule("B19")
@pytest.mark.parametrize("axis", AXES)
def test_a_hundred_thousand_lines_reconcile_to_the_cent_by_every_axis(axis: str, whole: DuckDB) -> None:
    """Amounts, the year before, and how far both have come: each as added up line by line."""
    spans = Spans.of(Period.of("2026"), TODAY)
    groups = whole.groups(axis, spans)

    for figure, first, last in (
        ("amount", date(2026, 1, 1), date(2026, 12, 31)),
        ("previous", date(2025, 1, 1), date(2025, 12, 31)),
        ("to_date", date(2026, 1, 1), TODAY),
        ("same_days", date(2025, 1, 1), date(2025, 11, 20)),
    ):
        assert {group["key"]: group[figure] for group in groups if group[figure]} == {
            key: amount for key, amount in by_hand(axis, first, last).items() if amount
        }
    assert sum(group["lines"] for group in groups) == sum(row["date"].year == 2026 for row in lines())
    assert [(-group["amount"], group["key"]) for group in groups] == sorted((-group["amount"], group["key"]) for group in groups)


@pytest.mark.rule("B19")
@pytest.mark.parametrize("axis", AXES)
def test_the_first_and_the_rest_are_the_whole(axis: str, whole: DuckDB) -> None:
    spans = Spans.of(Period.of("2025-H2"), TODAY)
    every, some = whole.groups(axis, spans), whole.groups(axis, spans, 4)

    assert [group["key"] for group in some] == [*(group["key"] for group in every[:4]), *([REST] if len(every) > 4 else [])]
    for figure in ("amount", "previous", "to_date", "same_days", "lines", "groups", "squares", "first"):
        assert sum(group[figure] for group in some) == sum(group[figure] for group in every), figure
        assert [group[figure] for group in some[:4]] == [group[figure] for group in every[:4]]
    assert sum(Decimal(share) for share in shares(some)) == 100
    assert concentration(some) == concentration(every)


def test_what_isnt_on_record_has_a_row_of_its_own(whole: DuckDB) -> None:
    """Lines of unknown customers count by region under no key; by customer, each under its id."""
    spans = Spans.of(Period.of("2026"), TODAY)
    strangers = {row["customer"] for row in lines() if row["customer"] >= f"CUS-{ledger.CUSTOMERS:06}"}
    assert strangers

    assert strangers & {group["key"] for group in whole.groups("customer", spans)}
    [unknown] = [group for group in whole.groups("region", spans) if group["key"] == ""]
    assert unknown["amount"] == sum((row["amount"] for row in lines() if row["customer"] in strangers and row["date"].year == 2026), Decimal(0))


def test_without_lines_there_are_no_rows() -> None:
    spans = Spans.of(Period.of("2026"), TODAY)
    empty, before = of([]), of([line("2019-05-05", "7.00")])

    for axis in AXES:
        assert empty.groups(axis, spans) == empty.groups(axis, spans, 3) == before.groups(axis, spans) == []
    assert concentration([]).first is None
    assert empty.traded(("customer",), spans) == []


def test_a_category_called_as_the_rest_is_not_lost_in_it() -> None:
    tables = ledger.of_sales([line("2026-01-05", "5.00"), line("2026-01-05", "3.00", product="PRD-000002"), line("2026-01-05", "1.00", product="?")])
    categories = tables["products"]["category"].to_pylist()
    categories[1] = REST
    tables["products"] = tables["products"].set_column(1, "category", [categories])

    groups = DuckDB(tables).groups("category", Spans.of(Period.of("2026"), TODAY), 1)

    assert [(group["place"], group["key"], str(group["amount"])) for group in groups] == [(1, REST, "5.00"), (2, REST, "4.00")]


# --- the year before


def figures(today: str, period: str, *lines_: dict[str, Any]) -> tuple[str, ...]:
    spans = Spans.of(Period.of(period), date.fromisoformat(today))
    groups = of(list(lines_)).groups("department", spans)
    return tuple(str(summed(groups, name)) for name in ("amount", "previous", "to_date", "same_days"))


def test_a_half_year_stands_beside_the_same_half_of_the_year_before() -> None:
    lines_ = [line(day, amount) for day, amount in (("2025-06-30", "1.00"), ("2025-07-01", "2.00"), ("2025-12-31", "4.00"), ("2026-07-01", "8.00"))]

    assert figures("2027-01-01", "2026-H2", *lines_) == ("8.00", "6.00", "8.00", "6.00")
    assert figures("2026-07-01", "2026-H2", *lines_) == ("8.00", "6.00", "8.00", "2.00")


def test_february_of_a_leap_year_and_of_the_years_around_it() -> None:
    lines_ = [line(day, amount) for day, amount in (("2023-02-28", "1.00"), ("2024-02-28", "2.00"), ("2024-02-29", "4.00"), ("2025-02-28", "8.00"))]

    assert figures("2026-01-01", "2024-02", *lines_) == ("6.00", "1.00", "6.00", "1.00")
    assert figures("2026-01-01", "2025-02", *lines_) == ("8.00", "6.00", "8.00", "6.00")
    assert figures("2024-02-29", "2024-Q1", *lines_) == ("6.00", "1.00", "6.00", "1.00")
    assert figures("2025-02-28", "2025-Q1", *lines_) == ("8.00", "6.00", "8.00", "2.00")


def test_what_is_dated_after_today_counts_in_the_period_but_not_in_the_growth() -> None:
    assert figures("2026-03-01", "2026", line("2026-03-01", "5.00"), line("2026-03-02", "3.00")) == ("8.00", "0.00", "5.00", "0.00")


@given(st.integers(2001, 2100), st.integers(1, 12), st.integers(1, 31), st.sampled_from(["", "-H1", "-H2", "-Q1", "-Q4", "-02"]))
def test_the_same_days_begin_and_end_within_the_year_before(year: int, month: int, day: int, part: str) -> None:
    today = date(year, month, min(day, calendar.monthrange(year, month)[1]))
    spans = Spans.of(Period.of(f"{year}{part}"), today)

    assert spans.before.last.year == spans.before.first.year == year - 1
    assert spans.until_before <= spans.before.last
    assert spans.over == (today >= spans.period.last)
    if not spans.over:
        assert (spans.until_before.month, spans.until_before.day) in {(today.month, today.day), (2, 28)}


# --- shares and concentration

AMOUNTS = st.lists(st.integers(-(10**12), 10**15), min_size=1, max_size=40)


def rows(cents: list[int]) -> list[Row]:
    """Groups as the engine gives them, worked out by hand."""
    amounts = sorted((Decimal(value) / 100 for value in cents), reverse=True)
    told = enumerate(amounts)
    return [
        {"amount": amount, "squares": amount * amount, "first": amount if place < 5 else Decimal(0), "groups": 1, "place": place + 1}
        for place, amount in told
    ]


@given(AMOUNTS)
def test_shares_add_up_and_none_is_a_cent_of_a_percent_off(cents: list[int]) -> None:
    found = [Decimal(share) for share in shares(rows(cents))]
    total = sum(cents)

    assert sum(found) == (100 if total else 0)
    if total:
        exact = [Fraction(row["amount"]) * 10000 / total for row in rows(cents)]
        assert all(abs(Fraction(share) - part) < Fraction(1, 100) for share, part in zip(found, exact, strict=True))


@given(AMOUNTS)
def test_concentration_is_that_of_the_exact_shares(cents: list[int]) -> None:
    found, total = concentration(rows(cents)), sum(cents)

    if total <= 0:
        assert (found.first, found.hhi) == (None, None)
        return
    parts = [Fraction(value * 100, total) for value in cents]
    assert found.hhi == half_up(sum((part * part for part in parts), Fraction(0)))
    assert found.first == half_up(sum(sorted(parts, reverse=True)[:5], Fraction(0)))
    if min(cents) >= 0:
        assert 0 < Decimal(str(found.hhi)) <= 10000
        assert Decimal(10000) / len(cents) - Decimal("0.01") <= Decimal(str(found.hhi))


def half_up(value: Fraction) -> str:
    """By another way than the program's: decimals of so many digits that every tie is seen."""
    with localcontext(prec=90):
        return f"{(Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal('0.01'), ROUND_HALF_UP):f}"


@pytest.mark.parametrize(
    ("now", "before", "percent"),
    [
        ("110.00", "100.00", "10.00"),
        ("0.00", "8.00", "-100.00"),
        ("5.00", "0.00", None),
        ("0.00", "0.00", None),
        ("1.00", "3.00", "-66.67"),
        ("100.01", "80.00", "25.01"),
        ("-50.00", "100.00", "-150.00"),
        ("50.00", "-100.00", "150.00"),
        ("200.01", "200.00", "0.01"),
    ],
)
def test_a_change_is_a_percent_of_the_year_before(now: str, before: str, percent: str | None) -> None:
    assert change(Decimal(now), Decimal(before)) == percent
