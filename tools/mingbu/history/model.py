"""What the history tells: commits, revisions of records, and files that a merge made anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

_CHINA = timezone(timedelta(hours=8))
LATEST = 253402271999
"""The last second that a date can show in China; clocks of commits may say anything."""


class HistoryError(Exception):
    """There is no history to read: `reason` is "none" (no git, or no commit yet) or "shallow" (the clone was cut off)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. Names, addresses and summaries are whatever somebody wrote."""

    id: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    authored: int
    committed: int
    """Unix seconds, as `authored`."""
    summary: str
    place: int
    """The place on the main line (0 is its root) of the commit that brought this one: its own, if it stands there."""
    on_line: bool

    @property
    def time(self) -> str:
        """When it was committed: 2026-11-20T10:00:00+08:00."""
        return in_china(self.committed)

    @property
    def authored_at(self) -> str:
        return in_china(self.authored)

    @property
    def is_merge(self) -> bool:
        return len(self.parents) > 1


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit gave a record another blob than its first parent had; None where there was, or is, no file."""

    commit: Commit
    record: str
    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge commit whose file differs from that of each of its parents."""

    commit: Commit
    record: str
    path: str
    parents: tuple[str | None, ...]
    result: str | None


def in_china(moment: int) -> str:
    return datetime.fromtimestamp(moment, _CHINA).isoformat()


def moment(text: bytes) -> int:
    """Unix seconds as git prints them; a clock that is no clock counts as the nearest one that is."""
    try:
        return min(max(int(text), 0), LATEST)
    except ValueError:
        return 0
