"""Loans 借阅 of cards and files (A7, A8, E11): what is out and for how long, what came back and how, by whose permission."""

from __future__ import annotations

from mingbu import duties
from mingbu.register import Policy, Record, Register
from mingbu.reports.fieldwork import Row, age, by_code, code, columns, days_between, done_by, listed, spanned, titled, totals, year_of
from mingbu.reports.model import Asked, Pair, Report, Table

_WHO = ("request:ref", "department:ref", "requester:ref", "customers", "documents", "form", "lent_on:date", "due_on:date")
_PERMITTED = ("permission", "approver:ref", "approved_on:date")


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy, period, on = spanned(register, policy, asked, year_of(policy.today))
    lent = [request for request in register.of("access-request") if done_by(request, "lent_at", on)]
    out = sorted(
        (_out(register, policy, one) for one in lent if not done_by(one, "returned_at", on)), key=lambda row: (row["due_on"], row["request"])
    )
    came = [one for one in lent if (day := done_by(one, "returned_at", on)) and period.holds(day)]
    back = sorted((_back(register, policy, one) for one in came), key=lambda row: (row["returned_on"], row["request"]))
    found = Table("out", titled("loans-out", day=on), columns(*_WHO, "days:count", "overdue:count", *_PERMITTED, "archivist:ref"), out)
    returned = Table(
        "returned",
        titled("loans-returned", period=period.name),
        columns(*_WHO, "returned_on:date", "late:count", "condition", "incident:ref", *_PERMITTED),
        back,
    )
    return [_by_department(register, out, back), found, returned]


def _by_department(register: Register, out: list[Row], back: list[Row]) -> Table:
    rows = []
    for department in sorted({row["department"] for row in (*out, *back)}, key=lambda found: by_code(register, found)):
        here, came = ([row for row in rows if row["department"] == department] for rows in (out, back))
        rows.append(
            {
                "department": department,
                "out": len(here),
                "out_overdue": sum(row["overdue"] > 0 for row in here),
                "returned": len(came),
                "returned_late": sum(row["late"] > 0 for row in came),
                "not_good": sum(not row["good"] for row in came),
                "unpermitted": sum(not row["right"] for row in (*here, *came)),
            }
        )
    keys = ("out", "out_overdue", "returned", "returned_late", "not_good", "unpermitted")
    spec = ("department:ref", *(f"{key}:count" for key in keys))
    return Table("departments", titled("loans-departments"), columns(*spec), rows, totals(rows, *keys), (titled("loans-note"),))


def _row(register: Register, policy: Policy, request: Record) -> Row:
    data = request.data
    permission, right = _permission(register, policy, request)
    return {
        "request": request.id,
        "department": data["requester_department"],
        "requester": data["requester"],
        "customers": listed(register.name_of(customer) for customer in data["customers"]),
        "documents": listed(data["items"]),
        "form": code(register, "access_form", data["form"]),
        "lent_on": data["lent_at"][:10],
        "due_on": data["due_on"],
        "permission": permission,
        "right": right,
        "approver": data.get("approver", ""),
        "approved_on": data.get("approved_on", ""),
        "archivist": data["archivist"],
    }


def _out(register: Register, policy: Policy, request: Record) -> Row:
    days, over = age(request.data["lent_at"], policy.today), age(request.data["due_on"], policy.today)
    return _row(register, policy, request) | {"days": days, "overdue": max(over, 0)}


def _back(register: Register, policy: Policy, request: Record) -> Row:
    data = request.data
    return _row(register, policy, request) | {
        "returned_on": data["returned_at"][:10],
        "late": max(days_between(data["due_on"], data["returned_at"]), 0),
        "condition": code(register, "return_condition", data["condition_on_return"]),
        "good": data["condition_on_return"] == "good",
        "incident": data.get("loss_or_leak_ref", ""),
    }


def _permission(register: Register, policy: Policy, request: Record) -> tuple[Pair, bool]:
    """How it stands with the finance section's permission, and whether that is as it must be."""
    data = request.data
    if data["is_responsible"]:
        return titled("permission-responsible"), True
    if "approver" not in data:
        return titled("permission-none"), False
    if duties.lacks(register, policy, data["approver"], "reading_permission", data["approved_on"]):
        return titled("permission-other"), False
    late = data["approved_on"] > data["lent_at"][:10]
    return titled("permission-late" if late else "permission-given"), not late


REPORT = Report("loans", titled("loans"), ("A7", "A8", "E11", "A9"), _tables, frozenset({"period"}), usual_period=year_of)
