"""What shows that something owed is done: a field that is filled in, or a record of another kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mingbu.owed.following import every, follow, holds
from mingbu.register import Record, Register


class Completions:
    """For one deadline: the day on which it was done for a record, entry or period."""

    def __init__(self, register: Register, row: Mapping[str, Any]) -> None:
        self._register, self._row = register, row
        self._by: dict[tuple[str, str | None], list[Record]] = {}
        rule = row.get("record")
        if rule is not None:
            self._sort(rule)

    def _sort(self, rule: Mapping[str, Any]) -> None:
        for other in self._register.of(rule["kind"]):
            if holds(self._register, other, rule.get("where", ())):
                period = follow(self._register, other, rule["period"]) if "period" in rule else None
                for named in every(other.data, rule["at"]):
                    self._by.setdefault((str(named), period), []).append(other)

    def can_be_told(self, record: Record, entry: Mapping[str, Any] | None) -> bool:
        """Whether there is something to go by: a visit to somebody who isn't on the register can be owed, but never shown to be done."""
        rule = self._row.get("record", {})
        return "of" not in rule or follow(self._register, record, rule["of"], entry) is not None

    def of(self, record: Record, entry: Mapping[str, Any] | None, period: str | None, event: date) -> date | None:
        """The day on which it was done, or None."""
        if "done" in self._row:
            value = follow(self._register, record, self._row["done"]) if entry is None else entry.get(self._row["done"].strip("/"))
            return _day(value, event)
        if "record" not in self._row:
            return None
        rule = self._row["record"]
        named = follow(self._register, record, rule["of"], entry) if "of" in rule else record.id
        found = self._by.get((str(named), period if "period" in rule else None), ())
        days = (day for other in found if self._fits(rule, record, other) and (day := _day(follow(self._register, other, rule["done"]), event)))
        return min(days, default=None)

    def _fits(self, rule: Mapping[str, Any], record: Record, other: Record) -> bool:
        if any(follow(self._register, other, same) != follow(self._register, record, same) for same in rule.get("same", ())):
            return False
        after = follow(self._register, record, rule["after"]) if "after" in rule else None
        return other.id != record.id and (after is None or str(follow(self._register, other, rule["done"]))[:10] > str(after)[:10])


def _day(value: Any, event: date) -> date | None:
    """The day that the field names; what is filled in with something else than a day was done, nobody knows when: on the day of the event."""
    if value is None or value is False or value == []:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return event
