"""The formats that a report can be had in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mingbu.documents import pages, plain, printing, sheets, word
from mingbu.documents.model import Document

BINARY = frozenset({"xlsx", "docx", "pdf"})
"""Formats that are no text."""


def _pdf(document: Document) -> bytes:
    return printing.pdf(lambda: pages.html(document), lambda: word.docx(document), document.head.as_of)


FORMATS: Mapping[str, Callable[[Document], str | bytes]] = {
    "text": plain.text,
    "json": plain.as_json,
    "csv": plain.as_csv,
    "md": plain.markdown,
    "html": pages.html,
    "xlsx": sheets.xlsx,
    "docx": word.docx,
    "pdf": _pdf,
}
"""Format → what writes it; pdf raises CannotPrint."""
