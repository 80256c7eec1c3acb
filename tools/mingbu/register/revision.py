"""The commit that a register stands at. History itself comes with later modules."""

from __future__ import annotations

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


def in_repository(root: Path) -> bool:
    """Whether git looks after the folder."""
    return any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents))
