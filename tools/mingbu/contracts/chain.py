"""The hand-over chain 移交: each formality's file goes from the handler to the credit administrator, and the verified file to the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingbu import deadlines
from mingbu.calendar import UnknownYear
from mingbu.register import Policy, Record

ARCHIVE = "archive"
IN_TIME, LATE, OPEN, OVERDUE = "in_time", "late", "open", "overdue"


@dataclass(frozen=True, slots=True)
class Stage:
    """One move of a file: what (signing, change, performance, termination; archive), the day it is counted from, and what became of it."""

    what: str
    event_on: str
    due_on: str | None
    """None where the policy has no such deadline, or its day can't be told."""
    done_on: str | None
    by: str | None
    to: str | None
    receipt: str
    reason: str
    """Why it was late; only where it was, or is."""

    def state(self, today: date) -> str:
        """in_time, late (done, but late), open, or overdue."""
        if self._is_done(today):
            return LATE if self.due_on is not None and str(self.done_on) > self.due_on else IN_TIME
        return OVERDUE if self.due_on is not None and today.isoformat() > self.due_on else OPEN

    def late_days(self, today: date) -> int:
        """Days after the due day on which it was done, or today if it isn't: 0 in time."""
        left = self.days_left(today)
        return 0 if left is None else max(0, -left)

    def days_left(self, today: date) -> int | None:
        """Days from the day it was done, or today, to the due day: negative when late; None where there is no due day."""
        if self.due_on is None:
            return None
        end = date.fromisoformat(str(self.done_on)) if self._is_done(today) else today
        return (date.fromisoformat(self.due_on) - end).days

    def _is_done(self, today: date) -> bool:
        return self.done_on is not None and self.done_on <= today.isoformat()


@dataclass(frozen=True, slots=True)
class Chain:
    """The moves of a contract's file, earliest first, and where the file is."""

    handovers: tuple[Stage, ...]
    verified_on: str | None
    verified_by: str | None
    archive: Stage | None
    """None until the file is verified."""
    shelf: str
    holder: str | None
    """Who holds it now: the archivist, the credit administrator, or the handler whose move is open; None without a formality."""
    since: str | None
    until: str | None
    """By when it goes on; None where nothing is owed."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        return (*self.handovers, *((self.archive,) if self.archive else ()))


def chain(policy: Policy, contract: Record) -> Chain:
    """How the file of a contract went. A change that is listed among events too, with the same day, is one formality."""
    data = contract.data
    handovers = tuple(sorted(_handovers(policy, contract), key=lambda stage: (stage.event_on, _ORDER.index(stage.what))))
    archive = None
    if "verified_on" in data:
        due = _due(policy, "contract.archive", data["verified_on"])
        archive = _stage(contract, ARCHIVE, data["verified_on"], due, data.get("archived_on"), data.get("verified_by"), data.get("archived_by"),
                         data.get("archive_no", ""))  # fmt: skip
    holder, since, until = _held(contract, handovers, archive)
    return Chain(handovers, data.get("verified_on"), data.get("verified_by"), archive, data.get("archive_no", ""), holder, since, until)


_ORDER = ("signing", "change", "performance", "termination", ARCHIVE)


def _handovers(policy: Policy, contract: Record) -> Iterator[Stage]:
    for event in _formalities(contract.data):
        due = _due(policy, "contract.handover", event["formalities_done_on"])
        yield _stage(contract, event["kind"], event["formalities_done_on"], due, event.get("handed_over_on"),
                     event.get("handed_over_by"), event.get("received_by"), event.get("receipt", ""))  # fmt: skip


def _formalities(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    events = list(data.get("events", ()))
    known = {(event["kind"], event["formalities_done_on"]) for event in events}
    done = [change for change in data.get("changes", ()) if "formalities_done_on" in change]
    return [*events, *(change for change in done if (change["kind"], change["formalities_done_on"]) not in known)]


def _stage(contract: Record, what: str, event: str, due: str | None, done: str | None, by: str | None, to: str | None, receipt: str) -> Stage:
    late = due is not None and (done is None or done > due)
    return Stage(what, event, due, done, by, to, receipt, str(contract.data.get("late_reason", "")).strip() if late else "")


def _due(policy: Policy, what: str, event: str) -> str | None:
    try:
        found = deadlines.due(policy, what, event)
    except UnknownYear:
        return None
    return found.isoformat() if found else None


def _held(contract: Record, handovers: tuple[Stage, ...], archive: Stage | None) -> tuple[str | None, str | None, str | None]:
    """(who, since, until): papers that aren't handed over are with the handler, and come before what the others hold."""
    waiting = next((stage for stage in handovers if stage.done_on is None), None)
    if waiting is not None:
        return str(contract.data["handler"]), waiting.event_on, waiting.due_on
    if archive is not None and archive.done_on is not None and archive.done_on >= max((str(stage.done_on) for stage in handovers), default=""):
        return archive.to, archive.done_on, None
    if not handovers:
        return None, None, None
    last = max(handovers, key=lambda stage: str(stage.done_on))
    until = archive.due_on if archive is not None and archive.done_on is None else None
    return last.to or (archive.by if archive else None), last.done_on, until
