"""Two names compared part by part: points of the trade name, less what region, trade, form, group and branch take off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

from mingbu.duplicates.differences import abbreviates, differences, is_short, region
from mingbu.duplicates.parser import parse
from mingbu.duplicates.reading import Name, Reading
from mingbu.duplicates.rules import Rules
from mingbu.duplicates.trades import likeness, slip_in_name

Band = Literal["same-code", "high", "review"]

APART = frozenset({"trade-other", "trade-number", "region-other", "industry-other", "form-other", "branch-other", "group-other", "uscc-other"})
"""Reasons that speak against a duplicate: with one of these a pair is at most for review."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names or customers are: 0–100, the band, the keys of the reasons in the order of comparing."""

    score: int
    band: Band | None
    because: tuple[str, ...]


def compare_names(one: str, other: str, rules: Rules) -> Likeness:
    """The likeness of two names as they are written."""
    return compare(parse(one, rules), parse(other, rules), rules)


def compare(one: Name, other: Name, rules: Rules) -> Likeness:
    """The likeness of two names; symmetric, and a name is wholly like itself."""
    if one.bare and one.bare == other.bare:
        return Likeness(100, "high", ("same-name",))
    best = max(_scores(one, other, rules), default=(0, ("trade-other",)))
    return judged(*best, rules)


def judged(score: int, because: tuple[str, ...], rules: Rules) -> Likeness:
    """The band of a score; what speaks against keeps it below the upper one."""
    score = max(0, min(100, score))
    if not APART.isdisjoint(because):
        score = min(score, rules.high - 1)
    band: Band | None = "high" if score >= rules.high else "review" if score >= rules.review else None
    return Likeness(score, band, because)


def _scores(one: Name, other: Name, rules: Rules) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The score of the likeliest readings, and of a likeliest with another reading of the same trade name."""
    for (i, a), (j, b) in product(enumerate(one.readings), enumerate(other.readings)):
        if i == j == 0 or (i * j == 0 and a.trade == b.trade):
            yield _score(a, b, rules)
    if one.readings and other.readings and "region-other" not in region(one.readings[0], other.readings[0]):
        yield from slip_in_name(one.bare, other.bare, rules)


def _score(a: Reading, b: Reading, rules: Rules) -> tuple[int, tuple[str, ...]]:
    """Points and reasons; a word behind an equal trade name is a word of trade, an abbreviation may stand for the whole."""
    points, reason = likeness(a, b, rules)
    if reason == "trade-number":
        return _less(points, reason, differences(a, b, ("", ""), False), rules)
    extra = _unknown_trade(a, b)
    if any(extra):
        points, reason = 100, "trade-equal"
    scored = _less(points, reason, differences(a, b, extra, False), rules)
    if points < 100 and _abbreviated(a, b):
        scored = max(scored, _less(100 - rules.weights["short_form"], "short-form", differences(a, b, extra, True), rules))
    return scored


def _less(points: int, reason: str, found: Iterable[str], rules: Rules) -> tuple[int, tuple[str, ...]]:
    reasons = tuple(found)
    return points - sum(rules.weights[key.replace("-", "_")] for key in reasons), (reason, *reasons)


def _unknown_trade(a: Reading, b: Reading) -> tuple[str, str]:
    """What follows the shorter trade name in the longer, 轴瓦 in 澄岚轴瓦: words of trade that the policy doesn't list."""
    rests = (a.trade.removeprefix(b.trade), b.trade.removeprefix(a.trade))
    if min(len(a.trade), len(b.trade)) < 2 or min(map(len, rests)) < 2 or rests == (a.trade, b.trade):
        return "", ""
    return (rests[0], "") if rests[0] != a.trade else ("", rests[1])


def _abbreviated(a: Reading, b: Reading) -> bool:
    """Whether a short name, or one of the same form, begins like the other and has its characters in the same order."""
    short, long = sorted((a, b), key=lambda reading: (len(reading.rest), reading.rest))
    free = is_short(short) or short.form == long.form
    return free and len(short.rest) > 2 and short.rest[:2] == long.rest[:2] and abbreviates(short.rest, long.rest)
