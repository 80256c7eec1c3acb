"""How alike two trade names 字号 are: equal, of one sound, of one look, in another order, or by edit distance."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from mingbu.duplicates.normal import is_latin, is_numeral
from mingbu.duplicates.reading import Reading
from mingbu.duplicates.rules import Rules
from mingbu.duplicates.sounds import syllable

Scored = tuple[int, str]
"""(points from 0 to 100, the reason)."""

_NOTHING: Scored = (0, "trade-other")
_WHOLE = 100
_LONG = 5


def likeness(one: Reading, other: Reading, rules: Rules) -> Scored:
    """The likeness of the trade names; 0 where a number, a letter or a telling character sets them apart."""
    if one.numbers != other.numbers:
        return 0, "trade-number"
    a, b = sorted((one.trade, other.trade))
    if a == b:
        return _WHOLE, "trade-equal"
    if _letters(a) != _letters(b):
        return _latin(a, b, rules)
    if len(a) == len(b):
        points, reason = _same_length(a, b, rules)
        return max((points, reason), _half(one, other, points, rules))
    short, long = sorted((a, b), key=len)
    if _told_apart(short, long, rules):
        return _NOTHING
    return _edited(a, b)


def _told_apart(short: str, long: str, rules: Rules) -> bool:
    """Whether the longer has a telling character more at either end: 新某某 isn't 某某."""
    added = long.removesuffix(short) if long.endswith(short) else long.removeprefix(short) if long.startswith(short) else ""
    return len(added) == 1 and any(added in line for line in rules.distinct)


def _letters(text: str) -> str:
    return "".join(char for char in text if is_latin(char))


def _latin(a: str, b: str, rules: Rules) -> Scored:
    """Letters and digits: a long word may have a slip in it, a short one is another name. Pinyin is the sound of a Chinese name."""
    if romanised(a) == romanised(b):
        return _WHOLE - rules.weights["trade_sound"], "trade-sound"
    ratio = int(fuzz.ratio(a, b))
    return (ratio, "trade-similar") if min(len(_letters(a)), len(_letters(b))) > 4 and ratio >= 85 else _NOTHING


def romanised(trade: str) -> str:
    """A trade name in Latin letters: chenglan for 澄岚 and for chenglan."""
    return "".join(map(syllable, trade))


def _same_length(a: str, b: str, rules: Rules) -> Scored:
    if sorted(a) == sorted(b):
        return _WHOLE - rules.weights["trade_order"], "trade-order"
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if any(rules.apart(x, y) or (is_numeral(x) and is_numeral(y)) for x, y in pairs):
        return _NOTHING
    off = [_off(x, y, rules) for x, y in pairs]
    looks = sum(entry is not None and entry[1] == "trade-shape" for entry in off)
    if all(off) and looks <= 1 and looks < len(a):
        found = [entry for entry in off if entry]
        return _WHOLE - sum(points for points, _ in found), min(reason for _, reason in found)
    return _edited(a, b)


def _half(one: Reading, other: Reading, points: int, rules: Rules) -> Scored:
    """One character of two is the same, and the region is: a slip or another firm, which nobody can tell by the name alone."""
    equal = sum(x == y for x, y in zip(one.trade, other.trade, strict=True))
    if len(one.trade) != 2 or equal != 1 or not points or not one.places & other.places:
        return _NOTHING
    return _WHOLE - rules.weights["trade_half"], "trade-similar"


def _off(x: str, y: str, rules: Rules) -> Scored | None:
    """What one pair of characters takes off, or None where they have nothing in common."""
    if rules.reading(x) == rules.reading(y):
        return rules.weights["trade_sound"], "trade-sound"
    return (rules.weights["trade_shape"], "trade-shape") if rules.alike(x, y) else None


def _edited(a: str, b: str) -> Scored:
    """One character more, less or other, in a long name two; anything further is another name."""
    edits = Levenshtein.distance(a, b)
    anchored = min(len(a), len(b)) > _LONG and (a[:2] == b[:2] or a[-3:] == b[-3:])
    ratio = int(fuzz.ratio(a, b))
    return (ratio, "trade-similar") if ratio > 50 and (edits == 1 or (edits == 2 and anchored)) else (min(ratio, 50), "trade-other")


def slip_in_name(a: str, b: str, rules: Rules) -> Iterator[tuple[int, tuple[str, ...]]]:
    """A slip of sound outside the trade name, 杭洲 for 杭州: names that sound alike and differ in one character or two."""
    pairs = [(x, y) for x, y in zip(a, b, strict=False) if x != y]
    if len(a) == len(b) > _LONG and 0 < len(pairs) <= 2 and all(rules.reading(x) == rules.reading(y) and not is_numeral(x) for x, y in pairs):
        yield _WHOLE - rules.weights["trade_sound"] * len(pairs), ("trade-sound",)
