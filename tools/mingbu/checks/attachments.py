"""Attachments 附件 against the folder in which they lie (A9). Runs only where somebody names the folder."""

from __future__ import annotations

from collections.abc import Iterator

from mingbu.findings import Finding
from mingbu.register import Record, Register
from mingbu.register.attachments import Store
from mingbu.schema.kinds import values_at

RULES = ("A9",)
CODES = ("attachment.missing", "attachment.changed", "attachment.no-digest")


def attachments_are_there_and_unchanged(register: Register, store: Store) -> Iterator[Finding]:
    """A9: every listed file is in its place, or elsewhere in the folder, with the content that was recorded."""
    for record in register.by_path():
        for path in record.kind.paths_with("sha256"):
            for pointer, digest in values_at(record.data, path):
                yield from _verified(record, pointer, str(digest), store)
        for index, attachment in enumerate(record.data.get("attachments", [])):
            if "sha256" not in attachment:
                yield record.finding(f"/attachments/{index}", "attachment.no-digest", RULES, value=attachment["title"])


def _verified(record: Record, pointer: str, digest: str, store: Store) -> Iterator[Finding]:
    beside = record.get(pointer.rpartition("/")[0]) if pointer.count("/") > 1 else record.data
    location = str(beside.get("location", ""))
    there = store.digest_at(location) if location else None
    if there == digest or store.has(digest):
        return
    name = str(beside.get("title") or location or f"{record.id} {digest[:12]}")
    yield record.finding(pointer, "attachment.changed" if there else "attachment.missing", RULES, value=name, location=location or "—")
