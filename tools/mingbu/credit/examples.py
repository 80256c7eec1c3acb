"""Worked examples 试算例 of a credit policy: each is worked out by the policy itself and compared with what it states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mingbu.credit.ageing import aged, interest
from mingbu.credit.calculation import calculate
from mingbu.credit.facts import Facts
from mingbu.money import rounded


@dataclass(frozen=True, slots=True)
class Wrong:
    """One figure of an example that comes out otherwise; None where nothing comes out."""

    number: int
    key: str
    expected: str | int
    value: str | int | None


def wrong(policy_data: Mapping[str, Any]) -> Iterator[Wrong]:
    """Every figure of the policy's examples that isn't what the policy gives."""
    for number, example in enumerate(policy_data.get("examples", [])):
        figures = worked_out(policy_data, example)
        for key, expected in example["result"].items():
            if not _same(expected, figures.get(key)):
                yield Wrong(number, key, expected, figures.get(key))


def worked_out(policy_data: Mapping[str, Any], example: Mapping[str, Any]) -> dict[str, Any]:
    """What the policy gives for the example's facts, receivables or late payment; nothing for what it says nothing about."""
    if "facts" in example:
        return calculate(policy_data, Facts.of(example["facts"])).figures()
    if "ageing" in example:
        return dict(aged(policy_data, example["ageing"]).figures()) if "ageing" in policy_data else {}
    late = example["interest"]
    found = interest(policy_data, Fraction(late["amount"]), late["days"], late.get("daily_rate"))
    return {} if found is None else {"interest": rounded(found)}


def _same(expected: str | int, value: Any) -> bool:
    """Decimals are compared as numbers: 90 is 90.0."""
    try:
        return value is not None and Fraction(str(expected)) == Fraction(str(value))
    except ValueError:
        return bool(expected == value)
