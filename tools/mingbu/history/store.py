"""Where the history is kept: an SQLite file beside the other caches, or memory. Whatever is wrong with the file, it is made anew."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from mingbu.history.reading import HEADER, MERGES, Pass, read_log, tokens_of, within
from mingbu.history.steps import is_file
from mingbu.repository import Repository, cache_of, make_cache

_FORMAT = "2"
_TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE commits(n INTEGER PRIMARY KEY, id TEXT, place INTEGER, rank INTEGER, line INTEGER, text BLOB);
CREATE TABLE line(place INTEGER PRIMARY KEY, n INTEGER, committed INTEGER);
CREATE TABLE records(record TEXT, first INTEGER, tip INTEGER, data BLOB);
CREATE TABLE merges(record TEXT, place INTEGER, n INTEGER, path TEXT, parents TEXT, result TEXT);
"""
_INDEXES = ("CREATE UNIQUE INDEX commits_by_id ON commits(id)", "CREATE INDEX records_by_id ON records(record)")


def current(repository: Repository, branch: str | None, head: str, *, kept: bool) -> sqlite3.Connection:
    """The history of HEAD: as it is stored, brought up to date or made anew. `kept`: a rewriting of this branch is remembered."""
    path = cache_of(repository.root) / f"history-{_safe(branch) if branch else 'detached'}.sqlite"
    try:
        found = _opened(path, branch)
        if found is not None and meta(found, "tip") == head:
            return found
        if found is not None:
            found.close()
        with _alone(repository.root):
            return _renewed(repository, path, branch, head, kept=kept)
    except (OSError, sqlite3.Error):
        return in_memory(repository, head)


def in_memory(repository: Repository, tip: str) -> sqlite3.Connection:
    """The history of the tip, kept nowhere. Raises git.GitCommandError."""
    found = read_log(repository, tip)
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _fill(connection, found, {"tip": tip})
    return connection


