"""What goes into a bundle: the contracts of a period, and every record that is needed to judge them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from mingbu import contracts
from mingbu.period import Period
from mingbu.register import Record, Register

_TOPICS = ("approvals", "deadlines", "duties")
"""The policies by which contracts, their files and their approvals are judged."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The contracts with what happened to them in the period; and all records, by path."""

    contracts: tuple[tuple[Record, tuple[str, ...]], ...]
    records: tuple[Record, ...]

    @property
    def approvals(self) -> list[Record]:
        return [record for record in self.records if record.kind.name == "approval"]


def choose(register: Register, period: Period, who: str | None, today: date) -> Chosen:
    """The contracts with which something happened in the period, their customers, departments, policies, approvals, and who signed.

    No contracts where nothing happened.
    """
    found = [(one, tuple(happened)) for one in contracts.below(register, who) if (happened := contracts.touched(one, period))]
    records = {record.id: record for record in _needed(register, [one for one, _ in found], period, today)}
    while True:  # who signed may himself stand there by an approval that somebody else signed
        more = [record for record in _proofs(register, records.values()) if record.id not in records]
        if not more:
            break
        records |= {record.id: record for record in more}
    return Chosen(tuple(found), tuple(sorted(records.values(), key=lambda record: record.path)))


def _needed(register: Register, found: list[Record], period: Period, today: date) -> Iterator[Record]:
    yield from found
    named = [one.data[key] for one in found for key in ("customer", "department", "our_entity")]
    customers = [record for record in map(register.get, named) if record is not None]
    yield from customers
    openings = (register.get(customer.data.get("trade_opening")) for customer in customers)
    yield from (opening for opening in openings if opening is not None)
    settings = register.get("register")
    yield from [settings] if settings is not None else []
    for topic in _TOPICS:
        yield from in_force_since(register, topic, period.first, today)


def in_force_since(register: Register, topic: str, first: date, last: date) -> list[Record]:
    """Every version of a policy that was in force on some day from the first to the last."""
    versions = sorted(register.of(f"policy-{topic}"), key=lambda record: record.id)
    begun = [record for record in versions if record.data["effective_from"] <= last.isoformat()]
    before = [record for record in begun if record.data["effective_from"] <= first.isoformat()]
    return begun[max(len(before) - 1, 0) :]


def _proofs(register: Register, records: Iterable[Record]) -> Iterator[Record]:
    """The approvals of the records, and the people who gave those that are there."""
    for record in list(records):
        yield from register.about(record.id)
        person = register.get(record.data["by"]) if record.kind.name == "approval" else None
        yield from [person] if person is not None else []
