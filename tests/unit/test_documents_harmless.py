"""What people write into records does no harm in a document; a document never takes the place of a file unasked."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx as word
import openpyxl
import pytest

import building
from mingbu.documents.model import Document, Head, Text
from mingbu.register import open_register
from mingbu.reports import Column, Table
from opened import Page, book, bytes_of, text_of
from running import Command

LOOKS_LIKE_A_FORMULA = ("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1+1", "http://evil.test/x", "{=1}", "'=1")
ODD = ("a\x00b\x1fc", "\ufffe", "_x0041_", "<b>&amp;</b>", "]]>", "{{ 7*7 }}", "{% raw %}", "</script><script>alert(1)</script>", "𠮷\u200b")


@pytest.fixture(scope="module")
def small(sound_register: Path) -> Document:
    """A document without a table, of a day and no period."""
    return Document("t", Head("zh", "报表", "甲公司", "内部", date(2026, 11, 20), None), (), (), ("A1",), open_register(sound_register))


def one_table(found: Document, *texts: str, unit: str = "text") -> Document:
    """The document with nothing but these cells in it."""
    rows = [{"a": text} for text in texts]
    return replace(found, tables=(Table("t", ("表", "Table"), (Column("a", ("甲", "A"), unit),), rows),), texts=())


@pytest.mark.parametrize("text", LOOKS_LIKE_A_FORMULA)
@pytest.mark.parametrize("unit", ["text", "amount", "date", "count"])
def test_what_looks_like_a_formula_stays_a_text(text: str, unit: str, small: Document) -> None:
    found = one_table(small, text, unit=unit)
    cell = book(found).worksheets[1]["A2"]

    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize("text", LOOKS_LIKE_A_FORMULA[:5])
def test_a_spreadsheet_that_opens_the_csv_takes_no_cell_for_a_formula(text: str, small: Document) -> None:
    rows = list(csv.reader(io.StringIO(text_of(one_table(small, text, "-2.50", "-3"), "csv"))))

    assert rows == [["表"], ["甲"], [f"'{text}"], ["-2.50"], ["-3"]]


def test_what_no_xml_may_hold_breaks_no_file(small: Document) -> None:
    found = replace(one_table(small, *ODD), texts=(Text("说明", "一\x00\x0b\n二\uffff"),))
    found = replace(found, head=replace(found.head, title="a\x01b", company="甲&乙\x02"))
    sheet = book(found).worksheets[1]
    file = word.Document(io.BytesIO(bytes_of(found, "docx")))

    assert [row[0].value for row in sheet.iter_rows(min_row=2)][2:] == list(ODD[2:])
    assert [row.cells[0].text for row in file.tables[0].rows[1:]] == ["abc", "", *ODD[2:]]
    assert Page.of(text_of(found, "html")).words.count("{{ 7*7 }}") == 1


def test_a_text_longer_than_a_cell_may_be_is_not_lost(small: Document) -> None:
    long = "客户" * 20_000
    found = replace(one_table(small, long), texts=(Text("说明", long),))
    cover, sheet = book(found).worksheets

    assert sheet["A2"].value.startswith("客户" * 16_000)
    assert "".join(row[1].value for row in cover.iter_rows() if row[0].value == "说明") == long


@pytest.mark.parametrize("value", ["1234567890123456.78", "9007199254740993", "0.1234567890123456789"])
def test_a_number_longer_than_a_spreadsheet_keeps_is_a_text_with_all_its_digits(value: str, small: Document) -> None:
    assert book(one_table(small, value, unit="number")).worksheets[1]["A2"].value == value


def test_a_page_shows_markup_as_what_was_written(small: Document) -> None:
    found = replace(one_table(small, *ODD), texts=(Text("<i>说明</i>", "<img src=x onerror=alert(1)>"),))
    found = replace(found, head=replace(found.head, title='</title><script>"', company='"; } </style><script>x'))
    page = Page.of(text_of(found, "html"))

    assert {"script", "img", "i", "b"} & set(page.tags) == set()
    assert {"<b>&amp;</b>", "{% raw %}", "<img src=x onerror=alert(1)>"} <= set(page.words)


@pytest.mark.rule("B22")
def test_a_report_is_written_whole_and_never_over_what_is_there(mingbu: Command, register_root: Path) -> None:
    assert mingbu("report", "potential", "--output", "p.xlsx").status == 0
    first = Path("p.xlsx").read_bytes()
    again = mingbu("report", "potential", "--output", "p.xlsx")

    assert (again.status, again.out) == (2, "")
    assert len(again.err.strip().splitlines()) == 1
    assert "p.xlsx" in again.err
    assert mingbu("report", "potential", "--output", "p.xlsx", "--format", "md").status == 2
    assert Path("p.xlsx").read_bytes() == first
    assert mingbu("--lang", "en", "report", "potential", "--output", "p.xlsx", "--force").status == 0
    assert openpyxl.load_workbook("p.xlsx").worksheets[0].title == "Cover"
    assert not list(register_root.glob(".mingbu-*"))


def test_a_name_of_a_file_says_the_format(mingbu: Command) -> None:
    for ending, start in (("xlsx", b"PK"), ("docx", b"PK"), ("html", b"<!DOCTYPE"), ("md", b"# "), ("csv", b"\xef\xbb\xbf"), ("json", b"{")):
        assert mingbu("report", "potential", "--output", f"p.{ending}").status == 0
        assert Path(f"p.{ending}").read_bytes().startswith(start)


@pytest.mark.parametrize(
    "arguments", [["--output", "."], ["--output", "none/p.xlsx"], ["--force"], ["--format", "xls"], ["--output", "records/register.yml"]]
)
def test_a_place_that_takes_no_file_is_refused_in_one_line(arguments: list[str], mingbu: Command, register_root: Path) -> None:
    before = (register_root / "records/register.yml").read_bytes()
    result = mingbu("report", "potential", *arguments)

    assert (result.status, result.out) == (2, "")
    assert "Traceback" not in result.err
    assert (register_root / "records/register.yml").read_bytes() == before


def test_a_record_that_looks_like_a_formula_is_a_text_in_the_files(mingbu: Command, register_root: Path) -> None:
    for number, text in enumerate(LOOKS_LIKE_A_FORMULA[:4], 2):
        building.write(register_root, "case", id=f"CAS-00000{number}", company_name=f"甲{number}厂", wanted_products=[{"description": text}])
    assert mingbu("report", "potential", "--output", "p.xlsx").status == 0
    assert mingbu("report", "potential", "--output", "p.csv").status == 0
    cells = [cell for sheet in openpyxl.load_workbook("p.xlsx").worksheets for row in sheet.iter_rows() for cell in row]
    lines = Path("p.csv").read_text(encoding="utf-8-sig").splitlines()

    assert set(LOOKS_LIKE_A_FORMULA[:4]) <= {cell.value for cell in cells if cell.data_type == "s"}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not [line for line in lines if re.match(r"[=+@]|-\d\+", line)]
