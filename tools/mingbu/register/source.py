"""Where a tree comes from: a folder on the disk, or a commit. Both answer the same way, so that both are judged alike."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, Protocol

from mingbu.register.revision import Index, index_of
from mingbu.repository import opened

READ_AHEAD = 32 * 1024 * 1024
"""Bytes of a commit's files that are held at once."""

What = Literal["file", "folder", "link", "other"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder."""

    name: str
    what: What


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a file; `raw` is None where it isn't a plain file or is longer than asked for."""

    is_plain: bool
    is_executable: bool = False
    size: int = 0
    raw: bytes | None = None


class Source(Protocol):
    """A tree of files. Paths are relative to its root and separated by /."""

    @property
    def root(self) -> Path:
        """The register's folder on this machine, whether or not the tree stands there."""
        ...

    @property
    def is_there(self) -> bool:
        """Whether the tree has a real folder records/."""
        ...

    @property
    def modes(self) -> Mapping[str, str]:
        """Path → how git has stored it, below records/."""
        ...

    def entries(self, folder: str) -> list[Entry]:
        """What is in the folder, by name. Raises OSError."""
        ...

    def read(self, path: str, limit: int) -> Content:
        """The file's content. Raises OSError where it can't be read; a link is never followed."""
        ...


@dataclass(frozen=True)
class Disk:
    """The tree as it stands on the disk."""

    root: Path

    @property
    def is_there(self) -> bool:
        records = self.root / "records"
        return records.is_dir() and not records.is_symlink()

    @cached_property
    def index(self) -> Index:
        return index_of(self.root)

    @property
    def modes(self) -> Mapping[str, str]:
        return self.index.modes

    def entries(self, folder: str) -> list[Entry]:
        with os.scandir(self.root / folder) as found:
            return [Entry(entry.name, _what(entry)) for entry in sorted(found, key=lambda entry: os.fsencode(entry.name))]

    def read(self, path: str, limit: int) -> Content:
        handle = os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # neither follows a link nor waits at a pipe
        with open(handle, "rb") as stream:
            state = os.fstat(handle)
            if not stat.S_ISREG(state.st_mode):
                return Content(is_plain=False)
            executable = self.modes.get(path) == "100755" or (self.index.trusts_disk and bool(state.st_mode & 0o111))
            return Content(True, executable, state.st_size, stream.read() if state.st_size <= limit else None)


def _what(entry: os.DirEntry[str]) -> What:
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


@dataclass(frozen=True, slots=True)
class _Stored:
    mode: str
    blob: str
    size: int

    @property
    def what(self) -> What:
        """What a checkout makes of it: another repository is an empty folder until somebody fetches it."""
        return {"120000": "link", "160000": "folder"}.get(self.mode, "file")  # type: ignore[return-value]


@dataclass(frozen=True)
class Committed:
    """The tree of a commit, as a checkout of it would stand on the disk."""

    root: Path
    commit: str
    _ahead: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def _stored(self) -> dict[str, _Stored]:
        """Everything below records/, in the order in which it is read."""
        with opened(self.root) as repository:
            found = repository.sizes(self.commit) if repository else []
        ordered = sorted(found, key=lambda item: [os.fsencode(part) for part in item[0].split("/")])
        return {path: _Stored(mode, blob, size) for path, mode, blob, size in ordered}

    @cached_property
    def _folders(self) -> dict[str, dict[str, What]]:
        folders: dict[str, dict[str, What]] = {}
        for path, stored in self._stored.items():
            folder, _, name = path.rpartition("/")
            folders.setdefault(folder, {})[name] = stored.what
            while folder:
                above, _, name = folder.rpartition("/")
                if name in folders.setdefault(above, {}):
                    break
                folders[above][name] = "folder"
                folder = above
        return folders

    @cached_property
    def _places(self) -> dict[str, int]:
        return {path: number for number, path in enumerate(self._stored)}

    @property
    def is_there(self) -> bool:
        return "records" in self._folders

    @cached_property
    def modes(self) -> Mapping[str, str]:
        """In the order of git's index."""
        return {path: self._stored[path].mode for path in sorted(self._stored, key=os.fsencode)}

    def entries(self, folder: str) -> list[Entry]:
        found = self._folders.get(folder, {})
        return [Entry(name, found[name]) for name in sorted(found, key=os.fsencode)]

    def read(self, path: str, limit: int) -> Content:
        stored = self._stored.get(path)
        if stored is None or stored.what != "file":
            number = errno.ELOOP if stored is not None and stored.what == "link" else errno.EISDIR
            raise OSError(number, os.strerror(number))
        raw = self._raw(path, limit) if stored.size <= limit else None
        return Content(True, bool(int(stored.mode, 8) & 0o100), stored.size, raw)

    def _raw(self, path: str, limit: int) -> bytes:
        """The file, read together with those that follow it: one call of git for many files."""
        if path not in self._ahead:
            self._ahead.clear()
            wanted = dict(self._following(path, limit))
            with opened(self.root) as repository:
                contents = repository.contents(wanted.values()) if repository else []
            self._ahead.update(zip(wanted, contents, strict=True))
        return self._ahead.pop(path)

    def _following(self, path: str, limit: int) -> Iterator[tuple[str, str]]:
        total, paths = 0, list(self._stored)
        for name in paths[self._places[path] :]:
            stored = self._stored[name]
            if stored.what == "file" and stored.size <= limit:
                yield name, stored.blob
                total += stored.size
                if total > READ_AHEAD:
                    return
