"""Dunning 追讨: which steps of the policy are due on each open invoice, what was done, what comes next, which promises were broken.

Readings. A step falls due so many days after the due date, and is late once the day of the following one has come (the last one from
the day after its own). A later step that was taken makes up for an earlier one. Arbitration, suit and write-off end it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from mingbu.credit.decisions import file_of
from mingbu.credit.receivables import Receivable, exposures, receivables_of
from mingbu.register import Policy, Record, Register

ENDS = frozenset({"legal_action", "write_off"})
"""With these the matter has left dunning, as the codes say."""


@dataclass(frozen=True, slots=True)
class DunningStep:
    """One step of the policy on one invoice: done (its record is there), covered (a later one was taken), due, late or ahead."""

    step: str
    due_on: str
    state: Literal["done", "covered", "due", "late", "ahead"]
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Dunned:
    """An open invoice with its steps, in the policy's order of days."""

    receivable: Receivable
    credit_file: Record | None
    steps: tuple[DunningStep, ...]
    records: tuple[Record, ...]
    """Every record about it, oldest first."""
    broken: tuple[Record, ...]
    """Those whose promise wasn't kept."""

    @property
    def ended(self) -> bool:
        """Whether it went to court or was written off."""
        return any(record.data["step"] in ENDS for record in self.records)

    @property
    def now(self) -> DunningStep | None:
        """The step that is to be taken: the latest one that has come due and wasn't taken."""
        return next((step for step in reversed(self.steps) if step.state in {"due", "late"}), None)

    @property
    def late(self) -> tuple[DunningStep, ...]:
        return tuple(step for step in self.steps if step.state == "late")

    @property
    def following(self) -> DunningStep | None:
        """The next one, whose day hasn't come."""
        return next((step for step in self.steps if step.state == "ahead"), None)

    @property
    def last(self) -> Record | None:
        """What was done last."""
        return self.records[-1] if self.records else None


def dunned(register: Register, policy: Policy, customer: str) -> list[Dunned]:
    """The customer's open invoices that are overdue, or for which a step was taken or is due; the oldest due first."""
    return register.memo(f"dunned {customer} on {policy.today}", lambda: _dunned(register, policy, customer))


def all_dunned(register: Register, policy: Policy) -> list[Dunned]:
    """Those of every customer, by customer."""
    return [found for exposed in exposures(register, policy) for found in dunned(register, policy, exposed.customer.id)]


def _dunned(register: Register, policy: Policy, customer: str) -> list[Dunned]:
    rules, credit_file = policy.in_force("credit"), file_of(register, customer)
    rows = sorted(rules.data.get("dunning", []), key=lambda row: row["days"]) if rules else []
    still_open = [item for item in receivables_of(register, customer, policy.today) if item.outstanding > 0]
    records = _records(register, credit_file, policy.today) if still_open else []
    result = []
    for item in still_open:
        about = [record for record in records if _is_about(record, item, still_open)]
        steps = _steps(rows, item, about, policy.today)
        broken = tuple(record for record in about if _is_broken(record, item, policy.today))
        found = Dunned(item, credit_file, steps, tuple(about), broken)
        if found.records or found.now or item.days_overdue(policy.today) > 0:
            result.append(found)
    return result


def _records(register: Register, credit_file: Record | None, on: date) -> list[Record]:
    """The file's dunning records up to the day, oldest first."""
    referring = register.referring(credit_file.id) if credit_file else []
    found = [record for record, pointer in referring if record.kind.name == "dunning" and pointer == "/credit_file"]
    return sorted((record for record in found if record.data["acted_on"] <= on.isoformat()), key=lambda record: (record.data["acted_on"], record.id))


def _is_about(record: Record, item: Receivable, others: Iterable[Receivable]) -> bool:
    """By the invoice number; where the invoice falls due on several days, by the due date that the record names, if it names one of them."""
    if record.data["invoice_no"] != item.invoice_no:
        return False
    days = {other.due_on for other in others if other.number == item.number}
    return len(days) == 1 or record.data["due_on"] == item.due_on or record.data["due_on"] not in days


def _steps(rows: list[Mapping[str, Any]], item: Receivable, about: list[Record], on: date) -> tuple[DunningStep, ...]:
    due = [date.fromisoformat(item.due_on) + timedelta(days=row["days"]) for row in rows]
    late_from = [later for _, later in pairwise(due)] + [due[-1] + timedelta(days=1)] if due else []
    taken: dict[str, Record] = {}
    for record in about:
        taken.setdefault(record.data["step"], record)
    names = [row["step"] for row in rows]
    reached = max((names.index(step) for step in taken if step in names), default=-1)
    ended = bool(ENDS & set(taken))
    steps = []
    for number, (name, day, late) in enumerate(zip(names, due, late_from, strict=True)):
        state: Literal["done", "covered", "due", "late", "ahead"]
        if name in taken:
            state = "done"
        elif ended or number < reached:
            state = "covered"
        else:
            state = "ahead" if on < day else "late" if on >= late else "due"
        steps.append(DunningStep(name, day.isoformat(), state, taken.get(name)))
    return tuple(steps)


def _is_broken(record: Record, item: Receivable, on: date) -> bool:
    """Whether the promised day has passed and less than was promised had come in on it, as far as the lines tell."""
    promised = record.data.get("promise_on")
    if promised is None or promised >= on.isoformat():
        return False
    owed = sum((line.outstanding(promised) for line in item.lines), Decimal("0.00"))
    return owed > Decimal(record.data["outstanding"]) - Decimal(record.data["promise_amount"])
