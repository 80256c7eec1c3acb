"""The commit that a register stands at. History itself comes with later modules."""

from __future__ import annotations

import os
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
            edited = bool(repo.git.status("--porcelain", "--untracked-files=all", "--", str(root / "records"), str(root / "schemas")))
    except (git.InvalidGitRepositoryError, git.NoSuchPathError, git.GitCommandError, ValueError):
        return None
    return Revision(commit, edited)


def index_modes(root: Path) -> dict[str, str]:
    """path → git mode (100644, 100755, 120000 a link, 160000 another repository) of everything git tracks below records/."""
    if not in_repository(root):
        return {}
    import git

    try:
        with git.Repo(root, search_parent_directories=True) as repo:
            listed = repo.git.execute(["git", "-C", str(root), "ls-files", "-s", "-z", "--", "records"], stdout_as_string=False)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError, git.GitCommandError):
        return {}
    entries = [entry.split(b"\t", 1) for entry in bytes(listed).split(b"\0") if entry]
    return {os.fsdecode(name): fields[:6].decode() for fields, name in entries}


def in_repository(root: Path) -> bool:
    """Whether git looks after the folder."""
    return any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents))
