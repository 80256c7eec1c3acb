"""The charts that a report's tables ask for, drawn as those of the pages are."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mingbu.documents import charts
from mingbu.documents.cells import bare, is_number, shown
from mingbu.documents.model import Document
from mingbu.reports import Chart, Column, Table

_ROW, _BAR, _WORDS = 22, 10, 14
"""Pixels: the room of a row without its bars, the height of a bar, where the words stand."""
_COLOURS = 6
"""So many colours tell columns apart; more begin anew."""


def drawn(document: Document, table: Table, chart: Chart, ident: str) -> charts.Chart | None:
    """The chart; None where there is nothing to draw."""
    columns = [column for column in table.columns if column.key in chart.columns]
    label = next((column for column in table.columns if column.key == chart.label), None)
    rows = [row for row in table.rows if any(is_number(row[column.key]) for column in columns)]
    if label is None or not rows:
        return None
    title = document.pick(chart.title)
    desc = document.say("document.chart", rows=len(rows), columns=document.say("list.separator").join(document.pick(c.label) for c in columns))
    draw = _stacked if chart.stacked else _beside
    return draw(document, label, columns, rows, (ident, title, desc))


def _value(row: dict[str, Any], column: Column) -> Fraction:
    return Fraction(str(row[column.key])) if is_number(row[column.key]) else Fraction(0)


def _keys(document: Document, columns: list[Column]) -> tuple[tuple[str, str], ...]:
    return tuple((_colour(number), document.pick(column.label)) for number, column in enumerate(columns)) if len(columns) > 1 else ()


def _colour(number: int) -> str:
    return f"s{number % _COLOURS}"


def _beside(document: Document, label: Column, columns: list[Column], rows: list[dict[str, Any]], names: tuple[str, str, str]) -> charts.Chart:
    """One bar for each column, below each other; negative ones run left of the line."""
    values = [_value(row, column) for row in rows for column in columns]
    low, high = min(*values, Fraction(0)), max(*values, Fraction(0))
    span, tall = high - low or Fraction(1), _ROW + (_BAR + 2) * len(columns)
    rects, words = [], []
    for number, row in enumerate(rows):
        top = number * tall
        figures = " / ".join(shown(document, column, row[column.key]) for column in columns)
        words += _line(document, label, row, figures, top)
        for place, column in enumerate(columns):
            value = _value(row, column)
            start, width = charts.percent(min(value, Fraction(0)) - low, span), charts.percent(abs(value), span)
            rects.append(charts.Rect(_colour(place), start, top + _WORDS + 3 + place * (_BAR + 2), width, _BAR))
    axis = charts.percent(-low, span)
    rules = (charts.Rule("axis", axis, 0, axis, len(rows) * tall),) if low < 0 else ()
    return charts.Chart(*names, len(rows) * tall, tuple(rects), tuple(words), rules, _keys(document, columns))


def _stacked(document: Document, label: Column, columns: list[Column], rows: list[dict[str, Any]], names: tuple[str, str, str]) -> charts.Chart:
    """The columns of a row one after the other; what is negative is no part of a whole and left out."""
    sums = [sum((max(_value(row, column), Fraction(0)) for column in columns), Fraction(0)) for row in rows]
    span, tall = max(sums) or Fraction(1), _ROW + _BAR + 2
    rects, words = [], []
    for number, row in enumerate(rows):
        top, at = number * tall, Fraction(0)
        words += _line(document, label, row, " / ".join(shown(document, column, row[column.key]) for column in columns), top)
        for place, column in enumerate(columns):
            value = max(_value(row, column), Fraction(0))
            rects.append(charts.Rect(_colour(place), charts.percent(at, span), top + _WORDS + 3, charts.percent(value, span), _BAR))
            at += value
    return charts.Chart(*names, len(rows) * tall, tuple(rects), tuple(words), (), _keys(document, columns))


def _line(document: Document, label: Column, row: dict[str, Any], figures: str, top: int) -> list[charts.Words]:
    name = charts.cut(bare(document, label, row[label.key]))
    return [charts.Words(name, "0%", top + 12), charts.Words(figures, "100%", top + 12, "end", css="figure")]
