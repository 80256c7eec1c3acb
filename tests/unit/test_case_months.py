"""Months of cases: any stream of events adds up, to the case, and a simulator that lives it day by day agrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import building
from mingbu import cases
from mingbu.register import Record

FIRST = date(2026, 1, 1)
LAST = date(2026, 10, 31)
PLACES = {"DEP-0000B1": ("DEP-0000D1", "DEP-0000D2"), "DEP-0000B2": ("DEP-0000D3",), "DEP-0000B3": ("DEP-0000D4",)}
FLOWS = ("opening", "new", "reopened", "won", "lost", "carried_over", "transferred_in", "transferred_out")


def at(day: date, hour: int = 9) -> str:
    return f"{day.isoformat()}T{hour:02d}:00:00+08:00"


@dataclass
class Told:
    """A case as a stream of (day, what, more), and as the record that its people would have written."""

    submitted: date
    stream: list[tuple[date, str, Any]] = field(default_factory=list)

    def record(self, number: int) -> Record:
        said: dict[str, Any] = {"submitted_at": at(self.submitted), "state": "negotiating"}
        branch = office = None
        for day, what, more in self.stream:
            if what == "route":
                branch, office = more
                said |= {"routed_at": at(day)}
            elif what == "reroute":
                said.setdefault("rerouted", []).append({"date": day.isoformat(), "branch": branch, "office": office, "reason": "改派"})
                branch, office = more
            elif what == "sign":
                said |= {"received_at": at(day), "signed_at": at(day, 10)}
            elif what == "contact":
                said |= {"first_contact_at": at(day, 11)}
            elif what == "close":
                said |= {"closed_on": day.isoformat(), "state": more}
            elif what == "reopen":
                undone = {"closed_on": said.pop("closed_on"), "outcome": said["state"]}
                said.setdefault("reopened", []).append({"date": day.isoformat(), "reason": "重新接洽", **undone})
                said |= {"state": "negotiating"}
        said |= {"routed_to_branch": branch, "assigned_office": office} if branch else {}
        return building.record("case", building.fields("case", id=f"CAS-{number:06d}", **said))


@st.composite
def streams(draw: st.DrawFn) -> Told:
    day = FIRST + timedelta(days=draw(st.integers(0, 300)))
    told, is_open, branch, signed = Told(day), True, None, False
    for _ in range(draw(st.integers(0, 9))):
        day += timedelta(days=draw(st.sampled_from((0, 0, 1, 3, 12, 31, 45))))
        if day > LAST + timedelta(days=20):
            break
        choices = ["close", *(["reroute"] if branch else ["route"]), *(["contact"] if signed else ["sign"])] if is_open else ["reopen"]
        what = draw(st.sampled_from(choices))
        more: Any = None
        if what == "reroute" and told.stream and told.stream[-1][1] == "route":
            day += timedelta(days=1)  # a routing of the day on which it was undone is told by no field
        if what in {"route", "reroute"}:
            branch = draw(st.sampled_from(sorted(PLACES)))
            more = (branch, draw(st.sampled_from(PLACES[branch])))
        elif what == "close":
            more, is_open = draw(st.sampled_from(("won", "lost"))), False
        is_open = is_open or what == "reopen"
        signed = signed or what == "sign"
        told.stream.append((day, what, more))
    return told


def simulated(all_told: Mapping[str, Told], today: date) -> dict[str, dict[str | None, dict[str, set[str]]]]:
    """Month → branch ('' not routed, None all) → what the cases did, lived day by day."""
    state: dict[str, str] = {}
    place = dict.fromkeys(all_told, "")
    result: dict[str, dict[str | None, dict[str, set[str]]]] = {}
    day = FIRST
    while day <= min(LAST, today):
        month = day.isoformat()[:7]
        if day.day == 1:
            start = dict(state)
            entered = {found: ("opening", place[found]) for found, how in state.items() if how == "open"}
        for found, told in all_told.items():
            _live(found, told, day, state, place)
            if state.get(found) is None:
                continue
            if found not in start:
                how, where = entered.get(found, ("new", ""))
                entered[found] = (how, where or place[found])
            elif start[found] != "open" and found not in entered and any(when == day and what == "reopen" for when, what, _ in told.stream):
                entered[found] = ("reopened", place[found])
        if (day + timedelta(days=1)).day == 1 or day == today:
            result[month] = {branch: _summed(branch, entered, state, place) for branch in (None, "", *PLACES)}
        day += timedelta(days=1)
    return result


def _live(found: str, told: Told, day: date, state: dict[str, str], place: dict[str, str]) -> None:
    if told.submitted == day:
        state[found] = "open"
    for when, what, more in told.stream:
        if when == day:
            state[found] = more if what == "close" else "open" if what == "reopen" else state[found]
            place[found] = more[0] if what in {"route", "reroute"} else place[found]


def _summed(branch: str | None, entered: dict[str, tuple[str, str]], state: dict[str, str], place: dict[str, str]) -> dict[str, set[str]]:
    sets: dict[str, set[str]] = {name: set() for name in FLOWS}
    for found, (how, where) in entered.items():
        was, is_now = branch in {None, where}, branch in {None, place[found]}
        if was:
            sets[how].add(found)
        if is_now:
            sets["carried_over" if state[found] == "open" else state[found]].add(found)
        if was != is_now:
            sets["transferred_in" if is_now else "transferred_out"].add(found)
    return sets


@pytest.mark.rule("D8", "D9")
@settings(max_examples=60, deadline=None)
@given(st.lists(streams(), max_size=6), st.integers(0, 303), st.randoms(use_true_random=False))
def test_any_stream_of_events_adds_up_and_a_simulator_agrees(all_told: list[Told], elapsed: int, shuffled: Any) -> None:
    today = FIRST + timedelta(days=elapsed)
    named = {f"CAS-{number:06d}": told for number, told in enumerate(all_told)}
    lives = [cases.life(told.record(number)) for number, told in enumerate(all_told)]
    shuffled.shuffle(lives)
    expected = simulated(named, today)

    months = cases.months_of(FIRST, LAST, today)
    assert [first.isoformat()[:7] for first, _ in months] == list(expected)
    for branch in (None, "", *PLACES):
        carried: frozenset[str] | None = None
        for first, last in months:
            found = cases.flow(lives, first, last, lambda life, day, branch=branch: branch in {None, life.place(day)[0]})
            assert {name: set(getattr(found, name)) for name in FLOWS} == expected[first.isoformat()[:7]][branch]
            came = [found.opening, found.new, found.reopened, found.transferred_in]
            left = [found.won, found.lost, found.carried_over, found.transferred_out]
            assert sum(map(len, came)) == len(frozenset().union(*came)) == sum(map(len, left)) == len(frozenset().union(*left))
            assert carried is None or carried == found.opening
            carried = found.carried_over


def told(*stream: tuple[str, str, Any], submitted: str = "2026-03-05", **more: Any) -> cases.Life:
    record = Told(date.fromisoformat(submitted), [(date.fromisoformat(day), what, how) for day, what, how in stream]).record(1)
    return cases.life(building.record("case", dict(record.data) | more))


def month(life: cases.Life, name: str, today: str = "2026-12-31") -> list[str]:
    """The sets in which the case stands."""
    first = date.fromisoformat(f"{name}-01")
    ((start, end),) = cases.months_of(first, first, date.fromisoformat(today))
    found = cases.flow([life], start, end)
    return [key for key in FLOWS if getattr(found, key)]


@pytest.mark.rule("D9")
def test_a_case_is_counted_once_in_a_month_by_its_state_at_the_end() -> None:
    lost_and_won = told(("2026-04-10", "close", "lost"), ("2026-05-02", "reopen", None), ("2026-05-30", "close", "won"))
    assert [month(lost_and_won, name) for name in ("2026-02", "2026-03", "2026-04", "2026-05", "2026-06")] == [
        [], ["new", "carried_over"], ["opening", "lost"], ["reopened", "won"], [],
    ]  # fmt: skip

    twice = told(("2026-03-20", "close", "lost"), ("2026-03-20", "reopen", None), ("2026-03-31", "close", "won"))
    assert month(twice, "2026-03") == ["new", "won"]
    assert month(twice, "2026-03", today="2026-03-30") == ["new", "carried_over"]
    assert month(twice, "2026-04") == []

    undone_at_once = told(("2026-04-10", "close", "won"), ("2026-04-11", "reopen", None))
    assert month(undone_at_once, "2026-04") == ["opening", "carried_over"]
    assert month(undone_at_once, "2026-05") == ["opening", "carried_over"]


def test_a_reopening_that_forgot_what_it_undid_changes_no_month() -> None:
    forgot = told(reopened=[{"date": "2026-05-10", "reason": "重新接洽"}])

    assert [month(forgot, name) for name in ("2026-04", "2026-05", "2026-06")] == [["opening", "carried_over"]] * 3
    assert [event.what for event in cases.events(forgot.case)] == ["submitted", "closed", "reopened"]


def test_the_days_of_a_life_never_run_backwards() -> None:
    undone = [{"date": "2026-05-10", "reason": "一", "closed_on": "2026-05-01", "outcome": "lost"},
              {"date": "2026-04-10", "reason": "二", "closed_on": "2026-04-01", "outcome": "lost"}]  # fmt: skip
    assert [turn.day.isoformat() for turn in told(reopened=undone).turns] == ["2026-05-01"] + ["2026-05-10"] * 3
    assert told(closed_on="2026-01-01", state="won").turns[0].day.isoformat() == "2026-03-05"
