"""Receivables 应收: what each customer owes on a day by its sales lines, invoice by invoice, against the limit in force.

Readings. Lines of one customer with the same invoice number are one invoice; a line without a number stands alone. What falls due
on different days is kept apart, so that it ages by its own day. A line without a due date was to be paid on the day of the sale.
A return or an overpayment is taken off its own invoice first; one that names no open invoice is set off against what falls due
first (民法典 art. 560), from the day of the credit note on; what is left over is a credit balance, which is never overdue.
How an invoice is split into lines changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mingbu import trading
from mingbu.calendar import months_later
from mingbu.credit.ageing import Ageing, Invoice, ageing
from mingbu.credit.decisions import file_of, in_force
from mingbu.credit.gathering import lent, on_credit
from mingbu.credit.granted import limit_in_force
from mingbu.money import Exact
from mingbu.register import Policy, Record, Register

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Receivable:
    """What falls due on one day of one invoice; below zero it is a credit balance. Days are ISO dates, amounts CNY."""

    customer: str
    number: str
    """The invoice number; of a line without one, its record and place."""
    invoice_no: str | None
    sold_on: str
    due_on: str
    amount: Decimal
    outstanding: Decimal
    set_off: Decimal
    """What credit notes took off besides its own lines."""
    lines: tuple[trading.Line, ...]

    def days_overdue(self, on: date) -> int:
        """Below zero before the due day; a credit balance is never overdue."""
        days = (on - date.fromisoformat(self.due_on)).days
        return min(0, days) if self.outstanding < 0 else days


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a customer owes and may owe on a day. `ageing` holds buckets, provision, DSO; None without such a policy."""

    customer: Record
    credit_file: Record | None
    decision: Record | None
    grade: str | None
    limit: Decimal | None
    """In force: the temporary one while it runs; None without a decision in force."""
    outstanding: Decimal
    not_due: Decimal
    overdue: Decimal
    oldest_overdue_days: int
    available: Decimal | None
    """What may still be sold on credit; below zero what is over the limit."""
    utilisation: Fraction | None
    """Percent, exact; None without a limit, or with one of zero."""
    over_limit: bool
    """Above the part of the limit at which the policy stops; with a limit of zero, whenever something is owed."""
    ageing: Ageing | None
    receivables: tuple[Receivable, ...]
    """What is open, the oldest due first; credit balances too."""


def receivables_of(register: Register, customer: str, on: date) -> list[Receivable]:
    """What is open of the customer's invoices at the end of the day, the oldest due first."""
    return register.memo(f"receivables {customer} on {on}", lambda: open_of(trading.lines_of(register, customer), on))


def open_of(lines: Iterable[trading.Line], on: date) -> list[Receivable]:
    """What is open of one customer's lines at the end of the day."""
    groups: dict[tuple[str, str], list[trading.Line]] = {}
    for line in lines:
        if line.date <= on.isoformat():
            groups.setdefault((line.invoice_no or f"{line.record.id}{line.pointer}", line.due_on or line.date), []).append(line)
    found = sorted((_one(number, due, held, on.isoformat()) for (number, due), held in groups.items()), key=_order)
    by_invoice: dict[str, list[Receivable]] = {}
    for item in found:
        by_invoice.setdefault(item.number, []).append(item)
    netted = sorted((item for items in by_invoice.values() for item in _set_off(items)), key=_order)
    return [item for item in _set_off(netted) if item.outstanding != 0]


def _order(item: Receivable) -> tuple[str, str, str]:
    return item.due_on, item.sold_on, item.number


def _one(number: str, due: str, lines: list[trading.Line], day: str) -> Receivable:
    amount, owed = sum((line.amount for line in lines), NOTHING), sum((line.outstanding(day) for line in lines), NOTHING)
    return Receivable(lines[0].customer, number, lines[0].invoice_no, min(line.date for line in lines), due, amount, owed, NOTHING, tuple(lines))


