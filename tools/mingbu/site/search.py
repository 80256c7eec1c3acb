"""Adds the records to Material's search, so that the box in the header finds a customer by name or code."""

from __future__ import annotations

import json
import re

from mingbu.site.reader import Reader, record_page
from mingbu.site.tables import search_words

_CJK = re.compile("([\u3400-\u4dbf\u4e00-\u9fff])")
BREAK = "\u200b"
"""What Material's Chinese search splits words at; without it a name is one long word."""


def with_records(index: bytes, reader: Reader) -> bytes:
    """The search index with one entry a record, as long as the register is small enough for a search that loads whole."""
    if len(reader.register.records) > reader.setting("search_records_max"):
        return index
    data = json.loads(index)
    for kind in reader.kinds():
        title = reader.pick(kind.title)
        for record in reader.register.of(kind.name):
            name = reader.name(record)
            data["docs"].append({"location": record_page(record), "title": _split(name), "text": _split(f"{title} {search_words(record, name)}")})
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _split(text: str) -> str:
    return _escaped(_CJK.sub(rf"\1{BREAK}", text))


def _escaped(text: str) -> str:
    """Material puts titles and texts into the page as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
