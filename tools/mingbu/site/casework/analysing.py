"""Analysis of cases on the site: why they were won and lost this year, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mingbu.documents import charts
from mingbu.reports import Table
from mingbu.site.boards.cells import Shown
from mingbu.site.boards.parts import Board, Part
from mingbu.site.boards.reported import grid, reported
from mingbu.site.casework.monthly import month_page, months
from mingbu.site.reader import Reader

ANALYSIS = "casework/analysis.html"
_AXES = ("source", "product", "branch")
_COLUMNS = ("label", "new", "won", "lost", "carried_over", "win_rate", "average_days_to_close", "won_amount")


def boards(reader: Reader) -> Iterator[Board]:
    """Of the year so far; each month's own analysis stands on its page."""
    shown, year = Shown(reader, ANALYSIS), str(reader.policy.today.year)
    parts = [part for part in (_reasons(shown, year), *(_axis(shown, year, axis) for axis in _AXES), _reporters(shown, year)) if part]
    rows = reversed(months(reader.register, reader.policy))
    links = [shown.link(row["month"], month_page(row["month"]) + ("#closed" if row["won"] or row["lost"] else "")) for row in rows]
    yield Board(ANALYSIS, ANALYSIS, shown.word("casework.analysis"), shown.word("casework.analysis-lead", year=year), [], parts, links)


def _reasons(shown: Shown, year: str) -> Part | None:
    reader = shown.reader
    table = reported(reader.register, reader.policy, "case-analysis", year).get("reasons")
    if table is None or not table.rows:
        return None
    drawn = [_chart(shown, outcome, table) for outcome in dict.fromkeys(row["outcome"] for row in table.rows)]
    return Part("reasons", shown.word("casework.reasons"), "", drawn, [grid(reader, table, shown.page)])


def _chart(shown: Shown, outcome: tuple[str, str], table: Table) -> charts.Chart:
    """The reasons of one outcome, each with its cases."""
    pick, first = shown.reader.pick, table.rows[0]["outcome"]
    css = "won" if outcome == first else "lost"
    items = [
        charts.Item(pick(row["reason"]), Fraction(row["cases"]), str(row["cases"]), shown.reader.foreign(pick(row["reason"])), css=css)
        for row in table.rows
        if row["outcome"] == outcome
    ]
    title = shown.word("casework.reasons") + shown.word("site.colon") + pick(outcome)
    return charts.bars(f"case-reasons-{css}", title, shown.word("casework.reasons-desc"), items)


def _axis(shown: Shown, year: str, axis: str) -> Part | None:
    reader = shown.reader
    table = reported(reader.register, reader.policy, "case-months", year, axis).get(f"by-{axis}")
    if table is None or not table.rows:
        return None
    note = " ".join(reader.pick(each) for each in table.notes)
    return Part(axis, shown.word(f"casework.axis-{axis}"), note, [], [grid(reader, table, shown.page, None, _COLUMNS)], layout="below")


def _reporters(shown: Shown, year: str) -> Part | None:
    reader = shown.reader
    found = reported(reader.register, reader.policy, "case-reporters", year)
    if not found or not found["reporters"].rows:
        return None
    grids = [grid(reader, found["departments"], shown.page), grid(reader, found["reporters"], shown.page)]
    return Part("reporters", shown.word("casework.axis-reporter"), reader.pick(found["reporters"].notes[0]), [], grids, layout="below")
