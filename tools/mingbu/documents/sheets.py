"""Reports as spreadsheets (xlsx): typed cells, one sheet for each table behind a cover. No cell is ever a formula or a link."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from mingbu.documents import sizes
from mingbu.documents.cells import NUMBERS, bare, digits_of, grid, is_number, shown, totals_row
from mingbu.documents.model import Document
from mingbu.documents.wordml import legal
from mingbu.reports import Column, Table

_A4 = 9
_DIGITS = 15
"""A spreadsheet keeps so many digits of a number; a longer one is written as text, so that none is lost."""
_CELL = 32_767
"""The most characters that a cell takes."""
_COVER = (24, 68)
"""Widths of the columns of the cover, in letters."""
_NAME = 31
"""The longest name that a sheet may have."""
_EARLIEST = date(1900, 3, 1)
"""Before this day spreadsheets count the days wrongly."""
_MANY = 7
"""Tables of more columns are printed across."""
_FORMATS = {"count": "#,##0", "amount": "#,##0.00", "percent": '0.00"%"', "date": "yyyy-mm-dd"}
_FONT = {"zh": "宋体", "en": "Calibri"}
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def xlsx(document: Document) -> bytes:
    """The workbook; the same bytes for the same document."""
    import xlsxwriter

    made = io.BytesIO()
    head = document.head
    look = {"default_format_properties": {"font_name": _FONT[head.lang], "font_size": 11}}
    with xlsxwriter.Workbook(made, _OPTIONS | look) as book:
        title, company = legal(head.title), legal(head.company)
        book.set_properties({"title": title, "company": company, "author": company, "created": datetime.combine(head.as_of, time())})
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
        short = title if len(title) <= _NAME else re.sub(r"\s*[（(][^（）()]*[）)]$", "", title)  # a day cut short would be another one
        base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", short).strip("' ")[:_NAME].strip("' ") or "-"
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
    title = book.add_format({"bold": True, "font_size": 16})
    label, wrapped = (book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", **more}) for more in ({"bold": True}, {}))
    for index, width in enumerate(_COVER):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, legal(document.head.title), title)
    notes = [(document.pick(table.title), document.pick(note)) for table in document.tables for note in table.notes]
    listed = (document.say("document.tables"), "\n".join(document.pick(table.title) for table in document.tables))
    lines = [*document.head.lines, (document.say("document.rules"), ", ".join(document.rules)), listed]
    texts = [(found.title, part) for found in document.texts for part in _parts(found.text.rstrip("\n"))]
    for number, (name, value) in enumerate([*lines, *notes, *texts], 2):
        sheet.write_string(number, 0, legal(name), label)
        sheet.write_string(number, 1, legal(value)[:_CELL], wrapped)
        sheet.set_row(number, sizes.height((name, value), _COVER))
    _printed(sheet, document, "", across=False)


def _parts(text: str) -> list[str]:
    """The text; where no row is as tall as it, its paragraphs, and of the longest the pieces that fit."""
    if sizes.lines(text, _COVER[1]) <= sizes.TALLEST:
        return [text]
    most = sizes.TALLEST * (_COVER[1] - 2) // 2
    return [line[start : start + most] for line in text.split("\n") for start in range(0, len(line), most)]


def _sheet(book: Any, sheet: Any, document: Document, table: Table) -> None:
    """The head in the first row; the filter leaves the totals alone."""
    head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "vcenter", "align": "center"})
    styles, sums = _Styles(book, {}), _Styles(book, {"bold": True})
    for index, column in enumerate(table.columns):
        sheet.write_string(0, index, legal(document.pick(column.label)), head)
    for number, row in enumerate(table.rows, 1):
        for index, column in enumerate(table.columns):
            _write(sheet, number, index, document, column, row[column.key], styles)
    if table.totals:
        last = len(table.rows) + 1
        sheet.write_string(last, 0, totals_row(document, table, shown)[0], sums.of(Column("", ("", ""))))
        for index, column in enumerate(table.columns[1:], 1):
            _write(sheet, last, index, document, column, table.totals.get(column.key), sums)
    _sized(sheet, document, table)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.repeat_rows(0)
    _printed(sheet, document, "\n&A", across=len(table.columns) > _MANY)


def _sized(sheet: Any, document: Document, table: Table) -> None:
    widths = sizes.widths(document, table)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    for number, texts in enumerate(grid(document, table, shown)):
        sheet.set_row(number, sizes.height(texts, widths))


def _write(sheet: Any, row: int, index: int, document: Document, column: Column, value: Any, styles: _Styles) -> None:
    """A number where the column is of numbers and no digit is lost, a day where it is one, else text."""
    text, style = legal(bare(document, column, value)), styles.of(column, value)
    if text == "":
        sheet.write_blank(row, index, None, style)
    elif column.unit in NUMBERS and _fits(value):
        sheet.write_number(row, index, float(str(value)), style)
    elif column.unit == "date" and (day := _day(value)) is not None:
        sheet.write_datetime(row, index, datetime.combine(day, time()), style)
    else:
        sheet.write_string(row, index, text[:_CELL], style)


def _fits(value: Any) -> bool:
    digits = str(value).lstrip("-").replace(".", "").lstrip("0")
    return not isinstance(value, bool) and is_number(value) and len(digits) <= _DIGITS


def _day(value: Any) -> date | None:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return None
    return day if day >= _EARLIEST and str(value) == day.isoformat() else None


class _Styles:
    """How cells look by their column; a decimal is shown with the digits that it has."""

    def __init__(self, book: Any, more: dict[str, Any]) -> None:
        self._book, self._more = book, more
        self._made: dict[tuple[str, str], Any] = {}

    def of(self, column: Column, value: Any = None) -> Any:
        digits = digits_of(value) if column.unit == "number" else 0
        form = ("#,##0." + "0" * digits).rstrip(".") if column.unit == "number" else _FORMATS.get(column.unit, "@")
        side = "right" if column.unit in NUMBERS else "center" if column.unit == "date" else "left"
        if (form, side) not in self._made:
            wrapped = {"text_wrap": True} if form == "@" else {}
            look = {"num_format": form, "valign": "top", "align": side, "border": 1, "border_color": "#999999"}
            self._made[form, side] = self._book.add_format({**look, **wrapped, **self._more})
        return self._made[form, side]


def _printed(sheet: Any, document: Document, below: str, *, across: bool) -> None:
    """A4, as wide as the paper; company, report, period and confidentiality above, the day and the page below."""
    head = document.head
    title = head.title if head.period is None else f"{head.title} {head.period.name}"
    sheet.set_paper(_A4)
    sheet.set_landscape() if across else sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.9, bottom=0.8)
    sheet.set_header(f"&L{_plain(head.company)}&C{_plain(title)}{below}&R{_plain(head.confidentiality)}")
    sheet.set_footer(f"&L{_plain(head.foot)}&R&P / &N")


def _plain(text: str) -> str:
    """An & would be a command of the header, which takes 255 characters in all; its wide form is none."""
    return legal(text)[:70].replace("&", "＆")
