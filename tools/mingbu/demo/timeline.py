"""When each record entered and how it grew: every version of every record of the sample, in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from mingbu.demo.cards import versions as card_versions
from mingbu.demo.model import Change, first_day, growth, moment, on_day, version
from mingbu.demo.people import versions as person_versions
from mingbu.demo.staff import Staff
from mingbu.demo.undoing import Step, before, steps_of
from mingbu.register import Record, Register

_EARLIER = timedelta(minutes=25)


def timeline(register: Register) -> list[Change]:
    """Every version of the sample's records but the approvals, each after what it refers to."""
    staff = Staff(register)
    changes = [change for record in register.by_path() for change in _versions(staff, record)]
    started = {change.record.id: change.at for change in sorted(changes, key=lambda change: change.at, reverse=True)}
    for record in register.of("customer"):
        named = (started[other.id] for other, _ in register.referring(record.id) if other.id in started)
        changes += card_versions(staff, record, min(named, default=None))
    return _in_order(register, changes)


def _versions(staff: Staff, record: Record) -> Iterator[Change]:
    kind = record.kind.name
    standing = on_day(first_day(), 0) - timedelta(days=30)
    if kind in growth()["standing"]:
        yield Change(standing, "", record, "")
    elif kind.startswith("policy-"):
        yield _policy(staff, record)
    elif kind == "person":
        yield from person_versions(staff, record)
    elif kind not in {"customer", "approval"}:
        yield from _grown(staff, record, growth()["default"] | growth()["kinds"].get(kind, {}))


def _policy(staff: Staff, record: Record) -> Change:
    plan = growth()["policies"]
    at = moment(record.data["effective_from"], record.id) - timedelta(days=plan["days_before"])
    return Change(at, str(staff.holder(plan["by"]["post"], at.date().isoformat())), record, plan["note"])


def _grown(staff: Staff, record: Record, plan: dict[str, Any]) -> Iterator[Change]:
    """A record that entered on its day and took its steps; those of one person and day are one version."""
    entered = moment(str(next(record.data[key] for key in plan["enters"] if key in record.data)), record.id, "enters")
    steps = steps_of(staff, record, plan.get("steps", []))
    own = next((step for step in steps if step.at.date() == entered.date() and step.at < entered), None)
    entered = min([entered, *([own.at - _EARLIER] if own else []), *_numbered_later(staff.register, record, plan)])
    by = staff.acting(plan["by"], dict(record.data), {}, entered.date().isoformat())
    data = before(record, steps, entered)
    yield Change(entered, by, version(record.kind, record.id, data, record), plan["note"])
    for step in _last_of_each(step for step in steps if step.at > entered):
        following = before(record, steps, step.at)
        if following != data:
            data = following
            yield Change(step.at, step.by, version(record.kind, record.id, data, record), step.plan["note"])
    if data != record.data:
        at = max(moment(record.data["prepared_on"], record.id, "last"), steps[-1].at if steps else entered)
        yield Change(at, str(record.data["prepared_by"]), record, growth()["cards"]["notes"]["edit"])


def _numbered_later(register: Register, record: Record, plan: dict[str, Any]) -> Iterator[datetime]:
    """When those entered that have a higher number in the same series: the lower one had been given by then."""
    if "numbered" not in plan:
        return
    series, _, number = record.data[plan["numbered"]].rpartition("-")
    for other in register.of(record.kind.name):
        name, _, later = other.data[plan["numbered"]].rpartition("-")
        if name == series and later > number:
            yield moment(str(other.data[plan["enters"][0]]), other.id, "enters") - _EARLIER


def _last_of_each(steps: Iterator[Step]) -> list[Step]:
    """The last step of each run by one person on one day."""
    found: list[Step] = []
    for step in steps:
        if found and (found[-1].by, found[-1].at.date()) == (step.by, step.at.date()):
            found.pop()
        found.append(step)
    return found


def _in_order(register: Register, changes: list[Change]) -> list[Change]:
    """In time, each record's versions one after another and none before the records that it names."""
    ordered = sorted(changes, key=lambda change: change.at)
    for _ in range(9):
        entered: dict[str, datetime] = {}
        for change in ordered:
            entered.setdefault(change.record.id, change.at)
        moved, last = False, dict[str, datetime]()
        for index, change in enumerate(ordered):
            named = [entered[other] for _, other in register.links(change.record) if other in entered and other != change.record.id]
            earliest = max([*(at + timedelta(minutes=3) for at in named), last.get(change.record.id, change.at)])
            if earliest > change.at:
                ordered[index], moved = Change(earliest, change.by, change.record, change.note), True
            last[change.record.id] = ordered[index].at + timedelta(minutes=2)
        ordered.sort(key=lambda change: change.at)
        if not moved:
            break
    return ordered
