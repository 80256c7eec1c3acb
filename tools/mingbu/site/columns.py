"""Column charts: amounts over time, as frozen view models like those of charts.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from mingbu.documents.charts import Chart, Rect, Rule, Scale, Words, percent
from mingbu.money import Exact

_PLOT, _HEAD = 150, 16
"""Pixels: the height of a column chart, and the room above it for the first line's figure."""
_GUTTER = Fraction(9)
"""Percent of the width that a column chart leaves for the figures of its lines."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a column chart; the tick stands below its right edge where it isn't empty."""

    value: Fraction
    tick: str = ""
    css: str = "now"


def columns(ident: str, title: str, desc: str, points: Sequence[Column], shown: Scale, keys: tuple[tuple[str, str], ...] = ()) -> Chart:
    """Columns side by side over a few lines with their figures; what is negative hangs below the zero line."""
    values = [point.value for point in points]
    low, high = min([*values, Fraction(0)]), max([*values, Fraction(0)])
    step = _step(high - low)
    first, last = low.__floor__() // step, -(-high.__ceil__() // step)
    span = Fraction(max(last - first, 1) * step)

    def down(value: Exact) -> int:
        return _HEAD + ((last * step - Fraction(value)) * _PLOT / span).__round__()

    wide = (100 - _GUTTER) / max(len(points), 1)
    rects = []
    for number, point in enumerate(points):
        css = f"{point.css} mb-c-minus" if point.value < 0 else point.css
        tall = abs(down(0) - down(point.value))
        if tall:
            rects.append(Rect(css, percent(_GUTTER + wide * number + wide / 8), down(max(point.value, Fraction(0))), percent(wide * 3 / 4), tall))
    levels = [level * step for level in range(first, last + 1)]
    rules = [Rule("axis" if level == 0 else "grid", "0%", down(level), "100%", down(level)) for level in levels]
    words = [Words(shown.line(level), "0%", down(level) - 3, css="level") for level in levels if level]
    words += [Words(p.tick, percent(_GUTTER + wide * n + wide), _HEAD + _PLOT + 14, "middle", css="tick") for n, p in enumerate(points) if p.tick]
    return Chart(ident, title, desc, _HEAD + _PLOT + 20, tuple(rects), tuple(words), tuple(rules), keys)


def _step(span: Fraction) -> int:
    """1, 2 or 5 times a power of ten, so that about four lines cover the span."""
    step = 1
    while step * 4 < span:
        step = step * 2 if str(step)[0] in "15" else step * 5 // 2
    return step
