"""The history of one tip: the main line, the revisions of each record, and what stood where."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

from mingbu.history import steps, store
from mingbu.history.keys import sorted_into
from mingbu.history.model import Commit, HistoryError, Merge, Revision
from mingbu.history.rows import commit_of, order_of, revision_of, told
from mingbu.history.steps import Change, Step, blob, changes
from mingbu.repository import Repository, RevisionError, opened

_COMMITS = "SELECT commits.id, commits.place, commits.line, commits.text, commits.rank, commits.n FROM commits"


def open_history(root: Path, tip: str | None = None, *, branch: str = "main") -> History:
    """The history of HEAD, or of the commit `tip` (a full id). `branch` is the one whose rewriting is remembered.

    Raises HistoryError where there is nothing to read, RevisionError when the tip isn't a commit of the repository.
    """
    import git

    root = root.resolve()
    with opened(root) as repository:
        name, head = repository.head() if repository else (None, None)
        if repository is None or head is None:
            raise HistoryError("none")
        if repository.is_shallow():
            raise HistoryError("shallow")
        connection = store.current(repository, name, head, kept=name == branch)
        history = History(root, connection, len(repository.below_top.encode("utf-8", "surrogateescape")))
        if tip is None or tip == head:
            return history
        place = history.place_of(tip)
        if place is not None:
            return history.until(place)
        if repository.commit(tip) != tip:
            raise RevisionError(tip)
        try:
            return History(root, store.in_memory(repository, tip), history.above)
        except git.GitCommandError:
            raise RevisionError(tip) from None


class History:
    """What the commits did, as seen from the tip. Places count from the main line's root, which is 0."""

    def __init__(self, root: Path, connection: sqlite3.Connection, above: int, place: int | None = None) -> None:
        """`place`: the history ends there, whatever the store has behind it."""
        self._root, self._store, self.above = root, connection, above
        self._last = connection.execute("SELECT MAX(place) FROM line").fetchone()[0] if place is None else place
        self.tip = self.main(self._last).id
        self.rewritten = store.meta(connection, "rewritten")
        """The tip that the branch had before it was rewritten."""
        self._remerged: dict[str, frozenset[str] | None] = {}
        self._homes: dict[str, str] = {}

    @property
    def length(self) -> int:
        """How many commits the main line has."""
        return int(self._last) + 1

    def until(self, place: int) -> History:
        """The history as it stood when the main line ended at the place."""
        if not 0 <= place <= self._last:
            raise IndexError(place)
        return History(self._root, self._store, self.above, place)

    def main(self, place: int) -> Commit:
        """The main line's commit at the place. Raises IndexError."""
        found = self._commits("JOIN line ON line.n = commits.n WHERE line.place = ?", place) if place >= 0 else []
        if not found:
            raise IndexError(place)
        return found[0]

    def commit(self, commit_id: str) -> Commit | None:
        return next(iter(self._commits("WHERE commits.id = ?", commit_id)), None)

    def place_of(self, commit_id: str) -> int | None:
        """Where a commit stands on the main line; None for every other."""
        found = self.commit(commit_id)
        return found.place if found is not None and found.on_line else None

    def at(self, moment: int) -> Commit | None:
        """The newest main-line commit that was committed at or before the moment (Unix seconds)."""
        sql = "SELECT place FROM line WHERE place <= ? AND committed <= ? ORDER BY place DESC LIMIT 1"
        row = self._store.execute(sql, (self._last, moment)).fetchone()
        return self.main(row[0]) if row else None

    def between(self, first: int, last: int) -> list[Commit]:
        """The main line's commits that were committed from the one moment to the other (Unix seconds), newest first."""
        return self._commits("JOIN line ON line.n = commits.n WHERE line.committed BETWEEN ? AND ? ORDER BY line.place DESC", first, last)

    def clock(self, place: int, until: int) -> int:
        """The latest time that the main line's commits up to the place tell, those after `until` aside: a clock that isn't turned back."""
        row = self._store.execute("SELECT MAX(committed) FROM line WHERE place <= ? AND committed <= ?", (min(place, self._last), until)).fetchone()
        return int(row[0]) if row and row[0] is not None else until

    def revisions(self, record: str) -> list[Revision]:
        """Every commit that gave the record another content than its first parent had, newest first, side branches included."""
        found = self._both(record, self._changes(record))
        return told(record, found, self._numbered(found))

    def all_revisions(self) -> dict[str, list[Revision]]:
        """The revisions of every record that there ever was, read together."""
        found = {record: self._both(record, self._read(parts)) for record, parts in self._parts("")}
        commits = self._numbered({number for steps_of in found.values() for number in steps_of})
        return {record: told(record, steps_of, commits) for record, steps_of in found.items() if steps_of}

    def on_line(self, record: str) -> list[Revision]:
        """How the record went on the main line, oldest first."""
        found = list(self._steps(record))
        commits = self._numbered(step.number for step in found)
        return [revision_of(commits[step.number][0], record, step) for step in found]

    def on_line_with(self, prefix: str) -> list[Revision]:
        """How all records whose id begins with the prefix went on the main line, oldest first."""
        found = [(record, step) for record, parts in self._parts(prefix) for step in steps.on_line(record, self._read(parts), self._home)]
        commits = self._numbered({step.number for _, step in found})
        found.sort(key=lambda pair: (commits[pair[1].number][0].place, pair[0]))
        return [revision_of(commits[step.number][0], record, step) for record, step in found]

    def blob(self, record: str, place: int) -> str | None:
        """The record's blob on the main line at the place."""
        last = deque(self._steps(record, place), maxlen=1)
        return last[0].new if last else None

    def names(self, prefix: str) -> list[str]:
        """The ids that begin with the prefix, of all records that there ever were."""
        return [record for record, parts in self._parts(prefix) if next(self._read(parts), None) is not None]

    def standing(self, prefix: str, place: int) -> dict[str, tuple[str, str]]:
        """id → (path, blob) of the records on the main line at the place whose id begins with the prefix."""
        found = {}
        for record, parts in self._parts(prefix):
            last = deque(steps.on_line(record, self._read(parts, place), self._home), maxlen=1)
            if last and last[0].new is not None:
                found[record] = (last[0].path, last[0].new)
        return found

    def contents(self, blobs: Iterable[str]) -> list[bytes]:
        """What the blobs hold, in their order."""
        with self.repository() as repository:
            return repository.contents(blobs)

    def merges(self) -> list[Merge]:
        """Every file that a merge commit has different from all of its parents, oldest first."""
        with self.repository() as repository:
            rows = [row for row in store.merges(repository, self._store) if row[1] <= self._last]
        commits = self._numbered(row[2] for row in rows)
        rows.sort(key=lambda row: (*order_of(commits[row[2]]), row[0], row[3]))
        return [
            Merge(commits[n][0], record, path, tuple(map(blob, parents.split(" "))), blob(result)) for record, _, n, path, parents, result in rows
        ]

    def remerged_cleanly(self, commit_id: str, path: str) -> bool:
        """Whether git, merging the parents again, gets exactly what the merge commit has at the path; False where it can't say."""
        if commit_id not in self._remerged:
            commit = self.commit(commit_id)
            self._remerged[commit_id] = self._remerge(commit_id) if commit is not None and len(commit.parents) == 2 else None
        edited = self._remerged[commit_id]
        return edited is not None and path not in edited

    def _remerge(self, commit_id: str) -> frozenset[str] | None:
        """The files that the merge commit has otherwise than git would; None when git can't merge again."""
        import git

        with self.repository() as repository:
            try:
                printed = repository.run("show", "-z", "--raw", "--no-renames", "--no-relative", "--remerge-diff", "--format=", commit_id)
            except git.GitCommandError:  # git older than 2.38
                return None
            names = (os.fsdecode(name) for name in printed.split(b"\0")[1::2])
            return frozenset(name.removeprefix(repository.below_top) for name in names)

    @contextmanager
    def repository(self) -> Iterator[Repository]:
        with opened(self._root) as repository:
            if repository is None:
                raise HistoryError("none")
            yield repository

    def _commits(self, where: str, *values: object) -> list[Commit]:
        rows = self._store.execute(f"{_COMMITS} {where}", values)
        return [commit_of(row) for row in rows if row[1] <= self._last]

    def _numbered(self, numbers: Iterable[int]) -> dict[int, tuple[Commit, int]]:
        """Number → (commit, its rank)."""
        wanted, found = list(numbers), {}
        for at in range(0, len(wanted), _MANY):
            some = wanted[at : at + _MANY]
            rows = self._store.execute(f"{_COMMITS} WHERE commits.n IN ({','.join('?' * len(some))})", some)
            found.update({row[5]: (commit_of(row), row[4]) for row in rows})
        return found

    def _changes(self, record: str, place: int | None = None) -> Iterator[Change]:
        """What happened to the record's files up to the place, newest first."""
        rows = self._store.execute("SELECT first, tip, data FROM records WHERE record = ? ORDER BY first DESC", (record,))
        return self._read(rows.fetchall(), place)

    def _steps(self, record: str, place: int | None = None) -> Iterator[Step]:
        return steps.on_line(record, self._changes(record, place), self._home)

    def _both(self, record: str, found: Iterable[Change]) -> dict[int, Step]:
        """Number → what the commit did to the record, beside the main line and on it."""
        both = list(found)
        return {step.number: step for step in chain(steps.aside(both), steps.on_line(record, both, self._home))}

    def _home(self, prefix: str) -> str:
        """The folder of the records whose ids begin with the prefix: that of the first of them on the main line, whatever came later."""
        if prefix not in self._homes:
            line = ((record, change) for record, parts in self._parts(prefix) for change in self._read(parts) if change.on_line and change.new)
            came = [(change.place, folder) for record, change in line if (folder := sorted_into(record, change.path))]
            start = min(came)[0] if came else 0
            first = Counter(folder for place, folder in came if place == start)
            self._homes[prefix] = min(first, key=lambda folder: (-first[folder], folder), default="")
        return self._homes[prefix]

    def _parts(self, prefix: str) -> Iterator[tuple[str, list[Part]]]:
        """The records whose id begins with the prefix, each with its stored parts, newest first."""
        sql = "SELECT record, first, tip, data FROM records WHERE record >= ? AND record < ? ORDER BY record, first DESC"
        rows = self._store.execute(sql, (prefix, prefix + "\U0010ffff"))
        for record, parts in groupby(rows, key=itemgetter(0)):
            yield record, [(first, tip, data) for _, first, tip, data in parts]

    def _read(self, parts: Iterable[Part], place: int | None = None) -> Iterator[Change]:
        last = self._last if place is None else min(place, self._last)
        return (change for first, tip, data in parts for change in changes(data, self.above, first, tip) if change.place <= last)


Part = tuple[int, int, bytes]
"""(number of the first row, place of the tip, marks and headers and paths) of what one pass has found about a record."""
_MANY = 900
