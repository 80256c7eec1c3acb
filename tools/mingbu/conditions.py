"""Conditions on facts, as policies of classification and credit state them: pure, exact, and able to say why.

A fact is a text (a decimal, an ISO date or a code), a whole number, a yes or no, or a list of dates; None is a fact that isn't known.
Of a fact that isn't known only `filled: false` holds: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from mingbu import labels
from mingbu.calendar import months_later
from mingbu.labels import Lang

Facts = Mapping[str, Any]
When = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Reason:
    """One test of one fact: which, against what bound, what the fact was, whether it held."""

    fact: str
    test: str
    bound: Any
    value: Any
    holds: bool
    since: str | None = None
    """Where months are counted: the first day that lies within them."""


def holds(when: When, facts: Facts, on: date) -> bool:
    """Whether every condition holds on the day."""
    return all(reason.holds for reason in reasons(when, facts, on))


def reasons(when: When, facts: Facts, on: date) -> list[Reason]:
    """Every test of the conditions, in their order."""
    return [_tried(condition["fact"], test, bound, facts, on) for condition in when for test, bound in condition.items() if test != "fact"]


def _tried(fact: str, test: str, bound: Any, facts: Facts, on: date) -> Reason:
    value = facts.get(fact)
    value = None if value == [] else value
    if test == "filled":
        return Reason(fact, test, bound, value, (value is not None) == bound)
    since = months_later(on, -bound).isoformat() if test.endswith("within_months") else None
    if value is None:
        return Reason(fact, test, bound, None, False, since)
    return Reason(fact, test, bound, value, _TESTS[test](value, since or bound, on.isoformat()), since)


def _dates(value: Any) -> list[str]:
    return [str(day)[:10] for day in (value if isinstance(value, list) else [value])]


def _within(value: Any, since: str, until: str) -> bool:
    return any(since <= day <= until for day in _dates(value))


_TESTS: dict[str, Callable[[Any, Any, str], bool]] = {
    "is": lambda value, bound, on: value is bound,
    "values": lambda value, bound, on: value in bound,
    "at_least": lambda value, bound, on: Fraction(value) >= Fraction(bound),
    "above": lambda value, bound, on: Fraction(value) > Fraction(bound),
    "below": lambda value, bound, on: Fraction(value) < Fraction(bound),
    "up_to": lambda value, bound, on: Fraction(value) <= Fraction(bound),
    "within_months": _within,
    "not_within_months": lambda value, since, on: any(day <= on for day in _dates(value)) and not _within(value, since, on),
    "count": lambda value, bound, on: len(value if isinstance(value, list) else [value]) >= bound,
}


def told(reason: Reason, lang: Lang, codes: Mapping[str, Sequence[str]] | None = None) -> str:
    """The test in words: 最近交易日 2026-10-15，在 6 个月以内（自 2026-05-20 起）. `codes`: code → its labels, where the fact is a code."""
    test = f"{reason.test}-{'yes' if reason.bound else 'no'}" if isinstance(reason.bound, bool) else reason.test
    bound = _shown(reason.bound, lang, codes)
    fact, value = labels.word(f"fact.{reason.fact}", lang), _shown(reason.value, lang, codes)
    return labels.word(f"when.{test}", lang, fact=fact, value=value, bound=bound, since=reason.since or "")


def _shown(value: Any, lang: Lang, codes: Mapping[str, Sequence[str]] | None) -> str:
    if value is None:
        return labels.word("fact.unknown", lang)
    if isinstance(value, bool):
        return labels.word("yes" if value else "no", lang)
    if isinstance(value, list):
        if len(value) > _LISTED:
            return labels.word("fact.many", lang, count=len(value), last=max(map(str, value)))
        return labels.word("list.separator", lang).join(_shown(item, lang, codes) for item in value)
    pair = (codes or {}).get(value) if isinstance(value, str) else None
    return labels.pick(list(pair), lang) if pair else str(value)


_LISTED = 3
"""Of a longer list only the number and the newest are told."""
