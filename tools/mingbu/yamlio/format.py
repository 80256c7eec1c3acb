"""The only formatter: canonical order and spelling, every comment kept with the key it stands at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import yaml
from yaml.events import ScalarEvent

from mingbu.yamlio import reader, writer
from mingbu.yamlio.comments import Comments, Note


def format_text(raw: bytes, arrange: Callable[[reader.Data], reader.Data]) -> str:
    """Canonical text of a record that the reader accepts; `arrange` puts the keys in schema order.

    Raises ValueError when the text has faults, or if the result would not read back as the same data
    with the same comments (our bug, but the user's text must not pay for it).
    """
    data, faults = reader.read(raw)
    if data is None or faults:
        raise ValueError("not readable")
    text = raw.decode("utf-8")
    comments = collect(text, reader.locate(raw))
    result = writer.dump(arrange(data), comments)
    again, new_faults = reader.read(result.encode("utf-8"))
    if new_faults or again != data or sorted(_texts(result)) != sorted(_texts(text)):
        raise ValueError("formatting would change the record")
    return result


def _texts(text: str) -> list[str]:
    return [comment for _, comment, _ in scan(text)]


def collect(text: str, positions: dict[str, tuple[int, int]]) -> Comments:
    """Comments by the pointer of the key or item they belong to.

    A comment on its own line belongs to the next key, one behind a value to that value's key.
    """
    starts = sorted((line, column, pointer) for pointer, (line, column) in positions.items() if pointer)
    notes: dict[str, Note] = {}
    tail: list[str] = []
    for line, comment, own_line in scan(text):
        if own_line:
            pointer = next((p for start, _, p in starts if start > line), None)
            if pointer is None:
                tail.append(comment)
            else:
                notes.setdefault(pointer, Note()).leading.append(comment)
        else:
            pointer = [p for start, _, p in starts if start <= line][-1]
            note = notes.setdefault(pointer, Note())
            (note.leading if note.trailing else note.trailing).append(comment)  # two behind one line would read as one
    return Comments(notes, tail)


def scan(text: str) -> Iterator[tuple[int, str, bool]]:
    """(line, comment, whether it stands before what it is about) for every comment outside the values."""
    covered = _value_spans(text)
    offset = 0
    for number, line in enumerate(text.split("\n"), 1):
        for index, char in enumerate(line):
            if char == "#" and (index == 0 or line[index - 1] in " \t") and not _inside(covered, offset + index):
                yield number, line[index:].rstrip(), line[:index].strip() in {"", "-", "---", "..."}
                break
        offset += len(line) + 1


def _value_spans(text: str) -> list[tuple[int, int]]:
    return [_span(text, event) for event in yaml.parse(text, Loader=yaml.CLoader) if isinstance(event, ScalarEvent) and event.value]


def _span(text: str, event: Any) -> tuple[int, int]:
    """Where the value stands. A comment may follow the header of a block, and lines behind it aren't part of it."""
    start, end = int(event.start_mark.index), int(event.end_mark.index)
    if event.style not in {"|", ">"}:
        return start, end
    return text.index("\n", start), min(end, start + len(text[start:end].rstrip()) + 1)


def _inside(spans: list[tuple[int, int]], index: int) -> bool:
    return any(start <= index < end for start, end in spans)
