"""Charts: bars as long as their figures, words that say what the colours say, the same text every time."""

from __future__ import annotations

from fractions import Fraction

import pytest

from mingbu.documents import charts
from mingbu.documents.charts import Item, Use
from mingbu.site import columns


def bars(*values: int) -> charts.Chart:
    items = [Item(f"第 {number} 项", Fraction(value), str(value)) for number, value in enumerate(values)]
    return charts.bars("x", "标题", "说明", items)


def test_a_bar_is_as_long_as_its_share_of_the_longest() -> None:
    assert [rect.width for rect in bars(300, 100, 0).rects] == ["100.00%", "33.33%"]
    assert [word.text for word in bars(300, 100, 0).words] == ["第 0 项", "300", "第 1 项", "100", "第 2 项", "0"]


def test_what_is_negative_runs_left_of_the_line() -> None:
    chart = bars(300, -100)
    above, below = chart.rects

    assert (above.x, above.width) == ("25.00%", "75.00%")
    assert (below.x, below.width) == ("0.00%", "25.00%")
    assert "minus" in below.css
    assert [rule.x1 for rule in chart.rules] == ["25.00%"]


def test_last_year_stands_below_this_year() -> None:
    chart = charts.bars("x", "t", "d", [Item("甲", Fraction(50), "50", before=Fraction(100))])
    now, before = chart.rects

    assert (now.width, before.width) == ("50.00%", "100.00%")
    assert before.y >= now.y + now.height
    assert before.css == "before"


def test_only_negative_values_and_none_at_all_make_a_chart_too() -> None:
    assert [rect.width for rect in bars(-5, -10).rects] == ["50.00%", "100.00%"]
    assert bars(0, 0).rects == ()
    assert bars().rects == ()


def test_a_long_label_is_cut_to_the_room_there_is() -> None:
    assert charts.cut("杭州澄岚砚新材料有限公司") == "杭州澄岚砚新材料有限公司"
    assert charts.cut("很" * 30) == "很" * 17 + "…"
    assert charts.cut("x" * 40) == "x" * 34 + "…"


@pytest.mark.parametrize(
    ("limit", "used", "overdue", "parts"),
    [
        (100, 50, 0, [("room", "66.67%"), ("now", "33.33%")]),
        (100, 120, 0, [("room", "66.67%"), ("now", "66.67%"), ("over", "13.33%")]),
        (100, 400, 0, [("room", "66.67%"), ("now", "66.67%"), ("over", "33.33%")]),
        (0, 10, 10, [("room", "66.67%"), ("over", "100.00%"), ("late", "100.00%")]),
        (100, 100, 25, [("room", "66.67%"), ("now", "66.67%"), ("late", "16.67%")]),
        (100, -5, 0, [("room", "66.67%")]),
        (0, 0, 0, [("room", "66.67%")]),
    ],
)
def test_what_is_above_the_limit_runs_past_its_line(limit: int, used: int, overdue: int, parts: list[tuple[str, str]]) -> None:
    chart = charts.uses("x", "t", "d", [Use("甲", Fraction(limit), Fraction(used), Fraction(overdue), "")], ())

    assert [(rect.css, rect.width) for rect in chart.rects] == parts
    assert {rule.x1 for rule in chart.rules} == {"66.67%"}


def test_where_no_limit_was_set_there_is_nothing_to_compare_with() -> None:
    chart = charts.uses("x", "t", "d", [Use("甲", None, Fraction(10), Fraction(10), "")], ())

    assert [rect.css for rect in chart.rects] == ["before"]


def test_columns_stand_on_the_line_and_hang_below_it() -> None:
    scale = charts.scale("zh", [Fraction(400_000)])
    chart = columns.columns("x", "t", "d", [columns.Column(Fraction(400_000), "1月"), columns.Column(Fraction(-100_000), "2月")], scale)
    above, below = chart.rects
    zero = next(rule.y1 for rule in chart.rules if rule.css == "axis")

    assert above.y + above.height == zero == below.y
    assert above.height == 4 * below.height or abs(above.height - 4 * below.height) <= 2
    assert {"1月", "2月", "20", "40", "-20"} <= {word.text for word in chart.words}


@pytest.mark.parametrize(
    ("lang", "largest", "key", "shown"),
    [
        ("zh", "12345678.90", "chart.wan", "1,235"),
        ("zh", "345678.90", "chart.wan", "34.6"),
        ("en", "12345678.90", "chart.million", "12.3"),
        ("en", "345678.90", "chart.thousand", "346"),
        ("en", "5678.90", "chart.thousand", "5.7"),
        ("zh", "-12345678.90", "chart.wan", "-1,235"),
    ],
)
def test_amounts_are_shown_in_the_unit_that_the_language_counts_in(lang: str, largest: str, key: str, shown: str) -> None:
    scale = charts.scale(lang, [Fraction(largest)])

    assert (scale.word, scale.show(Fraction(largest))) == (key, shown)
