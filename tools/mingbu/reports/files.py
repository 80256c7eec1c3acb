"""Customer files 综、分档案 (B13, B15): one customer's gathered, or all customers with what their files hold; and stale files (B21)."""

from __future__ import annotations

from mingbu import completeness, trading
from mingbu.register import Policy, Record, Register
from mingbu.reports.dossier import cases_of, complaints_of, own, visits_of
from mingbu.reports.dossier_trade import decisions_of
from mingbu.reports.fieldwork import Row, about, age, amount, by_code, code, columns, done_by, titled, totals
from mingbu.reports.model import Asked, CannotReport, Pair, Report, Table

_KEPT = ("active", "prospect", "suspended", "past")
"""Whose files are kept up, in the order of the overall file."""


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    if asked.who is None:
        return [overall(register, policy)]
    customer = register.get(asked.who)
    if customer is None or customer.kind.name != "customer":
        raise CannotReport("error.report-customer", value=asked.who)
    return own(register, policy, customer)


def overall(register: Register, policy: Policy) -> Table:
    """The overall file 综档案: a row for each customer whose file is kept up."""
    on = policy.today.isoformat()
    kept = [customer for customer in register.of("customer") if customer.data["status"] in _KEPT]
    kept.sort(key=lambda one: (_KEPT.index(one.data["status"]), by_code(register, one.data["department"]), one.id))
    rows = [_summary(register, policy, customer, on) for customer in kept]
    spec = ("customer:ref", "status", "department:ref", "responsible:ref", "visits:count", "last_visit:date", "informed:count", "last_informed:date",
            "surveys:count", "last_survey:date", "notices:count", "notices_open:count", "complaints:count", "cases:count", "contracts:count",
            "decisions:count", "loans:count", "sales_year:amount", "last_trade:date")  # fmt: skip
    counts = ("visits", "informed", "surveys", "notices", "notices_open", "complaints", "cases", "contracts", "decisions", "loans")
    return Table(
        "overall", titled("file-overall", day=on), columns(*spec), rows, totals(rows, *counts, amounts=("sales_year",)), (titled("file-note"),)
    )


def _summary(register: Register, policy: Policy, customer: Record, on: str) -> Row:
    told = [record for record in about(register, customer.id, "info-report") if done_by(record, "reported_at", on)]
    surveys = [record for record in about(register, customer.id, "survey") if record.data["surveyed_on"] <= on]
    notices = [record for record in about(register, customer.id, "change-notice") if record.data["raised_on"] <= on]
    visits, sold = visits_of(register, customer, on), [line for line in trading.lines_of(register, customer.id) if line.date <= on]
    return {
        "customer": customer.id,
        "status": code(register, "customer_status", customer.data["status"]),
        "department": customer.data["department"],
        "responsible": customer.data["responsible_staff"],
        "visits": len(visits),
        "last_visit": max((row["date"] for row in visits), default=""),
        "informed": len(told),
        "last_informed": max((record.data["reported_at"][:10] for record in told), default=""),
        "surveys": len(surveys),
        "last_survey": max((record.data["surveyed_on"] for record in surveys), default=""),
        "notices": len(notices),
        "notices_open": sum(not done_by(record, "handled_on", on) for record in notices),
        "complaints": len(complaints_of(visits, told)),
        "cases": len(cases_of(register, customer, on)),
        "contracts": len(about(register, customer.id, "contract")),
        "decisions": len(decisions_of(register, customer)),
        "loans": len([record for record in about(register, customer.id, "access-request", "/customers") if done_by(record, "lent_at", on)]),
        "sales_year": amount(line.amount for line in sold if line.date[:4] == on[:4]),
        "last_trade": max((line.date for line in sold if line.amount > 0), default=""),
    }


def _stale(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    """Active customers, as the check has it; the longest untouched first within a department."""
    rows: list[Row] = []
    looked_after: dict[str, int] = {}
    for customer in register.of("customer"):
        limit = completeness.stale_after(policy, customer) if customer.data["status"] == "active" else None
        if limit is None:
            continue
        looked_after[customer.data["department"]] = looked_after.get(customer.data["department"], 0) + 1
        seen = completeness.last_seen(register, customer)
        days = age(seen, policy.today)
        if days > limit:
            position: Pair = code(register, "market_position", customer.data["market_position"])
            rows.append({"customer": customer.id, "department": customer.data["department"], "responsible": customer.data["responsible_staff"],
                         "custodian": customer.data["custodian"], "position": position, "seen": seen, "days": days, "allowed": limit,
                         "over": days - limit})  # fmt: skip
    rows.sort(key=lambda row: (by_code(register, row["department"]), -row["over"], row["customer"]))
    stale = [row["department"] for row in rows]
    departments = [
        {"department": department, "customers": looked_after[department], "stale": stale.count(department)}
        for department in sorted(looked_after, key=lambda found: by_code(register, found))
    ]
    spec = (
        "customer:ref",
        "department:ref",
        "responsible:ref",
        "custodian:ref",
        "position",
        "seen:date",
        "days:count",
        "allowed:count",
        "over:count",
    )
    return [
        Table("departments", titled("stale-departments"), columns("department:ref", "customers:count", "stale:count"), departments,
              totals(departments, "customers", "stale")),
        Table("files", titled("stale-listed"), columns(*spec), rows, notes=(titled("stale-note"),)),
    ]  # fmt: skip


CUSTOMER_FILE = Report("customer-file", titled("customer-file"), ("B13", "B15"), _tables, frozenset({"who"}), confidentiality="secret")
STALE = Report("stale-files", titled("stale-files"), ("B21",), _stale)
