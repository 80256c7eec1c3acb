"""Reports as documents: what stands in the report stands in each file, typed and harmless, and the same bytes every time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import docx as word
import pytest

import building
from chinese import CHINESE, not_a_value
from mingbu.checks import sound_part
from mingbu.documents.cells import NUMBERS, bare, grid, shown
from mingbu.documents.model import Document, document
from mingbu.documents.sheets import sheet_names
from mingbu.period import Period
from mingbu.register import Policy, open_register
from mingbu.reports import REPORTS, Asked, Column
from opened import Page, book, bytes_of, text_of
from running import Command

LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def made() -> dict[tuple[str, str], Document]:
    """(name, language) → every report of the sample company, of the period that is usual on its day."""
    register = sound_part(open_register(building.PROJECT))
    policy = Policy(register, date.fromisoformat(register.settings["today"]))
    customer = next(record.id for record in register.of("customer") if record.data.get("lifecycle") == "existing")
    found = {}
    for name, report in REPORTS.items():
        asked = report.meant(Asked(who=customer if name == "customer-file" else None), policy.today)
        found |= {(name, lang): document(report, register, policy, asked, lang, None).for_people for lang in LANGS}
    return found


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


@pytest.mark.parametrize("form", ["text", "json", "csv", "md", "html", "xlsx", "docx"])
def test_the_same_report_gives_the_same_bytes(form: str, made: dict[tuple[str, str], Document]) -> None:
    for name in ("potential", "credit-analysis", "department-list"):
        assert bytes_of(made[name, "zh"], form) == bytes_of(made[name, "zh"], form)


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_a_file_says_the_day_of_the_report_and_not_when_it_was_made(form: str, made: dict[tuple[str, str], Document]) -> None:
    small = made["potential", "zh"]
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


def test_keys_for_programs_stand_in_json_alone(mingbu: Command) -> None:
    asked = ("-C", str(building.PROJECT), "report", "credit-analysis", "--period", "2025", "--format")

    assert mingbu(*asked, "json").json["tables"][0]["rows"][0]["key"] == "sales"
    for form in ("text", "md", "csv", "html"):
        assert "sales" not in mingbu(*asked, form).out, form
