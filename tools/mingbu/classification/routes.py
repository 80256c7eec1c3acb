"""Route sheets 路线单: whom a salesperson visits on a day, in the order of the route (B18), by the classification policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from mingbu import classification
from mingbu.classification import facts
from mingbu.classification.axes import FIELDS
from mingbu.classification.facts import Visit
from mingbu.register import Policy, Record, Register

Why = Literal["appointment", "interval", "never"]
_LAST = 10**6
"""Where a customer without a place on the route stands."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One customer on a sheet, with what was known before the day."""

    customer: Record
    order: int | None
    why: Why
    """An appointment for the day; the interval has passed since the last visit; it was never visited."""
    position: str
    """Its market position, and the days after which it is to be visited again; None where the policy has no interval for it."""
    every: int | None
    last: Visit | None
    cases: tuple[Record, ...]

    @property
    def address(self) -> str:
        return str(self.customer.data.get("business_address", self.customer.data["registered_address"]))

    @property
    def contact(self) -> tuple[str, str]:
        """(name, telephone) of the first contact; the card's telephone where that person has none."""
        first = self.customer.data["contacts"][0]
        return str(first["name"]), str(first.get("phone", self.customer.data.get("telephone", "")))

    @property
    def last_on(self) -> str | None:
        return self.last.day if self.last else None

    @property
    def agreed(self) -> str:
        """What was agreed on the last visit."""
        return str(self.last.line.get("next_action", "")).strip() if self.last else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A salesperson's day. `left_off`: how many more were due than a sheet holds."""

    salesperson: str
    day: date
    stops: tuple[Stop, ...]
    left_off: int = 0


def salespeople(register: Register) -> list[str]:
    """Everybody who is responsible for a customer that may be on a sheet, by id."""
    return sorted({customer.data["responsible_staff"] for customer in register.of("customer") if customer.data["status"] in classification.KEPT})


def route_sheet(register: Register, policy: Policy, salesperson: str, day: date) -> Sheet:
    """Whom the salesperson visits on the day: appointments, then whom the interval of its market position makes due.

    At most so many as the policy says, appointments first; they are visited in the order of the route, then by name.
    Without a policy of classification, or one that has no route, only appointments are known.
    """
    found = policy.in_force("classification", day)
    route = found.data.get("route", {}) if found else {}
    every = {row["market_position"]: row["days"] for row in route.get("visit_every_days", [])}
    due = [stop for customer in _customers_of(register, salesperson) if (stop := _stop(register, policy, customer, day, every))]
    due.sort(key=lambda stop: (stop.why != "appointment", *_place(register, stop)))
    most = route.get("most", len(due))
    chosen = sorted(due[:most], key=lambda stop: _place(register, stop))
    return Sheet(salesperson, day, tuple(chosen), len(due) - len(chosen))


def _customers_of(register: Register, salesperson: str) -> list[Record]:
    by_person = register.memo("classification.by-person", lambda: _by_person(register))
    return by_person.get(salesperson, [])


def _by_person(register: Register) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for customer in register.of("customer"):
        if customer.data["status"] in classification.KEPT:
            found.setdefault(customer.data["responsible_staff"], []).append(customer)
    return found


def _place(register: Register, stop: Stop) -> tuple[int, str, str]:
    return stop.order or _LAST, register.name_of(stop.customer.id), stop.customer.id


def _stop(register: Register, policy: Policy, customer: Record, day: date, every: Mapping[str, int]) -> Stop | None:
    """The customer's place on the sheet of the day; None where nothing is due."""
    today = day.isoformat()
    before = [visit for visit in facts.visits(register).get(customer.id, []) if visit.day < today]
    last = before[-1] if before else None
    value = classification.of(register, policy, customer).get("market_position")
    position = str(value.value) if value is not None and value.value is not None else customer.data["market_position"]
    days = every.get(position)
    why: Why | None = None
    if any(visit.line.get("next_visit_on") == today for visit in before):
        why = "appointment"
    elif days is not None:
        why = "never" if last is None else "interval" if date.fromisoformat(last.day) + timedelta(days) <= day else None
    if why is None:
        return None
    cases = tuple(facts.open_cases(register, customer, today))
    return Stop(customer, customer.data.get(FIELDS["route_order"]), why, position, days, last, cases)
