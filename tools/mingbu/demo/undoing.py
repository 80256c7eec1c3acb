"""A record as it was before some of its steps: the plan read backwards, step by step."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from mingbu.demo.model import chance, last_day, moment
from mingbu.demo.staff import Staff
from mingbu.register import Record

Plan = Mapping[str, Any]
_GONE: dict[str, Any] = {}
"""Stands in a list for an item that wasn't there yet, so that the others keep their places."""


@dataclass(frozen=True)
class Step:
    """Something that came to a record: when, by whom, and how the record is without it."""

    at: datetime
    by: str
    plan: Plan
    index: int | None
    """The item of the plan's list; None for fields of the record."""

    def undo(self, data: dict[str, Any]) -> None:
        """Takes out of the data what came with the step."""
        keep = self.plan.get("keep", False)
        for name in [*([] if keep or self.index is not None else [self.plan["at"]]), *self.plan.get("fields", [])]:
            _drop(data, name)
        data.update(self.plan.get("before", {}))
        for name, percent in self.plan.get("lower", {}).items():
            if name in data and chance(data["id"], name) % self.plan["one_in"] == 0:
                data[name] = _lower(data[name], percent)
        if self.index is not None:
            self._undo_item(data[self.plan["each"]])

    def _undo_item(self, items: list[dict[str, Any]]) -> None:
        if self.plan.get("item"):
            items[self.index or 0] = self._instead(items)
            return
        for name in [self.plan["at"], *self.plan.get("parts", [])]:
            items[self.index or 0].pop(name, None)

    def _instead(self, items: list[dict[str, Any]]) -> dict[str, Any]:
        """What stood in the place of the item: nothing, or a note that it is still to come where no other of its sort is there."""
        if "until" not in self.plan:
            return _GONE
        key = self.plan["alone"]
        value = items[self.index or 0].get(key)
        others = [item for place, item in enumerate(items) if place != self.index and item.get(key) == value]
        return _GONE if others else {key: value, **self.plan["until"]}


def _lower(amount: str, percent: int) -> str:
    """A rounder amount that is so much per cent lower."""
    return f"{Decimal(amount) * (100 - percent) // 100000 * 1000:.2f}"


def _drop(data: dict[str, Any], name: str) -> None:
    *above, key = name.split("/")
    for part in above:
        data = data.get(part, {})
    data.pop(key, None)


def steps_of(staff: Staff, record: Record, plans: Sequence[Plan]) -> list[Step]:
    """The steps that the record has taken, in time; those of one day in the order of the plan."""
    found: list[Step] = []
    for plan in plans:
        asked = all(record.data.get(key) in values for key, values in plan.get("when", {}).items())
        if asked and plan.get("has", "id") in record.data:
            found += _steps(staff, record, plan)
    found.sort(key=lambda step: step.at.date())  # a stable sort: those of one day stay in the order of the plan
    for index in range(1, len(found)):
        found[index] = replace(found[index], at=max(found[index].at, found[index - 1].at + timedelta(minutes=1)))
    return found


def _steps(staff: Staff, record: Record, plan: Plan) -> Iterator[Step]:
    items: Sequence[Mapping[str, Any]] = record.data.get(plan["each"], []) if "each" in plan else [record.data]
    for index, item in enumerate(items):
        value = item.get(plan["at"])
        if value is None or any(item.get(key) != wanted for key, wanted in plan.get("of", {}).items()):
            continue
        day = min(_collected(str(value), plan), last_day().isoformat()) if "monthly" in plan else str(value)
        if "not_before" in plan:
            day = max([day, *(step.at.date().isoformat() for step in _steps(staff, record, {**plan["not_before"], "by": "prepared_by"}))])
        by = staff.acting(plan["by"], dict(record.data), dict(item) if "each" in plan else {}, day[:10])
        yield Step(moment(day, record.id, plan["at"]), by, plan, index if "each" in plan else None)


def _collected(day: str, plan: Plan) -> str:
    """The day of the next month on which somebody writes down what the month brought."""
    following = (date.fromisoformat(day[:7] + "-01") + timedelta(days=32)).replace(day=plan["monthly"])
    return following.isoformat()


def before(record: Record, steps: Sequence[Step], until: datetime) -> dict[str, Any]:
    """What the record said at the moment: all steps that came later are undone, the last one first."""
    data = copy.deepcopy(dict(record.data))
    for step in reversed(steps):
        if step.at > until:
            step.undo(data)
    for key, value in list(data.items()):
        if isinstance(value, list) and any(item is _GONE for item in value):
            data[key] = [item for item in value if item is not _GONE]
            if not data[key]:
                del data[key]
    if "prepared_on" in data:
        data["prepared_on"] = min(data["prepared_on"], until.date().isoformat())
    return data
