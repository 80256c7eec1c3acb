"""Which pairs are worth comparing. Only names that share a key can score for review, so the work grows with the register, not its square.

A key is made of the sounds of the trade name: whole, each character left out, its characters sorted, its first two, its last three;
in a two-character name a look-alike stands for each character. Names in different provinces are never alike, so a key
is shared within a province, or with a name that has no region. What records have in common besides their name is a key as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from mingbu.duplicates.reading import Name, Reading
from mingbu.duplicates.rules import Rules
from mingbu.duplicates.subjects import Subject
from mingbu.duplicates.trades import romanised

_PROVINCE = len("CN33")
_LONG = 5
_ANYWHERE = ""


def candidates(keys: Iterable[Iterable[tuple[str, str]]]) -> list[tuple[int, int]]:
    """The pairs of positions that share a key in one province, in order."""
    buckets: dict[str, list[tuple[str, int]]] = {}
    for position, own in enumerate(keys):
        for key, province in own:
            buckets.setdefault(key, []).append((province, position))
    return sorted({pair for bucket in buckets.values() if len(bucket) > 1 for pair in _within(bucket)})


def _within(bucket: Iterable[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    by_province: dict[str, set[int]] = {}
    for province, position in bucket:
        by_province.setdefault(province, set()).add(position)
    anywhere = sorted(by_province.pop(_ANYWHERE, ()))
    yield from combinations(anywhere, 2)
    for members in by_province.values():
        yield from combinations(sorted(members), 2)
        yield from ((min(a, b), max(a, b)) for a in anywhere for b in members if a != b)


def keys_of(subject: Subject, rules: Rules) -> set[tuple[str, str]]:
    """(key, province) of everything that may bring this customer or case together with another."""
    keys = name_keys(subject.name, rules)
    plain = [*(f"={name}" for name in subject.names | {subject.english}), *subject.codes]
    plain += [f"{mark}{value}" for mark, values in (("t", subject.telephones), ("a", subject.addresses), ("b", subject.banks)) for value in values]
    if subject.representative:
        for trade in {reading.trade for reading in subject.name.readings[:1]}:
            plain += [f"r{subject.representative}{part}" for part in {rules.reading(trade[0]), rules.reading(trade[-1])}]
    return keys | {(key, _ANYWHERE) for key in plain if len(key) > 1}


def name_keys(name: Name, rules: Rules) -> set[tuple[str, str]]:
    """(key, province) of every reading of a name; '' where it has no region or may lie in several provinces."""
    keys = {(f"={name.bare}", _ANYWHERE), ("&" + " ".join(map(rules.reading, name.bare)), _ANYWHERE)}
    for likeliest, reading in zip([True, *[False] * len(name.readings)], name.readings, strict=False):
        provinces = {code[:_PROVINCE] if code.startswith("CN") else code[:2] for code in reading.places} - {"CN"} or {_ANYWHERE}
        sounds = [rules.reading(char) for char in reading.trade]
        own = set(_sound_keys(sounds)) if likeliest else {" ".join(sounds)}
        own |= {*_look_keys(reading, sounds, rules), *_half_keys(reading)} if likeliest else set()
        if likeliest:
            own.add("@" + romanised(reading.trade))
            own.add("^" + " ".join(rules.reading(char) for char in reading.rest[:2]))
        keys |= {(key, province) for key in own for province in provinces}
    return keys


def _sound_keys(sounds: Sequence[str]) -> Iterator[str]:
    yield " ".join(sounds)
    yield "~" + " ".join(sorted(sounds))
    if len(sounds) <= _LONG:
        yield from (" ".join([*sounds[:place], *sounds[place + 1 :]]) for place in range(len(sounds)) if len(sounds) > 2)
    if len(sounds) >= _LONG:
        yield "$" + " ".join(sounds[-3:])


def _look_keys(reading: Reading, sounds: Sequence[str], rules: Rules) -> Iterator[str]:
    """A two-character trade name with each character replaced by the lines of look-alikes that it stands in."""
    if len(reading.trade) == 2:
        for place, char in enumerate(reading.trade):
            yield from (f"{place}:{number} {sounds[1 - place]}" for number in rules.looks.get(char, ()))


def _half_keys(reading: Reading) -> Iterator[str]:
    """Half of a two-character trade name, with region and trade: one character alone would bring too many together."""
    if len(reading.trade) == 2:
        trades = " ".join(sorted(trade.name for trade in reading.industries))
        yield from (f"{place}={char} {code} {trades}" for place, char in enumerate(reading.trade) for code in sorted(reading.places))
