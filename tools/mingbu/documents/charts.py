"""Charts as frozen view models: places in whole pixels down and in percents across, so that words keep their size at every width.

The markup stands in templates/charts.html.j2. A chart is always shown beside the table that it draws; what it says in colour it says in words too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from mingbu.display import separated
from mingbu.money import Exact, rounded

_ROW, _BAR, _WORDS = 36, 10, 14
"""Pixels: the height of a line of a bar chart, of its bar, and of the words above the bar."""
_LONG = 34
"""A label as wide as so many letters is cut; the table beside has the whole."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A bar or a part of one; x and width in percent."""

    css: str
    x: str
    y: int
    width: str
    height: int


@dataclass(frozen=True, slots=True)
class Words:
    """A text in a chart; anchor is start, middle or end."""

    text: str
    x: str
    y: int
    anchor: str = "start"
    lang: str | None = None
    css: str = "word"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across (x1 to x2 at one y) or down (at one x)."""

    css: str
    x1: str
    y1: int
    x2: str
    y2: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole chart; keys are (css, label) of what its colours mean."""

    id: str
    title: str
    desc: str
    height: int
    rects: tuple[Rect, ...]
    words: tuple[Words, ...]
    rules: tuple[Rule, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bar chart: `shown` is its figure in words, `before` what it was a year ago."""

    label: str
    value: Fraction
    shown: str
    lang: str | None = None
    before: Fraction | None = None
    css: str = "now"


@dataclass(frozen=True, slots=True)
class Scale:
    """In which unit a chart shows amounts: 万元 in Chinese, thousand or million in English."""

    word: str
    """The key of the unit's name."""
    unit: int
    digits: int

    def show(self, amount: Exact) -> str:
        return separated(rounded(Fraction(amount) / self.unit, self.digits))

    def line(self, amount: Exact) -> str:
        """Of a line of a chart, which is a round figure: no digits that say nothing."""
        return self.show(amount).removesuffix(".0")


def scale(lang: str, amounts: Sequence[Exact]) -> Scale:
    """The unit that keeps the amounts short: whole units where the largest is long, one digit otherwise."""
    largest = max((abs(Fraction(amount)) for amount in amounts), default=Fraction(0))
    if lang == "zh":
        return Scale("chart.wan", 10_000, 0 if largest >= 10_000_000 else 1)
    return Scale("chart.million", 1_000_000, 1) if largest >= 10_000_000 else Scale("chart.thousand", 1000, 0 if largest >= 100_000 else 1)


def percent(part: Exact, whole: Exact = 100) -> str:
    """A place across: 12.34%."""
    return f"{rounded(Fraction(part) * 100 / Fraction(whole), 2)}%"


def cut(text: str) -> str:
    """A label as far as there is room; a Chinese character is as wide as two letters."""
    room = _LONG
    for place, character in enumerate(text):
        room -= 2 if ord(character) > 0x2E7F else 1
        if room < 0:
            return f"{text[:place]}…"
    return text


def bars(ident: str, title: str, desc: str, items: Sequence[Item], keys: tuple[tuple[str, str], ...] = ()) -> Chart:
    """Horizontal bars, each under its label and figure; last year's thinner one below; negative values run left of the line."""
    values = [value for item in items for value in (item.value, item.before) if value is not None]
    low, high = min([*values, Fraction(0)]), max([*values, Fraction(0)])
    span = high - low or Fraction(1)
    two = any(item.before is not None for item in items)
    row = _ROW + (8 if two else 0)
    rects, words = [], []
    for number, item in enumerate(items):
        top = number * row
        words.append(Words(cut(item.label), "0%", top + 12, lang=item.lang))
        words.append(Words(item.shown, "100%", top + 12, "end", css="figure"))
        if item.value:
            rects.append(_bar(item.css, item.value, low, span, top + _WORDS + 3, _BAR))
        if item.before:
            rects.append(_bar("before", item.before, low, span, top + _WORDS + 5 + _BAR, _BAR - 4))
    rules = (Rule("axis", percent(-low, span), 0, percent(-low, span), len(items) * row),) if low < 0 else ()
    return Chart(ident, title, desc, len(items) * row, tuple(rects), tuple(words), rules, keys)


def _bar(css: str, value: Fraction, low: Fraction, span: Fraction, top: int, height: int) -> Rect:
    start = min(value, Fraction(0)) - low
    return Rect(f"{css} mb-c-minus" if value < 0 else css, percent(start, span), top, percent(abs(value), span), height)


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a limit is used, and how much of that is overdue; amounts in CNY."""

    label: str
    limit: Fraction | None
    """None where no limit was set: then there is nothing to compare with."""
    used: Fraction
    overdue: Fraction
    shown: str
    lang: str | None = None


def _share(limit: Fraction, used: Fraction) -> Fraction:
    """The part of the limit that is used; one and a half at most, also of no limit at all."""
    most = Fraction(3, 2)
    if limit > 0:
        return min(max(used, Fraction(0)) / limit, most)
    return most if used > 0 else Fraction(0)


def uses(ident: str, title: str, desc: str, items: Sequence[Use], keys: tuple[tuple[str, str], ...]) -> Chart:
    """Limit against exposure: each limit fills two thirds of the width, so that what is above it runs past the line."""
    line = Fraction(200, 3)
    rects, words = [], []
    for number, item in enumerate(items):
        top = number * (_ROW + 2)
        words += [Words(cut(item.label), "0%", top + 12, lang=item.lang), Words(item.shown, "100%", top + 12, "end", css="figure")]
        if item.limit is None:
            rects.append(Rect("before", "0%", top + _WORDS + 3, percent(100), _BAR + 2))
            continue
        rects.append(Rect("room", "0%", top + _WORDS + 3, percent(line), _BAR + 2))
        share = _share(item.limit, item.used)
        if item.limit > 0 and share > 0:
            rects.append(Rect("now", "0%", top + _WORDS + 3, percent(min(share, Fraction(1)) * line), _BAR + 2))
        if share > 1:
            start = line if item.limit > 0 else Fraction(0)
            rects.append(Rect("over", percent(start), top + _WORDS + 3, percent(share * line - start), _BAR + 2))
        if item.overdue > 0 and item.used > 0:
            rects.append(Rect("late", "0%", top + _WORDS + 11, percent(min(share * item.overdue / item.used, share) * line), 4))
    height = len(items) * (_ROW + 2)
    return Chart(ident, title, desc, height, tuple(rects), tuple(words), (Rule("axis", percent(line), 0, percent(line), height),), keys)
