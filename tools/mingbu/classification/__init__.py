"""Classes of customers 客户分类, declared and derived, and the salespeople's routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingbu import completeness
from mingbu.classification import facts as knowledge
from mingbu.classification.axes import COMPLETENESS, FIELDS, Value, asked, classify
from mingbu.classification.facts import normalised
from mingbu.classification.telling import because, conditions_told, label, title
from mingbu.conditions import Facts
from mingbu.register import Policy, Record, Register

__all__ = [
    "COMPLETENESS", "FIELDS", "KEPT", "Facts", "Value", "asked", "because", "by", "classes", "classify", "conditions_told", "declared_on",
    "facts_of", "label", "normalised", "of", "of_facts", "title",
]  # fmt: skip

KEPT = frozenset({"prospect", "active"})
"""Customers whose classes are kept up: those we may come to trade with and those we do."""


def of(register: Register, policy: Policy, customer: Record) -> dict[str, Value]:
    """Axis → value of a customer as of policy.today, completeness last; nothing where no policy of classification is in force.

    The facts are worked out once for a register and day; the policy is read each time, so that a proposed one may stand in its place.
    """
    found = policy.in_force("classification")
    return by(register, policy, found, customer) if found is not None else {}


def by(register: Register, policy: Policy, rules: Record, customer: Record) -> dict[str, Value]:
    """The same under the given record of policy-classification."""
    return classes(register, policy, rules, customer) | _completeness(policy, customer)


def classes(register: Register, policy: Policy, rules: Record, customer: Record) -> dict[str, Value]:
    """The same without completeness."""
    return classify(rules.id, rules.data, facts_of(register, policy, rules, customer), declared_on(customer))


def of_facts(rules: Record, given: Mapping[str, Any]) -> dict[str, Value]:
    """Axis → value of any facts, of the form of a facts file, under a record of policy-classification; without completeness."""
    declared = {"nature": given["nature"]} if "nature" in given else {}
    return classify(rules.id, rules.data, normalised(given), declared)


def facts_of(register: Register, policy: Policy, rules: Record, customer: Record) -> Facts:
    """What is known of a customer, with sales over the months of the policy."""
    return knowledge.of(register, policy, customer, rules.data["sales_months"], asked(rules.data))


def declared_on(customer: Record) -> dict[str, str | int]:
    """Axis → what the card says."""
    return {axis: customer.data[key] for axis, key in FIELDS.items() if key in customer.data}


def _completeness(policy: Policy, customer: Record) -> dict[str, Value]:
    score, rules = completeness.of(policy, customer), policy.in_force("profiles")
    if score is None or rules is None:
        return {}
    lacking = tuple(customer.kind.by_pointer[pointer].title for pointer in score.missing if pointer in customer.kind.by_pointer)
    percent = str(score.percent)
    return {COMPLETENESS: Value(COMPLETENESS, percent, None, percent, "derived", "/completeness", rules.id, True, lacking=lacking)}
