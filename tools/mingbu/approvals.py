"""Approvals 核准: signed statements about content, read here by their form: who, which step, which fields, which content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import rfc8785

from mingbu import derived, duties
from mingbu.register import Policy, Record, Register
from mingbu.schema.kinds import Kind

Step = Mapping[str, Any]


def facet(kind: Kind, step: str) -> tuple[str, ...]:
    """The fields that the step is about: those whose schema names it (x-approval), in the schema's order."""
    return tuple(field.pointer for field in kind.fields if field.node.get("x-approval") == step and not field.pointer.endswith("/*"))


def digest(record: Record, covers: Sequence[str]) -> str:
    """sha256 of the RFC 8785 canonical JSON of {subject, schema, values}; fields without a value are left out."""
    values = {pointer: value for pointer in covers if (value := record.get(pointer)) is not None}
    content = {"subject": record.id, "schema": record.data.get("schema"), "values": values}
    return f"sha256:{hashlib.sha256(rfc8785.dumps(content)).hexdigest()}"


def steps_for(register: Register, policy: Policy, record: Record, on: str | None = None) -> Iterator[Step]:
    """The steps that the policy of the day has for a record, each by the first of its lines whose conditions hold."""
    found = (policy.in_force("approvals", on[:10]) if on else None) or policy.in_force("approvals")
    seen: set[str] = set()
    for row in found.data["steps"] if found else []:
        if row["kind"] == record.kind.name and row["step"] not in seen and _applies(register, policy, record, row):
            seen.add(row["step"])
            yield row


def _applies(register: Register, policy: Policy, record: Record, row: Step) -> bool:
    return all(derived.value_of(register, policy, record, wanted["pointer"]) in wanted["values"] for wanted in row.get("where", []))


def step_of(register: Register, policy: Policy, record: Record, name: str, on: str | None = None) -> Step | None:
    return next((row for row in steps_for(register, policy, record, on) if row["step"] == name), None)


def line_of(policy: Policy, kind: str, step: str) -> Step | None:
    """The policy's first line for a step, whatever its conditions: a step that is behind us keeps its approvals."""
    found = policy.in_force("approvals")
    rows: list[Step] = found.data["steps"] if found else []
    return next((row for row in rows if row["kind"] == kind and row["step"] == step), None)


def statements(register: Register, subject: str, step: str) -> list[Record]:
    """The statements about a record in a step, oldest first."""
    return sorted((record for record in register.about(subject) if record.data["step"] == step), key=lambda record: (record.data["at"], record.id))


def standing(register: Register, policy: Policy, record: Record, step: str) -> Record | None:
    """The approval that holds now: the newest statement, if it approves what the record says today and its giver might."""
    given = statements(register, record.id, step)
    newest = given[-1] if given else None
    if newest is None or newest.data["decision"] != "approved" or not is_current(record, newest):
        return None
    row = step_of(register, policy, record, step, newest.data["at"])
    by, role, at = (newest.data[key] for key in ("by", "role", "at"))
    by_whom = row is not None and role in row["posts"] and duties.holds(register, by, [role], at) and at[:10] <= policy.today.isoformat()
    return newest if by_whom and newest.data["by"] != record.data.get("prepared_by") else None


def is_current(record: Record, statement: Record) -> bool:
    """Whether the statement covers the step's fields and was given for what they hold now."""
    covers = facet(record.kind, statement.data["step"])
    return set(statement.data["covers"]) == set(covers) and statement.data["digest"] == digest(record, covers)


def complete(register: Register, policy: Policy, record: Record) -> bool:
    """Whether every approval that the policy asks of the record stands; False where it asks for none."""
    steps = list(steps_for(register, policy, record))
    return bool(steps) and all(standing(register, policy, record, row["step"]) for row in steps)
