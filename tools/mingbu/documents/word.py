"""Reports as Word files (docx), and what every Word file of ours has: A4, Chinese fonts, header and footer, no time of making."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from mingbu.documents import sizes, wordml
from mingbu.documents.archive import settled
from mingbu.documents.cells import NUMBERS, grid, shown
from mingbu.documents.model import Document, Head
from mingbu.documents.wordml import HEI, paragraph, run
from mingbu.reports import Table

A4 = (11906, 16838)
"""Twentieths of a point."""
MARGIN = 850
_MANY = 7
_FIELDS = {"#": "PAGE", "@": "NUMPAGES"}


def docx(document: Document) -> bytes:
    """The report; the same bytes for the same document. Charts stand in the page alone."""
    across = any(len(table.columns) > _MANY for table in document.tables)
    file, head = new(framed(document.head), across=across), document.head
    facts = "　".join(f"{label}{head.say('document.colon')}{value}" for label, value in head.lines)
    parts = [paragraph(run(head.title, 18, bold=True, font=HEI), "center", after=120), paragraph(run(facts, 9.5), "center", after=120)]
    for table in document.tables:
        title = document.pick(table.title)
        parts.append(paragraph(run(title, 12, bold=True, font=HEI), before=200, after=80, keep=True))
        parts.append(_table(document, table, title, width(across)) if table.rows else paragraph(run(document.say("document.empty"), 9.5)))
        parts += [paragraph(run(document.pick(note), 9), before=40) for note in table.notes]
    for found in document.texts:
        parts.append(paragraph(run(found.title, 12, bold=True, font=HEI), before=200, after=80, keep=True))
        parts += [paragraph(run(line), "both", indent=True) for line in found.text.split("\n") if line.strip()]
    fill(file, parts)
    return saved(file)


def width(across: bool) -> int:
    """What a line has between the margins."""
    return A4[1 if across else 0] - 2 * MARGIN


def _table(document: Document, table: Table, title: str, room: int) -> str:
    cells = grid(document, table, shown)
    whole = [column.unit in NUMBERS or column.unit == "date" for column in table.columns]
    size, widths, _ = sizes.shared(cells, whole, room)
    right = [column.unit in NUMBERS for column in table.columns]
    last = len(table.rows) if table.totals else None
    rows = []
    for number, texts in enumerate(cells):
        head, bold = number == 0, number == 0 or number - 1 == last
        sides = ["center" if head else "right" if right[index] else "left" for index in range(len(texts))]
        made = [paragraph(run(value, size, bold=bold, font=HEI if head else wordml.SONG), side) for value, side in zip(texts, sides, strict=True)]
        shade = "E8EEF4" if head else ""
        rows.append(wordml.row([wordml.cell(part, wide, shade=shade) for part, wide in zip(made, widths, strict=True)], head=head))
    return wordml.table(rows, widths, title=title)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands in header and footer, and the title that the file bears."""

    company: str
    confidentiality: str
    foot: str
    title: str
    head: Head


def framed(head: Head) -> Frame:
    return Frame(head.company, head.confidentiality, head.foot, head.title, head)


def new(frame: Frame, *, across: bool = False) -> Any:
    """An empty file of A4 with our header and footer."""
    import docx as word
    from docx.enum.section import WD_ORIENT
    from docx.shared import Twips

    file = word.Document()
    section = file.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Twips(side) for side in (reversed(A4) if across else A4))
    section.left_margin = section.right_margin = Twips(MARGIN)
    section.top_margin = section.bottom_margin = Twips(1000)
    style = file.styles["Normal"]
    style.font.name = wordml.LATIN
    style.element.rPr.rFonts.set(_name("eastAsia"), wordml.SONG)
    style.element.rPr.append(parsed('<w:lang w:val="en-US" w:eastAsia="zh-CN"/>'))  # Chinese type sets its signs by it
    line = width(across)
    _line(section.header, run(frame.company, 9) + wordml.tab() + run(frame.confidentiality, 9), [(line, "right")])
    page = re.split("([#@])", frame.head.say("document.page", page="#", pages="@"))
    numbered = "".join(wordml.field(_FIELDS[part]) if part in _FIELDS else run(part, 9) for part in page if part)
    _line(section.footer, run(frame.foot, 9) + wordml.tab() + numbered, [(line, "right")])
    described(file, frame.head)
    return file


def _name(local: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{local}"))


def _line(part: Any, runs: str, stops: list[tuple[int, str]]) -> None:
    """One paragraph of a header or footer with its stops."""
    tabs = "".join(f'<w:tab w:val="{side}" w:pos="{place}"/>' for place, side in stops)
    own = f'<w:p><w:pPr><w:tabs><w:tab w:val="clear" w:pos="4320"/><w:tab w:val="clear" w:pos="8640"/>{tabs}</w:tabs></w:pPr>{runs}</w:p>'
    element = part.paragraphs[0]._element
    element.getparent().replace(element, parsed(own))


def parsed(xml: str) -> Any:
    from docx.oxml import parse_xml

    end = xml.index(">") if xml[xml.index(">") - 1] != "/" else xml.index("/>")
    return parse_xml(f"{xml[:end]} {wordml.NAMESPACE}{xml[end:]}")


def fill(file: Any, parts: list[str]) -> None:
    """Puts the paragraphs and tables into the body, before its last word on the section."""
    body = file.element.body
    last = body[-1]
    for part in parts:
        last.addprevious(parsed(part))


def described(file: Any, head: Head) -> None:
    """What the file says of itself: nothing of who made it and when."""
    about = file.core_properties
    about.author = about.last_modified_by = wordml.legal(head.company)
    about.title, about.comments, about.revision = wordml.legal(head.title), "", 1
    about.created = about.modified = datetime.combine(head.as_of, time())
    about.language = "zh-CN" if head.lang == "zh" else "en"


def saved(file: Any) -> bytes:
    made = io.BytesIO()
    file.save(made)
    return settled(made.getvalue())
