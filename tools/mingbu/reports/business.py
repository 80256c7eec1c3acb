"""The customer business report 客户业务报表 (B15, B16): of each customer the visits, orders, sales and receipts of a period, and month by month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from mingbu import trading
from mingbu.calendar import months_later
from mingbu.period import Period
from mingbu.register import Policy, Register
from mingbu.reports.fieldwork import Row, amount, columns, spanned, titled, totals, year_of
from mingbu.reports.model import Asked, Report, Table

_NONE = Decimal("0.00")
Line = Mapping[str, Any]
_AMOUNTS = ("orders", "sales", "returns", "net", "collections")


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy, period, on = spanned(register, policy, asked, year_of(policy.today))
    found = [
        {"customer": customer.id, "department": customer.data["department"], "responsible": customer.data["responsible_staff"],
         **_figures(register, customer.id, period, on),
         "outstanding": amount(line.outstanding(on) for line in trading.lines_of(register, customer.id))}
        for customer in register.of("customer")
    ]  # fmt: skip
    rows = [row for row in found if _is_told(row)]
    rows.sort(key=lambda row: (-Decimal(str(row["net"])), -Decimal(str(row["orders"])), str(row["customer"])))
    spec = ("visits:count", "orders:amount", "sales:amount", "returns:amount", "net:amount", "collections:amount")
    whole = totals(rows, "visits", amounts=(*_AMOUNTS, "outstanding"))
    months = list(_months(register, period, on))
    return [
        Table("customers", titled("business-customers"), columns("customer:ref", "department:ref", "responsible:ref", *spec, "outstanding:amount"),
              rows, whole, (titled("business-note", day=on), titled("business-orders"))),
        Table("months", titled("business-months"), columns("month", *spec), months, totals(months, "visits", amounts=_AMOUNTS)),
    ]  # fmt: skip


def _figures(register: Register, customer: str, period: Period, on: str) -> Row:
    """What a customer did in the period until the day; of a return that was paid back, the receipts are less by that."""
    visits = [line for day, line in _lines(register).get(customer, []) if period.holds(day) and day <= on]
    lines = [line for line in trading.lines_of(register, customer) if line.date <= on]
    sold = [line.amount for line in lines if period.holds(line.date)]
    paid = [line.paid if line.amount >= 0 else -line.paid for line in lines if line.paid_on and line.paid_on <= on and period.holds(line.paid_on)]
    return {
        "visits": len(visits),
        "orders": amount(line.get("order_amount") for line in visits),
        "sales": amount(value for value in sold if value > 0),
        "returns": amount(value for value in sold if value < 0),
        "net": amount(sold),
        "collections": amount(paid),
    }


def _lines(register: Register) -> dict[str, list[tuple[str, Line]]]:
    """Customer → (day, line) of every visit."""
    return register.memo("reports.visits-of", lambda: _read(register))


def _read(register: Register) -> dict[str, list[tuple[str, Line]]]:
    found: dict[str, list[tuple[str, Line]]] = {}
    for report in register.of("visit-report"):
        for line in report.data["lines"]:
            if "customer" in line:
                found.setdefault(line["customer"], []).append((report.data["visit_date"], line))
    return found


def _is_told(row: Row) -> bool:
    """Customers with business in the period, and those that owe something: the total is that of all receivables."""
    return bool(row["visits"]) or any(Decimal(str(row[key])) != _NONE for key in ("sales", "returns", "collections", "outstanding"))


def _months(register: Register, period: Period, on: str) -> Iterator[Row]:
    """The months of the period as far as they have begun, each cut to the period; every customer together."""
    customers = [customer.id for customer in register.of("customer")]
    first = period.first.replace(day=1)
    while first <= min(period.last, date.fromisoformat(on)):
        after = months_later(first, 1)
        part = Period(f"{first:%Y-%m}", max(first, period.first), min(period.last, after - timedelta(days=1)))
        held = [_figures(register, customer, part, on) for customer in customers]
        yield {"month": part.name, **totals(held, "visits", amounts=_AMOUNTS)}
        first = after


REPORT = Report(
    "business-report", titled("business-report"), ("B15", "B16"), _tables, frozenset({"period"}), usual_period=year_of, confidentiality="secret"
)
