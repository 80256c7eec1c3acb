"""Taking a company name apart: region, trade name 字号, words of trade, legal form, branch.

A place name may be a region or the beginning of a trade name (大同贸易, 新华联合贸易): such a name gets a reading for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mingbu.duplicates.normal import bare, is_latin
from mingbu.duplicates.pieces import Pieces, cut, with_branch
from mingbu.duplicates.places import within
from mingbu.duplicates.reading import Name, Reading
from mingbu.duplicates.rules import Industry, Rules

_SHORTEST = 2
"""A trade name has two characters at least (the rule for registered names); in Latin letters one will do."""

_STREET = 6
"""Characters before the ending of a street, a town or a zone at most."""


@dataclass(frozen=True, slots=True)
class _Core:
    """What is left behind a region, and the region."""

    places: frozenset[str]
    text: str
    street: str = ""
    firm: bool = True


def parse(name: str, rules: Rules) -> Name:
    """The readings of a name, the likeliest first; a name of punctuation alone has none."""
    pieces = cut(name, rules)
    readings: list[Reading] = []
    for pieces_of, core in _cores(pieces, rules):
        reading = _read(pieces_of, core, rules)
        if reading is not None and reading not in readings:
            readings.append(reading)
    readings.sort(key=lambda reading: _doubt(reading, rules))
    return Name(bare(name), tuple(readings))


def _doubt(reading: Reading, rules: Rules) -> int:
    """How unlikely this trade name is: 0 a name, 1 a place, 2 with a place in it, 3 a word of trade."""
    trade = reading.trade
    if trade in rules.industries or any(trade[start:] in rules.industries for start in range(1, min(len(trade) - 1, _SHORTEST))):
        return 3
    place = next(rules.places.starting(trade), None) or rules.places.ending(trade)
    if place is not None and len(trade) > len(place.word):
        return 2 if len(trade) >= len(place.word) + _SHORTEST else 0
    return 1 if place is not None else 0


def _cores(pieces: Pieces, rules: Rules) -> Iterator[tuple[Pieces, _Core]]:
    """The ways to cut off the region, the likeliest first: as much as leaves a trade name, else as little as must be."""
    cores = list(_prefixes(pieces.text, rules))
    cores.reverse()
    for core in cores:
        if not pieces.places or not core.places:
            yield pieces, _Core(pieces.places or core.places, core.text, core.street, core.firm)
            continue
        if within(core.places, pieces.places):
            yield pieces, core
        else:
            yield with_branch(pieces, pieces.places), core
    if not pieces.places and not cores[0].places:
        yield from ((pieces, core) for core in _inner(pieces.text, rules))


def _prefixes(text: str, rules: Rules) -> Iterator[_Core]:
    """The name behind no region, behind its first, behind its first two …; places written in full aren't optional."""
    steps = [_Core(frozenset(), text)]
    while True:
        last = steps[-1]
        step = next(_deeper(last, rules), None)
        if step is None:
            break
        steps = [step] if step.firm else [*steps, step]
    yield from [*steps, *_street(steps[-1], rules)]


def _deeper(core: _Core, rules: Rules) -> Iterator[_Core]:
    for place in rules.places.starting(core.text, bool(core.places)):
        codes = within(place.codes, core.places) if core.places else place.codes
        if not codes and core.places and place.major:
            codes = within(core.places, place.codes)
        rest = core.text[len(place.word) :].strip()
        if codes and rest:
            yield _Core(codes, rest, firm=place.firm and len(rest) >= _SHORTEST)


def _street(core: _Core, rules: Rules) -> list[_Core]:
    """余杭区|良渚街道|某某 → behind the street, where a region stands before it; and with the street's name alone 良渚某某."""
    for ending in rules.streets if core.places else ():
        place = core.text.find(ending, 0 if len(ending) > 1 else _SHORTEST, _STREET + len(ending))
        end = place + len(ending)
        if place >= 0 and len(core.text) >= end + _SHORTEST:
            rest = core.text[end:]
            return [_Core(core.places, core.text[:place] + rest, firm=False), _Core(core.places, rest, core.text[:end], firm=False)]
    return []


def _inner(text: str, rules: Rules) -> Iterator[_Core]:
    """A region at the end 某某贸易杭州 or between trade name and trade 某某杭州贸易."""
    trade, words = split(text, rules)
    place = rules.places.ending(trade)
    if place is not None and len(trade) >= len(place.word) + _SHORTEST:
        yield _Core(place.codes, trade.removesuffix(place.word) + "".join(words))


def _read(pieces: Pieces, core: _Core, rules: Rules) -> Reading | None:
    trade, words = split(core.text, rules)
    if not trade:
        return None
    found = [rules.industries[word] for word in words]
    in_place = next((place for place in rules.places.starting(trade) if place.word == trade), None)
    return Reading(
        trade=trade.replace(" ", ""),
        rest=(core.text + pieces.ending).replace(" ", ""),
        industries=tuple(dict.fromkeys(industry for industry in found if industry is not None)),
        business="".join(word for word, industry in zip(words, found, strict=True) if industry is not None),
        generic=frozenset(word for word, industry in zip(words, found, strict=True) if industry is None),
        places=core.places,
        street=core.street,
        branch=pieces.branch,
        group=pieces.group,
        form=pieces.form,
        inner=pieces.inner,
        mark=pieces.mark,
        numbers=tuple(pieces.numbers),
        unnamed=trade in rules.industries or in_place is not None,
    )


def split(text: str, rules: Rules) -> tuple[str, list[str]]:
    """(trade name, words of trade and words without identity) of 澄岚电子科技; the words are taken from the end, the longest first."""
    words: list[str] = []
    rest = text
    while rest:
        word = _last_word(rest, rules.industries)
        if not word:
            break
        words.insert(0, word)
        rest = rest[: -len(word)].rstrip()
    return rest, words


def _last_word(text: str, known: Mapping[str, Industry | None]) -> str:
    """The longest word of trade that the text ends with and that leaves a trade name before it."""
    for length in range(min(len(text) - 1, 16), 0, -1):
        word, rest = text[-length:], text[:-length]
        latin = is_latin(word[0])
        if word in known and not (latin and is_latin(rest[-1])) and (len(rest.strip()) >= _SHORTEST or is_latin(rest[-1])):
            return word
    return ""
