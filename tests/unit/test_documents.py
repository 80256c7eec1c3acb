"""Reports as documents: what stands in the report stands in each file, typed and harmless, and the same bytes every time."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx as word
import openpyxl
import pytest

import building
from chinese import CHINESE, not_a_value
from mingbu.checks import sound_part
from mingbu.documents.cells import NUMBERS, bare, grid, shown
from mingbu.documents.formats import FORMATS
from mingbu.documents.model import Document, Text, document
from mingbu.documents.sheets import sheet_names
from mingbu.period import Period
from mingbu.register import Policy, open_register
from mingbu.reports import REPORTS, Asked, Column, Table
from running import Command

LANGS = ("zh", "en")
LOOKS_LIKE_A_FORMULA = ("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1+1", "http://evil.test/x", "{=1}", "'=1")
ODD = ("a\x00b\x1fc", "\ufffe", "_x0041_", "<b>&amp;</b>", "]]>", "{{ 7*7 }}", "{% raw %}", "</script><script>alert(1)</script>", "𠮷\u200b")


@pytest.fixture(scope="module")
def made() -> dict[tuple[str, str], Document]:
    """(name, language) → every report of the sample company, of the period that is usual on its day."""
    register = sound_part(open_register(building.PROJECT))
    policy = Policy(register, date.fromisoformat(register.settings["today"]))
    customer = next(record.id for record in register.of("customer") if record.data.get("lifecycle") == "existing")
    found = {}
    for name, report in REPORTS.items():
        asked = report.meant(Asked(who=customer if name == "customer-file" else None), policy.today)
        found |= {(name, lang): document(report, register, policy, asked, lang, None) for lang in LANGS}
    return found


@pytest.fixture
def small(made: dict[tuple[str, str], Document]) -> Document:
    return made["potential", "zh"]


def bytes_of(found: Document, form: str) -> bytes:
    content = FORMATS[form](found)
    return content if isinstance(content, bytes) else content.encode("utf-8")


def text_of(found: Document, form: str) -> str:
    return bytes_of(found, form).decode("utf-8-sig")


def one_table(found: Document, *texts: str, unit: str = "text") -> Document:
    """The document with nothing but these cells in it."""
    rows = [{"a": text} for text in texts]
    return replace(found, tables=(Table("t", ("表", "Table"), (Column("a", ("甲", "A"), unit),), rows),), texts=())


def book(found: Document) -> Any:
    return openpyxl.load_workbook(io.BytesIO(bytes_of(found, "xlsx")))


def expected(found: Document, column: Column, value: Any) -> Any:
    """What a cell of a spreadsheet holds."""
    if value is None or value == "" or bare(found, column, value) == "":
        return None
    if column.unit in NUMBERS and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", str(value)):
        return float(str(value))
    if column.unit == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        return datetime.fromisoformat(str(value))
    return bare(found, column, value)


FORMS = {"amount": "#,##0.00", "count": "#,##0", "percent": '0.00"%"', "date": "yyyy-mm-dd", "text": "@", "ref": "@", "refs": "@"}


@pytest.mark.parametrize("name", REPORTS)
def test_a_workbook_has_the_head_and_every_cell_as_what_it_is(name: str, made: dict[tuple[str, str], Document]) -> None:
    for lang in LANGS:
        found = made[name, lang]
        cover, *sheets = book(found).worksheets
        lines = {row[0].value: row[1].value for row in cover.iter_rows(min_row=3)}

        assert cover["A1"].value == found.head.title
        assert found.head.lines == [(label, lines[label]) for label, _ in found.head.lines]
        assert {(text.title, text.text.rstrip("\n")) for text in found.texts} <= set(lines.items())
        assert len(sheets) == len(found.tables)
        for sheet, table in zip(sheets, found.tables, strict=True):
            head, *rows = sheet.iter_rows(max_row=1 + len(table.rows), max_col=len(table.columns))
            assert [cell.value for cell in head] == [found.pick(column.label) for column in table.columns]
            for cells, row in zip(rows, table.rows, strict=True):
                assert [cell.value for cell in cells] == [expected(found, column, row[column.key]) for column in table.columns]
                typed = [
                    (cell, column) for cell, column in zip(cells, table.columns, strict=True) if cell.value is not None and cell.data_type != "s"
                ]
                assert [cell.number_format for cell, _ in typed] == [form_of(column, row[column.key]) for _, column in typed]


def form_of(column: Column, value: Any) -> str:
    if column.unit != "number":
        return FORMS[column.unit]
    _, point, digits = str(value).partition(".")
    return f"#,##0{point}{'0' * len(digits)}"


@pytest.mark.parametrize("name", REPORTS)
def test_a_sheet_can_be_filtered_scrolled_and_printed(name: str, made: dict[tuple[str, str], Document]) -> None:
    found = made[name, "zh"]
    cover, *sheets = book(found).worksheets

    for sheet, table in zip(sheets, found.tables, strict=True):
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.split(":")[-1] == sheet.cell(1 + len(table.rows), len(table.columns)).coordinate
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.orientation == ("landscape" if len(table.columns) > 7 else "portrait")
    for sheet in (cover, *sheets):
        assert (sheet.page_setup.paperSize, sheet.sheet_properties.pageSetUpPr.fitToPage) == (9, True)
        assert found.head.company in sheet.oddHeader.left.text
        assert found.head.title in sheet.oddHeader.center.text
        assert found.head.period is None or found.head.period.name in sheet.oddHeader.center.text
        assert found.head.confidentiality in sheet.oddHeader.right.text
        assert found.head.as_of.isoformat() in sheet.oddFooter.left.text


def test_no_cell_of_any_workbook_is_a_formula_or_a_link(made: dict[tuple[str, str], Document]) -> None:
    for found in made.values():
        raw = bytes_of(found, "xlsx")
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        assert not any(b"<f>" in part or b"<f " in part or b"<hyperlink" in part for part in parts.values())
        assert not any("externalLink" in name or "vba" in name for name in parts)


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


def test_names_of_sheets_are_such_as_spreadsheets_take() -> None:
    titles = ["a/b:c", "A B C", "'q'", "", "History", "?*[]", "长" * 40, "长" * 40, "x" * 31, "X" * 35, "\x07"]
    names = sheet_names(titles)

    assert len({name.casefold() for name in names}) == len(titles)
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\\x00-\x1f]", name) for name in names)
    assert not any(name.startswith("'") or name.endswith("'") or name.casefold() == "history" for name in names)


@pytest.mark.parametrize("name", REPORTS)
def test_a_word_file_holds_every_cell_and_text(name: str, made: dict[tuple[str, str], Document]) -> None:
    for lang in LANGS:
        found = made[name, lang]
        file = word.Document(io.BytesIO(bytes_of(found, "docx")))
        told = [paragraph.text for paragraph in file.paragraphs]
        with_rows = [table for table in found.tables if table.rows]

        assert told[0] == found.head.title
        assert all(f"{label}{found.say('document.colon')}{value}" in told[1] for label, value in found.head.lines)
        assert {found.pick(table.title) for table in found.tables} <= set(told)
        assert [[[c.text for c in row.cells] for row in table.rows] for table in file.tables] == [grid(found, table, shown) for table in with_rows]
        assert all(line in told for text in found.texts for line in text.text.split("\n") if line.strip())
        assert found.head.company in file.sections[0].header.paragraphs[0].text
        assert found.head.confidentiality in file.sections[0].header.paragraphs[0].text
        assert found.head.as_of.isoformat() in file.sections[0].footer.paragraphs[0].text


class Page(HTMLParser):
    """Tags, addresses and words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []

    @classmethod
    def of(cls, text: str) -> Page:
        made = cls()
        made.feed(text)
        made.close()
        return made

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += [data.strip()] if data.strip() else []


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_holds_every_cell_and_loads_nothing(name: str, made: dict[tuple[str, str], Document]) -> None:
    for lang in LANGS:
        found = made[name, lang]
        page = Page.of(text_of(found, "html"))
        cells = {" ".join(cell.split()) for table in found.tables if table.rows for row in grid(found, table, shown) for cell in row} - {""}

        assert cells <= {" ".join(word.split()) for word in page.words}
        assert {text.text.strip() for text in found.texts} <= set(page.words)
        assert all(part in page.words for line in found.head.lines for part in (line[1],))
        assert not {"script", "link", "img", "iframe", "object", "base", "form", "a"} & set(page.tags)
        assert not [key for key, _ in page.attributes if key.startswith("on") or key in {"src", "href"}]
        assert "url(" not in text_of(found, "html")


