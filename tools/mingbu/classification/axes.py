"""Classes of customers 客户分类: independent axes, each declared or derived by the policy's rules, each with what gave it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingbu.conditions import Facts, Reason, reasons

Pair = tuple[str, str]

FIELDS: Mapping[str, str] = {
    "time_series": "time_series",
    "trade_stage": "trade_stage",
    "nature": "customer_nature",
    "market_position": "market_position",
    "lifecycle": "lifecycle",
    "rank": "customer_rank",
    "route_order": "visit_route_order",
}
"""Axis → the field of the customer's card in which it is declared, in the order in which axes are shown."""
COMPLETENESS = "completeness"
"""The last axis: how complete the file is. It is a share, not a class, and comes from the policy on customer files."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A rule that didn't hold: its value, and the first of its conditions that failed."""

    value: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Value:
    """One axis of one customer, with what gave it."""

    axis: str
    value: str | int | None
    declared: str | int | None
    derived: str | None
    source: str | None
    """declared or derived: which of the two the policy takes; None where it doesn't speak of the axis."""
    line: str
    """Pointer to the line of the policy that gave it: the rule that held, else the axis; empty where there is none."""
    policy: str
    """Id of that policy."""
    has_rules: bool = False
    note: Pair | None = None
    """What the rule that held says of itself."""
    reasons: tuple[Reason, ...] = ()
    """The conditions of the rule that held."""
    missed: tuple[Missed, ...] = ()
    """Where no rule held, every rule with what was against it."""
    stopped: str | None = None
    """Of a stagnant customer, why trade stopped."""
    lacking: tuple[Pair, ...] = ()
    """Of completeness, the fields that are empty."""

    @property
    def differs(self) -> bool:
        """Whether the card says one thing and the facts another."""
        return self.declared is not None and self.derived is not None and self.declared != self.derived


def classify(policy: str, rules: Mapping[str, Any], facts: Facts, declared: Mapping[str, Any]) -> dict[str, Value]:
    """Every axis of FIELDS by a policy (its id and its data), of facts as `facts.normalised` or `facts.of` gives them.

    declared: axis → what the card says; an axis that isn't declared is left out.
    """
    lines = {row["axis"]: (number, row) for number, row in reversed(list(enumerate(rules["axes"])))}
    return {axis: _axis(axis, policy, lines.get(axis), facts, declared.get(axis)) for axis in FIELDS}


def asked(rules: Mapping[str, Any]) -> frozenset[str]:
    """The facts that the rules of a policy speak of."""
    return frozenset(condition["fact"] for row in rules["axes"] for rule in row.get("rules", []) for condition in rule["when"])


def _axis(axis: str, policy: str, line: tuple[int, Mapping[str, Any]] | None, facts: Facts, declared: Any) -> Value:
    if line is None:
        return Value(axis, declared, declared, None, None, "", policy)
    number, row = line
    at, on, missed = f"/axes/{number}", date.fromisoformat(facts["as_of"]), []
    for index, rule in enumerate(row.get("rules", [])):
        found = reasons(rule["when"], facts, on)
        failed = next((reason for reason in found if not reason.holds), None)
        if failed is None:
            note = (rule["note"], rule["note_en"]) if "note" in rule and "note_en" in rule else None
            stopped = facts.get("stopped_reason") if axis == "lifecycle" and rule["value"] == "stagnant" else None
            value = _taken(row["source"], declared, rule["value"])
            return Value(axis, value, declared, rule["value"], row["source"], f"{at}/rules/{index}", policy, True, note, tuple(found), (), stopped)
        missed.append(Missed(rule["value"], failed))
    return Value(axis, declared, declared, None, row["source"], at, policy, "rules" in row, None, (), tuple(missed))


def _taken(source: str, declared: Any, derived: Any) -> Any:
    """What counts; the other one where that isn't known."""
    first, second = (declared, derived) if source == "declared" else (derived, declared)
    return second if first is None else first
