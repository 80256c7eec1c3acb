"""Writes files and commits exactly them, beside other writers and beside what the user has changed.

A kill between any two steps leaves what git users know: files that are written and not committed, or staged and not
committed, or the commit. The commit is made by `git commit-tree`: the repository's own commit hooks (pre-commit,
commit-msg, post-commit) are not run; `mingbu check` judges what they would.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mingbu.register import staging
from mingbu.register.staging import Entries, complaint, lock_in
from mingbu.register.write import content, write_texts
from mingbu.repository import Repository, opened

PATIENCE = 5.0
"""Seconds to wait for a lock that another process holds."""

_TRIES = 1000
"""Each failed try means that another writer has landed a commit."""

_LONGEST_PAUSE = 50
"""Milliseconds; a random part of it keeps writers from running in step."""


class CommitError(Exception):
    """Nothing was committed. `key` is one of the catalogue, `values` its arguments, `paths` the files that it is about."""

    def __init__(self, key: str, paths: Iterable[str] = (), /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.paths = tuple(paths)
        self.values = values


def ready(root: Path) -> None:
    """Raises CommitError where nothing could be committed: there is no repository, or git doesn't know who commits."""
    with _repository(root) as repository:
        _known(repository, {})


def commit_files(
    root: Path,
    texts: Mapping[str, str | None],
    message: str,
    author: tuple[str, str] | None = None,
    at: str | None = None,
    patience: float = PATIENCE,
) -> str:
    """Writes the files (path below root → text; None takes the file away) and commits them alone; the commit's id.

    author: (name, address) where it isn't the committer; at: the commit's time where it isn't the clock's. Runs no
    hooks, see above. When HEAD has all of this already, HEAD's id. Raises OSError where a file can't be written, and
    CommitError.
    """
    import git

    env = {"GIT_AUTHOR_NAME": author[0], "GIT_AUTHOR_EMAIL": author[1]} if author else {}
    env |= {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at} if at else {}
    with _repository(root) as repository:
        _known(repository, env)
        _refuse_odd_places(root, texts)
        paths = list(texts)
        before = staging.at(repository, repository.commit("HEAD"), paths)
        change = _Change(repository, before, staging.made(repository, texts), message, env, patience)
        change.refuse_others(texts)
        write_texts({root / path: text for path, text in texts.items()})
        try:
            change.stage()
            return change.land()
        except git.GitCommandError as error:
            raise CommitError("commit.git-written", paths, detail=complaint(error)) from None


@contextmanager
def _repository(root: Path) -> Iterator[Repository]:
    """The repository, with what git complains about as a CommitError."""
    import git

    with opened(root) as repository:
        if repository is None:
            raise CommitError("commit.no-git", path=root)
        try:
            yield repository
        except git.GitCommandError as error:
            raise CommitError("commit.git", detail=complaint(error)) from None


def _known(repository: Repository, env: Mapping[str, str]) -> None:
    """Raises CommitError when nobody has told git who commits; a guess from the machine's name doesn't count."""
    import git

    try:
        for variable in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
            repository.run("-c", "user.useConfigOnly=true", "var", variable, env=env)
    except git.GitCommandError:
        raise CommitError("commit.no-identity") from None


def _refuse_odd_places(root: Path, paths: Iterable[str]) -> None:
    """A record isn't written outside the register, through a link, or in a link's or a folder's place."""
    for path in paths:
        parts = PurePosixPath(path)
        inside = not parts.is_absolute() and parts.parts and not {"..", ".git"} & set(parts.parts)
        places = [root / part for part in (parts, *parts.parents)][:-1]
        if not inside or any(place.is_symlink() for place in places) or (root / path).is_dir():
            raise CommitError("commit.place", [path])


@dataclass(frozen=True)
class _Change:
    """Entries that are to become others, by path."""

    repository: Repository
    before: Entries
    wanted: Entries
    message: str
    env: Mapping[str, str]
    patience: float

    def refuse_others(self, texts: Mapping[str, str | None]) -> None:
        """Raises CommitError where somebody has a change of his own in a file, unless it is the one that is to be made."""
        index, others = staging.staged(self.repository, list(texts))
        others |= {path for path, entry in index.items() if entry not in (self.before[path], self.wanted[path])}
        raw = {path: content(self.repository.root / path) for path in texts}
        different = [path for path, text in texts.items() if raw[path] != (None if text is None else text.encode("utf-8"))]
        blobs = staging.on_disk(self.repository, different)
        for path in different:
            entry = self.before[path]
            if blobs.get(path) != (entry[1] if entry else None):
                others.add(path)
        if others:
            raise CommitError("commit.dirty", sorted(others))

    def stage(self) -> None:
        """Brings git's index in step with the files, so that nothing looks undone once the commit is there."""
        wait = _Wait(self.patience)
        while not self._tried(lambda: staging.stage(self.repository, self.wanted), wait):
            wait.pause()

    def land(self) -> str:
        """Adds a commit to HEAD. Another writer may be faster: then once more, on top of his, unless it is about the same files."""
        wait, last = _Wait(self.patience), None
        for _ in range(_TRIES):
            parent = self.repository.commit("HEAD")
            if parent != last:
                wait, last = _Wait(self.patience), parent
            now = staging.at(self.repository, parent, list(self.wanted))
            moved = [path for path, entry in now.items() if entry not in (self.before.get(path), self.wanted.get(path))]
            if moved:
                raise CommitError("commit.moved", moved)
            if now == self.wanted and parent:
                return parent
            new = staging.committed(self.repository, staging.tree_with(self.repository, parent, self.wanted), parent, self.message, self.env)
            if self._pointed(new, parent, wait):
                return new
            wait.pause()
        raise CommitError("commit.busy", self.wanted)

    def _pointed(self, new: str, parent: str | None, wait: _Wait) -> bool:
        reason = f"commit{'' if parent else ' (initial)'}: {self.message.strip().splitlines()[0]}"
        return self._tried(lambda: staging.point(self.repository, new, parent, reason), wait, lambda: self.repository.commit("HEAD") != parent)

    def _tried(self, act: Callable[[], None], wait: _Wait, overtaken: Callable[[], bool] = lambda: False) -> bool:
        """Whether it could be done; False where another process was in the way and there is time for another try."""
        import git

        try:
            act()
        except git.GitCommandError as error:
            if overtaken():
                return False
            lock = lock_in(complaint(error)) or lock_in(str(error.stderr))
            if lock is None:
                raise
            if wait.is_over:
                raise CommitError("commit.locked", self.wanted, lock=lock) from None
            return False
        return True


class _Wait:
    """Patience for a lock."""

    def __init__(self, patience: float) -> None:
        self._end = time.monotonic() + patience

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def pause(self) -> None:
        time.sleep((1 + secrets.randbelow(_LONGEST_PAUSE)) / 1000)
