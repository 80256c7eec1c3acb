"""Place names at the beginning, in the middle or at the end of a company name, from python-stdnum's table and the policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from mingbu.duplicates.normal import is_latin, spelled
from mingbu.duplicates.sounds import syllable

_PREFECTURE = len("CN3301")


@dataclass(frozen=True, slots=True)
class Place:
    """A name of one place or of several; a code holds every code that begins with it (CN33 holds CN3301)."""

    word: str
    codes: frozenset[str]
    firm: bool
    """Written with its ending 杭州市: it can't be part of a trade name."""
    major: bool
    """A province, a prefecture or a city: it may stand in the middle or at the end of a name."""
    alone: bool
    """Taken for a place without its province or city before it; 和平 or 新华 is one only behind 天津 or 石家庄."""


def within(inner: frozenset[str], outer: frozenset[str]) -> frozenset[str]:
    """Those of the inner codes that one of the outer codes holds."""
    return frozenset(code for code in inner if any(code.startswith(other) and _held(code, other) for other in outer))


def _held(code: str, other: str) -> bool:
    return code == other or other != "CN" or len(code) > len(other)


class Places:
    """The names of places, to be looked up at the beginning or the end of a text."""

    def __init__(self, names: dict[str, Place]) -> None:
        self._names = names
        self._longest = max(map(len, names), default=0)

    def starting(self, text: str, behind: bool = False) -> Iterator[Place]:
        """The places that the text begins with (behind another place, or alone), the longest first; a Latin name ends with its word."""
        for length in range(min(self._longest, len(text)), 1, -1):
            found = self._names.get(text[:length])
            if found and (behind or found.alone) and not (is_latin(text[length - 1]) and is_latin(text[length : length + 1] or "(")):
                yield found

    def ending(self, text: str) -> Place | None:
        """The longest major place that the text ends with."""
        candidates = (self._names.get(text[-length:]) for length in range(min(self._longest, len(text)), 1, -1))
        return next((found for found in candidates if found and found.major and found.alone and not is_latin(found.word[0])), None)

    def last(self, text: str) -> Place | None:
        """The longest place of any level that the text ends with."""
        candidates = (self._names.get(text[-length:]) for length in range(min(self._longest, len(text)), 1, -1))
        return next((found for found in candidates if found and found.alone), None)


@lru_cache(maxsize=4)
def places_of(
    own: tuple[tuple[str, tuple[str, ...]], ...],
    endings: tuple[str, ...],
    cities: tuple[str, ...],
    peoples: tuple[str, ...],
    excluded: frozenset[str],
) -> Places:
    """The table of regions with its short forms, and the policy's own places over it."""
    now: dict[str, set[str]] = {}
    once: dict[str, set[str]] = {}
    firm: set[str] = set()
    major: set[str] = set()
    for code, name, current in _table():
        full, short = spelled(name), _short(spelled(name), endings, peoples)
        firm |= {full} - {short}
        for word in {full, short} - {""}:
            (now if current else once).setdefault(word, set()).add(code)
            major |= {word} if len(code) <= _PREFECTURE or full.endswith(cities) else set()
            if len(code) <= _PREFECTURE and current:
                now.setdefault("".join(map(syllable, word)), set()).add(code)
    codes = once | now  # 重庆 was in 四川 once: where a name is in use, what it meant before doesn't count
    for place, names in own:
        for word in names:
            codes[word] = {place}
            firm.discard(word)
            major.add(word)
    known = {word: found for word, found in codes.items() if len(word) > 1}
    return Places({word: Place(word, frozenset(found), word in firm, word in major, word not in excluded) for word, found in known.items()})


def _short(name: str, endings: tuple[str, ...], peoples: tuple[str, ...]) -> str:
    """杭州市 → 杭州, 延边朝鲜族自治州 → 延边; a name that would be one character keeps its ending."""
    ending = next((word for word in endings if name.endswith(word) and len(name) > len(word) + 1), "")
    short = name.removesuffix(ending)
    while ending and (people := next((word for word in peoples if short.endswith(word) and len(short) > len(word) + 1), "")):
        short = short.removesuffix(people)
    return short


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, str, bool], ...]:
    """(code, name, still in use) of every division that python-stdnum knows; codes without trailing zeros."""
    from stdnum import numdb

    found = []
    for _, province, _, names, rows in numdb.get("cn/loc").prefixes:
        if names.get("province"):
            found += [(f"CN{province}", str(names["province"]), True)]
        for _, low, _, county, _ in rows:
            code = province + (low.removesuffix("00") if low != "0000" else "")
            found += [(f"CN{code}", name, current) for name, current in _names(str(county.get("county", "")))]
    return tuple(found)


def _names(periods: str) -> Iterable[tuple[str, bool]]:
    """[1983-1989]甲县,[1990-]乙市 → 甲县 once, 乙市 now."""
    for part in periods.split(","):
        period, _, name = part.rpartition("]")
        if name:
            yield name, not period or period.endswith("-")
