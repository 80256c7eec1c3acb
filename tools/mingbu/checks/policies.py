"""Policies: those that are needed are in force, and their figures fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mingbu.findings import Finding
from mingbu.register import Policy, Register


def needed_policies_are_in_force(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B11: every topic that a schema describes has a version in force today."""
    settings = register.get("register")
    for name in register.schemas.kinds:
        topic = name.removeprefix("policy-")
        if settings and topic != name and policy.in_force(topic) is None and not register.has_broken(name):
            yield settings.finding("", "policy.missing", rules=("B11",), topic=topic, date=today.isoformat())


def credit_weights_add_up(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: the weights of the score sheet are shares of a hundred."""
    for record in register.of("policy-credit"):
        total = sum(map(Decimal, record.data["weights"].values()))
        if total != 100:
            yield record.finding("/weights", "policy.weights", rules=("B20",), value=str(total))


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
