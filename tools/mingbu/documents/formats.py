"""The formats that a report can be had in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from mingbu.documents import pages, plain, printing, sheets, word
from mingbu.documents.model import Document

Made = TypeVar("Made", str, bytes)

BINARY = frozenset({"xlsx", "docx", "pdf"})
"""Formats that are no text."""


def _shown(write: Callable[[Document], Made]) -> Callable[[Document], Made]:
    return lambda document: write(document.for_people)


def _pdf(document: Document) -> bytes:
    return printing.pdf(lambda: pages.html(document), lambda: word.docx(document), document.head.as_of)


FORMATS: Mapping[str, Callable[[Document], str | bytes]] = {
    "text": _shown(plain.text),
    "json": plain.as_json,
    "csv": _shown(plain.as_csv),
    "md": _shown(plain.markdown),
    "html": _shown(pages.html),
    "xlsx": _shown(sheets.xlsx),
    "docx": _shown(word.docx),
    "pdf": _shown(_pdf),
}
"""Format → what writes it; pdf raises CannotPrint."""
