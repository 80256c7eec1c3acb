"""Credit decisions that end soon: shown on the home page and on the page of credit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mingbu import credit, display
from mingbu.register import Record
from mingbu.site.reader import Cell, Reader, record_page


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a record says happened on a day."""

    day: str
    what: str
    cell: Cell


def expiring(reader: Reader, days: int) -> list[Event]:
    """Credit decisions in force that end soon, the soonest first."""
    last = (reader.policy.today + timedelta(days=days)).isoformat()
    found = []
    for credit_file in reader.register.of("credit-file"):
        decision = credit.in_force(reader.register, reader.policy, credit_file.id)
        if decision is not None and decision.data["valid_to"] <= last:
            limit = display.separated(decision.data["approved_limit"])
            found.append(Event(decision.data["valid_to"], limit, linked(reader, credit_file)))
    return sorted(found, key=lambda event: (event.day, event.cell.url or ""))


def linked(reader: Reader, record: Record) -> Cell:
    return Cell(reader.name(record), "ref", reader.name_lang(record), record_page(record))
