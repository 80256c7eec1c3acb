"""The commit that a register stands at. History itself comes with later modules."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


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

    try:
        with git.Repo(root, search_parent_directories=True) as repo:
            commit = repo.head.commit.hexsha
            asked = ("--porcelain", "--untracked-files=all", "--", str(root / "records"), str(root / "schemas"))
            edited = bool(repo.git(no_optional_locks=True).status(*asked))
    except (git.InvalidGitRepositoryError, git.NoSuchPathError, git.GitCommandError, ValueError):
        return None
    return Revision(commit, edited)


@dataclass(frozen=True, slots=True)
class Index:
    """How git has stored what lies below records/."""

    modes: Mapping[str, str]
    """path → 100644, 100755, 120000 (a link) or 160000 (another repository)."""
    trusts_disk: bool
    """Whether the executable bit on the disk means anything (core.fileMode); on some file systems every file has it."""


def index_of(root: Path) -> Index:
    """Git's index below records/; empty outside a repository, where only the disk can be asked."""
    if not in_repository(root):
        return Index({}, trusts_disk=True)
    import git

    try:
        with git.Repo(root, search_parent_directories=True) as repo:
            listed = repo.git.execute(["git", "-C", str(root), "ls-files", "-s", "-z", "--", "records"], stdout_as_string=False)
            trusts_disk = bool(repo.config_reader().get_value("core", "filemode", True))
    except (git.InvalidGitRepositoryError, git.NoSuchPathError, git.GitCommandError):
        return Index({}, trusts_disk=True)
    entries = [entry.split(b"\t", 1) for entry in bytes(listed).split(b"\0") if entry]
    return Index({os.fsdecode(name): fields[:6].decode() for fields, name in entries}, trusts_disk)


def in_repository(root: Path) -> bool:
    """Whether git looks after the folder."""
    return any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents))