def _set_off(items: list[Receivable]) -> list[Receivable]:
    """The same items after what is below zero was taken off what falls due first; the sum stays."""
    owed = sum((item.outstanding for item in items if item.outstanding > 0), NOTHING)
    credit = -sum((item.outstanding for item in items if item.outstanding < 0), NOTHING)
    left, used, result = min(owed, credit), min(owed, credit), []
    for item in items:
        if item.outstanding > 0:
            taken = min(left, item.outstanding)
            left -= taken
        else:
            taken = -min(used, -item.outstanding)
            used += taken
        result.append(replace(item, outstanding=item.outstanding - taken, set_off=item.set_off + taken) if taken else item)
    return result


def exposure(register: Register, policy: Policy, record: Record) -> Exposure:
    """Of a customer or a credit file, on the policy's day."""
    customer = register.get(record.data["customer"]) if record.kind.name == "credit-file" else record
    of = customer or record
    return register.memo(f"exposure {of.id} on {policy.today}", lambda: _exposure(register, policy, of))


def exposures(register: Register, policy: Policy) -> list[Exposure]:
    """Of every customer that owes something, is owed something or has a decision in force, by its id."""
    every = (exposure(register, policy, customer) for customer in register.of("customer"))
    return [found for found in every if found.receivables or found.decision is not None]


def _exposure(register: Register, policy: Policy, customer: Record) -> Exposure:
    rules, credit_file = policy.in_force("credit"), file_of(register, customer.id)
    decision = in_force(register, policy, credit_file.id) if credit_file else None
    found = receivables_of(register, customer.id, policy.today)
    outstanding = sum((item.outstanding for item in found), NOTHING)
    late = [item for item in found if item.days_overdue(policy.today) > 0]
    overdue = sum((item.outstanding for item in late), NOTHING)
    now = limit_in_force(register, policy.today, decision) if decision else None
    limit = Decimal(now.amount) if now else None
    return Exposure(
        customer=customer,
        credit_file=credit_file,
        decision=decision,
        grade=now.grade if now else None,
        limit=limit,
        outstanding=outstanding,
        not_due=outstanding - overdue,
        overdue=overdue,
        oldest_overdue_days=max((item.days_overdue(policy.today) for item in late), default=0),
        available=None if limit is None else limit - outstanding,
        utilisation=Fraction(outstanding) / Fraction(limit) * 100 if limit else None,
        over_limit=is_over(rules, limit, outstanding),
        ageing=_ageing(register, rules.data, customer, policy.today, found) if rules and "ageing" in rules.data else None,
        receivables=tuple(found),
    )


def is_over(rules: Record | None, limit: Decimal | None, outstanding: Decimal) -> bool:
    """Whether so much is above what the policy lets the limit be used to."""
    above = rules.data.get("over_limit_above") if rules else None
    return above is not None and limit is not None and Fraction(outstanding) > Fraction(limit) * Fraction(above) / 100


def _ageing(register: Register, rules: Mapping[str, Any], customer: Record, on: date, found: list[Receivable]) -> Ageing:
    return aged(rules, on, found, credit_sales(register, customer.id, rules, on))


def aged(rules: Mapping[str, Any], on: date, found: Iterable[Receivable], sales: Exact) -> Ageing:
    """Receivables by the policy's buckets; a credit balance counts as not yet due."""
    items = [Invoice(max(date.fromisoformat(item.due_on), on) if item.outstanding < 0 else date.fromisoformat(item.due_on),
                     Fraction(item.outstanding)) for item in found]  # fmt: skip
    return ageing(rules, on, items, sales, rules["ageing"]["months"] * rules["ageing"]["days_a_month"])


def credit_sales(register: Register, customer: str, rules: Mapping[str, Any], on: date) -> Fraction:
    """What was sold on credit in the whole months before the day that the policy's ageing counts."""
    first, end = months_later(on.replace(day=1), -rules["ageing"]["months"]), on.replace(day=1) - timedelta(days=1)
    lines = trading.lines_of(register, customer)
    return sum((lent(line) for line in lines if on_credit(line) and first.isoformat() <= line.date <= end.isoformat()), Fraction(0))
