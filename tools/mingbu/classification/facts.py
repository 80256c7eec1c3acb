"""What is known of a customer as of a day: the facts that the classification policy's rules speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mingbu import approvals, trading
from mingbu.approvals.reading import read
from mingbu.conditions import Facts, first_within
from mingbu.register import Policy, Record, Register

CONFIRMED_IN = "target-customer"
"""The step of approval in which a need is confirmed 核定."""


@dataclass(frozen=True, slots=True)
class Sales:
    """What was sold in a window of days, credit notes taken off, by customer."""

    since: str
    until: str
    by_customer: Mapping[str, Decimal]
    whole: Decimal

    def amount(self, customer: str) -> Decimal:
        return self.by_customer.get(customer, Decimal("0.00"))

    def share(self, customer: str) -> Fraction | None:
        """Percent of the whole register's sales, exact; None where nothing was sold: there is no share of nothing."""
        return Fraction(self.amount(customer)) * 100 / Fraction(self.whole) if self.whole > 0 else None


@dataclass(frozen=True, slots=True)
class Visit:
    """One line of a visit report that names a customer."""

    day: str
    report: Record
    line: Mapping[str, Any]


def sales(register: Register, until: date, months: int) -> Sales:
    """Sales of the months up to the day (the same day so many months ago counts), worked out once for all customers."""
    return register.memo(
        f"classification.sales {until} {months}", lambda: _sales(register, first_within(until, months).isoformat(), until.isoformat())
    )


def _sales(register: Register, since: str, until: str) -> Sales:
    amounts = {
        customer: sum((line.amount for line in lines if since <= line.date <= until), Decimal("0.00"))
        for customer, lines in trading.lines(register).items()
    }
    return Sales(since, until, amounts, sum(amounts.values(), Decimal("0.00")))


def visits(register: Register) -> Mapping[str, list[Visit]]:
    """Customer → the visits to it, oldest first; worked out once for a register."""
    return register.memo("classification.visits", lambda: _visits(register))


def _visits(register: Register) -> dict[str, list[Visit]]:
    found: dict[str, list[Visit]] = {}
    for report in sorted(register.of("visit-report"), key=lambda report: (report.data["visit_date"], report.id)):
        for line in report.data["lines"]:
            if "customer" in line:
                found.setdefault(line["customer"], []).append(Visit(report.data["visit_date"], report, line))
    return found


def normalised(given: Mapping[str, Any]) -> Facts:
    """Facts of the form of a facts file, put in order: the first and the last trade are dealings too, and what is after as_of doesn't count."""
    until = given["as_of"]
    traded = [*given.get("dealings", []), given.get("first_trade_on"), given.get("last_trade_on")]
    dealings = sorted({day for day in traded if day is not None and day <= until})
    trade = {"first_trade_on": min(dealings, default=None), "last_trade_on": max(dealings, default=None), "dealings": dealings}
    return {**given, **trade, "visits": sorted({day for day in given.get("visits", []) if day <= until})}


def of(register: Register, policy: Policy, customer: Record, months: int, asked: frozenset[str] = frozenset()) -> Facts:
    """The facts of a customer as of policy.today. `asked`: the facts that the policy speaks of; history is read for them only."""
    history = "previous_lifecycle" in asked
    name = f"classification.facts {customer.id} {policy.today} {months} {history}"
    return register.memo(name, lambda: _of(register, policy, customer, months, history))


def _of(register: Register, policy: Policy, customer: Record, months: int, history: bool) -> Facts:
    until, window = policy.today.isoformat(), sales(register, policy.today, months)
    confirmed = approvals.standing(register, policy, customer, CONFIRMED_IN)
    given = {
        "as_of": until,
        "first_trade_on": customer.data.get("first_trade_on"),
        "dealings": trading.dealings(register, customer, until),
        "planned": is_planned(register, customer, until),
        "nature": customer.data["customer_nature"],
        "sales_amount": str(window.amount(customer.id)),
        "sales_share": window.share(customer.id),
        "previous_lifecycle": _previous(register, customer) if history else None,
        "visits": [visit.day for visit in visits(register).get(customer.id, [])],
        "need_confirmed_by": register.name_of(confirmed.data["by"]) if confirmed else None,
        "stopped_reason": _stopped(customer, until),
    }
    return normalised({key: value for key, value in given.items() if value is not None})


def _stopped(customer: Record, until: str) -> str | None:
    ended = customer.data.get("ended_reason") if customer.data.get("ended_on", until) <= until else None
    reason = customer.data.get("stagnation_reason", ended)
    return None if reason is None else str(reason)


def is_planned(register: Register, customer: Record, until: str) -> bool:
    """Whether trade is in preparation: an opening of this company that isn't entered yet, or a case of it that is open."""
    return bool(open_cases(register, customer, until)) or any(
        opening.data["prepared_on"] <= until < opening.data.get("register_entered_on", "9999") for opening in _openings(register, customer)
    )


def _openings(register: Register, customer: Record) -> Iterable[Record]:
    by_code = register.memo("classification.openings", lambda: _grouped(register.of("trade-opening"), _KNOWN_BY))
    known = {customer.data[key] for key in _KNOWN_BY if key in customer.data}
    return [opening for code in known for opening in by_code.get(code, [])]


_KNOWN_BY = ("uscc", "overseas_registration_no", "legal_name")
"""What an opening and a card have in common before one refers to the other."""


def open_cases(register: Register, customer: Record, until: str) -> list[Record]:
    """The cases of the customer that are open on the day, by id; a case names a company, as it is called on the card or was before."""
    by_name = register.memo("classification.cases", lambda: _grouped(register.of("case"), ("company_name",)))
    names = {customer.data["legal_name"], customer.data["short_name"], *customer.data.get("former_names", [])}
    found = {case.id: case for name in names for case in by_name.get(name, []) if _is_open(case, until)}
    return [found[case] for case in sorted(found)]


def _is_open(case: Record, until: str) -> bool:
    submitted, closed = str(case.data["submitted_at"])[:10], str(case.data.get("closed_on", "9999"))
    return submitted <= until < closed


def _grouped(records: Iterable[Record], keys: tuple[str, ...]) -> dict[object, list[Record]]:
    found: dict[object, list[Record]] = {}
    for record in records:
        for key in keys:
            if key in record.data:
                found.setdefault(record.data[key], []).append(record)
    return found


def _previous(register: Register, customer: Record) -> str | None:
    """The lifecycle that the card said before the present one, told by its history."""
    past = register.past
    if past is None:
        return None
    blobs = [revision.new for revision in past.tip.on_line(customer.id) if revision.new]
    past.texts.fetch(blobs)
    for blob in reversed(blobs):
        before = read(register, customer.path, past.texts.raw(blob))
        state = before.data.get("lifecycle") if before else None
        if state is not None and state != customer.data.get("lifecycle"):
            return str(state)
    return None
