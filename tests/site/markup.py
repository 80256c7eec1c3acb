"""Reads built pages: links, texts with their language, structure."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "img", "input", "br", "hr", "path", "rect", "source", "wbr"})
_SHOWN = frozenset({"title", "aria-label", "placeholder", "alt"})


@dataclass
class Markup:
    """What one page holds."""

    links: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    tags: list[str] = field(default_factory=list)
    texts: list[tuple[str, str | None]] = field(default_factory=list)
    """(text, language of the nearest element that says one)."""


def read(html: str) -> Markup:
    parser = _Reader()
    parser.feed(html)
    return parser.markup


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.markup = Markup()
        self._open: list[tuple[str, str | None]] = []

    def _language(self) -> str | None:
        return self._open[-1][1] if self._open else None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.markup.tags.append(tag)
        language = found.get("lang") or self._language()
        if tag not in _VOID:
            self._open.append((tag, language))
        self.markup.texts += [(value, language) for name, value in found.items() if name in _SHOWN and value]
        self.markup.links += [found[name] for name in ("href", "src", "data-rows", "data-find") if name in found]
        if "id" in found:
            self.markup.ids.add(found["id"])

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self._open and self._open[-1][0] in {"script", "style", "title"}):
            self.markup.texts.append((data.strip(), self._language()))
