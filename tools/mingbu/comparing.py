"""Two moments of a register compared: which records differ, field by field, and what came of it for customers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from mingbu import derived
from mingbu.history import Change, differences
from mingbu.register import Policy, Record, Register
from mingbu.schema.kinds import Kind

CLASSES = ("/status", "/lifecycle", "/market_position", "/credit_grade", "/credit_limit")
"""What is said of a customer when it differs: how far trade has come, the classes, and the credit in force."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One record that differs. `changes` are those of a record that stands at both moments."""

    before: Record | None
    after: Record | None
    changes: tuple[Change, ...]

    @property
    def record(self) -> Record:
        """As it is, or was last."""
        return next(record for record in (self.after, self.before) if record is not None)

    @property
    def change(self) -> Literal["added", "removed", "changed"]:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that was so of a customer and is otherwise now; typed or derived, each under the policy of its day."""

    customer: str
    pointer: str
    before: Any
    after: Any


def compared(before: Register, after: Register) -> list[Difference]:
    """Every record that says something else, by kind as on the site, then by id. How a file is written doesn't count."""
    found = []
    for record_id in before.records.keys() | after.records.keys():
        old, new = before.get(record_id), after.get(record_id)
        if old is None or new is None:
            found.append(Difference(old, new, ()))
        elif old.raw != new.raw and (changes := tuple(differences(new.kind, old.data, new.data))):
            found.append(Difference(old, new, changes))
    groups = list(after.schemas.codes.get("kind_group", {}))
    return sorted(found, key=lambda difference: (*_order(difference.record.kind, groups), difference.record.id))


def _order(kind: Kind, groups: list[str]) -> tuple[int, int, str]:
    group = kind.spec["group"]
    return groups.index(group) if group in groups else len(groups), int(kind.spec.get("order", 50)), kind.name


def effects(before: Policy, after: Policy, old: Register, new: Register) -> Iterator[Effect]:
    """What differs of each customer that stands, sound, at both moments, by id."""
    for customer in new.of("customer"):
        earlier = old.get(customer.id)
        if earlier is None:
            continue
        for pointer in CLASSES:
            values = derived.value_of(old, before, earlier, pointer), derived.value_of(new, after, customer, pointer)
            if values[0] != values[1]:
                yield Effect(customer.id, pointer, *values)
