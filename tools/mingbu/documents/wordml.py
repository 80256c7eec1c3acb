"""The few words of WordprocessingML that documents need: paragraphs, cells, tables. Written as text, since python-docx builds large tables slowly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

SONG, HEI, LATIN = "宋体", "黑体", "Times New Roman"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What no XML may hold."""
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def legal(value: str) -> str:
    """The text without what XML can't hold."""
    return _ILLEGAL.sub("", value)


def text(value: str) -> str:
    """Escaped; each line break of the text is one in the paragraph."""
    lines = escape(legal(value)).split("\n")
    return "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)


def run(value: str, size: float = 10.5, *, bold: bool = False, font: str = SONG) -> str:
    """Characters of one look; size in points."""
    look = f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{font}" w:cs="{LATIN}"/>'
    half = round(size * 2)
    return f'<w:r><w:rPr>{look}{"<w:b/>" if bold else ""}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>{text(value)}</w:r>'


def paragraph(runs: str, align: str = "left", *, before: int = 0, after: int = 0, indent: bool = False, keep: bool = False) -> str:
    """align: left, center, right or both; spaces in twentieths of a point; indent: two characters, as Chinese paragraphs begin."""
    first = '<w:ind w:firstLineChars="200" w:firstLine="420"/>' if indent else ""
    kept = "<w:keepNext/>" if keep else ""
    look = f'{kept}<w:spacing w:before="{before}" w:after="{after}"/>{first}<w:jc w:val="{align}"/>'
    return f"<w:p><w:pPr>{look}</w:pPr>{runs}</w:p>"


def cell(content: str, width: int, *, span: int = 1, shade: str = "", middle: bool = True) -> str:
    """Paragraphs in a cell; width in twentieths of a point."""
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shaded = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    look = f'<w:tcW w:w="{width}" w:type="dxa"/>{spanned}{shaded}<w:vAlign w:val="{"center" if middle else "top"}"/>'
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{content}</w:tc>"


def row(cells: Sequence[str], *, head: bool = False, height: int = 0) -> str:
    """A row that stays on one page; a head is repeated on every page."""
    tall = f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{tall}{'<w:tblHeader/>' if head else ''}</w:trPr>{''.join(cells)}</w:tr>"


def table(rows: Sequence[str], widths: Sequence[int], *, title: str = "") -> str:
    """A table with thin lines and columns of these widths."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
    caption = f"<w:tblCaption w:val={quoteattr(_ILLEGAL.sub('', title))}/>" if title else ""
    wide = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
    look = f'{wide}<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/>{margins}{caption}'
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def field(code: str, size: float = 9) -> str:
    """A figure that Word works out itself: PAGE, NUMPAGES."""
    look = f'<w:rPr><w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{SONG}"/><w:sz w:val="{round(size * 2)}"/></w:rPr>'
    return f'<w:fldSimple w:instr=" {code} "><w:r>{look}<w:t>1</w:t></w:r></w:fldSimple>'


def tab() -> str:
    return "<w:r><w:tab/></w:r>"
