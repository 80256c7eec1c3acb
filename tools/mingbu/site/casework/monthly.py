"""Cases month by month: what came, what was won and lost, what was carried over; each month with its cases and its analysis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from mingbu import cases
from mingbu.documents import charts
from mingbu.register import Policy, Register
from mingbu.reports import Table
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Part
from mingbu.site.boards.reported import grid, reported
from mingbu.site.reader import Cell, Reader, record_page

MONTHS = "casework/months.html"
PARTS = (("won", "won"), ("lost", "lost"), ("carried_over", "now"))
"""Columns of a month's row that are drawn as parts of one bar, with their colours."""
_TEXTS = ("reasons", "closed", "anomalies", "open", "measures", "differences")


def month_page(month: str) -> str:
    return f"casework/month-{month}.html"


def boards(reader: Reader) -> Iterator[Board]:
    shown, rows = Shown(reader, MONTHS), months(reader.register, reader.policy)
    yield _index(shown, rows)
    for row in rows:
        yield _month(Shown(reader, month_page(row["month"])), row["month"])


def months(register: Register, policy: Policy) -> list[dict[str, Any]]:
    """The rows of the report for every month since the first case, oldest first."""
    first = min((life.submitted for life in cases.lives(register)), default=None)
    if first is None:
        return []
    found: list[dict[str, Any]] = []
    for year in range(first.year, policy.today.year + 1):
        tables = reported(register, policy, "case-months", str(year))
        found += [row for row in tables["months"].rows if row["month"] >= first.isoformat()[:7]] if "months" in tables else []
    return found


def stacked(ident: str, title: str, desc: str, rows: Sequence[dict[str, Any]], keys: tuple[tuple[str, str], ...]) -> charts.Chart:
    """A bar for each month, newest first, whose parts are the cases that were won, lost and carried over."""
    span = max((sum(row[name] for name, _ in PARTS) for row in rows), default=0) or 1
    rects, words, tall = [], [], 38
    for number, row in enumerate(rows):
        at, top = 0, number * tall
        words.append(charts.Words(row["month"], "0%", top + 12))
        words.append(charts.Words(" / ".join(str(row[name]) for name, _ in PARTS), "100%", top + 12, "end", css="figure"))
        for name, css in PARTS:
            if row[name]:
                rects.append(charts.Rect(css, charts.percent(Fraction(at), span), top + 17, charts.percent(Fraction(row[name]), span), 12))
            at += row[name]
    return charts.Chart(ident, title, desc, len(rows) * tall, tuple(rects), tuple(words), (), keys)


def keys(shown: Shown) -> tuple[tuple[str, str], ...]:
    return tuple((css, shown.word(f"casework.column.{name}")) for name, css in PARTS)


def _index(shown: Shown, rows: list[dict[str, Any]]) -> Board:
    reader, newest = shown.reader, list(reversed(rows))
    chart = stacked("case-months", shown.word("casework.months"), shown.word("casework.months-desc"), newest, keys(shown))
    table = reported(reader.register, reader.policy, "case-months", str(reader.policy.today.year)).get("months")
    names = ("opening", "new", "reopened", "won", "lost", "carried_over")
    header = [Cell(shown.word("casework.column.month")), *(Cell(shown.word(f"casework.column.{name}"), "count") for name in names)]
    header.append(Cell(shown.word("casework.column.win_rate"), "percent"))
    listed: list[list[Cell | list[Cell]]] = [
        [shown.link(row["month"], month_page(row["month"])), *(shown.count(row[name]) for name in names),
         Cell(row["win_rate"], "percent")]
        for row in newest
    ]  # fmt: skip
    lead = reader.pick(table.notes[0]) if table else ""
    part = Part("months", shown.word("casework.months"), "", [chart] if rows else [], [Grid("", "", header, listed)])
    links = [shown.link(shown.word("analysis.report"), "report/case-months.html")]
    return Board(MONTHS, MONTHS, shown.word("casework.months-page"), lead, [], [part] if rows else [], links)


def _month(shown: Shown, month: str) -> Board:
    """The figures of a month, its cases, and what was written about why."""
    reader = shown.reader
    found = reported(reader.register, reader.policy, "case-months", month)
    analysed = reported(reader.register, reader.policy, "case-analysis", month)
    figures = grid(reader, found["months"], shown.page)
    parts = [Part("figures", shown.word("casework.months"), reader.pick(found["months"].notes[0]), [], [figures], layout="below")]
    parts += [texts for texts in (_written(shown, month),) if texts]
    parts.append(_whole(shown, "cases", found["cases"]))
    parts += [_whole(shown, name, analysed[name]) for name in _TEXTS if name in analysed and analysed[name].rows]
    parent = shown.link(shown.word("casework.months-page"), MONTHS)
    return Board(shown.page, MONTHS, shown.word("casework.month-page", month=month), "", [], parts, [], parent)


def _whole(shown: Shown, name: str, table: Table) -> Part:
    notes = " ".join(shown.reader.pick(note) for note in table.notes)
    columns = tuple(column.key for column in table.columns if column.key != "company")  # the case is called by it
    return Part(name, shown.word(f"casework.{name}"), notes, [], [grid(shown.reader, table, shown.page, None, columns)], layout="below")


def _written(shown: Shown, month: str) -> Part | None:
    """The texts of the analysis, unit by unit; None where nobody has written any."""
    reader, rows = shown.reader, list[list[Cell | list[Cell]]]()
    for note in reader.register.of("report-note"):
        if (note.data["report"], note.data["period"]) == ("case-analysis", month):
            unit = shown.link(reader.register.name_of(note.data["department"]), record_page(note), reader.foreign("部"))
            rows += [[unit, shown.code("report_slot", row["slot"]), shown.text(row["text"])] for row in note.data["texts"]]
    if not rows:
        return None
    header = [Cell(shown.word(f"casework.{key}")) for key in ("axis-unit", "slot", "text")]
    return Part("texts", shown.word("casework.texts"), "", [], [Grid("", "", header, rows)], layout="below")


def shown_months(register: Register, policy: Policy, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Month → its row of the report; nothing for months before the first case."""
    found = {row["month"]: row for row in months(register, policy)}
    return {name: found.get(name, dict.fromkeys((part for part, _ in PARTS), 0)) for name in names}
