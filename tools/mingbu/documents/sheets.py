"""Reports as spreadsheets (xlsx): typed cells, one sheet for each table behind a cover. No cell is ever a formula or a link."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from mingbu.documents.cells import NUMBERS, bare, grid, is_number, shown, totals_row
from mingbu.documents.model import Document
from mingbu.reports import Column, Table

_A4 = 9
_DIGITS = 15
"""A spreadsheet keeps so many digits of a number; a longer one is written as text, so that none is lost."""
_NARROW, _WIDE = 8, 60
"""Least and greatest width of a column, in letters; a Chinese character is as wide as two."""
_NAME = 31
"""The longest name that a sheet may have."""
_EARLIEST = date(1900, 3, 1)
"""Before this day spreadsheets count the days wrongly."""
_MANY = 7
"""Tables of more columns are printed across."""
_FORMATS = {"count": "#,##0", "amount": "#,##0.00", "percent": '0.00"%"', "date": "yyyy-mm-dd"}

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def xlsx(document: Document) -> bytes:
    """The workbook; the same bytes for the same document."""
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _OPTIONS) as book:
        head = document.head
        book.set_properties({"title": head.title, "company": head.company, "author": head.company, "created": datetime.combine(head.as_of, time())})
        names = sheet_names([document.say("document.cover"), *(document.pick(table.title) for table in document.tables)])
        _cover(book, book.add_worksheet(names[0]), document)
        for name, table in zip(names[1:], document.tables, strict=True):
            _sheet(book, book.add_worksheet(name), document, table)
    return made.getvalue()


def sheet_names(titles: Iterable[str]) -> list[str]:
    """Names that spreadsheets take: without []:*?/\\ and quotes at the ends, not too long, each once whatever the case of its letters."""
    found: list[str] = []
    taken = {"history", ""}
    for title in titles:
        base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip("' ")[:_NAME].strip("' ") or "-"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            ending = f" {number}"
            name = base[: _NAME - len(ending)] + ending
        taken.add(name.casefold())
        found.append(name)
    return found


def _cover(book: Any, sheet: Any, document: Document) -> None:
    """The head of the report, its tables, what must be known to read them, and the texts that people wrote."""
    title, label, wrapped = book.add_format({"bold": True, "font_size": 16}), book.add_format({"bold": True, "valign": "top"}), _wrapped(book)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 76)
    sheet.write_string(0, 0, document.head.title, title)
    notes = [(document.pick(table.title), document.pick(note)) for table in document.tables for note in table.notes]
    listed = (document.say("document.tables"), "\n".join(document.pick(table.title) for table in document.tables))
    lines = [*document.head.lines, (document.say("document.rules"), ", ".join(document.rules)), listed]
    for number, (name, value) in enumerate([*lines, *notes, *((found.title, found.text.rstrip("\n")) for found in document.texts)], 2):
        sheet.write_string(number, 0, name, label)
        sheet.write_string(number, 1, value, wrapped)
    _printed(sheet, document, across=False)


def _sheet(book: Any, sheet: Any, document: Document, table: Table) -> None:
    """The head in the first row; the filter leaves the totals alone."""
    head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "vcenter", "align": "center"})
    styles = [_style(book, table, column, {}) for column in table.columns]
    sums = [_style(book, table, column, {"bold": True, "top": 1}) for column in table.columns]
    for index, column in enumerate(table.columns):
        sheet.write_string(0, index, document.pick(column.label), head)
    for number, row in enumerate(table.rows, 1):
        for index, column in enumerate(table.columns):
            _write(sheet, number, index, document, column, row[column.key], styles[index])
    if table.totals:
        last = len(table.rows) + 1
        sheet.write_string(last, 0, totals_row(document, table, shown)[0], sums[0])
        for index, column in enumerate(table.columns[1:], 1):
            _write(sheet, last, index, document, column, table.totals.get(column.key), sums[index])
    for index, width in enumerate(_widths(document, table)):
        sheet.set_column(index, index, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.repeat_rows(0)
    _printed(sheet, document, across=len(table.columns) > _MANY)


def _write(sheet: Any, row: int, index: int, document: Document, column: Column, value: Any, style: Any) -> None:
    """A number where the column is of numbers and no digit is lost, a day where it is one, else text."""
    if value is None or value == "":
        sheet.write_blank(row, index, None, style)
    elif column.unit in NUMBERS and _fits(value):
        sheet.write_number(row, index, float(str(value)), style)
    elif column.unit == "date" and (day := _day(value)) is not None:
        sheet.write_datetime(row, index, datetime.combine(day, time()), style)
    else:
        sheet.write_string(row, index, bare(document, column, value), style)


def _fits(value: Any) -> bool:
    digits = str(value).lstrip("-").replace(".", "").lstrip("0")
    return not isinstance(value, bool) and is_number(value) and len(digits) <= _DIGITS


def _day(value: Any) -> date | None:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return None
    return day if day >= _EARLIEST and str(value) == day.isoformat() else None


def _style(book: Any, table: Table, column: Column, more: dict[str, Any]) -> Any:
    """How the column's cells look; a decimal with as many digits as its longest value has."""
    if column.unit == "number":
        digits = max((len(str(row[column.key]).partition(".")[2]) for row in table.rows if is_number(row[column.key])), default=0)
        form = "#,##0." + "0" * digits if digits else "#,##0"
    else:
        form = _FORMATS.get(column.unit, "@")
    side = {"align": "right"} if column.unit in NUMBERS else {"text_wrap": True}
    return book.add_format({"num_format": form, "valign": "top", **side, **more})


def _wrapped(book: Any) -> Any:
    return book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})


def _widths(document: Document, table: Table) -> list[int]:
    """Wide enough for every cell, up to a bound from which text goes on in the next line."""
    columns = zip(*grid(document, table, shown), strict=True)
    return [min(_WIDE, max(_NARROW, *(_letters(line) for cell in column for line in cell.split("\n"))) + 3) for column in columns]


def _letters(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _printed(sheet: Any, document: Document, *, across: bool) -> None:
    """A4, as wide as the paper, the confidentiality above and the page below."""
    head = document.head
    sheet.set_paper(_A4)
    sheet.set_landscape() if across else sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.8)
    sheet.set_header(_within(f"&L{_plain(head.company)}&C{_plain(head.title)}&R{_plain(head.confidentiality)}"))
    sheet.set_footer(_within(f"&L{head.as_of.isoformat()}&C&P / &N&R{_plain(head.commit)}"))


def _plain(text: str) -> str:
    """An & would be a command of the header."""
    return text.replace("&", "&&")[:80]


def _within(text: str) -> str:
    return text[:255]
