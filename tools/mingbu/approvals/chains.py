"""The statements of each subject and step in the order in which they landed, those that are no longer in the tree included."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingbu.approvals.reading import read
from mingbu.register import Record, Register

_APPROVAL = "approval/"


@dataclass(frozen=True, slots=True)
class Link:
    """One version of a statement."""

    data: Mapping[str, Any]
    place: int | None
    """Where the main line took it in; None while it is only proposed."""
    blob: str
    record: Record | None
    """The statement in the tree; None when its file holds something else now, or is gone."""


Chains = Mapping[tuple[str, str], list[Link]]


def chains_of(register: Register) -> Chains:
    """(subject, step) → its statements, oldest first."""
    found: dict[tuple[str, str], list[Link]] = {}
    landed = _landed(register)
    for link in landed:
        found.setdefault((str(link.data.get("subject")), str(link.data.get("step"))), []).append(link)
    known = {id(link.record) for link in landed if link.record is not None}
    for record in register.of("approval"):
        if id(record) not in known:
            found.setdefault((record.data["subject"], record.data["step"]), []).append(Link(record.data, None, blob_id(record.raw), record))
    for links in found.values():
        links.sort(key=lambda link: (link.place is None, link.place or 0, str(link.data.get("at"))))
    return found


def _landed(register: Register) -> list[Link]:
    """Every version of every statement that the main line has taken in; a file that comes back unchanged landed anew."""
    if register.past is None:
        return []
    past = register.past
    landed = [change for change in past.main.on_line_with(_APPROVAL) if change.new is not None]
    past.texts.fetch(change.new for change in landed)
    last = {change.path: change for change in landed}
    found = []
    for change in landed:
        there, raw = register.get(change.record), past.texts.raw(str(change.new))
        current = there if there is not None and last[change.path] is change and there.raw == raw else None
        old = current or read(register, change.path, raw)
        if old is not None:
            found.append(Link(old.data, change.commit.place, str(change.new), current))
    return found


def blob_id(raw: bytes, like: str = "") -> str:
    """The id under which git stores a file's content; SHA-256 where the other ids are that long."""
    head = b"blob %d\0" % len(raw)
    return (hashlib.sha256 if len(like) == 64 else hashlib.sha1)(head + raw).hexdigest()
