"""The items that a deadline gives rise to: one for each record, entry of a list, or round that it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingbu import deadlines
from mingbu.calendar import UnknownYear, shifted
from mingbu.owed.completion import Completions
from mingbu.owed.following import follow, holds
from mingbu.owed.intervals import recurring
from mingbu.owed.model import Item, Owed, Uncounted, late_from
from mingbu.owed.people import People
from mingbu.owed.rounds import rounds
from mingbu.register import Policy, Record, Register

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Event:
    """What a deadline is counted from: uid says which one it is, entry is the entry of a list, due is known already or counted."""

    uid: str
    pointer: str
    day: date
    due_on: date | None = None
    opens_on: date | None = None
    entry: Mapping[str, Any] | None = None
    period: str | None = None
    done_on: date | None = None
    """Known already, of what comes round again."""


def items(register: Register, policy: Policy, horizon: date | None = None) -> Owed:
    """Everything owed by the policy in force, done or not, by due day. Rounds to come are listed up to the horizon, or the next one."""
    return register.memo(f"owed {policy.today} {horizon}", lambda: _Listing(register, policy, horizon).owed())


class _Listing:
    def __init__(self, register: Register, policy: Policy, horizon: date | None) -> None:
        self._register, self._policy, self._horizon = register, policy, horizon
        self._people = People(register, policy.today.isoformat())
        self._uncounted: list[Uncounted] = []

    def owed(self) -> Owed:
        found = [item for row in deadlines.rules(self._policy) if "kind" in row for item in self._of(row)]
        return Owed(tuple(sorted(found, key=lambda item: (item.due_on, item.what, item.uid))), tuple(self._uncounted))

    def _of(self, row: Row) -> Iterator[Item]:
        done = Completions(self._register, row)
        for record in self._register.of(row["kind"]):
            for event in self._events(row, record):
                if not done.can_be_told(record, event.entry) or not holds(self._register, record, row.get("while", ()), event.entry):
                    continue
                done_on = event.done_on or done.of(record, event.entry, event.period, event.day)
                due_on = event.due_on or self._due(row, record, event, done_on)
                if due_on is not None:
                    yield self._item(row, record, event, due_on, done_on)

    def _events(self, row: Row, record: Record) -> Iterator[_Event]:
        uid = f"{row['what']}/{record.id}"
        if "months" in row:
            for one in rounds(self._register, row, record, self._policy.today, self._horizon):
                yield _Event(f"{uid}/{one.period}", "", one.opens_on, one.due_on, one.opens_on, None, one.period)
        elif "latest" in row:
            for turn in recurring(self._register, self._policy, row, record):
                yield _Event(f"{uid}/{turn.record}", "", turn.day, turn.due_on, done_on=turn.done_on)
        elif "each" in row:
            for pointer in row["each"]:
                for index, entry in enumerate(record.data.get(pointer.strip("/"), ())):
                    yield from self._event(row, record, f"{uid}{pointer}/{index}", f"{pointer}/{index}", entry)
        else:
            yield from self._event(row, record, uid, "", None)

    def _event(self, row: Row, record: Record, uid: str, place: str, entry: Mapping[str, Any] | None) -> Iterator[_Event]:
        """The event that a field tells of, where it is filled in; a due day that the record names needs none."""
        field = row.get("from") or row["due"]
        day, due = _day(self._at(record, field, entry)), None
        if "due" in row:
            due = _day(self._at(record, row["due"], entry))
            day = day if "from" in row else due
            if due is None and "count" not in row:
                return
        if day is not None:
            yield _Event(uid, place + field, day, due, None, entry)

    def _at(self, record: Record, pointer: str, entry: Mapping[str, Any] | None) -> Any:
        """In an entry of a list, the field of that entry alone: the record's own field of that name tells of something else."""
        return follow(self._register, record, pointer) if entry is None else entry.get(pointer.strip("/"))

    def _due(self, row: Row, record: Record, event: _Event, done_on: date | None) -> date | None:
        """None where it can't be counted; that is told of what isn't done yet."""
        try:
            return deadlines.due(self._policy, row["what"], event.day.isoformat())
        except UnknownYear as unknown:
            year = unknown.year
        except (OverflowError, ValueError):  # past the last year that there is
            year = event.day.year + 1
        if done_on is None or done_on > self._policy.today:
            self._uncounted.append(Uncounted(row["what"], record.id, event.pointer, year))
        return None

    def _item(self, row: Row, record: Record, event: _Event, due_on: date, done_on: date | None) -> Item:
        about = follow(self._register, record, row["record"]["of"], event.entry) if "of" in row.get("record", {}) else None
        remind = event.opens_on or shifted(due_on, -row.get("remind_days", 0))
        return Item(
            uid=event.uid,
            what=row["what"],
            title=(row["title"], row["title_en"]),
            rules=tuple(row["articles"]),
            subject=record.id,
            about=str(about) if self._register.get(about) else record.id,
            pointer=event.pointer,
            period=event.period,
            event_on=event.day,
            due_on=due_on,
            remind_on=remind,
            late_from=late_from(due_on, row.get("late_after_days", 0)),
            done_on=done_on,
            owes=self._people.first(record, row.get("owes", ()), event.entry),
            tell=self._people.all(record, row.get("tell", ()), event.entry),
        )


def _day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else None
