"""Conditions on facts: exact, at home with months, silent about what isn't known, and told in words."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinese import CHINESE
from mingbu import conditions, labels
from mingbu.conditions import holds, reasons

TODAY = date(2026, 8, 31)
DAYS = st.dates(date(2023, 12, 1), date(2026, 12, 31))


def held(fact: Any, on: date = TODAY, **test: Any) -> bool:
    return holds([{"fact": "dealings", **test}], {"dealings": fact}, on)


def oracle(day: date, on: date, months: int) -> bool:
    """Day by day: within N months are the days from the one with the same number N months earlier, or that month's last, up to the day."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    while first.month == month + 1 and first.day < on.day and (first + timedelta(1)).month == month + 1:
        first += timedelta(1)
    return first <= day <= on


@given(DAYS, DAYS, st.integers(1, 30))
def test_within_months_is_what_counting_day_by_day_gives(day: date, on: date, months: int) -> None:
    inside = oracle(day, on, months)

    assert held([day.isoformat()], on, within_months=months) == inside
    assert held(day.isoformat(), on, within_months=months) == inside
    assert held([day.isoformat()], on, not_within_months=months) == (day <= on and not inside)


@pytest.mark.parametrize(
    ("on", "months", "first"),
    [("2026-08-31", 6, "2026-02-28"), ("2024-08-31", 6, "2024-02-29"), ("2026-11-01", 6, "2026-05-01"), ("2027-02-28", 12, "2026-02-28")],
)
def test_the_same_day_so_many_months_ago_counts_and_the_day_before_does_not(on: str, months: int, first: str) -> None:
    before = (date.fromisoformat(first) - timedelta(1)).isoformat()

    assert held([first], date.fromisoformat(on), within_months=months)
    assert not held([before], date.fromisoformat(on), within_months=months)
    assert held([before], date.fromisoformat(on), not_within_months=months)
    assert not held([before, first], date.fromisoformat(on), not_within_months=months)


@pytest.mark.parametrize(
    "test", [{"at_least": "0"}, {"below": "9"}, {"is": False}, {"values": ["a"]}, {"within_months": 6}, {"not_within_months": 6}, {"count": 1}]
)
def test_of_what_is_not_known_only_that_it_is_not_known_holds(test: dict[str, Any]) -> None:
    for unknown in (None, []):
        assert not held(unknown, **test)
        assert held(unknown, filled=False)
        assert not held(unknown, filled=True)


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        ("at_least", "4", True),
        ("at_least", "3.9999", False),
        ("above", "4", False),
        ("above", "4.0001", True),
        ("below", "4", False),
        ("below", "3.9999", True),
        ("up_to", "4", True),
        ("up_to", "4.0001", False),
    ],
)
def test_bounds_are_exact(test: str, value: str, expected: bool) -> None:
    assert held(value, **{test: "4.00"}) == expected
    assert held(Fraction(value), **{test: "4.00"}) == expected


def test_every_condition_and_every_test_of_one_must_hold() -> None:
    both = [{"fact": "sales_share", "at_least": "1", "below": "4"}, {"fact": "planned", "is": True}]

    assert holds(both, {"sales_share": "1", "planned": True}, TODAY)
    assert not holds(both, {"sales_share": "4", "planned": True}, TODAY)
    assert not holds(both, {"sales_share": "1", "planned": False}, TODAY)
    assert [reason.holds for reason in reasons(both, {"sales_share": "4"}, TODAY)] == [True, False, False]


@pytest.mark.parametrize("value", ["2026-08-01", "existing", ["2026-08-01"], True])
def test_a_test_that_does_not_fit_its_fact_does_not_hold_and_breaks_nothing(value: Any) -> None:
    assert not held(value, values=["other"])
    assert not held(value, below="0")


def test_months_before_there_were_years_are_counted_from_the_first_day() -> None:
    assert held(["0001-01-01"], date(1, 3, 1), within_months=6)


def test_a_share_that_looks_like_its_bound_is_shown_with_more_digits() -> None:
    [reason] = reasons([{"fact": "sales_share", "at_least": "4"}], {"sales_share": Fraction(4) - Fraction(1, 10**7)}, TODAY)

    assert conditions.asked(reason, "en") == "share of sales (%) 3.9999999, must be at least 4"
    assert conditions.decimal(Fraction(200, 3)) == "66.6667"
    assert conditions.decimal(Fraction(10)) == "10"


TESTS: dict[str, Any] = {
    "filled": True, "is": False, "values": ["partner"], "at_least": "1", "above": "1", "below": "1", "up_to": "1", "within_months": 6,
    "not_within_months": 6, "count": 1,
}  # fmt: skip


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("value", [None, "3", ["2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"]])
def test_every_test_is_told_in_both_languages_and_when_it_fails_too(test: str, value: Any) -> None:
    codes = {"partner": ["合作伙伴", "Partner"]}
    for bound in (True, False) if isinstance(TESTS[test], bool) else (TESTS[test],):
        [reason] = reasons([{"fact": "nature", test: bound}], {"nature": value}, TODAY)
        for lang in labels.LANGS:
            for text in (conditions.told(reason, lang, codes), conditions.asked(reason, lang, codes)):
                assert text
                assert lang == "zh" or not CHINESE.search(text)
                assert "partner" not in text


def test_what_a_policy_can_ask_of_each_fact() -> None:
    shapes = {"first_trade_on": "date", "dealings": "dates", "sales_share": "number", "nature": "code", "planned": "yes-no"}
    fitting = {
        "date": {"filled", "within_months", "not_within_months"},
        "dates": {"filled", "within_months", "not_within_months", "count"},
        "number": {"filled", "at_least", "above", "below", "up_to"},
        "code": {"filled", "values"},
        "yes-no": {"filled", "is"},
    }
    for fact, shape in shapes.items():
        found = {test for test in TESTS if not list(conditions.unfit([{"fact": fact, test: TESTS[test]}], shapes))}
        assert found == fitting[shape], fact
    assert list(conditions.unfit([{"fact": "weather", "is": True}], shapes)) == [("/0/fact", "weather")]
