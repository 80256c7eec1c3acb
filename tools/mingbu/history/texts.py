"""What the blobs of a record say: each read once, and as many as possible through one git."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mingbu import yamlio
from mingbu.history.course import History

_MANY = 2000


class Texts:
    """The contents of blobs, by their ids."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._raw: dict[str, bytes] = {}
        self._read: dict[str, Mapping[str, Any] | None] = {}

    def fetch(self, blobs: Iterable[str | None]) -> None:
        """Gets those that aren't there yet, all at once."""
        wanted = list(dict.fromkeys(blob for blob in blobs if blob is not None and blob not in self._raw))
        for at in range(0, len(wanted), _MANY):
            some = wanted[at : at + _MANY]
            self._raw.update(zip(some, self._history.contents(some), strict=True))

    def raw(self, blob: str) -> bytes:
        if blob not in self._raw:
            self.fetch([blob])
        return self._raw[blob]

    def data(self, blob: str | None) -> Mapping[str, Any] | None:
        """The record's fields; None where there is no blob, or none that can be read as a record."""
        if blob is None:
            return None
        if blob not in self._read:
            data, faults = yamlio.read(self.raw(blob))
            self._read[blob] = None if faults else data
        return self._read[blob]