def test_a_page_shows_markup_as_what_was_written(small: Document) -> None:
    found = replace(one_table(small, *ODD), texts=(Text("<i>说明</i>", "<img src=x onerror=alert(1)>"),))
    found = replace(found, head=replace(found.head, title='</title><script>"', company='"; } </style><script>x'))
    page = Page.of(text_of(found, "html"))

    assert {"script", "img", "i", "b"} & set(page.tags) == set()
    assert {"<b>&amp;</b>", "{% raw %}", "<img src=x onerror=alert(1)>"} <= set(page.words)


@pytest.mark.parametrize("form", ["text", "json", "csv", "md", "html", "xlsx", "docx"])
def test_the_same_report_gives_the_same_bytes(form: str, made: dict[tuple[str, str], Document]) -> None:
    for name in ("potential", "credit-analysis", "department-list"):
        assert bytes_of(made[name, "zh"], form) == bytes_of(made[name, "zh"], form)


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_a_file_says_the_day_of_the_report_and_not_when_it_was_made(form: str, small: Document) -> None:
    with zipfile.ZipFile(io.BytesIO(bytes_of(small, form))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = archive.read("docProps/core.xml").decode()

    assert set(re.findall(r"\d{4}-\d\d-\d\d", about)) == {small.head.as_of.isoformat()}


ENGLISH = re.compile(r"[a-z]{3,}")
COMMANDS = re.compile(r"mingbu [a-z]+( --[a-z]+)*|--[a-z]+|attachments/")
"""What people type stands as it is in both languages."""


def words_of(found: Document) -> Iterator[str]:
    """The words of a document that are not values."""
    yield from (found.head.title, found.head.confidentiality, *(label for label, _ in found.head.lines))
    for table in found.tables:
        yield from (found.pick(pair) for pair in (table.title, *table.notes, *(column.label for column in table.columns)))
        yield from (found.pick(chart.title) for chart in table.charts)
    yield from (text.title for text in found.texts)


def test_the_words_of_a_document_are_of_its_language(made: dict[tuple[str, str], Document]) -> None:
    chinese = {
        (name, said) for (name, lang), found in made.items() if lang == "zh" for said in words_of(found) if ENGLISH.search(COMMANDS.sub("", said))
    }
    english = {(name, said) for (name, lang), found in made.items() if lang == "en" for said in words_of(found) if CHINESE.search(said)}
    not_values = {(name, said) for name, said in english if not_a_value(said, building.PROJECT)}

    assert (chinese, not_values) == (set(), set())


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


def test_what_people_wrote_stands_in_every_format_of_their_report() -> None:
    register = sound_part(open_register(building.PROJECT))
    policy = Policy(register, date.fromisoformat(register.settings["today"]))
    note = next(note for note in register.of("report-note") if note.data["report"] == "credit-analysis")
    report = REPORTS["credit-analysis"]
    asked = report.meant(Asked(period=Period.of(note.data["period"]), who=note.data["department"]), policy.today)
    found = document(report, register, policy, asked, "zh", None)

    assert [text.text for text in found.texts] == [row["text"] for row in note.data["texts"]]
    for row in note.data["texts"]:
        assert row["text"] in {cell.value for cell in book(found).worksheets[0]["B"]}
        assert row["text"] in {paragraph.text for paragraph in word.Document(io.BytesIO(bytes_of(found, "docx"))).paragraphs}
        assert row["text"] in Page.of(text_of(found, "html")).words
        assert row["text"] in text_of(found, "text")
