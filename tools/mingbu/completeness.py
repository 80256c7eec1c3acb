"""Completeness 完整度 and age of customer files, by records/policy/profiles."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mingbu.register import Policy, Record, Register


@dataclass(frozen=True, slots=True)
class Score:
    """How much of what counts is filled in: percent with one digit, and the pointers that aren't."""

    percent: Decimal
    least: Decimal
    is_key: bool
    missing: tuple[str, ...]


def is_empty(value: Any) -> bool:
    return value in (None, "", [], {})


def of(policy: Policy, customer: Record) -> Score | None:
    """The score of one customer; None without a policy."""
    found = policy.in_force("profiles")
    if found is None:
        return None
    rules = found.data["completeness"]
    is_key = customer.data["market_position"] in rules["key_positions"]
    counted = [row for row in rules["fields"] if is_key or not row.get("key_only")]
    missing = [row for row in counted if is_empty(customer.get(row["pointer"]))]
    whole = sum(row["points"] for row in counted)
    share = Decimal(100) * (whole - sum(row["points"] for row in missing)) / whole if whole else Decimal(100)
    least = Decimal(rules["key_least" if is_key else "least"])
    return Score(share.quantize(Decimal("0.1"), ROUND_HALF_UP), least, is_key, tuple(row["pointer"] for row in missing))


def last_seen(register: Register, customer: Record) -> str:
    """The last day on which somebody looked at the file: written, surveyed, or a change handled."""
    days = [str(customer.data["prepared_on"])]
    for other, pointer in register.referring(customer.id):
        if other.kind.name == "survey" and pointer == "/customer":
            days.append(other.data["surveyed_on"])
        if other.kind.name == "change-notice" and "handled_on" in other.data:
            days.append(other.data["handled_on"])
    return max(days)


def stale_after(policy: Policy, customer: Record) -> int | None:
    """The days after which the file is stale; fewer for key customers. None without a policy."""
    found = policy.in_force("profiles")
    if found is None:
        return None
    is_key = customer.data["market_position"] in found.data["completeness"]["key_positions"]
    return int(found.data["staleness"]["key_days" if is_key else "days"])
