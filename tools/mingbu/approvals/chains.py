"""The statements of each subject and step in the order in which they landed, those that are no longer in the tree included."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mingbu.approvals.reading import read
from mingbu.register import Record, Register

_APPROVAL = "approval/"


@dataclass(frozen=True, slots=True)
class Link:
    """One version of a statement."""

    statement: Record
    place: int | None
    """Where the main line took it in; None while it is only proposed."""
    blob: str
    current: bool
    """Whether the tree has it; otherwise its file holds another statement now, or is gone."""

    @property
    def data(self) -> Mapping[str, Any]:
        return self.statement.data


Chains = Mapping[tuple[str, str], list[Link]]


def chains_of(register: Register) -> Chains:
    """(subject, step) → its statements, oldest first."""
    return register.memo("chains of approvals", lambda: _chains(register))


def _chains(register: Register) -> Chains:
    found: dict[tuple[str, str], list[Link]] = {}
    landed = _landed(register)
    known = {id(link.statement) for link in landed if link.current}
    proposed = [Link(record, None, blob_id(record.raw), True) for record in register.of("approval") if id(record) not in known]
    for link in [*landed, *proposed]:
        found.setdefault((str(link.data.get("subject")), str(link.data.get("step"))), []).append(link)
    for links in found.values():
        links.sort(key=lambda link: (link.place is None, link.place or 0, str(link.data.get("at"))))
    return {key: _joined(links) for key, links in found.items()}


def _landed(register: Register) -> list[Link]:
    """Every version of every statement that the main line has taken in."""
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
        statement = current or read(register, change.path, raw)
        if statement is not None:
            found.append(Link(statement, change.commit.place, str(change.new), current is not None))
    return found


def _joined(links: list[Link]) -> list[Link]:
    """What was taken away and put back with nothing in between has landed once: somebody undid a mistake."""
    joined: list[Link] = []
    for link in links:
        if joined and joined[-1].blob == link.blob:
            joined[-1] = replace(link, place=joined[-1].place)
        else:
            joined.append(link)
    return joined


def blob_id(raw: bytes, like: str = "") -> str:
    """The id under which git stores a file's content; SHA-256 where the other ids are that long."""
    head = b"blob %d\0" % len(raw)
    return (hashlib.sha256 if len(like) == 64 else hashlib.sha1)(head + raw).hexdigest()
