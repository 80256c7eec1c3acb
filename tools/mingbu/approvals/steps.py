"""The steps that records/policy/approvals asks for: who may take them, for which records, how strongly they are proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from mingbu.approvals.statement import facet
from mingbu.register import Policy, Record
from mingbu.schema.kinds import Kind

Step = Mapping[str, Any]


def lines(policy: Policy, on: str | None = None) -> list[Step]:
    """The policy's lines on a day (its first ten characters count), or today's where there was no policy yet."""
    found = (policy.in_force("approvals", on[:10]) if on else None) or policy.in_force("approvals")
    return list(found.data["steps"]) if found else []


def steps_for(policy: Policy, record: Record, on: str | None = None) -> Iterator[Step]:
    """The steps that the policy of the day has for a record, each by the first of its lines whose conditions hold."""
    seen: set[str] = set()
    for row in lines(policy, on):
        if row["kind"] == record.kind.name and row["step"] not in seen and all(_holds(record, wanted) for wanted in row.get("where", [])):
            seen.add(row["step"])
            yield row


def _holds(record: Record, wanted: Mapping[str, Any]) -> bool:
    """A condition on a stored field: one of these values, an amount above or up to a bound, or filled in at all."""
    value = record.get(wanted["pointer"])
    if "values" in wanted:
        return bool(value in wanted["values"])
    if "filled" in wanted:
        return bool((value is not None) == wanted["filled"])
    if value is None:
        return False
    amount = _amount(value)
    if amount is None:
        return True  # the policy compares what is no amount, which check says: better to ask for an approval than to let it pass
    return Decimal(wanted.get("above", "-Infinity")) < amount <= Decimal(wanted.get("up_to", "Infinity"))


def _amount(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def step_of(policy: Policy, record: Record, name: str, on: str | None = None) -> Step | None:
    """The step's line that applies to the record on the day."""
    return next((row for row in steps_for(policy, record, on) if row["step"] == name), None)


def line_of(policy: Policy, kind: str, step: str) -> Step | None:
    """The first line for a step, whatever its conditions: a step that is behind us keeps its approvals."""
    return next((row for row in lines(policy) if row["kind"] == kind and row["step"] == step), None)


def covered_by(kind: Kind, row: Step) -> tuple[str, ...]:
    """The fields that a statement in this step covers."""
    return facet(kind, row.get("facet", row["step"]))
