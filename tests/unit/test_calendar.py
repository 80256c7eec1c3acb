"""Working days and months against a count day by day."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import building
from mingbu import deadlines, yamlio
from mingbu.calendar import UnknownYear, WorkCalendar, clipped, months_later
from mingbu.register import Policy, Record, Register

PUBLISHED = WorkCalendar.of([])
DAY = timedelta(days=1)
days = st.dates(date(2004, 1, 1), date(2026, 9, 30))


def own(year: int, holidays: list[date], workdays: list[date]) -> WorkCalendar:
    entry = {"year": year, "holidays": [day.isoformat() for day in holidays], "workdays": [day.isoformat() for day in workdays]}
    return WorkCalendar.of([entry])


@given(days, st.integers(0, 40))
def test_the_count_th_working_day_has_as_many_working_days_up_to_it(start: date, count: int) -> None:
    end = PUBLISHED.after(start, count)

    between = [start + DAY * number for number in range(1, (end - start).days + 1)]
    assert sum(PUBLISHED.is_working(day) for day in between) == count
    assert not between or PUBLISHED.is_working(between[-1])
    assert (end == start) is (count == 0)


@given(days, st.integers(0, 20), st.integers(0, 20))
def test_counting_on_is_counting_once(start: date, first: int, second: int) -> None:
    assert PUBLISHED.after(PUBLISHED.after(start, first), second) == PUBLISHED.after(start, first + second)


@given(days, days, st.integers(0, 20))
def test_who_starts_later_is_not_due_earlier(one: date, other: date, count: int) -> None:
    first, second = sorted([one, other])

    assert PUBLISHED.after(first, count) <= PUBLISHED.after(second, count)


def test_a_year_has_as_many_working_days_as_its_notice_leaves() -> None:
    """Weekdays, less those off, and the weekends at work: the State Council's notices for 2025 and 2026."""
    counts = {year: sum(PUBLISHED.is_working(date(year, 1, 1) + DAY * number) for number in range(365)) for year in (2025, 2026)}

    assert counts == {2025: 248, 2026: 248}


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-01-04", True),
        ("2026-02-14", True),
        ("2026-02-16", False),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-02-28", True),
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-11-21", False),
    ],
)
def test_days_of_2026_are_those_of_the_published_calendar(day: str, working: bool) -> None:
    assert PUBLISHED.is_working(date.fromisoformat(day)) is working


@given(st.integers(2028, 2100), st.data())
def test_a_calendar_of_our_own_says_which_days_are_off_and_at_work(year: int, data: st.DataObject) -> None:
    day = st.dates(date(year, 1, 1), date(year, 12, 31))
    holidays = data.draw(st.lists(day.filter(lambda found: found.weekday() < 5), max_size=8))
    workdays = data.draw(st.lists(day.filter(lambda found: found.weekday() >= 5), max_size=8))
    asked = data.draw(day)

    expected = asked in workdays or (asked.weekday() < 5 and asked not in holidays)
    assert own(year, holidays, workdays).is_working(asked) is expected


def test_a_calendar_of_our_own_comes_before_the_published_one() -> None:
    assert own(2026, [], []).is_working(date(2026, 10, 1))
    assert not own(2026, [date(2026, 11, 20)], []).is_working(date(2026, 11, 20))
    assert not own(2025, [], []).is_working(date(2026, 10, 1))


@pytest.mark.parametrize("day", [date(2090, 1, 2), date(1999, 12, 31)])
def test_a_year_that_nobody_published_is_named_and_not_guessed(day: date) -> None:
    with pytest.raises(UnknownYear) as unknown:
        PUBLISHED.is_working(day)

    assert unknown.value.year == day.year


@given(st.dates(date(2004, 1, 1), date(2099, 12, 31)), st.integers(-60, 60))
def test_months_later_is_the_same_day_or_the_last_of_that_month(day: date, count: int) -> None:
    year, month = day.year, day.month
    for _ in range(abs(count)):
        month += 1 if count > 0 else -1
        year, month = (year + 1, 1) if month > 12 else (year - 1, 12) if month < 1 else (year, month)

    found = months_later(day, count)

    assert (found.year, found.month) == (year, month)
    assert found.day == day.day or (found.day < day.day and (found + DAY).day == 1)


@given(st.dates(date(2004, 1, 1), date(2099, 12, 31)), st.dates(date(2004, 1, 1), date(2099, 12, 31)), st.integers(-24, 24))
def test_months_keep_the_order_of_days(one: date, other: date, count: int) -> None:
    first, second = sorted([one, other])

    assert months_later(first, count) <= months_later(second, count)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-08-31", -6, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-11-20", 0, "2026-11-20"),
    ],
)
def test_a_month_is_clipped_at_its_end(day: str, count: int, expected: str) -> None:
    assert months_later(date.fromisoformat(day), count).isoformat() == expected


@given(st.integers(2004, 2099), st.integers(1, 12), st.integers(1, 31))
def test_a_day_that_a_month_does_not_have_is_its_last(year: int, month: int, day: int) -> None:
    assert clipped(year, month, day) == date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _policy(*changes: Callable[[dict[str, Any]], dict[str, Any]]) -> Policy:
    """The sample's deadlines, and one more version for each change."""
    data, faults = yamlio.read((building.PROJECT / "records/policy/deadlines/2024-01-01.yml").read_bytes())
    assert data is not None and not faults
    records: list[Record] = [building.record("policy-deadlines", version) for version in (data, *(change(data) for change in changes))]
    return Policy(Register(building.PROJECT, building.SCHEMAS, {record.id: record for record in records}, ()), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("what", "event", "due"),
    [
        ("case.sign-back", "2026-02-13T23:59:59+08:00", "2026-02-14"),
        ("case.first-contact", "2026-09-30T09:00:00+08:00", "2026-10-10"),
        ("contract.handover", "2026-01-31", "2026-02-28"),
        ("notice.tell", "2026-01-31", "2026-03-02"),
        ("correction.answer", "2026-11-20T09:00:00+08:00", "2026-12-11"),
    ],
)
def test_a_deadline_counts_in_the_unit_of_its_policy(what: str, event: str, due: str) -> None:
    assert str(deadlines.due(_policy(), what, event)) == due


def test_a_deadline_is_that_of_the_policy_in_force_on_the_day_of_the_event() -> None:
    def longer(data: dict[str, Any]) -> dict[str, Any]:
        rows = [row | ({"count": 2} if row["what"] == "case.sign-back" else {}) for row in data["deadlines"]]
        return data | {"effective_from": "2026-11-01", "deadlines": rows}

    due = [str(deadlines.due(_policy(longer), "case.sign-back", f"{day}T09:00:00+08:00")) for day in ("2026-10-29", "2026-11-02")]

    assert due == ["2026-10-30", "2026-11-04"]


@pytest.mark.parametrize("what", ["no.such-deadline", "survey.round"])
def test_what_has_no_length_is_never_due(what: str) -> None:
    assert deadlines.due(_policy(), what, "2026-11-20") is None


@pytest.mark.rule("A13")
@given(days)
def test_the_last_round_that_is_over_is_the_last_whose_month_has_ended(today: date) -> None:
    due = next(day for day in (today - DAY * number for number in range(1, 400)) if day.month in {2, 8} and (day + DAY).day == 1)

    assert deadlines.last_over(_policy(), "survey.round", today) == (due.replace(day=1), due)


@pytest.mark.parametrize("what", ["no.such-deadline", "case.sign-back"])
def test_what_has_no_rounds_has_none_that_is_over(what: str) -> None:
    assert deadlines.last_over(_policy(), what, date(2026, 11, 20)) is None
