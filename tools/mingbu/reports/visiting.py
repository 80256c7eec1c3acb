"""Daily visit reports 访问日报 (B14, B15): by salesperson, customer, day, department; what was late, what was agreed and didn't happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mingbu.owed import LATE, Item
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports.fieldwork import Row, amount, by_code, code, column, columns, days_between, month_of, owed_of, spanned, titled, totals
from mingbu.reports.model import Asked, Column, Pair, Report, Table

_AXES = ("salesperson", "customer", "day", "department")
AXES: dict[str, Pair] = {axis: titled(f"by-{axis}") for axis in _AXES}


@dataclass(frozen=True, slots=True)
class Day:
    """The visits of a period as of a day: reports, what is known of their being in time, and the visits that were agreed."""

    period: Period
    today: date
    reports: tuple[Record, ...]
    times: Mapping[str, Item]
    """report → whether it was handed in in time; none where the policy has no limit or its days can't be counted."""
    planned: tuple[Item, ...]
    """By the day that was agreed, those of days to come left out."""

    def late(self, report: Record) -> bool:
        """Whether the report was handed in when it was late already."""
        item = self.times.get(report.id)
        return item is not None and item.was_late


def of_period(register: Register, policy: Policy, asked: Asked) -> Day:
    """Visits made in the period until the day; agreed ones by the day that was agreed. Raises CannotReport for a period that hasn't begun."""
    policy, period, on = spanned(register, policy, asked, month_of(policy.today))
    made = [report for report in register.of("visit-report") if period.holds(day := report.data["visit_date"]) and day <= on]
    made.sort(key=lambda report: (report.data["visit_date"], report.id))
    times = {item.subject: item for item in owed_of(register, policy, "visit.report")}
    agreed = (item for item in owed_of(register, policy, "visit.planned") if period.holds(item.event_on.isoformat()))
    return Day(period, policy.today, tuple(made), times, tuple(item for item in agreed if item.event_on <= policy.today))


@dataclass(slots=True)
class _Group:
    """The visits of one row, the reports that they stand in, and the visits agreed for it."""

    lines: list[tuple[Record, Mapping[str, Any]]] = field(default_factory=list)
    planned: list[Item] = field(default_factory=list)


