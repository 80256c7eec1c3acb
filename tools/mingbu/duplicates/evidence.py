"""Two customers or cases compared: their names first, then what else they have in common or not."""

from __future__ import annotations

from collections.abc import Iterator

from mingbu.duplicates.compare import Likeness, compare, judged
from mingbu.duplicates.rules import Rules
from mingbu.duplicates.subjects import Subject

_EVIDENCE = {
    "same-telephone": "telephones",
    "same-address": "addresses",
    "same-bank": "banks",
}


def compare_subjects(one: Subject, other: Subject, rules: Rules) -> Likeness:
    """Equal registered number: one company. Equal names: likely. Else points of the names, and evidence on or off."""
    if one.codes & other.codes:
        return Likeness(100, "same-code", ("same-code",))
    by_name = _named_alike(one, other) or compare(one.name, other.name, rules)
    score, because = by_name.score, list(by_name.because)
    for reason in _shared(one, other):
        score, because = score + rules.weights[reason.replace("-", "_")], [*because, reason]
    if one.uscc and other.uscc:  # two valid codes are two legal persons, whatever they are called
        score, because = min(score, 100) - rules.weights["uscc_other"], [*because, "uscc-other"]
    return judged(score, tuple(because), rules)


def _named_alike(one: Subject, other: Subject) -> Likeness | None:
    """Equal legal names, or a former or English name that is the other's."""
    if one.name.bare == other.name.bare != "":
        return Likeness(100, "high", ("same-name",))
    if (one.names & other.names) - {""}:
        return Likeness(100, "high", ("same-former-name",))
    if ({one.english, one.name.bare} & {other.english, other.name.bare}) - {""}:
        return Likeness(100, "high", ("same-english-name",))
    return None


def _shared(one: Subject, other: Subject) -> Iterator[str]:
    for reason, key in _EVIDENCE.items():
        if getattr(one, key) & getattr(other, key):
            yield reason
    if one.representative and one.representative == other.representative:
        yield "same-representative"
