"""One pass over `git log`: every commit, its place on the main line, and what it did to each record."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from mingbu.history.keys import record_of
from mingbu.history.model import moment
from mingbu.repository import Repository

_PLAIN = (
    *("-c", "log.showSignature=false", "-c", "log.mailmap=false", "-c", "log.showRoot=true", "-c", "i18n.logOutputEncoding=UTF-8"),
    *("-c", "core.deltaBaseCacheLimit=512m"),
)
_RAW = ("-z", "--raw", "--no-abbrev", "--no-renames", "--no-relative", "--no-ext-diff", "--no-textconv")
LOG = (*_PLAIN, "log", *_RAW, "--diff-merges=first-parent", "--topo-order", "--format=%H %at %ct %P%x00%an%x00%ae%x00%s")
"""Without a limit to records/: git would leave out the merges that change nothing there, and they show when something landed."""
MERGES = (*_PLAIN, "log", *_RAW, "--merges", "-c", "--format=%H")
HEADER = (b":", b"\n")
"""What the line about a file begins with; the first one of a commit with a line break."""


@dataclass(slots=True)
class Pass:
    """What one pass has found, newest first: lists that go side by side, one entry a commit."""

    next: bytes
    """The next commit of the main line; at the end the parent of the oldest one seen, empty when that is a root."""
    heads: list[bytes] = field(default_factory=list)
    """Id, author's time, committer's time, parents, with spaces between."""
    times: list[int] = field(default_factory=list)
    """When it was committed."""
    depths: list[int] = field(default_factory=list)
    """How many main-line commits behind the tip the one is that brought the commit."""
    texts: list[bytes] = field(default_factory=list)
    """Author, address, summary, with NULs between."""
    line: list[int] = field(default_factory=list)
    """The numbers of the main line's commits."""
    records: dict[str, list[bytes]] = field(default_factory=dict)
    """Record → mark, header, path; mark, header, path; … (see `changes`)."""
    brought: dict[bytes, int] = field(default_factory=dict)
    """Commit still to come → its depth: the greatest of its children's, for the oldest main-line commit brought it."""

    def add(self, head: bytes, rest: bytes) -> bytes:
        """The mark of the commit: its number, its depth, and whether it stands on the main line. Children come before parents."""
        commit, _, committed, *parents = head.split(b" ")
        parents = parents if parents[0] else []
        number, depth, on_line = len(self.depths), self.brought.pop(commit, 0), commit == self.next
        if on_line:
            depth = len(self.line)
            self.line.append(number)
            self.next = parents[0] if parents else b""
        for parent in parents:
            if self.brought.get(parent, -1) < depth:
                self.brought[parent] = depth
        self.heads.append(head)
        self.times.append(moment(committed))
        self.depths.append(depth)
        self.texts.append(rest)
        return b"%d %d %d" % (number, depth, on_line)

    def leads_through(self, commit: str) -> bool:
        """Whether the commit stands on the main line that was read."""
        start = commit.encode() + b" "
        return any(self.heads[number].startswith(start) for number in self.line)


def read_log(repository: Repository, tip: str, since: str | None = None) -> Pass:
    """Everything that the tip has and `since` hasn't. Raises git.GitCommandError."""
    found = Pass(tip.encode())
    course = _Course(repository.below_top, found.records)
    tokens = tokens_of(repository.stream(*LOG, tip, *([f"^{since}"] if since else []), "--"))
    head = next(tokens, b"")
    while head:
        mark = found.add(head, b"\0".join((next(tokens), next(tokens), next(tokens))))
        head = next(tokens, b"")
        while head[:1] in HEADER:
            path = next(tokens)
            known = course[path]
            if known is not None:
                known += (mark, head, path)
            head = next(tokens, b"")
    return found


class _Course(dict[bytes, "list[bytes] | None"]):
    """Path → the list of its record in `records`; None for files that are no records. Each path is looked at once."""

    def __init__(self, below_top: str, records: dict[str, list[bytes]]) -> None:
        super().__init__()
        self._above, self._records = os.fsencode(below_top), records

    def __missing__(self, path: bytes) -> list[bytes] | None:
        record = within(self._above, path)
        found = self[path] = None if record is None else self._records.setdefault(record, [])
        return found


def within(above: bytes, path: bytes) -> str | None:
    """The record that a path from the work tree's top means."""
    return record_of(os.fsdecode(path[len(above) :])) if path.startswith(above) else None


def tokens_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What stands between the NULs."""
    return chain.from_iterable(_lists(pieces))


def _lists(pieces: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = b""
    for piece in pieces:
        found = (rest + piece).split(b"\0")
        rest = found.pop()
        yield found
    yield [rest]
