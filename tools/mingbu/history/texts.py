"""What the blobs of a record say: each read once, and as many as possible through one git."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from mingbu import yamlio
from mingbu.history.course import History

_MANY = 2000
Data = Mapping[str, Any]


class Texts:
    """The contents of blobs, by their ids."""

    def __init__(self, history: History, known: Texts | None = None) -> None:
        """`known`: others of the same repository whose blobs needn't be fetched again."""
        self.history = history
        self._raw: dict[str, bytes] = dict(known._raw) if known else {}
        self._read: dict[str, Data | None] = {}
        self._parts: dict[str, list[bytes] | None] = {}
        self.compared: dict[tuple[str, str | None, str | None], Any] = {}
        """What comparing two of them gave, for who compares: a merge repeats what its side branch did."""

    def fetch(self, blobs: Iterable[str | None]) -> None:
        """Gets those that aren't there yet, all at once."""
        wanted = list(dict.fromkeys(blob for blob in blobs if blob is not None and blob not in self._raw))
        for at in range(0, len(wanted), _MANY):
            some = wanted[at : at + _MANY]
            self._raw.update(zip(some, self.history.contents(some), strict=True))

    def raw(self, blob: str) -> bytes:
        if blob not in self._raw:
            self.fetch([blob])
        return self._raw[blob]

    def know(self, blob: str, raw: bytes, data: Data) -> None:
        """What somebody has read already: taken as the blob's data if its text is this one."""
        if self.raw(blob) == raw:
            self._read.setdefault(blob, data)

    def data(self, blob: str | None) -> Data | None:
        """The record's fields; None where there is no blob, or none that can be read as a record."""
        if blob is None:
            return None
        if blob not in self._read:
            data, faults = yamlio.read(self.raw(blob))
            self._read[blob] = None if faults else data
        return self._read[blob]

    def both(self, old: str | None, new: str | None) -> tuple[Data | None, Data | None]:
        """What the two say, without the fields that are written the same in both: enough to tell what changed, and far sooner read."""
        if old is None or new is None or old in self._read or new in self._read:
            return self.data(old), self.data(new)
        one, other = self._plain(old), self._plain(new, old)
        if one is None or other is None:
            return self.data(old), self.data(new)
        start, end = _shared(one, other)
        sides: list[Data] = []
        for parts in (one, other):
            fields = [_field(part) for part in parts[start : len(parts) - end]]
            if None in fields:
                return self.data(old), self.data(new)
            sides.append({key: value for field in fields if field for key, value in field.items()})
        return sides[0], sides[1]

    def _plain(self, blob: str, before: str | None = None) -> list[bytes] | None:
        """The text in parts of one field each; None where that can't be told without reading it all.

        Whether it can is a matter of each single line, so that parts which a plain text has too need not be looked at.
        """
        if blob not in self._parts:
            parts = _FIELDS.split(self.raw(blob))
            known = self._parts.get(before) if before else None
            start, end = _shared(known, parts) if known else (0, 0)
            odd = parts[0] or _ODD.search(b"".join(parts[start : len(parts) - end]))
            same_keys = known and _keys(known[start : len(known) - end]) == _keys(parts[start : len(parts) - end])
            self._parts[blob] = None if odd or (not same_keys and len(set(_keys(parts))) != len(parts)) else parts
        return self._parts[blob]


def _shared(one: list[bytes], other: list[bytes]) -> tuple[int, int]:
    """How many parts the two have in common at their beginning, and how many at their end."""
    most = min(len(one), len(other))
    start = next((at for at in range(most) if one[at] != other[at]), most)
    rest = most - start
    return start, next((at for at in range(rest) if one[-1 - at] != other[-1 - at]), rest)


def _keys(parts: list[bytes]) -> list[bytes]:
    return [part[: part.find(b":")] for part in parts]


@lru_cache(maxsize=1 << 15)
def _field(part: bytes) -> Data | None:
    """What one field's part says; None when something is wrong with it. The same line stands in many revisions."""
    data, faults = yamlio.read(part)
    return None if faults else data


_FIELDS = re.compile(rb"^(?=[a-z])", re.MULTILINE)
_ODD = re.compile(
    rb"""
    ^(?![a-z][a-z0-9_]*:(?:[ ]|$)|[ ]|$|\#)             # at the margin stands something else than a field or a remark
    | (?:^[ ]*|[:-][ ]+) (?:                            # a value begins that may go on at the margin of the next line:
        "(?!(?:[^"\\\n]|\\[^\n])*"[ ]*$)                # quotes that aren't closed on their line,
        | '(?!(?:[^'\n]|'')*'[ ]*$)
        | [\[{&*!]                                      # brackets; and what no record may have
    )
    | \r | \xc2\x85 | \xe2\x80[\xa8\xa9]                # other line breaks
    """,
    re.MULTILINE | re.VERBOSE,
)
