"""What stands among the records and isn't committed: said before more is written, never repaired."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mingbu.register.write import is_leftover
from mingbu.repository import opened


@dataclass(frozen=True)
class Uncommitted:
    """Paths relative to the register's root, in order."""

    records: tuple[str, ...] = ()
    """Changed, new or taken away since HEAD."""
    leftovers: tuple[str, ...] = ()
    """Temporary files of a writer that was killed, or is still writing."""


def uncommitted(root: Path) -> Uncommitted:
    """What `git status` shows below records/; nothing outside a repository."""
    import git

    asked = ("--no-optional-locks", "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--ignored", "--", "records")
    with opened(root) as repository:
        if repository is None:
            return Uncommitted()
        try:
            above = os.fsdecode(repository.run("rev-parse", "--show-prefix").removesuffix(b"\n"))
            lines = [os.fsdecode(line) for line in repository.run(*asked).split(b"\0") if line]
        except git.GitCommandError:
            return Uncommitted()
    found = sorted((line[3:].removeprefix(above), line[:2] == "!!") for line in lines)
    leftovers = tuple(path for path, _ in found if is_leftover(path.rpartition("/")[2]))
    return Uncommitted(tuple(path for path, ignored in found if not ignored and path not in leftovers), leftovers)