def _visits(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    axis, found = VISITS.axis(asked), of_period(register, policy, asked)
    groups: dict[Any, _Group] = {}
    for report in found.reports:
        for line in report.data["lines"]:
            groups.setdefault(_key(axis, report, line), _Group()).lines.append((report, line))
    for item in found.planned:
        report, line = _agreed(register, item)
        key = item.event_on.isoformat() if axis == "day" else _key(axis, report, line)
        groups.setdefault(key, _Group()).planned.append(item)
    rows = [_row(axis, key, groups[key], found) for key in sorted(groups, key=_ORDER[axis](register))]
    kept = _summable(axis)
    whole = {record.id for group in groups.values() for record, _ in group.lines}
    customers = {who for group in groups.values() for _, line in group.lines if (who := _who(line))}
    notes = (
        titled("visits-note"),
        titled("visits-whole", reports=len(whole), customers=len(customers)),
        *([titled("visits-shared")] if axis == "customer" else []),
    )
    return [Table(axis, AXES[axis], _columns(axis), rows, totals(rows, *kept, amounts=("orders", "collections")), notes), _results(register, found)]


def _who(line: Mapping[str, Any]) -> str:
    return str(line.get("customer") or line.get("prospect_name") or "")


def _key(axis: str, report: Record, line: Mapping[str, Any]) -> Any:
    if axis == "customer":
        return (line.get("customer", ""), "" if "customer" in line else line.get("prospect_name", ""))
    return report.data[{"salesperson": "salesperson", "day": "visit_date", "department": "owner_department"}[axis]]


_ORDER: dict[str, Callable[[Register], Callable[[Any], Any]]] = {
    "salesperson": lambda register: lambda key: (register.name_of(key), key),
    "customer": lambda register: lambda key: (not key[0], register.name_of(key[0]), key),
    "day": lambda register: lambda key: key,
    "department": lambda register: lambda key: by_code(register, key),
}


def _columns(axis: str) -> tuple[Column, ...]:
    heads = {
        "salesperson": ("salesperson:ref",),
        "customer": ("customer:ref", "prospect"),
        "day": ("day:date",),
        "department": ("department:ref",),
    }[axis]
    reports = ("reports:count", "visits:count", *(() if axis == "customer" else ("customers_visited:count",)))
    times = () if axis == "customer" else ("in_time_count:count", "late_count:count", "late_with_reason:count", "uncounted:count")
    return columns(*heads, *reports, "orders:amount", "collections:amount", *times, "planned:count", "missed:count")


def _summable(axis: str) -> tuple[str, ...]:
    """What adds up: a report that names two customers stands in two rows of them, a customer may be visited by two people."""
    whole = () if axis == "customer" else ("reports", "in_time_count", "late_count", "late_with_reason", "uncounted")
    return (*whole, "visits", "planned", "missed")


def _row(axis: str, key: Any, group: _Group, found: Day) -> Row:
    head = {"customer": key[0], "prospect": key[1]} if axis == "customer" else {axis: key}
    reports = {report.id: report for report, _ in group.lines}
    late = [report for report in reports.values() if found.late(report)]
    uncounted = sum(report not in found.times for report in reports)
    return {
        **head,
        "reports": len(reports),
        "visits": len(group.lines),
        "customers_visited": len({_who(line) for _, line in group.lines}),
        "orders": amount(line.get("order_amount") for _, line in group.lines),
        "collections": amount(line.get("collected_amount") for _, line in group.lines),
        "in_time_count": len(reports) - len(late) - uncounted,
        "late_count": len(late),
        "late_with_reason": sum("late_reason" in report.data for report in late),
        "uncounted": uncounted,
        "planned": len(group.planned),
        "missed": sum(item.state(found.today) == LATE for item in group.planned),
    }


def _agreed(register: Register, item: Item) -> tuple[Record, Mapping[str, Any]]:
    """The report and the line in which a visit was agreed."""
    report = register.records[item.subject]
    return report, report.get(item.pointer.rpartition("/")[0])


def _results(register: Register, found: Day) -> Table:
    """What the visits were for, and what came of them."""
    counts: dict[str, dict[str, int]] = {}
    results = register.schemas.codes["visit_result"]
    for report in found.reports:
        for line in report.data["lines"]:
            counts.setdefault(line["purpose"], dict.fromkeys(results, 0))[line["result"]] += 1
    rows = [
        {"purpose": code(register, "visit_purpose", purpose), **counts[purpose], "visits": sum(counts[purpose].values())}
        for purpose in register.schemas.codes["visit_purpose"]
        if purpose in counts
    ]
    spec = (column("purpose"), *(Column(name, (label[0], label[1]), "count") for name, label in results.items()), column("visits", "count"))
    return Table("results", titled("visits-results"), spec, rows, totals(rows, *results, "visits"))


def _late(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    found = of_period(register, policy, asked)
    missing, moved = [], []
    for item in sorted(found.planned, key=lambda item: (item.event_on, item.uid)):
        if item.state(found.today) == LATE:
            missing.append(_planned(register, item) | {"late": (found.today - item.due_on).days})
        elif item.done_on is not None and item.was_late and item.done_on <= found.today:
            moved.append(_planned(register, item) | {"visited_on": item.done_on.isoformat(), "late": (item.done_on - item.due_on).days})
    late = list(_late_reports(found))
    late_by = column("late", "count", "overdue")
    spec = columns("salesperson:ref", "customer:ref", "prospect", "planned_on:date", "due_on:date", "action", "agreed_in:ref")
    handed_in = columns("report:ref", "department:ref", "visited_on:date", "due_on:date", "submitted_on:date")
    return [
        Table("missing", titled("visits-missing"), (*spec, late_by), missing, notes=(titled("visits-missing-note"),)),
        Table("late", titled("visits-late-reports"), (*handed_in, late_by, *columns("reason", "reviewer:ref")), late,
              notes=(titled("visits-late-note"),)),
        Table("moved", titled("visits-moved"), (*spec, *columns("visited_on:date"), late_by), moved),
    ]  # fmt: skip


def _late_reports(found: Day) -> Iterator[Row]:
    for report in found.reports:
        item, data = found.times.get(report.id), report.data
        if item is None or not item.was_late:
            continue
        yield {
            "report": report.id,
            "salesperson": data["salesperson"],
            "department": data["owner_department"],
            "visited_on": data["visit_date"],
            "due_on": item.due_on.isoformat(),
            "submitted_on": data["submitted_at"][:10],
            "late": days_between(item.due_on.isoformat(), data["submitted_at"]),
            "reason": data["late_reason"] if "late_reason" in data else titled("no-reason"),
            "has_reason": "late_reason" in data,
            "reviewer": data.get("reviewed_by", ""),
        }


def _planned(register: Register, item: Item) -> Row:
    report, line = _agreed(register, item)
    return {
        "salesperson": report.data["salesperson"],
        "customer": line.get("customer", ""),
        "prospect": "" if "customer" in line else line.get("prospect_name", ""),
        "planned_on": item.event_on.isoformat(),
        "due_on": item.due_on.isoformat(),
        "action": " ".join(line.get("next_action", "").split()),
        "agreed_in": report.id,
    }


VISITS = Report("visits", titled("visits-report"), ("B14", "B15"), _visits, frozenset({"period", "by"}), AXES, month_of)
VISITS_LATE = Report("visits-late", titled("visits-late"), ("B14",), _late, frozenset({"period"}), usual_period=month_of)
