"""Policies: those that are needed are in force, and their figures fit each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from mingbu import approvals
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Record, Register
from mingbu.schema.kinds import Kind


@check("policy.missing", rules=("B11",))
def needed_policies_are_in_force(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B11: every topic that a schema describes has a version in force today."""
    settings = register.get("register")
    for name in register.schemas.kinds:
        topic = name.removeprefix("policy-")
        if settings and topic != name and policy.in_force(topic) is None and not register.has_broken(name):
            yield settings.finding("", "policy.missing", rules=("B11",), topic=topic, date=today.isoformat())


@check("policy.weights", rules=("B20",))
def credit_weights_add_up(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: the weights of the score sheet are shares of a hundred."""
    for record in register.of("policy-credit"):
        total = sum(map(Decimal, record.data["weights"].values()))
        if total != 100:
            yield record.finding("/weights", "policy.weights", rules=("B20",), value=str(total))


@check("policy.grade-order", rules=("B20",))
def grades_go_from_best_to_worst(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: lowest scores fall strictly, no grade stands twice, and every score has a grade."""
    for record in register.of("policy-credit"):
        rows = record.data["grades"]
        for index, row in enumerate(rows):
            higher = rows[:index]
            falls = not higher or Decimal(row["min_score"]) < Decimal(higher[-1]["min_score"])
            twice = row["grade"] in {other["grade"] for other in higher}
            uncovered = index == len(rows) - 1 and Decimal(row["min_score"]) != 0
            if not falls or twice or uncovered:
                yield record.finding(f"/grades/{index}", "policy.grade-order", rules=("B20",), value=row["grade"])


@check("policy.unknown-name", rules=("B11",))
def policies_name_what_exists(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B11: kinds, fields, states and steps that a policy names are there."""
    for record in register.of("policy-lifecycles"):
        for index, lifecycle in enumerate(record.data["lifecycles"]):
            yield from _lifecycle(register, policy, record, f"/lifecycles/{index}", lifecycle)
    for record in register.of("policy-approvals"):
        for index, step in enumerate(record.data["steps"]):
            for pointer, name in _named_by_step(register, record, step):
                yield record.finding(f"/steps/{index}{pointer}", "policy.unknown-name", value=name)
    yield from _pointers_of_profiles(register)


def _named_by_step(register: Register, record: Record, step: approvals.Step) -> Iterator[tuple[str, str]]:
    """(pointer, name) of every kind, field or other step that a step of approval names and that isn't there."""
    known = register.schemas.kinds.get(step["kind"])
    if known is None or not approvals.covered_by(known, step):
        yield "/step", f"{step['kind']} {step['step']}"
    for number, condition in enumerate(step.get("where", [])):
        named = known.by_pointer.get(condition["pointer"]) if known else None
        if known and (named is None or named.derived):
            yield f"/where/{number}/pointer", condition["pointer"]
    steps = {row["step"] for row in record.data["steps"] if row["kind"] == step["kind"]} - {step["step"]}
    yield from ((f"/other_than/{number}", name) for number, name in enumerate(step.get("other_than", [])) if name not in steps)


@check("policy.no-amount", rules=("B11",))
def bounds_are_on_amounts(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B11: what an approval step compares with an amount is an amount or a number."""
    for record in register.of("policy-approvals"):
        for index, step in enumerate(record.data["steps"]):
            known = register.schemas.kinds.get(step["kind"])
            for number, condition in enumerate(step.get("where", [])):
                named = known.by_pointer.get(condition["pointer"]) if known else None
                if named is not None and {"above", "up_to"} & set(condition) and named.shape not in {"amount", "percent", "number"}:
                    yield record.finding(f"/steps/{index}/where/{number}/pointer", "policy.no-amount", field=named.title)


def _lifecycle(register: Register, policy: Policy, record: Record, at: str, lifecycle: Mapping[str, Any]) -> Iterator[Finding]:
    """The names that one lifecycle uses and that don't exist."""
    kind = register.schemas.kinds.get(lifecycle["kind"])
    field = kind.by_pointer.get(lifecycle.get("field", "")) if kind else None
    if kind is None or ("field" in lifecycle and field is None):
        yield record.finding(
            f"{at}/{'kind' if kind is None else 'field'}", "policy.unknown-name", value=lifecycle["kind" if kind is None else "field"]
        )
        return
    states = set(field.node.get("enum", [])) if field else set()
    used = [(f"/initial/{number}", state) for number, state in enumerate(lifecycle.get("initial", []))]
    for number, step in enumerate(lifecycle.get("steps", [])):
        used += [(f"/steps/{number}/from", step["from"]), (f"/steps/{number}/to", step["to"])]
    used += [(f"/evidence/{number}/state", entry["state"]) for number, entry in enumerate(lifecycle.get("evidence", []))]
    for pointer, state in used:
        if state not in states:
            yield record.finding(f"{at}{pointer}", "policy.unknown-name", value=state)
    for pointer, name in _named_by_evidence(register, policy, kind, lifecycle):
        yield record.finding(f"{at}{pointer}", "policy.unknown-name", value=name)
    for number, name in enumerate(lifecycle.get("frozen", [])):
        if name not in kind.by_pointer:
            yield record.finding(f"{at}/frozen/{number}", "policy.unknown-name", value=name)


def _named_by_evidence(register: Register, policy: Policy, kind: Kind, lifecycle: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(pointer, name) of every unknown field, kind or step that evidence is asked of."""
    for key in ("evidence", "steps"):
        for number, entry in enumerate(lifecycle.get(key, [])):
            for place, asked in enumerate(entry.get("requires", [])):
                at = f"/{key}/{number}/requires/{place}"
                yield from ((f"{at}/fields/{index}", name) for index, name in enumerate(asked.get("fields", [])) if name not in kind.by_pointer)
                if "items" in asked and f"{asked['items']['at']}/*/{asked['items']['key']}" not in kind.by_pointer:
                    yield f"{at}/items", asked["items"]["at"]
                other = register.schemas.kinds.get(asked["records"]["kind"]) if "records" in asked else None
                if "records" in asked and (other is None or asked["records"]["at"] not in other.by_pointer):
                    yield f"{at}/records", asked["records"]["kind"]
                if "approval" in asked and approvals.line_of(policy, kind.name, asked["approval"]) is None:
                    yield f"{at}/approval", asked["approval"]


def _pointers_of_profiles(register: Register) -> Iterator[Finding]:
    customer = register.schemas.kinds["customer"]
    for record in register.of("policy-profiles"):
        named = [(f"/situation/pointers/{index}", name) for index, name in enumerate(record.data["situation"]["pointers"])]
        named += [(f"/completeness/fields/{index}/pointer", row["pointer"]) for index, row in enumerate(record.data["completeness"]["fields"])]
        for number, row in enumerate(record.data["profiles"]):
            named += [(f"/profiles/{number}/pointers/{index}", name) for index, name in enumerate(row["pointers"])]
        for pointer, name in named:
            if name not in customer.by_pointer:
                yield record.finding(pointer, "policy.unknown-name", value=name)
        for key in ("parts", "sections"):
            for index, name in enumerate(record.data["credit_file"][key]):
                if name not in register.schemas.kinds:
                    yield record.finding(f"/credit_file/{key}/{index}", "policy.unknown-name", value=name)
