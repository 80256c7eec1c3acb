"""Comments of a record, kept beside its data while it is rewritten."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Note:
    """The comments at one key: on the lines before it, and behind it."""

    leading: list[str] = field(default_factory=list)
    trailing: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Comments:
    """Comments by JSON pointer, and those behind the last key."""

    notes: dict[str, Note] = field(default_factory=dict)
    tail: list[str] = field(default_factory=list)

    def at(self, pointer: str) -> Note:
        return self.notes.get(pointer, _NONE)


_NONE = Note()
