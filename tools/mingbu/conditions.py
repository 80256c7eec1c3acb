"""Conditions on facts, as policies of classification and credit state them: pure, exact, and able to say why.

A fact is a text (a decimal, an ISO date or a code), a whole number, a yes or no, or a list of dates; None is a fact that isn't known.
Of a fact that isn't known only `filled: false` holds: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from mingbu import labels
from mingbu.calendar import months_later
from mingbu.labels import Lang
from mingbu.money import rounded

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
    since = first_within(on, bound).isoformat() if test.endswith("within_months") else None
    if value is None:
        return Reason(fact, test, bound, None, False, since)
    try:
        return Reason(fact, test, bound, value, _TESTS[test](value, since or bound, on.isoformat()), since)
    except (TypeError, ValueError):  # a date can't be above a number: check says so of the policy, and meanwhile the rule doesn't hold
        return Reason(fact, test, bound, value, False, since)


def first_within(on: date, months: int) -> date:
    """The first day that lies within the months before the day, clipped to the end of its month."""
    try:
        return months_later(on, -months)
    except ValueError:  # before the year 1
        return date.min


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


Shapes = Mapping[str, str]
"""What there is to know: fact → date, dates, code, number, yes-no or text."""

_FITS = {
    "is": {"yes-no"},
    "values": {"code"},
    "within_months": {"date", "dates"},
    "not_within_months": {"date", "dates"},
    "count": {"dates"},
    **{test: {"number"} for test in ("at_least", "above", "below", "up_to")},
}


def unfit(when: When, shapes: Shapes) -> Iterator[tuple[str, str]]:
    """(pointer below the conditions, key) of every fact that nobody knows, and of every test that can't be made of its fact."""
    for number, condition in enumerate(when):
        shape = shapes.get(condition["fact"])
        if shape is None:
            yield f"/{number}/fact", condition["fact"]
        else:
            yield from ((f"/{number}/{test}", test) for test in condition if shape not in _FITS.get(test, {shape}))


def shapes_of(node: Mapping[str, Any]) -> Shapes:
    """The facts of a group of fields in an expanded schema."""
    return {key: _shape(field) for key, field in node["properties"].items()}


def _shape(node: Mapping[str, Any]) -> str:
    if "items" in node:
        return "dates" if _shape(node["items"]) == "date" else "text"
    if "x-enum" in node:
        return "code"
    by_format = {"date": "date", "decimal": "number", "percent": "number", "cny": "number", "cny-unsigned": "number"}
    by_type = {"boolean": "yes-no", "integer": "number"}
    return by_format.get(node.get("x-format", "")) or by_type.get(node.get("type", ""), "text")


Codes = Mapping[str, Sequence[str]]


def told(reason: Reason, lang: Lang, codes: Codes | None = None) -> str:
    """The test in words: 最近交易日 2026-10-15，在 6 个月以内（自 2026-05-20 起）. `codes`: code → its labels, where the fact is a code."""
    return labels.word("when." + _test(reason), lang, **_parts(reason, lang, codes))


def asked(reason: Reason, lang: Lang, codes: Codes | None = None) -> str:
    """A test that didn't hold in words: 销售占比（%） 0.31，要求不低于 0.5."""
    return labels.word("asked." + _test(reason), lang, **_parts(reason, lang, codes))


def _test(reason: Reason) -> str:
    return f"{reason.test}-{'yes' if reason.bound else 'no'}" if isinstance(reason.bound, bool) else reason.test


def _parts(reason: Reason, lang: Lang, codes: Codes | None) -> dict[str, str]:
    value, bound = _value(reason, lang, codes), _shown(reason.bound, lang, codes)
    return {"fact": name(reason.fact, lang), "value": value, "bound": bound, "since": reason.since or ""}


def name(fact: str, lang: Lang) -> str:
    """What the fact is called; the key itself where no policy should speak of it, as check says."""
    pair = labels.catalogue("words").get(f"fact.{fact}")
    return labels.pick(pair, lang) if pair else fact


def _value(reason: Reason, lang: Lang, codes: Codes | None) -> str:
    if isinstance(reason.value, Fraction):
        return decimal(reason.value, reason.bound if isinstance(reason.bound, str) else "0")
    return _shown(reason.value, lang, codes)


def decimal(value: Fraction, beside: str = "0") -> str:
    """An exact number with four digits at most; with more where it would look the same as the one it is compared with, and isn't."""
    digits = _DIGITS
    while digits < _MOST_DIGITS and value != Fraction(beside) and Fraction(rounded(value, digits)) == Fraction(beside):
        digits += 1
    return rounded(value, digits).rstrip("0").rstrip(".")


def _shown(value: Any, lang: Lang, codes: Codes | None) -> str:
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
_DIGITS, _MOST_DIGITS = 4, 40
