"""Commits written through `git fast-import`, whose ids can be asked for while they are being written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

_BRANCH = "refs/heads/main"


def plain(folder: Path) -> dict[str, str]:
    """An environment in which git knows this repository and nothing of the user: no names, hooks, keys or other folders."""
    own = {"GIT_DIR": f"{folder}/.git", "GIT_WORK_TREE": str(folder), "GIT_INDEX_FILE": f"{folder}/.git/index", "GIT_NO_REPLACE_OBJECTS": "1"}
    none = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "0"}
    objects = {"GIT_OBJECT_DIRECTORY": f"{folder}/.git/objects", "GIT_ALTERNATE_OBJECT_DIRECTORIES": ""}
    return own | none | objects | {"GIT_CONFIG_PARAMETERS": "", "LC_ALL": "C"}


def git(folder: Path, *arguments: str, **options: Any) -> Any:
    """Runs git in the new repository. Raises git.GitCommandError."""
    from git import Git

    return Git(str(folder)).execute(["git", *arguments], env=plain(folder), **options)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who, and when: as an author or a committer."""

    name: str
    address: str
    at: datetime

    def line(self, role: str) -> str:
        return f"{role} {self.name} <{self.address}> {int(self.at.timestamp())} +0800\n"


class Stream:
    """A running `git fast-import`. Marks stand for what was written; nothing is in the repository before the end."""

    def __init__(self, folder: Path) -> None:
        self._process = git(folder, "fast-import", "--quiet", "--done", "--date-format=raw", as_process=True, istream=subprocess.PIPE)
        self._blobs: dict[bytes, int] = {}
        self._marks = 0

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._process.stdin.write(b"done\n")
            self._process.stdin.close()
            self._process.wait()
        elif self._process.proc.poll() is None:
            self._process.proc.kill()

    def blob(self, raw: bytes) -> int:
        """The mark of a file's content."""
        if raw not in self._blobs:
            self._blobs[raw] = self._mark()
            self._write(f"blob\nmark :{self._blobs[raw]}\ndata {len(raw)}\n".encode(), raw, b"\n")
        return self._blobs[raw]

    def commit(self, message: str, author: Signed, committer: Signed, parents: Sequence[int], files: Mapping[str, bytes]) -> int:
        """Commits the files on top of the first parent; its mark."""
        marks = {path: self.blob(raw) for path, raw in files.items()}
        mark, text = self._mark(), f"{message}\n".encode()
        head = f"commit {_BRANCH}\nmark :{mark}\n{author.line('author')}{committer.line('committer')}data {len(text)}\n"
        joined = "".join(f"{'from' if number == 0 else 'merge'} :{parent}\n" for number, parent in enumerate(parents))
        changed = "".join(f"M 100644 :{marks[path]} {path}\n" for path in sorted(marks))
        self._write(head.encode(), text, f"\n{joined}{changed}\n".encode())
        return mark

    def id_of(self, mark: int) -> str:
        """The id that git gave to what the mark stands for."""
        self._write(f"get-mark :{mark}\n".encode())
        self._process.stdin.flush()
        return str(self._process.stdout.readline().decode().strip())

    def _mark(self) -> int:
        self._marks += 1
        return self._marks

    def _write(self, *parts: bytes) -> None:
        for part in parts:
            self._process.stdin.write(part)
