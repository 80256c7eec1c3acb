"""Merging two cards of one customer: references move to the one that stays, the other one points on to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mingbu import yamlio
from mingbu.findings import Finding
from mingbu.register import Record, Register
from mingbu.register.model import from_fault
from mingbu.schema.validate import validator_of


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
        record = register.records[record_id]
        texts[record.path] = _repointed(record, pointers, away.id, stays.id)
    texts[away.path] = _forwarding(texts.get(away.path, away.raw.decode("utf-8")), str(away.data["status"]), stays.id)
    return texts


def _repointed(record: Record, pointers: set[str], old: str, new: str) -> str:
    """The record's text with the id replaced where it is a reference; a value may stand on the line after its key."""
    lines = record.raw.decode("utf-8").split("\n")
    places = yamlio.locate(record.raw)
    starts = [places[pointer][0] - 1 for pointer in pointers]
    for line in {next(number for number in range(start, len(lines)) if old in lines[number]) for start in starts}:
        lines[line] = lines[line].replace(old, new)
    return "\n".join(lines)


def _forwarding(text: str, status: str, stays: str) -> str:
    """The card that points on: its state says so, everything else stays to be read, comments stay with what they are about."""
    places = yamlio.locate(text.encode("utf-8"))
    lines = text.split("\n")
    at = places["/status"][0] - 1
    key, colon, rest = lines[at].partition(":")
    lines[at] = f"{key}{colon}{rest.replace(status, 'merged', 1)}"
    before = places["/department"][0] - 1
    while lines[before - 1].startswith("#"):
        before -= 1
    lines.insert(before, f"merged_into: {stays}")
    return "\n".join(lines)


def with_texts(register: Register, texts: Mapping[str, str]) -> Register:
    """The register as it would be with these files, with what their schemas would refuse among its faults."""
    changed: dict[str, Record] = {}
    found: list[Finding] = []
    validator = validator_of(register.schemas)
    by_path = {record.path: record for record in register.records.values()}
    for path, text in texts.items():
        raw = text.encode("utf-8")
        data, faults = yamlio.read(raw)
        record = replace(by_path[path], data=data or {}, raw=raw)
        changed[record.id] = record
        faults = faults or validator.faults(record.kind, data or {})
        found += [from_fault(fault, path, raw, record.id, record.kind) for fault in faults]
    return replace(register, records={**register.records, **changed}, faults=(*register.faults, *found))
