"""Changes on their way to the card: notices of staff 变化联络 (A15, A18), and corrections that customers ask for 更正申请 (C10)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from mingbu.money import rounded
from mingbu.owed import LATE
from mingbu.register import Policy, Record, Register
from mingbu.reports.fieldwork import Row, age, code, columns, days_between, done_by, listed, owed_of, spanned, titled, totals, year_of
from mingbu.reports.model import Asked, Pair, Report, Table


def _fields(record: Record) -> Pair:
    return listed(item["field"] for item in record.data["items"])


def _notices(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy, period, on = spanned(register, policy, asked, year_of(policy.today))
    due = {item.subject: item for item in owed_of(register, policy, "change.handle")}
    raised = [notice for notice in register.of("change-notice") if notice.data["raised_on"] <= on]
    waiting, settled = [], []
    for notice in sorted(raised, key=lambda notice: (notice.data["raised_on"], notice.id)):
        handled, item = done_by(notice, "handled_on", on), due.get(notice.id)
        row = _notice(register, notice) | {"due_on": item.due_on.isoformat() if item else ""}
        if not handled:
            late = item is not None and item.state(policy.today) == LATE
            waiting.append(
                row | {"days": age(notice.data["raised_on"], policy.today), "in_time": titled("late" if late else "running"), "late": late}
            )
        elif period.holds(handled):
            late = item is not None and item.was_late
            settled.append(row | _handled(register, notice, handled) | {"in_time": titled("late" if late else "in-time"), "late": late})
    spec = ("notice:ref", "customer:ref", "kind", "source", "fields", "raised_on:date", "raised_by:ref", "due_on:date")
    return [
        _by_source(register, waiting, settled),
        Table("open", titled("notices-open", day=on), columns(*spec, "days:count", "in_time"), waiting),
        Table(
            "handled",
            titled("notices-handled", period=period.name),
            columns(*spec, "handled_on:date", "handled_by:ref", "outcome", "taken:count", "in_time"),
            settled,
        ),
    ]


def _notice(register: Register, notice: Record) -> Row:
    data = notice.data
    return {
        "notice": notice.id,
        "customer": data["customer"],
        "kind": code(register, "change_kind", data["kind"]),
        "source": code(register, "change_source", data["source"]),
        "fields": _fields(notice),
        "raised_on": data["raised_on"],
        "raised_by": data["raised_by"],
    }


def _handled(register: Register, notice: Record, on: str) -> Row:
    data = notice.data
    taken = days_between(data["raised_on"], on)
    return {"handled_on": on, "handled_by": data["handled_by"], "outcome": code(register, "change_state", data["state"]), "taken": taken}


def _by_source(register: Register, waiting: list[Row], settled: list[Row]) -> Table:
    rows = []
    for source in dict.fromkeys(code(register, "change_source", name) for name in register.schemas.codes["change_source"]):
        here, done = ([row for row in rows if row["source"] == source] for rows in (waiting, settled))
        if here or done:
            late = sum(row["late"] for row in (*here, *done))
            rows.append({"source": source, "open": len(here), "handled": len(done), "late": late, "average": average(row["taken"] for row in done)})
    spec = columns("source", "open:count", "handled:count", "late:count", "average:number")
    return Table("sources", titled("notices-sources"), spec, rows, totals(rows, "open", "handled", "late"), (titled("average-note"),))


def average(days: Iterable[int]) -> str:
    """With one digit, half up; blank of nothing."""
    found = list(days)
    return rounded(Fraction(sum(found), len(found)), 1) if found else ""


def _corrections(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy, period, on = spanned(register, policy, asked, year_of(policy.today))
    due = {item.subject: item for item in owed_of(register, policy, "correction.answer")}
    waiting, answered = [], []
    for request in sorted(register.of("correction-request"), key=lambda request: (request.data["received_at"], request.id)):
        received, day, item = done_by(request, "received_at", on), done_by(request, "answered_on", on), due.get(request.id)
        if not received:
            continue
        row = _correction(register, request) | {"due_on": item.due_on.isoformat() if item else ""}
        if not day:
            late = item is not None and item.state(policy.today) == LATE
            waiting.append(row | {"days": age(received, policy.today), "in_time": titled("late" if late else "running"), "late": late})
        elif period.holds(day):
            late = item is not None and item.was_late
            told = {"answered_on": day, "taken": days_between(received, day), "in_time": titled("late" if late else "in-time"), "late": late}
            answered.append(row | told | _outcome(register, request))
    spec = ("correction:ref", "customer:ref", "channel", "fields", "received_on:date", "received_by:ref", "due_on:date")
    done = ("answered_on:date", "taken:count", "in_time", "outcome", "corrected_on:date", "notice:ref", "reason")
    return [
        _states(register, waiting, answered),
        Table("open", titled("corrections-open", day=on), columns(*spec, "days:count", "in_time"), waiting),
        Table("answered", titled("corrections-answered", period=period.name), columns(*spec, *done), answered),
    ]


def _correction(register: Register, request: Record) -> Row:
    data = request.data
    return {
        "correction": request.id,
        "customer": data["customer"],
        "channel": code(register, "correction_channel", data["channel"]),
        "fields": _fields(request),
        "received_on": data["received_at"][:10],
        "received_by": data["received_by"],
    }


def _outcome(register: Register, request: Record) -> Row:
    data = request.data
    told = {"outcome": code(register, "correction_state", data["state"]), "state": data["state"], "corrected_on": data.get("done_on", "")}
    return told | {"notice": data.get("change_notice", ""), "reason": data.get("refused_reason", "")}


def _states(register: Register, waiting: list[Row], answered: list[Row]) -> Table:
    """How many are in hand, corrected and refused, and how many of them late."""
    groups = [("received", waiting)] + [(state, [row for row in answered if row["state"] == state]) for state in ("done", "refused")]
    rows = [
        {"outcome": code(register, "correction_state", state), "count": len(found), "late": sum(row["late"] for row in found),
         "average": average(row["taken"] for row in found if "taken" in row)}
        for state, found in groups
    ]  # fmt: skip
    spec = columns("outcome", "count:count", "late:count", "average:number")
    return Table("states", titled("corrections-states"), spec, rows, totals(rows, "count", "late"), (titled("average-note"),))


NOTICES = Report(
    "change-notices", titled("change-notices"), ("A15", "A18"), _notices, frozenset({"period"}), usual_period=year_of, confidentiality="secret"
)
CORRECTIONS = Report(
    "corrections", titled("corrections"), ("C10",), _corrections, frozenset({"period"}), usual_period=year_of, confidentiality="secret"
)
