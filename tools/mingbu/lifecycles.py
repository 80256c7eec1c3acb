"""Lifecycles 状态流转: which state may follow which, and what a state must have to show, all by records/policy/lifecycles."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingbu import approvals, derived
from mingbu.calendar import months_later
from mingbu.register import Policy, Record, Register
from mingbu.schema.kinds import values_at

Lifecycle = Mapping[str, Any]
Requirement = Mapping[str, Any]


def lifecycles(policy: Policy, kind: str | None = None) -> list[Lifecycle]:
    """The lifecycles in force, of one kind or of all."""
    found = policy.in_force("lifecycles")
    rows: list[Lifecycle] = found.data["lifecycles"] if found else []
    return [row for row in rows if kind in (None, row["kind"])]


def allowed(lifecycle: Lifecycle, state: str) -> list[str]:
    """The states that one step leads to."""
    return list(dict.fromkeys(step["to"] for step in lifecycle["steps"] if step["from"] == state))


def way(lifecycle: Lifecycle, start: str, end: str) -> list[tuple[str, str]] | None:
    """The shortest chain of allowed steps; only one step where several at once aren't allowed. None: there is no way."""
    if end in allowed(lifecycle, start):
        return [(start, end)]
    if not lifecycle.get("several_at_once"):
        return None
    before: dict[str, str] = {start: ""}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        for following in allowed(lifecycle, state):
            if following not in before:
                before[following] = state
                queue.append(following)
    if end not in before or start == end:
        return None
    chain = [end]
    while chain[-1] != start:
        chain.append(before[chain[-1]])
    return list(zip(chain[::-1], chain[-2::-1], strict=False))


def required(lifecycle: Lifecycle, start: str | None, end: str) -> list[tuple[Requirement, tuple[str, ...]]]:
    """(what entering the state takes, the articles that ask for it): the state's own evidence and that of the step."""
    own = [(needed, articles(lifecycle, end)) for entry in lifecycle.get("evidence", []) if entry["state"] == end for needed in entry["requires"]]
    steps = [entry for entry in lifecycle["steps"] if (entry["from"], entry["to"]) == (start, end)]
    return own + [(needed, tuple(lifecycle["articles"])) for entry in steps for needed in entry.get("requires", [])]


def articles(lifecycle: Lifecycle, state: str) -> tuple[str, ...]:
    """The articles that a state rests on."""
    own = next((entry for entry in lifecycle.get("evidence", []) if entry["state"] == state), lifecycle)
    return tuple(own.get("articles", lifecycle["articles"]))


@dataclass(frozen=True)
class Evidence:
    """Whether what a state requires is there; asks the register once for each way of naming a record."""

    register: Register
    policy: Policy
    today: date

    def __post_init__(self) -> None:
        object.__setattr__(self, "_named", {})

    def state(self, lifecycle: Lifecycle, record: Record) -> str | None:
        value = derived.value_of(self.register, self.policy, record, lifecycle["field"])
        field = record.kind.by_pointer.get(lifecycle["field"])
        return str(value) if field and value in field.node.get("enum", []) else None  # what is no state can't be left either

    def missing(self, record: Record, needed: list[tuple[Requirement, tuple[str, ...]]]) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
        """(form of the requirement, what it asks for, its articles) of everything that isn't there."""
        for requirement, rules in needed:
            for form, asked in requirement.items():
                if not getattr(self, f"_{form}")(record, asked):
                    yield form, asked, rules

    def _fields(self, record: Record, pointers: list[str]) -> bool:
        return all(record.get(pointer) not in (None, [], {}) for pointer in pointers)

    def _records(self, record: Record, asked: Mapping[str, Any]) -> bool:
        found = self.naming(asked["kind"], asked["at"]).get(record.id, [])
        if "approved" in asked:
            found = [other for other in found if approvals.standing(self.register, self.policy, other, asked["approved"])]
        return len(found) >= int(asked.get("least", 1))

    def _items(self, record: Record, asked: Mapping[str, str]) -> bool:
        return any(item.get(asked["key"]) == asked["value"] for item in record.get(asked["at"]) or [])

    def _approval(self, record: Record, step: str) -> bool:
        return approvals.standing(self.register, self.policy, record, step) is not None

    def _dealings_within_months(self, record: Record, months: int) -> bool:
        since, until = months_later(self.today, -months).isoformat(), self.today.isoformat()
        return any(since <= day <= until for day in dealings(self, record))

    def disposed(self, record_id: str) -> bool:
        """Whether an approved disposal names the record (A20)."""
        named = self.naming("disposal", "/subjects/*").get(record_id, [])
        return any(approvals.complete(self.register, self.policy, other) for other in named)

    def naming(self, kind: str, at: str) -> dict[str, list[Record]]:
        """id → the records of the kind that name it at the place."""
        cache: dict[tuple[str, str], dict[str, list[Record]]] = self.__dict__["_named"]
        if (kind, at) not in cache:
            index: dict[str, list[Record]] = {}
            for record in self.register.of(kind):
                for name in {str(value) for _, value in values_at(record.data, tuple(at.split("/")[1:]))}:
                    index.setdefault(name, []).append(record)
            cache[kind, at] = index
        return cache[kind, at]


def dealings(evidence: Evidence, customer: Record) -> Iterator[str]:
    """The days on which we dealt with a customer: noted on the card, or in the lines of sales."""
    yield from (entry["date"] for entry in customer.data.get("dealings", []))
    for other in evidence.naming("sales", "/lines/*/customer").get(customer.id, []):
        yield from (line["date"] for line in other.data["lines"] if line["customer"] == customer.id)
