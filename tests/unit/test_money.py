"""Exact amounts: rounded half up once, rounded to units by direction, shares that add up to a hundred."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbu import money

FRACTIONS = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        ("0.005", 2, "0.01"),
        ("-0.005", 2, "-0.01"),
        ("0.0049999", 2, "0.00"),
        ("-0.0049", 2, "0.00"),
        ("1.115", 2, "1.12"),  # a binary number would give 1.11
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("1234567.8", 2, "1234567.80"),
    ],
)
def test_half_is_rounded_away_from_nought(value: str, digits: int, shown: str) -> None:
    assert money.rounded(Decimal(value), digits) == shown
    assert money.rounded(Fraction(value), digits) == shown


@given(FRACTIONS, st.integers(0, 6))
def test_rounding_is_the_nearest_and_never_says_minus_nought(value: Fraction, digits: int) -> None:
    shown = money.rounded(value, digits)

    assert abs(Fraction(shown) - value) * 10**digits <= Fraction(1, 2)
    assert not (shown.startswith("-") and Fraction(shown) == 0)


@pytest.mark.parametrize(
    ("value", "unit", "direction", "expected"),
    [
        ("756000", "10000", "down", "750000"),
        ("750000", "10000", "down", "750000"),
        ("750000.01", "10000", "up", "760000"),
        ("755000", "10000", "half_up", "760000"),
        ("754999.99", "10000", "half_up", "750000"),
        ("-755000", "10000", "half_up", "-760000"),
    ],
)
def test_a_limit_is_rounded_to_its_unit_in_the_direction_of_the_policy(value: str, unit: str, direction: str, expected: str) -> None:
    assert money.to_unit(Fraction(value), Fraction(unit), direction) == Fraction(expected)


@given(st.lists(FRACTIONS, max_size=30).filter(lambda parts: sum(parts) != 0))
def test_shares_add_up_to_a_hundred_and_none_is_a_cent_away_from_its_own(parts: list[Fraction]) -> None:
    found = money.shares(parts)

    assert sum(map(Decimal, found)) == 100
    for part, share in zip(parts, found, strict=True):
        assert abs(Fraction(share) - part / sum(parts) * 100) < Fraction(1, 100)


def test_equal_remainders_go_to_the_earlier_part_and_there_is_no_share_of_nothing() -> None:
    assert money.shares([Fraction(1)] * 3) == ["33.34", "33.33", "33.33"]
    assert money.shares([Fraction(1), Fraction(-1)]) == ["0.00", "0.00"]
    assert money.shares([]) == []


@given(st.lists(FRACTIONS, max_size=12), st.integers(0, 4))
def test_parts_are_rounded_so_that_they_add_up_to_their_rounded_sum(parts: list[Fraction], digits: int) -> None:
    shown = [Fraction(text) for text in money.footed(parts, digits)]

    assert sum(shown, Fraction(0)) == Fraction(money.rounded(sum(parts, Fraction(0)), digits))
    assert all(abs(one - part) * 10**digits < 1 for one, part in zip(shown, parts, strict=True))
