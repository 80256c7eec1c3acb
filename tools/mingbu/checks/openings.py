"""Trade openings 交易开始调查书, and who enters the register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu import approvals, duties
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Record, Register


@check("customer.no-opening", "customer.opening-not-approved", "customer.opening-late", "customer.opening-other", rules=("A12",))
def customers_have_an_approved_opening(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A12: who trades with us has a trade opening of the same company, approved before the first trade and the card."""
    for customer in _opened(register, policy):
        opening = register.get(customer.data.get("trade_opening"))
        if opening is None:
            if "trade_opening" not in customer.data:
                yield customer.finding("", "customer.no-opening", ("A12",))
            continue
        if _company(opening) != _company(customer):
            yield customer.finding("/trade_opening", "customer.opening-other", ("A12",), value=str(opening.data["legal_name"]))
        approval = _approval(register, policy, opening)
        if approval is None:
            yield customer.finding("/trade_opening", "customer.opening-not-approved", ("A12",), value=opening.id)
        elif (day := approval.data["at"][:10]) > customer.data.get("first_trade_on", customer.data["prepared_on"]):
            yield customer.finding("/trade_opening", "customer.opening-late", ("A12",), value=day)


def _opened(register: Register, policy: Policy) -> Iterator[Record]:
    """The customers that need an opening, by the state that they are in."""
    found = policy.in_force("profiles")
    states = found.data["opening_needed"] if found else []
    yield from (customer for customer in register.of("customer") if customer.data["status"] in states)


def _company(record: Record) -> tuple[str, ...]:
    """What tells whether two records are about one company: its registered number, else its name."""
    keys = ("uscc", "overseas_registration_no", "legal_name")
    return next(((key, str(record.data[key])) for key in keys if key in record.data), ())


def _approval(register: Register, policy: Policy, opening: Record) -> Record | None:
    steps = list(approvals.steps_for(policy, opening))
    return approvals.standing(register, policy, opening, steps[0]["step"]) if steps else None


@check("opening.not-reported", rules=("A11",))
def openings_were_reported(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A11: an opening that a customer relies on was reported to the chairman, not later than the first trade."""
    for customer in _opened(register, policy):
        opening = register.get(customer.data.get("trade_opening"))
        if opening is None:
            continue
        reported = opening.data.get("chairman_reported_on")
        if reported is None or reported > customer.data.get("first_trade_on", customer.data["prepared_on"]):
            yield opening.finding("/chairman_reported_on", "opening.not-reported", ("A11",), value=register.name_of(customer.id))


@check("customer.entered-by", rules=("A4",))
def cards_are_entered_by_finance(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A4: a card is entered and corrected by the finance section."""
    for customer in register.of("customer"):
        day, person = customer.data["prepared_on"], customer.data["prepared_by"]
        if duties.lacks(register, policy, person, "register_entry", day):
            yield customer.finding("/prepared_by", "customer.entered-by", ("A4",), value=register.name_of(person), date=day)


@check("opening.entered-by", rules=("A12",))
def openings_are_entered_by_finance(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A12: the finance section enters what an opening leads to."""
    for opening in register.of("trade-opening"):
        person, day = opening.data.get("register_entered_by"), opening.data.get("register_entered_on", "")
        if duties.lacks(register, policy, person, "register_entry", day):
            yield opening.finding("/register_entered_by", "opening.entered-by", ("A12",), value=register.name_of(person), date=day)
