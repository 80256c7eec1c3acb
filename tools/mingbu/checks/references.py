"""References and uniqueness, over every kind: the schema says which fields."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date

from mingbu import sshsig
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.lifecycles import Evidence
from mingbu.register import Policy, Record, Register
from mingbu.schema.kinds import values_at


@check("reference.missing")
def references_point_to_records(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """An id in a field is the id of a record that exists, or of one that went with an approved disposal."""
    evidence = Evidence(register, policy, today)
    for record in register.records.values():
        for pointer, target in register.links(record):
            if register.get(target) is None and not register.is_broken(target) and not evidence.disposed(target):
                yield record.finding(pointer, "reference.missing", value=target)


@check("reference.forwarded", rules=("A2",))
def references_name_the_card_that_stays(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A2: nothing points to a card that was merged into another one."""
    for record in register.of("customer"):
        if "merged_into" in record.data:
            for other, pointer in register.referring(record.id):
                yield other.finding(pointer, "reference.forwarded", value=record.id, expected=register.name_of(record.data["merged_into"]))


@check("unique.duplicate")
def unique_values_stand_once(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A2: one record for each company; the same for every field that its schema calls unique."""
    seen: dict[tuple[str, tuple[str, ...], str], Record] = {}
    for record_id in sorted(register.records):
        record = register.records[record_id]
        if "merged_into" in record.data:  # it only points on
            continue
        for path, manner in record.kind.uniques:
            for pointer, value in values_at(record.data, path):
                key = (record.kind.name, path, comparable(str(value), manner))
                other = seen.setdefault(key, record)
                if other is not record:
                    yield record.finding(pointer, "unique.duplicate", value=str(value), other=other.path)


@check("unique.together")
def combinations_stand_once(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """One survey for a customer and round, and the like: what its schema calls unique together (x-kind.unique)."""
    for kind in register.schemas.kinds.values():
        for pointers in kind.spec.get("unique", []):
            seen: dict[tuple[str, ...], Record] = {}
            for record in register.of(kind.name):
                other = seen.setdefault(tuple(str(record.get(pointer)) for pointer in pointers), record)
                if other is not record:
                    titles = [kind.by_pointer[pointer].title for pointer in pointers]
                    fields = "、".join(zh for zh, _ in titles), ", ".join(en for _, en in titles)
                    yield record.finding(pointers[-1], "unique.together", fields=fields, other=other.path)


def comparable(value: str, manner: str) -> str:
    """The form in which two values are compared: as written, as an SSH key without its comment, or as a name without case, spaces, punctuation."""
    if manner == "key":
        return sshsig.key_of(value).hex() or value
    if manner != "name":
        return value
    folded = unicodedata.normalize("NFKC", value).casefold()
    return "".join(char for char in folded if char.isalnum())
