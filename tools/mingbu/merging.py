"""Merging two cards of one customer: references move to the one that stays, the other one points on to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mingbu import yamlio
from mingbu.register import Record, Register


class MergeError(Exception):
    """The records can't be merged; the text is a key of the catalogue."""


def merged(register: Register, away: Record, stays: Record) -> dict[str, str]:
    """Path → new text of every file that the merge changes; comments and order stay as they are.

    Raises MergeError for records that no forwarding exists for.
    """
    if away.id == stays.id or away.kind is not stays.kind or "merged_into" not in away.kind.schema["properties"]:
        raise MergeError("error.merge-kinds")
    if "merged_into" in away.data or "merged_into" in stays.data:
        raise MergeError("error.merge-twice")
    texts: dict[str, str] = {}
    places: dict[str, set[str]] = {}
    for record, pointer in register.referring(away.id):
        places.setdefault(record.id, set()).add(pointer)
    for record_id, pointers in sorted(places.items()):
        if record_id != stays.id or pointers:
            record = register.records[record_id]
            texts[record.path] = _repointed(record, pointers, away.id, stays.id)
    texts[away.path] = _forwarding(texts.get(away.path, away.raw.decode("utf-8")), stays.id)
    return texts


def _repointed(record: Record, pointers: set[str], old: str, new: str) -> str:
    """The record's text with the id replaced where it is a reference."""
    lines = record.raw.decode("utf-8").split("\n")
    places = yamlio.locate(record.raw)
    for pointer in pointers:
        line = places[pointer][0] - 1
        lines[line] = lines[line].replace(old, new)
    return "\n".join(lines)


def _forwarding(text: str, stays: str) -> str:
    """The card that points on: its state says so, everything else stays to be read."""
    places = yamlio.locate(text.encode("utf-8"))
    lines = text.split("\n")
    lines[places["/status"][0] - 1] = "status: merged"
    lines.insert(places["/department"][0] - 1, f"merged_into: {stays}")
    return "\n".join(lines)


def with_texts(register: Register, texts: Mapping[str, str]) -> Register:
    """The register as it would be with these files."""
    changed = {}
    by_path = {record.path: record for record in register.records.values()}
    for path, text in texts.items():
        raw = text.encode("utf-8")
        data, _ = yamlio.read(raw)
        changed[by_path[path].id] = replace(by_path[path], data=data or {}, raw=raw)
    return replace(register, records={**register.records, **changed})
