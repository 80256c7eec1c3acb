"""The only way records are written: canonical text for plain data."""

from __future__ import annotations

import json
from typing import Any

from mingbu.yamlio.comments import Comments
from mingbu.yamlio.scalars import needs_quotes


def scalar(value: Any, indent: int = 0) -> str:
    """One scalar as it stands after `key: ` or `- `; text over several lines becomes a literal block."""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if "\n" in value and _fits_block(value):
        return _block(value, indent)
    return quoted(value) if needs_quotes(value) else str(value)


def quoted(value: str) -> str:
    """Double-quoted; JSON's escapes are YAML's."""
    return json.dumps(value, ensure_ascii=False).replace("\u007f", "\\x7f")


def _fits_block(value: str) -> bool:
    """A literal block can't hold trailing blank lines or a first line that starts with a space without tricks."""
    lines = value.split("\n")
    body = lines[:-1] if value.endswith("\n") else lines
    return bool(body) and bool(body[-1].strip()) and bool(body[0]) and all(line == line.rstrip() for line in body) and not body[0].startswith(" ")


def _block(value: str, indent: int) -> str:
    header = "|" if value.endswith("\n") else "|-"
    pad = " " * indent
    body = (pad + line if line else "" for line in value.removesuffix("\n").split("\n"))
    return header + "\n" + "\n".join(body)


def dump(data: dict[str, Any], comments: Comments | None = None) -> str:
    """Canonical text of a record: keys in the order given, two spaces, lists indented below their key."""
    comments = comments or Comments()
    lines: list[str] = []
    _mapping(data, "", 0, comments, lines)
    return "\n".join(lines + comments.tail) + "\n"


def _mapping(data: dict[str, Any], pointer: str, indent: int, comments: Comments, lines: list[str]) -> None:
    for key, value in data.items():
        _entry(f"{key}:", value, f"{pointer}/{key}", indent, comments, lines)


def _entry(lead: str, value: Any, pointer: str, indent: int, comments: Comments, lines: list[str]) -> None:
    """One `key: value` or `- value` with the comments that belong to it."""
    pad, note = " " * indent, comments.at(pointer)
    lines.extend(pad + comment for comment in note.leading)
    behind = "".join(f"  {comment}" for comment in note.trailing)
    if isinstance(value, dict) and value:
        lines.append(pad + lead + behind)
        _mapping(value, pointer, indent + 2, comments, lines)
    elif isinstance(value, list) and value:
        lines.append(pad + lead + behind)
        _sequence(value, pointer, indent + 2, comments, lines)
    else:
        empty = "{}" if isinstance(value, dict) else "[]"
        first, newline, rest = (empty if isinstance(value, (dict, list)) else scalar(value, indent + 2)).partition("\n")
        lines.append(f"{pad}{lead} {first}{behind}{newline}{rest}")


def _sequence(items: list[Any], pointer: str, indent: int, comments: Comments, lines: list[str]) -> None:
    for number, item in enumerate(items):
        here = f"{pointer}/{number}"
        if isinstance(item, dict) and item:
            note = comments.at(here)
            lines.extend(" " * indent + comment for comment in note.leading + note.trailing)
            start = len(lines)
            _mapping(item, here, indent + 2, comments, lines)
            _dash(lines, start, indent)
        else:
            _entry("-", item, here, indent, comments, lines)


def _dash(lines: list[str], start: int, indent: int) -> None:
    """Puts the dash of a list item before its first key, behind that key's comments."""
    first = next(i for i in range(start, len(lines)) if not lines[i].lstrip().startswith("#"))
    lines[start:first] = [" " * indent + line.lstrip() for line in lines[start:first]]
    lines[first] = " " * indent + "- " + lines[first][indent + 2 :]
