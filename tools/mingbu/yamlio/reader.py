"""The strict reader: bytes of one record file to plain data, with every fault and its place.

Built on the events of PyYAML's C parser: they carry positions, and nothing is resolved behind our back.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.events import AliasEvent, DocumentStartEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

from mingbu.findings import Fault, Text, Word
from mingbu.yamlio import characters, scalars

MAX_BYTES = 64 * 1024
MAX_DEPTH = 8
MAX_NODES = 4000
MAX_TEXT = 16_000

Data = dict[str, Any]
Events = Callable[[], Any]
"""Gives the parser's next event."""


class _Stop(Exception):
    """Reading can't go on; the fault says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def read(raw: bytes) -> tuple[Data | None, list[Fault]]:
    """(the record's data or None, faults). With faults the data may be partial and must not be used as a record."""
    try:
        text = _decode(raw)
        trouble = characters.suspicious(text)
        if "character" in trouble:
            _refuse_character(text, tabs=False)
        builder = _Builder(inspect="\\" in text or bool(trouble))
        data = builder.build(text)
        if "character" in trouble and not builder.faults:
            _refuse_character(text, tabs=True)
        if "not-normalised" in trouble and not builder.faults:
            builder.faults.extend(_decomposed_comment(text))
        return data, builder.faults
    except _Stop as stop:
        return None, [stop.fault]


def locate(raw: bytes) -> dict[str, tuple[int, int]]:
    """JSON pointer → (line, column) of each key (or list item) of a readable text; '' is the start."""
    try:
        builder = _Builder(positions={"": (1, 1)})
        builder.build(_decode(raw))
    except _Stop:
        return {"": (1, 1)}
    return builder.positions or {}


def _decode(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise _Stop(_too_large(raw))
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _Stop(Fault("yaml.bom", line=1, column=1))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise _Stop(Fault("yaml.encoding", line=line, column=column)) from None
    if "\ufeff" in text[:1]:
        raise _Stop(Fault("yaml.bom", line=1, column=1))
    return text


def _too_large(raw: bytes) -> Fault:
    """Says which line is over-long when it is one line that makes the file too large."""
    for number, line in enumerate(raw[: 4 * MAX_BYTES].split(b"\n"), 1):
        if MAX_TEXT < len(line) < 4 * MAX_BYTES and len(raw) <= 4 * MAX_BYTES:
            return Fault("yaml.length", line=number, column=1, args={"limit": str(MAX_TEXT)})
    return Fault("file.size", line=1, column=1, args={"size": str(len(raw)), "limit": str(MAX_BYTES)})


def _refuse_character(text: str, tabs: bool) -> None:
    """Stops at a character that no record may hold. A tab waits until the parser has judged it as indentation."""
    for index in characters.refused(text):
        if tabs or text[index] != "\t":
            raise _Stop(_at(text, index, "yaml.character", text[index]))


def _decomposed_comment(text: str) -> list[Fault]:
    """The values are composed; a comment may not be: composed and decomposed letters look the same in review."""
    for number, line in enumerate(text.split("\n"), 1):
        if not unicodedata.is_normalized("NFC", line):
            return [Fault("yaml.not-normalised", line=number, column=1, args={"value": ""})]
    return []


def _at(text: str, index: int, code: str, char: str) -> Fault:
    line = text.count("\n", 0, index) + 1
    column = index - (text.rfind("\n", 0, index) + 1) + 1
    return Fault(code, line=line, column=column, args={"value": characters.printable(char)})


@dataclass(slots=True)
class _Builder:
    """Builds data from parser events, collecting faults; positions only when asked for.

    `inspect` is whether single values have to be looked at: not when the text as a whole shows that no value
    can hold a character that it may not.
    """

    positions: dict[str, tuple[int, int]] | None = None
    inspect: bool = True
    faults: list[Fault] = field(default_factory=list)
    nodes: int = 0
    quoted: Any = None
    """The last scalar, when it was quoted over several lines: perhaps its quote was left open."""

    def build(self, text: str) -> Data:
        parser = CParser(text)
        try:
            return self._document(parser.get_event)
        except yaml.YAMLError as error:
            fault, last = _syntax_fault(error, self.quoted), text.count("\n") + 1
            raise _Stop(replace(fault, line=last, column=1) if fault.line > last else fault) from None  # libyaml ends every text with a line

    def _document(self, following: Events) -> Data:
        """The only document of the stream."""
        following()  # the stream's start
        start = following()
        if not isinstance(start, DocumentStartEvent):
            raise _Stop(Fault("yaml.empty", line=1, column=1))
        if start.version is not None or start.tags:
            raise _Stop(_fault("yaml.directive", start, ""))
        first = following()
        if not isinstance(first, MappingStartEvent):
            raise _Stop(_fault("yaml.type", first, "", value=Word("type.array")))
        self._check_node(first, "")
        data = self._mapping(following, "", 1)
        following()  # the document's end
        behind = following()
        if isinstance(behind, DocumentStartEvent):
            raise _Stop(_fault("yaml.multi-doc", behind, ""))
        return data

    def _mapping(self, following: Events, pointer: str, depth: int) -> Data:
        data: Data = {}
        while type(event := following()) is not MappingEndEvent:
            key = self._key(event, data, pointer)
            here = f"{pointer}/{key}"
            if self.positions is not None:
                self.positions[here] = (event.start_mark.line + 1, event.start_mark.column + 1)
            value = self._node(following(), following, here, depth)
            data.setdefault(key, value)
        return data

    def _sequence(self, following: Events, pointer: str, depth: int) -> list[Any]:
        items: list[Any] = []
        while type(event := following()) is not SequenceEndEvent:
            here = f"{pointer}/{len(items)}"
            if self.positions is not None:
                self.positions[here] = (event.start_mark.line + 1, event.start_mark.column + 1)
            items.append(self._node(event, following, here, depth))
        return items

    def _node(self, event: Any, following: Events, pointer: str, depth: int) -> Any:
        self._check_node(event, pointer)
        if type(event) is ScalarEvent:
            return self._scalar(event, pointer)
        if depth >= MAX_DEPTH:
            raise _Stop(_fault("yaml.depth", event, pointer, limit=str(MAX_DEPTH)))
        if type(event) is MappingStartEvent:
            return self._mapping(following, pointer, depth + 1)
        return self._sequence(following, pointer, depth + 1)

    def _check_node(self, event: Any, pointer: str) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Stop(_fault("yaml.size", event, pointer, limit=str(MAX_NODES)))
        if isinstance(event, AliasEvent) or event.anchor is not None:
            raise _Stop(_fault("yaml.alias", event, pointer))
        if event.tag is not None:
            raise _Stop(_fault("yaml.tag", event, pointer, value=str(event.tag)[:80]))

    def _key(self, event: Any, data: Data, pointer: str) -> str:
        self._check_node(event, pointer)
        if not isinstance(event, ScalarEvent):
            raise _Stop(_fault("yaml.key-type", event, pointer, value=""))
        key = str(event.value)
        if key == "<<" and not event.style:
            raise _Stop(_fault("yaml.merge-key", event, pointer))
        if not scalars.KEY.fullmatch(key):
            self.faults.append(_fault("yaml.key-type", event, pointer, value=characters.printable(key[:60])))
            key = key.replace("~", "~0").replace("/", "~1")
        if key in data:
            self.faults.append(_fault("yaml.duplicate-key", event, f"{pointer}/{key}", value=characters.printable(key[:60])))
        return key

    def _scalar(self, event: Any, pointer: str) -> Any:
        value = event.value
        self.quoted = event if event.style and event.style in "\"'" and event.end_mark.line > event.start_mark.line else None
        if not event.style:
            meaning, refused = scalars.resolve(value)
            if refused:
                self.faults.append(_fault(f"yaml.{refused}", event, pointer, value=characters.printable(value[:40]) or Word("value.empty")))
                return value
            if not isinstance(meaning, str):
                return meaning
        if len(value) > MAX_TEXT:
            self.faults.append(_fault("yaml.length", event, pointer, limit=str(MAX_TEXT)))
            return value
        if self.inspect and (trouble := characters.value_trouble(value)):
            self.faults.append(_fault(f"yaml.{trouble}", event, pointer, value=characters.printable(value[:40])))
        return value


def _fault(code: str, event: Any, pointer: str, **args: Text) -> Fault:
    mark = event.start_mark
    return Fault(code, pointer, mark.line + 1, mark.column + 1, args)


def _syntax_fault(error: yaml.YAMLError, quoted: Any) -> Fault:
    context = str(getattr(error, "context", "") or "")  # what was begun and never ended tells more than where it was noticed
    mark = getattr(error, "context_mark" if context.startswith("while scanning a") else "problem_mark", None)
    mark = quoted.start_mark if quoted is not None else mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    problem = str(getattr(error, "problem", "") or "")
    if "depth" in problem or "nested" in problem:
        return Fault("yaml.depth", line=line, column=column, args={"limit": str(MAX_DEPTH)})
    if "undefined alias" in problem:
        return Fault("yaml.alias", line=line, column=column)
    if "tag" in problem and "undefined" in problem:
        return Fault("yaml.tag", line=line, column=column, args={"value": ""})
    return Fault("yaml.syntax", line=line, column=column)
