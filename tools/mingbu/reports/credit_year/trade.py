"""Sales and receipts month by month, the largest customers, what was done to collect and what was lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mingbu import credit, trading
from mingbu.composition.shares import shares
from mingbu.period import Period
from mingbu.register import Policy, Register
from mingbu.reports.credit_year.position import NONE, Position, received, sold


def months(register: Register, policy: Policy, period: Period) -> list[dict[str, Any]]:
    """Each month up to the policy's day, beside the same one of the year before."""
    lines = [line for found in trading.lines(register).values() for line in found]
    rows = []
    for number in range(1, min(policy.today, period.last).month + 1):
        month = Period.of(f"{period.first.year}-{number:02d}")
        last, before = min(month.last, policy.today), month.year_before()
        sales, receipts = sold(lines, str(month.first), str(last)), received(lines, str(month.first), str(last))
        rows.append({"month": month.name, "sales": str(sales), "previous": str(sold(lines, str(before.first), str(before.last))),
                     "receipts": str(receipts)})  # fmt: skip
    return rows


def largest(register: Register, policy: Policy, period: Period, found: Position, most: int) -> list[dict[str, Any]]:
    """Those who owe most, then those who bought most: sales and receivables with their share of the whole."""
    owed = {one.customer.id: one.outstanding for one in found.exposures}
    first, last = period.first.isoformat(), policy.today.isoformat()
    bought = {customer: sold(lines, first, last) for customer, lines in trading.lines(register).items()}
    customers = sorted({*owed, *bought}, key=lambda customer: (-owed.get(customer, NONE), -bought.get(customer, NONE), customer))
    kept = [one for one in customers if owed.get(one) or bought.get(one)]
    parts = [shares([{"amount": held.get(customer, NONE)} for customer in kept]) for held in (owed, bought)]
    rows = [
        {
            "customer": customer,
            "outstanding": str(owed.get(customer, NONE)),
            "share": part,
            "sales": str(bought.get(customer, NONE)),
            "sales_share": bit,
        }
        for customer, part, bit in zip(kept, *parts, strict=True)
    ]
    return rows[:most]


def dunning(register: Register, policy: Policy, period: Period) -> list[dict[str, Any]]:
    """How often each step was taken in the period, in the order of the code list."""
    taken = [one for one in register.of("dunning") if period.holds(one.data["acted_on"]) and one.data["acted_on"] <= policy.today.isoformat()]
    rows = []
    for step, label in register.schemas.codes["dunning_step"].items():
        found = [one for one in taken if one.data["step"] == step]
        if found:
            owed = sum((Decimal(one.data["outstanding"]) for one in found), NONE)
            rows.append({"step": (label[0], label[1]), "count": len(found), "files": len({one.data["credit_file"] for one in found}),
                         "outstanding": str(owed)})  # fmt: skip
    return rows


def written_off(register: Register, policy: Policy, period: Period) -> list[dict[str, Any]]:
    """What was given up in the period: the records of dunning that say so."""
    rows = []
    for one in sorted(register.of("dunning"), key=lambda one: (one.data["acted_on"], one.id)):
        credit_file = register.get(one.data["credit_file"])
        if one.data["step"] == _LOST and period.holds(one.data["acted_on"]) and one.data["acted_on"] <= policy.today.isoformat():
            rows.append({"customer": credit_file.data["customer"] if credit_file else "", "record": one.id, "acted_on": one.data["acted_on"],
                         "amount": one.data["outstanding"]})  # fmt: skip
    return rows


def used(found: Position) -> list[dict[str, Any]]:
    """Every limit in force with what is owed against it, the most used first."""
    every = sorted(found.limited, key=lambda one: (-(one.utilisation or 0), -one.outstanding, one.customer.id))
    return [_used(one) for one in every]


def _used(one: credit.Exposure) -> dict[str, Any]:
    from mingbu.reports.exposure import number

    grade = one.grade or ""
    return {"customer": one.customer.id, "grade": (grade, grade), "limit": str(one.limit), "outstanding": str(one.outstanding),
            "utilisation": number(one.utilisation), "overdue": str(one.overdue)}  # fmt: skip


_LOST = "write_off"
