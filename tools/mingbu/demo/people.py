"""People's posts, keys and deputies as they were known on a day."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from mingbu.demo.model import Change, chance, first_day, growth, last_day, on_day, version
from mingbu.demo.staff import Staff
from mingbu.register import Record


def versions(staff: Staff, record: Record) -> Iterator[Change]:
    """The person when the register was taken into use, if he was there, and each change that was known some days before."""
    plan = growth()["people"]
    known = [_workday(date.fromisoformat(day) - timedelta(days=plan["days_before"]), -1) for day in _days(record.data)]
    if "left_on" in record.data:
        known.append(_workday(date.fromisoformat(record.data["left_on"]) + timedelta(days=1), 1))
    later = sorted({day for day in known if day > first_day()})
    data = _as_known(record.data, first_day())
    if data["posts"]:
        yield Change(on_day(first_day(), 0) - timedelta(days=30), "", version(record.kind, record.id, data, record), "")
    for day in later:
        following = _as_known(record.data, day)
        if following != data and day <= last_day():
            data = following
            by = str(staff.holder(plan["by"]["post"], day.isoformat()))
            yield Change(on_day(day, 590 + chance(record.id) % 60), by, version(record.kind, record.id, data, record), plan["note"])


def _days(data: Any) -> set[str]:
    """The first days of posts, keys and deputies, and the days after their last ones."""
    rows = [*data.get("posts", []), *data.get("keys", []), *data.get("deputies", [])]
    starts = {str(row["from"]) for row in rows}
    ends = {str(row["to"]) for row in rows if "to" in row}
    return starts | {(date.fromisoformat(day) + timedelta(days=1)).isoformat() for day in ends}


def _workday(day: date, step: int) -> date:
    """The day, or the nearest one before (-1) or after it (1) that is no Saturday or Sunday."""
    while day.weekday() > 4:
        day += timedelta(days=step)
    return day


def _as_known(final: Any, day: date) -> dict[str, Any]:
    """What the record said on the day: posts that begin and end soon are known."""
    until = _workday(day + timedelta(days=growth()["people"]["days_before"]), 1).isoformat()
    data = copy.deepcopy(dict(final))
    for key in ("posts", "keys", "deputies"):
        rows = [row for row in data.pop(key, []) if row["from"] <= until]
        for row in rows if key != "deputies" else ():
            if row.get("to", "") > until:
                del row["to"]
        if rows or key == "posts":
            data[key] = rows
    if data.get("left_on", "") > day.isoformat():
        del data["left_on"]
        data["host_account"] = str(data["emails"][0]).partition("@")[0].replace(".", "-")
    notes = [row["from"] for key in ("posts", "keys", "deputies") for row in final.get(key, [])] + [final.get("left_on", "")]
    if "remarks" in data and max(notes) > until:
        del data["remarks"]
    return data
