"""The page of a submission: its tables as they were submitted, and whether the register agrees with them today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mingbu.display import separated
from mingbu.period import Period
from mingbu.register import Record
from mingbu.reports import REPORTS, CannotReport, Column, Table, frozen, submitted
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Part
from mingbu.site.reader import Cell, Reader, record_page

HIDDEN = ("figures", "texts")
"""Fields of the record that are shown as tables and paragraphs instead."""
_NUMBERS = frozenset({"count", "amount", "percent", "number"})


def parts(reader: Reader, record: Record, page: str) -> list[Part]:
    """Agreement with today's register, the texts, and each frozen table; nothing for a submission without figures."""
    shown = Shown(reader, page)
    if "figures" not in record.data:
        return []
    made = _made(reader, record)
    found = [_agreement(shown, record, made)]
    if record.data.get("texts"):
        rows: list[list[Cell | list[Cell]]] = [[shown.text(text)] for text in record.data["texts"]]
        found.append(Part("texts", shown.word("submission.texts"), grids=[Grid("", "", [], rows)], layout="below"))
    now = {table.name: table for table in made or ()}
    english = dict(_words(now.values()))
    return found + [_table(shown, number, part, now.get(part["table"]), english) for number, part in enumerate(record.data["figures"], 1)]


def _made(reader: Reader, record: Record) -> list[Table] | None:
    """The report as the register gives it for the same day now; None where it can't be made."""
    report, period = REPORTS.get(record.data["report"]), Period.of(record.data["period"])
    try:
        return submitted.made(reader.register, report, period, record.data["department"]) if report else None
    except CannotReport:
        return None


def _agreement(shown: Shown, record: Record, made: list[Table] | None) -> Part:
    title = shown.word("submission.agreement")
    if made is None:
        return Part("agreement", title, shown.word("submission.cannot"))
    found, day = frozen.differences(record, made), shown.reader.policy.today
    if not submitted.stands(shown.reader.register, record):
        return Part("agreement", title, shown.word("submission.corrected"), links=_corrections(shown, record))
    if not found:
        return Part("agreement", title, shown.word("submission.agrees", day=day))
    now = {table.name: table for table in made}
    rows: list[list[Cell | list[Cell]]] = [_difference(shown, one, now.get(one.table)) for one in found]
    header = shown.header("submission.table", "submission.row", "submission.column", "submission.then", "submission.now")
    why = submitted.explained(shown.reader.register, record)
    links = [shown.ref(why)] if why else []
    lead = shown.word("submission.differs-explained" if why else "submission.differs", day=day, count=len(found))
    return Part("agreement", title, lead, grids=[Grid("", "", header, rows)], links=links, layout="below")


def _corrections(shown: Shown, record: Record) -> list[Cell]:
    return [shown.link(other.id, record_page(other)) for other, pointer in shown.reader.register.referring(record.id) if pointer == "/corrects"]


def _difference(shown: Shown, found: frozen.Difference, table: Table | None) -> list[Cell | list[Cell]]:
    column = next((one for one in table.columns if one.key == found.column), None) if table else None
    english = dict(_words([table] if table else []))
    title = shown.reader.pick(table.title) if table else found.table
    row = shown.word("home.total") if found.row == "*" else found.row
    label = shown.reader.pick(column.label) if column else found.column
    values = [_cell(shown, column, value, english) for value in (found.then, found.now)]
    return [shown.text(title), _cell(shown, table.columns[0] if table else None, row, english), shown.text(label), *values]


def _table(shown: Shown, number: int, part: Mapping[str, Any], now: Table | None, english: Mapping[str, str]) -> Part:
    known = {column.key: column for column in now.columns} if now else {}
    columns = [known.get(key, Column(key, (key, key))) for key in part["columns"]]
    header = [Cell(shown.reader.pick(column.label), column.unit) for column in columns]
    rows: list[list[Cell | list[Cell]]] = [
        [_cell(shown, column, value, english) for column, value in zip(columns, row, strict=False)] for row in part["rows"]
    ]
    totals = [_cell(shown, column, value, english) for column, value in zip(columns, part.get("totals", ()), strict=False)]
    totals = [Cell(shown.word("home.total")), *totals[1:]] if totals else []
    title = shown.reader.pick(now.title) if now else part["table"]
    grid = Grid("", "", header, rows, totals, empty=shown.word("submission.no-rows"))
    return Part(f"table-{number}", title, grids=[grid], layout="below")


def _cell(shown: Shown, column: Column | None, value: str, english: Mapping[str, str]) -> Cell:
    """A frozen text as a cell: names of records with links, amounts with separators, our own words in the reader's language."""
    if column is None or value == "":
        return Cell(value)
    if column.unit == "refs":
        names = [shown.id(one).text for one in value.split()]
        return shown.text(shown.word("list.separator").join(names))
    if column.unit == "ref":
        return shown.id(value)
    if column.unit in _NUMBERS:
        return Cell(separated(value) if column.unit in {"amount", "number"} else value, column.unit)
    return shown.text(english.get(value, value) if shown.reader.lang == "en" else value)


def _words(tables: Iterable[Table]) -> Iterable[tuple[str, str]]:
    """中文 → English of every word that the tables are made of today."""
    for table in tables:
        for row in table.rows:
            for column in table.columns:
                value = row[column.key]
                if isinstance(value, tuple) and column.unit != "refs":
                    yield value[0], value[1]
