"""How alike two trade names 字号 are: equal, of one sound, of one look, in another order, or by edit distance."""

from __future__ import annotations

from rapidfuzz import fuzz

from mingbu.duplicates.normal import is_latin, is_numeral
from mingbu.duplicates.reading import Reading
from mingbu.duplicates.rules import Rules
from mingbu.duplicates.sounds import syllable

Scored = tuple[int, str]
"""(points from 0 to 100, the reason)."""

_NOTHING: Scored = (0, "trade-other")
_WHOLE = 100


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
        return _same_length(a, b, rules)
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
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if any(rules.apart(x, y) or (is_numeral(x) and is_numeral(y)) for x, y in pairs):
        return _NOTHING
    off = [_off(x, y, rules) for x, y in pairs]
    if all(off) and (len(pairs) < len(a) or all(reason == "trade-sound" for _, reason in filter(None, off))):
        found = [entry for entry in off if entry]
        return _WHOLE - sum(points for points, _ in found), max(reason for _, reason in found)
    if sorted(a) == sorted(b):
        return _WHOLE - rules.weights["trade_order"], "trade-order"
    return _edited(a, b)


def _off(x: str, y: str, rules: Rules) -> Scored | None:
    """What one pair of characters takes off, or None where they have nothing in common."""
    if rules.reading(x) == rules.reading(y):
        return rules.weights["trade_sound"], "trade-sound"
    return (rules.weights["trade_shape"], "trade-shape") if rules.alike(x, y) else None


def _edited(a: str, b: str) -> Scored:
    ratio = int(fuzz.ratio(a, b))
    return (ratio, "trade-similar") if ratio > 50 else (ratio, "trade-other")
