"""Register tables: the JSON rows that the browser sorts and filters."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mingbu.display import separated
from mingbu.register import Record
from mingbu.reports import Column, Table
from mingbu.schema.kinds import Field, Kind
from mingbu.site.reader import Cell, Reader, record_page, relative

_TYPES = {"amount": "amount", "percent": "number", "number": "number", "date": "date", "time": "date", "code": "code"}
_FACETS = frozenset({"code", "ref", "yes-no", "region"})


def rows_json(reader: Reader, kind: Kind, pointers: list[str], records: Iterable[Record], page: str) -> str:
    """The rows of a register table for a page, `mingbu/rows/1`; the first column links to the record."""
    fields = [kind.by_pointer[pointer] for pointer in pointers]
    columns = [_column(reader, field, number) for number, field in enumerate(fields)]
    rows = [[_cell(reader, record, field, number, page) for number, field in enumerate(fields)] for record in records]
    return json.dumps({"schema": "mingbu/rows/1", "columns": columns, "rows": rows}, ensure_ascii=False, separators=(",", ":"))


def _column(reader: Reader, field: Field, number: int) -> dict[str, Any]:
    return {
        "key": field.key,
        "label": reader.pick(field.title),
        "type": _TYPES.get(field.shape, "text"),
        "facet": number > 0 and field.shape in _FACETS,
        "lang": reader.lang_of(field),
    }


def _cell(reader: Reader, record: Record, field: Field, number: int, page: str) -> Any:
    value = reader.value(record, field.pointer)
    text = "" if value is None else _text(reader, field, value)
    shown: dict[str, Any] = {"t": text}
    if value is not None:
        shown |= _sort_key(field, value)
    if number == 0:
        shown = {"t": text or record.id, "u": relative(page, record_page(record)), "q": search_words(record, text)}
        shown["s"] = str(record.get("/sort_pinyin") or pinyin(text))
    return shown if len(shown) > 1 else text


def _text(reader: Reader, field: Field, value: Any) -> str:
    if field.shape == "region":
        return reader.pick(reader.register.schemas.codes["province"].get(str(value)[:2], [str(value)] * 2))
    target = reader.register.get(value) if field.shape == "ref" else None
    return reader.name(target) if target else reader.shown(field, value)


def _sort_key(field: Field, value: Any) -> dict[str, str]:
    """Codes sort in the order of their list, amounts and dates by value."""
    if field.shape == "code":
        codes = list(field.node["x-enum"])
        return {"s": f"{codes.index(value):03d}" if value in codes else str(value)}
    return {"s": str(value)} if field.shape in {"amount", "percent", "date", "time"} else {}


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table of a report as the page shows it."""

    name: str
    title: Cell
    header: list[Cell]
    rows: list[list[Cell]]
    totals: list[Cell]


def report_table(reader: Reader, table: Table, page: str) -> ReportTable:
    """Labels in the reader's language, ids as links, amounts with separators; the sums below."""
    table = table.for_people
    header = [Cell(reader.pick(column.label), column.unit) for column in table.columns]
    rows = [[_report_cell(reader, column, row[column.key], page) for column in table.columns] for row in table.rows]
    totals = [_report_cell(reader, column, table.totals.get(column.key, ""), page) for column in table.columns[1:]] if table.totals else []
    if not any(cell.text for cell in totals):  # the page leaves out the columns that are summed
        totals = []
    first = [Cell(reader.word("home.total"), "text")] if totals else []
    title = reader.pick(table.title)
    return ReportTable(table.name, Cell(title, "text", reader.foreign(title)), header, rows, first + totals)


def _report_cell(reader: Reader, column: Column, value: Any, page: str) -> Cell:
    if column.unit == "refs":
        return Cell(
            reader.word("list.separator").join(reader.register.name_of(each) for each in value or ()), "text", "zh" if reader.lang == "en" else None
        )
    target = reader.register.get(value) if column.unit == "ref" or column.key == "key" else None
    if target is not None:
        if column.unit != "ref":  # the code itself, beside a column with the name
            return Cell(str(value), "short", None, relative(page, record_page(target)))
        return Cell(reader.name(target), "ref", reader.name_lang(target), relative(page, record_page(target)))
    if value is None:
        return Cell("", column.unit)
    if isinstance(value, tuple):
        text = reader.pick(value)
        return Cell(text, column.unit, reader.foreign(text))
    plain_value = column.unit == "text" and reader.lang == "en"
    text = separated(str(value)) if column.unit == "amount" and value != "" else str(value)
    return Cell(text, column.unit, "zh" if plain_value else None)


def search_words(record: Record, text: str) -> str:
    """Hidden words by which a row is found: pinyin, its initials, codes, other names, the id."""
    words = [pinyin(text).replace(" ", ""), initials(text), record.id]
    for key in ("legal_name", "english_name", "uscc", "legacy_no", "code", "employee_no"):
        value = record.data.get(key)
        if isinstance(value, str):
            words += [value, initials(value)]
    return " ".join(dict.fromkeys(word for word in words if word))


@lru_cache(maxsize=65536)
def pinyin(text: str) -> str:
    """Syllables without tones, separated by spaces; other characters as they are."""
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(text)).lower()


def initials(text: str) -> str:
    return "".join(syllable[0] for syllable in pinyin(text).split() if syllable.isascii() and syllable[0].isalnum())
