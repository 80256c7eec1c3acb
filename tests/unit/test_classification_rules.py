"""The engine of classes, for any facts: each axis from its own facts, more sales never a lower position, edges of windows day by day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import building
from mingbu import yamlio
from mingbu.classification import FIELDS, asked, classify, normalised

POLICY, _ = yamlio.read((building.PROJECT / "records/policy/classification/2024-01-01.yml").read_bytes())
assert POLICY is not None
AS_OF = date(2026, 8, 31)
DAYS = st.dates(date(2024, 6, 1), date(2026, 12, 31)).map(date.isoformat)
AMOUNTS = st.integers(-(10**8), 10**9).map(
    lambda cents: f"{cents // 100}.{cents % 100:02d}" if cents >= 0 else f"-{-cents // 100}.{-cents % 100:02d}"
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "first_trade_on": DAYS,
        "last_trade_on": DAYS,
        "dealings": st.lists(DAYS, max_size=5),
        "planned": st.booleans(),
        "sales_amount": AMOUNTS,
        "sales_share": st.fractions(0, 100, max_denominator=10**5),
        "visits": st.lists(DAYS, max_size=3),
        "need_confirmed_by": st.just("高望岳"),
        "stopped_reason": st.sampled_from(sorted(building.SCHEMAS.codes["stagnation_reason"])),
    },
)
POSITIONS = [None, "scattered", "general", "key"]
"""From the lowest on."""


def classed(facts: dict[str, Any], as_of: date = AS_OF, **declared: Any) -> dict[str, Any]:
    found = classify("classification/2024-01-01", POLICY, normalised({"as_of": as_of.isoformat(), **facts}), declared)
    return {axis: value.value for axis, value in found.items()}


def months_ago(day: date, months: int) -> date:
    """By counting: back day by day to the month, then as near as it gets to the same number without passing it."""
    wanted = (day.year * 12 + day.month - 1) - months
    while day.year * 12 + day.month - 1 > wanted:
        day -= timedelta(1)
    return day


def first_day(on: date, months: int) -> date:
    last = months_ago(on, months)
    return last if last.day <= on.day else last.replace(day=on.day)


@given(FACTS)
def test_the_axes_of_trade_are_what_reading_the_dates_one_by_one_gives(facts: dict[str, Any]) -> None:
    days = {*facts.get("dealings", []), facts.get("first_trade_on"), facts.get("last_trade_on")} - {None}
    traded = sorted(date.fromisoformat(day) for day in days if day <= AS_OF.isoformat())
    half, year = first_day(AS_OF, 6), first_day(AS_OF, 12)
    visited = any(day <= AS_OF.isoformat() for day in facts.get("visits", []))

    found = classed(facts)

    assert found["time_series"] == ("future" if not traded else "new" if traded[0] >= year else "old")
    assert found["trade_stage"] == ("future" if not traded else "ongoing" if traded[-1] >= half else "past")
    if not traded:
        assert found["lifecycle"] == ("target" if visited and "need_confirmed_by" in facts else "potential")
    elif traded[-1] >= half:
        assert found["lifecycle"] == "existing"
    else:
        assert found["lifecycle"] == ("stagnant" if "stopped_reason" in facts else None)


@given(FACTS, FACTS)
def test_each_axis_depends_on_its_own_facts_only(facts: dict[str, Any], other: dict[str, Any]) -> None:
    """Whatever else is known: an axis changes only when a fact changes that its rules speak of."""
    trade = {"first_trade_on", "last_trade_on", "dealings"}
    for axis in POLICY["axes"]:
        own = asked({"axes": [axis]})
        own |= trade if own & trade else frozenset()
        mixed = {key: value for key, value in other.items() if key not in own} | {key: value for key, value in facts.items() if key in own}
        assert classed(mixed)[axis["axis"]] == classed(facts)[axis["axis"]], axis["axis"]


@given(FACTS, st.fractions(0, 50, max_denominator=10**4), st.integers(0, 10**9))
def test_a_customer_with_more_sales_never_falls_in_position(facts: dict[str, Any], more_share: Fraction, more_cents: int) -> None:
    amount, share = Fraction(facts.get("sales_amount", "0")), Fraction(facts.get("sales_share", 0))
    sold = {"sales_amount": amount, "sales_share": share}
    more = {"sales_amount": amount + Fraction(more_cents, 100), "sales_share": share + more_share}

    before, after = (classed({**facts, **figures})["market_position"] for figures in (sold, more))

    assert POSITIONS.index(after) >= POSITIONS.index(before)


@given(FACTS)
def test_facts_after_the_day_change_nothing(facts: dict[str, Any]) -> None:
    known = normalised({"as_of": AS_OF.isoformat(), **facts})

    assert all(day <= AS_OF.isoformat() for day in [*known["dealings"], *known["visits"]])
    assert classed({**facts, "dealings": [*facts.get("dealings", []), "2026-09-01"]}) == classed(facts)


@given(FACTS)
def test_what_people_decide_is_never_touched_by_facts(facts: dict[str, Any]) -> None:
    found = classed(facts, nature="partner", rank="b", route_order=7)

    assert list(found) == list(FIELDS)
    assert (found["nature"], found["rank"], found["route_order"]) == ("partner", "b", 7)


@pytest.mark.parametrize(
    ("as_of", "first", "expected"),
    [
        ("2026-08-31", "2026-02-28", "ongoing"),
        ("2026-08-31", "2026-02-27", "past"),
        ("2024-08-31", "2024-02-29", "ongoing"),
        ("2024-08-31", "2024-02-28", "past"),
        ("2026-02-28", "2025-08-28", "ongoing"),
        ("2026-02-28", "2025-08-27", "past"),
    ],
)
def test_months_end_where_february_does(as_of: str, first: str, expected: str) -> None:
    assert classed({"dealings": [first]}, date.fromisoformat(as_of))["trade_stage"] == expected


def test_an_axis_that_the_policy_passes_over_is_what_was_declared() -> None:
    found = classify("x/2026-01-01", {"axes": []}, normalised({"as_of": "2026-11-01"}), {"rank": "a"})

    assert (found["rank"].value, found["rank"].derived, found["time_series"].value) == ("a", None, None)
    assert not any(value.differs for value in found.values())


def test_of_two_lines_for_one_axis_the_first_counts() -> None:
    rule = {"value": "new", "when": [{"fact": "sales_amount", "filled": False}]}
    lines = [{"axis": "time_series", "source": "derived", "rules": [rule | {"value": value}]} for value in ("new", "old")]

    found = classify("x/2026-01-01", {"axes": lines}, normalised({"as_of": "2026-11-01"}), {})

    assert (found["time_series"].value, found["time_series"].line) == ("new", "/axes/0/rules/0")
