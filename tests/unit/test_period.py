"""Periods of reports by their names, and the same period of the year before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbu.period import Period


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-H1", "2026-01-01", "2026-06-30"),
        ("2026-H2", "2026-07-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2026-08-14", "2026-08-14", "2026-08-14"),
    ],
)
def test_a_period_has_its_first_and_last_day(name: str, first: str, last: str) -> None:
    period = Period.of(name)

    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert period.holds(first)
    assert period.holds(last)
    assert not period.holds((period.first - timedelta(1)).isoformat())
    assert not period.holds((period.last + timedelta(1)).isoformat())


@pytest.mark.parametrize(
    "name", ["", "26", "0999", "2026-H3", "2026-Q5", "2026-Q0", "2026-13", "2026-00", "2026-02-30", "2026-1", "2026-01-", "２０２６", "2026 "]
)
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Period.of(name or "x")


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("2026", ("2025", "2025-01-01", "2025-12-31")),
        ("2025-02", ("2024-02", "2024-02-01", "2024-02-29")),
        ("2024-02", ("2023-02", "2023-02-01", "2023-02-28")),
        ("2024-02-29", ("2023-02-28", "2023-02-28", "2023-02-28")),
        ("2026-H2", ("2025-H2", "2025-07-01", "2025-12-31")),
    ],
)
def test_the_same_period_of_the_year_before(name: str, before: tuple[str, str, str]) -> None:
    found = Period.of(name).year_before()

    assert (found.name, found.first.isoformat(), found.last.isoformat()) == before


@given(st.dates(date(1951, 1, 1), date(2199, 12, 31)))
def test_every_day_lies_in_one_month_one_quarter_one_half_and_one_year(day: date) -> None:
    year = day.year
    months = [Period.of(f"{year}-{month:02d}") for month in range(1, 13)]
    quarters = [Period.of(f"{year}-Q{number}") for number in range(1, 5)]
    halves = [Period.of(f"{year}-H{number}") for number in (1, 2)]

    for group in (months, quarters, halves, [Period.of(str(year))]):
        assert sum(period.holds(day.isoformat()) for period in group) == 1
        assert sum((period.last - period.first).days + 1 for period in group) == (Period.of(str(year)).last - date(year, 1, 1)).days + 1
        for period in group:
            assert Period.of(period.year_before().name) == period.year_before()