def meta(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row and row[0] is not None else None


def _safe(branch: str) -> str:
    """The branch's name as a part of a file name."""
    return quote(branch, safe="")[:150]


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Who writes the history of a register waits for the others."""
    with (make_cache(root) / "history-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _opened(path: Path, branch: str | None) -> sqlite3.Connection | None:
    """The stored history, when it is one that can be used."""
    if not path.is_file():
        return None
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        if (meta(connection, "format"), meta(connection, "branch")) == (_FORMAT, branch or "") and meta(connection, "tip"):
            connection.execute("PRAGMA synchronous=NORMAL")
            return connection
    except (sqlite3.Error, ValueError):
        pass
    connection.close()
    return None


def _renewed(repository: Repository, path: Path, branch: str | None, head: str, *, kept: bool) -> sqlite3.Connection:
    found = _opened(path, branch)
    lost = old = None
    if found is not None:
        try:
            if (old := meta(found, "tip")) == head or (old and _extend(repository, found, old, head)):
                return found
            lost = meta(found, "rewritten")
        except sqlite3.Error:
            old = None
        found.close()
    read = read_log(repository, head)
    if kept and old and not lost and not read.leads_through(old):
        lost = old
    facts = {"tip": head, "branch": branch or "", "rewritten": lost if kept else None}
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".history-", suffix=".tmp")
    os.close(handle)
    try:
        _write(temporary, read, facts)
        Path(f"{path}-journal").unlink(missing_ok=True)  # left by a writer that was killed: it isn't about the new file
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    fresh = _opened(path, branch)
    if fresh is None:
        raise OSError
    return fresh


def _write(file: str, found: Pass, facts: dict[str, str | None]) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "page_size=8192"):
            connection.execute(f"PRAGMA {pragma}")
        _fill(connection, found, facts)


def _fill(connection: sqlite3.Connection, found: Pass, facts: dict[str, str | None]) -> None:
    """Writes a whole history into an empty database; the indexes come last, which is faster."""
    connection.execute("BEGIN")
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    _append(connection, found, -1, 0, lambda _: 0)
    for statement in _INDEXES:
        connection.execute(statement)
    connection.executemany("INSERT INTO meta VALUES (?, ?)", {"format": _FORMAT, "branch": "", **facts}.items())
    connection.execute("COMMIT")


def _append(connection: sqlite3.Connection, found: Pass, last: int, first: int, rank: Callable[[bytes], int]) -> None:
    """Adds what a pass has found behind the main line's place `last`; the rows are numbered from `first` on."""
    tip = last + len(found.line)
    ranks, on_line = _ranks(found, rank), set(found.line)
    commits = zip(found.heads, found.depths, found.texts, strict=True)
    rows = (
        (first + number, (name := head[: head.index(b" ")]).decode(), tip - depth, ranks[name], int(number in on_line), head + b"\0" + text)
        for number, (head, depth, text) in enumerate(commits)
    )
    connection.executemany("INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?)", rows)
    line = ((tip - depth, first + number, found.times[number]) for depth, number in enumerate(found.line))
    connection.executemany("INSERT INTO line VALUES (?, ?, ?)", line)
    parts = ((record, first, tip, b"\0".join(found.records[record])) for record in sorted(found.records) if found.records[record])
    connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", parts)


def _ranks(found: Pass, rank: Callable[[bytes], int]) -> dict[bytes, int]:
    """A number for each commit, greater than its parents' and no less than its time: the order in which revisions are shown.

    It depends on nothing but what the commit holds, so that a history that has grown is the same as one read at once.
    """
    ranks: dict[bytes, int] = {}
    for head, committed in zip(reversed(found.heads), reversed(found.times), strict=True):
        commit, _, _, *parents = head.split(b" ")
        for parent in filter(None, parents):
            before = ranks[parent] if parent in ranks else rank(parent)
            if before >= committed:
                committed = before + 1
        ranks[commit] = committed
    return ranks


def _extend(repository: Repository, connection: sqlite3.Connection, old: str, head: str) -> bool:
    """Adds the commits since `old`; False when the main line doesn't lead back to it."""
    import git

    try:
        found = read_log(repository, head, old)
    except git.GitCommandError:  # the old commit is gone
        return False
    if found.next != old.encode():
        return False
    connection.execute("BEGIN IMMEDIATE")
    if meta(connection, "tip") != old:
        connection.execute("ROLLBACK")
        return False
    last, number = connection.execute("SELECT (SELECT MAX(place) FROM line), (SELECT MAX(n) FROM commits)").fetchone()

    def rank(commit: bytes) -> int:
        row = connection.execute("SELECT rank FROM commits WHERE id = ?", (commit.decode(),)).fetchone()
        return int(row[0]) if row else 0

    _append(connection, found, last, number + 1, rank)
    connection.execute("UPDATE meta SET value = ? WHERE key = 'tip'", (head,))
    connection.execute("COMMIT")
    return True


_NO_FILE = "0"
MergeRow = tuple[str, int, int, str, str, str]
"""(record, place, number of the commit, path, the parents' blobs with spaces between, the result's)."""


def merges(repository: Repository, connection: sqlite3.Connection) -> list[MergeRow]:
    """Files that differ from every parent's, of all merge commits in the store; those since the last time are looked for and stored."""
    tip, done = meta(connection, "tip"), meta(connection, "merges")
    known = connection.execute("SELECT record, place, n, path, parents, result FROM merges").fetchall()
    if tip is None or tip == done:
        return known
    fresh = list(_merges(repository, connection, tip, done))
    with suppress(sqlite3.OperationalError):  # a file that can't be written: they are looked for again next time
        connection.execute("BEGIN IMMEDIATE")
        if meta(connection, "merges") == done:
            connection.executemany("INSERT INTO merges VALUES (?, ?, ?, ?, ?, ?)", fresh)
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('merges', ?)", (tip,))
        connection.execute("COMMIT")
    return known + fresh


def _merges(repository: Repository, connection: sqlite3.Connection, tip: str, done: str | None) -> Iterator[MergeRow]:
    above = os.fsencode(repository.below_top)
    tokens = tokens_of(repository.stream(*MERGES, tip, *([f"^{done}"] if done else []), "--"))
    commit = b""
    for token in filter(None, tokens):  # git puts an empty one before the files of a merge
        if token[:1] not in HEADER:
            commit = token
            continue
        path = next(tokens)
        record = within(above, path)
        if record is not None:
            n, place = connection.execute("SELECT n, place FROM commits WHERE id = ?", (commit.decode(),)).fetchone()
            header = token.strip(b"\n").split(b" ")
            parents = header[0].count(b":")
            modes, blobs = (header[0].lstrip(b":"), *header[1 : parents + 1]), header[parents + 1 : 2 * parents + 2]
            *sides, result = (name.decode() if is_file(mode) else _NO_FILE for mode, name in zip(modes, blobs, strict=True))
            if result not in sides:
                yield record, place, n, os.fsdecode(path[len(above) :]), " ".join(sides), result
