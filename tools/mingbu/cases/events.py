"""The life of a case as dated events, read from the fields of its record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingbu.cases.stages import STEPS
from mingbu.register import Record, Register

CLOSED, REOPENED, REROUTED, FOLLOWED_UP = "closed", "reopened", "rerouted", "followed_up"
OPEN = "negotiating"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a case on a day: a stage of STEPS, returned, followed_up, rerouted, closed (outcome says how) or reopened."""

    day: date
    what: str
    outcome: str = ""
    reason: str = ""
    amount: str | None = None
    """Of a closing: what was won; None where it isn't known."""
    branch: str = ""
    office: str = ""
    """Of routing elsewhere: where the case was before."""


@dataclass(frozen=True, slots=True)
class Life:
    """A case from its submission on: when it was closed and opened again, and where it was. Days never run backwards."""

    case: Record
    turns: tuple[Event, ...]
    """Closings and reopenings by turns, beginning with a closing."""
    places: tuple[tuple[date, str, str], ...]
    """(since when, branch, office), the first one since the case went out."""

    @property
    def submitted(self) -> date:
        return _day(self.case.data["submitted_at"])

    def closing(self, day: date) -> Event | None:
        """The closing that stands at the end of the day; None while the case is open."""
        done = [turn for turn in self.turns if turn.day <= day]
        return done[-1] if done and done[-1].what == CLOSED else None

    def state(self, day: date) -> str | None:
        """negotiating, won or lost at the end of the day; None before the case was submitted."""
        if day < self.submitted:
            return None
        closing = self.closing(day)
        return closing.outcome if closing else OPEN

    def place(self, day: date) -> tuple[str, str]:
        """(branch, office) at the end of the day, '' where there was none yet."""
        return next(((branch, office) for since, branch, office in reversed(self.places) if since <= day), ("", ""))


def events(case: Record) -> list[Event]:
    """Everything that happened, by day; what happened on one day in the order in which a case goes."""
    found = [Event(_day(case.data[key]), name) for key, name in (*STEPS, ("returned_at", "returned")) if key in case.data]
    for row in case.data.get("rerouted", ()):
        found.append(Event(_day(row["date"]), REROUTED, reason=row["reason"], branch=row["branch"], office=row.get("office", "")))
    found += [Event(_day(row["date"]), FOLLOWED_UP, reason=row["content"]) for row in case.data.get("followups", ())]
    return sorted([*found, *closings(case)], key=lambda event: event.day)


def closings(case: Record) -> tuple[Event, ...]:
    """The closings and reopenings by turns. A reopening that doesn't say what it undid was closed on its own day, and so changes no month."""
    found = list(_turns(case))
    last = _day(case.data["submitted_at"])
    ordered = []
    for turn in found:
        last = max(last, turn.day)
        ordered.append(Event(last, turn.what, turn.outcome, turn.reason, turn.amount))
    return tuple(ordered)


def _turns(case: Record) -> Iterator[Event]:
    for row in case.data.get("reopened", ()):
        undone = row.get("closed_on", row["date"])
        yield Event(_day(undone), CLOSED, row.get("outcome", "lost"), row.get("closing_reason", ""), row.get("amount"))
        yield Event(_day(row["date"]), REOPENED, reason=row["reason"])
    if "closed_on" in case.data:
        won = case.data["state"] == "won"
        reason = case.data.get("win_reason" if won else "lose_reason", "")
        yield Event(_day(case.data["closed_on"]), CLOSED, case.data["state"], reason, case.data.get("won_amount") if won else None)


def _places(case: Record) -> Iterator[tuple[date, str, str]]:
    """Where the case was: what stands in `rerouted` until its day, then where it is now.

    The first routing is told by routed_at, unless that is the time of a later one: then the case is taken as out since its submission.
    """
    moved: list[dict[str, Any]] = sorted(case.data.get("rerouted", ()), key=lambda row: row["date"])
    if "routed_to_branch" not in case.data and not moved:
        return
    since = _day(case.data.get("routed_at", case.data["submitted_at"]))
    if moved and since >= _day(moved[0]["date"]):
        since = _day(case.data["submitted_at"])
    for row in moved:
        yield since, row["branch"], row.get("office", "")
        since = max(since, _day(row["date"]))
    yield since, case.data.get("routed_to_branch", ""), case.data.get("assigned_office", "")


def life(case: Record) -> Life:
    """The life of a case."""
    return Life(case, closings(case), tuple(_places(case)))


def lives(register: Register) -> list[Life]:
    """Every case's life, by id."""
    return register.memo("cases.lives", lambda: [life(case) for case in register.of("case")])


def _day(value: str) -> date:
    return date.fromisoformat(value[:10])
