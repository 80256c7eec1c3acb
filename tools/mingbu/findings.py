"""A finding: what is wrong in a record, where, which rule asks for it. Bad data is a finding, never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class Word(str):
    """The key of a word in the catalogue (type.string → 文字), looked up when the finding is shown."""

    __slots__ = ()


Text = str | tuple[str, str] | Word
"""A word for people: a value as it is, (中文, English) from a schema, or a key of the catalogue."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong inside one text, before it is known which record it belongs to.

    line and column count from 1; 0 means "not known yet" and is filled in from the pointer.
    """

    code: str
    pointer: str = ""
    line: int = 0
    column: int = 0
    args: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of `mingbu check`; message and hint come from the catalogue when it is shown."""

    path: str
    line: int
    column: int
    pointer: str
    code: str
    record: str | None = None
    args: Mapping[str, Text] = field(default_factory=dict)
    rules: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Findings are shown by file, then by place: the same input gives the same list."""
        return (self.path, self.line, self.column, self.code, self.pointer)
