"""The commit that a register stands at, and how git has stored its files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mingbu.repository import opened


@dataclass(frozen=True, slots=True)
class Revision:
    """The commit at HEAD, and whether records or schemas were edited since."""

    commit: str
    edited: bool

    @property
    def label(self) -> str:
        return self.commit[:12] + ("+" if self.edited else "")


def revision_of(root: Path) -> Revision | None:
    """The revision of the work tree at root; None outside a git repository or before its first commit."""
    import git

    with opened(root) as repository:
        commit = repository.commit("HEAD") if repository else None
        if repository is None or commit is None:
            return None
        asked = ("--no-optional-locks", "status", "--porcelain", "--untracked-files=all", "--", "records", "schemas")
        try:
            return Revision(commit, bool(repository.run(*asked)))
        except git.GitCommandError:
            return None


@dataclass(frozen=True, slots=True)
class Index:
    """How git has stored what lies below records/."""

    modes: Mapping[str, str]
    """path → 100644, 100755, 120000 (a link) or 160000 (another repository)."""
    trusts_disk: bool
    """Whether the executable bit on the disk means anything (core.fileMode); on some file systems every file has it."""


def index_of(root: Path) -> Index:
    """Git's index below records/; empty outside a repository, where only the disk can be asked."""
    import git

    try:
        with opened(root) as repository:
            if repository is None:
                return Index({}, trusts_disk=True)
            listed = repository.run("ls-files", "-s", "-z", "--", "records")
            trusts_disk = bool(repository.setting("core", "filemode", True))
    except git.GitCommandError:
        return Index({}, trusts_disk=True)
    entries = [entry.split(b"\t", 1) for entry in listed.split(b"\0") if entry]
    return Index({os.fsdecode(name): fields[:6].decode() for fields, name in entries}, trusts_disk)
