"""The pairs of a register that a person should look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mingbu.duplicates.blocking import candidates, keys_of
from mingbu.duplicates.compare import Band
from mingbu.duplicates.evidence import compare_subjects
from mingbu.duplicates.rules import Rules
from mingbu.duplicates.subjects import Subject, subjects_of
from mingbu.register import Record, Register

BANDS: tuple[Band, ...] = ("same-code", "high", "review")
"""The bands in the order in which pairs are shown."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one company; `one` has the smaller id."""

    one: Record
    other: Record
    score: int
    band: Band
    because: tuple[str, ...]


def pairs_of(register: Register, rules: Rules) -> list[Pair]:
    """Every pair of customers and open cases from review upwards: the surest first, then by id."""
    return pairs_among(subjects_of(register, rules), rules)


def pairs_among(subjects: Iterable[Subject], rules: Rules) -> list[Pair]:
    """The pairs among these customers and cases; their order doesn't matter."""
    ordered = sorted(subjects, key=lambda subject: subject.id)
    found = []
    for i, j in candidates(keys_of(subject, rules) for subject in ordered):
        pair = pair_of(ordered[i], ordered[j], rules)
        if pair is not None:
            found.append(pair)
    return sorted(found, key=lambda pair: (BANDS.index(pair.band), -pair.score, pair.one.id, pair.other.id))


def pair_of(one: Subject, other: Subject, rules: Rules) -> Pair | None:
    """The pair, or None where the two are not alike or the register says how they belong together."""
    likeness = compare_subjects(one, other, rules)
    if likeness.band is None or (likeness.band != "same-code" and explained(one.record, other.record)):
        return None
    return Pair(one.record, other.record, likeness.score, likeness.band, likeness.because)


def explained(one: Record, other: Record) -> bool:
    """Whether one names the other: a branch its parent, a won case the customer that it became."""
    return any(a.data.get(key) == b.id for a, b in ((one, other), (other, one)) for key in ("parent_customer", "won_customer_id"))
