"""Documents opened again by the tests: bytes, texts, workbooks, pages."""

from __future__ import annotations

import io
from html.parser import HTMLParser
from typing import Any

import openpyxl

from mingbu.documents.formats import FORMATS
from mingbu.documents.model import Document


def bytes_of(found: Document, form: str) -> bytes:
    content = FORMATS[form](found)
    return content if isinstance(content, bytes) else content.encode("utf-8")


def text_of(found: Document, form: str) -> str:
    return bytes_of(found, form).decode("utf-8-sig")


def book(found: Document) -> Any:
    return openpyxl.load_workbook(io.BytesIO(bytes_of(found, "xlsx")))


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
