"""A git repository, opened and asked through GitPython: bytes in, bytes out. Nothing here knows what a record is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class RevisionError(Exception):
    """The revision that was named isn't one of this repository; the text is the name."""


@contextmanager
def opened(root: Path) -> Iterator[Repository | None]:
    """The repository that looks after the folder, while it is needed; None where there is none."""
    if not in_repository(root):
        yield None
        return
    import git

    try:
        repo = git.Repo(root, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        yield None
        return
    with repo:
        yield Repository(repo, root)


def in_repository(root: Path) -> bool:
    """Whether git looks after the folder."""
    return any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents))


class Repository:
    """What is asked of git. Paths are relative to the register's root, which may lie below the work tree's top."""

    def __init__(self, repo: Any, root: Path) -> None:
        self._repo = repo
        self.root = root
        self.folder = Path(repo.git_dir)

    def run(self, *arguments: str, env: Mapping[str, str] | None = None, **options: Any) -> bytes:
        """What the git command prints, of what is stored (no replacements). Raises git.GitCommandError."""
        command = ["git", "-C", str(self.root), *arguments]
        plain = {"stdout_as_string": False, "strip_newline_in_stdout": False}
        return bytes(self._repo.git.execute(command, env={"GIT_NO_REPLACE_OBJECTS": "1", **(env or {})}, **plain, **options))

    def commit(self, revision: str) -> str | None:
        """The id of the commit that the name means, or None."""
        import git

        try:
            return self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        except (git.GitCommandError, ValueError):  # a name with a NUL in it
            return None

    def paths(self, *arguments: str, **options: Any) -> set[str]:
        """The names that a command with -z prints."""
        return {os.fsdecode(name) for name in self.run(*arguments, **options).split(b"\0") if name}

    def blobs(self, commit: str, below: str = "records") -> dict[str, str]:
        """Path → blob, of every file in the folder at the commit."""
        return {path: blob for path, (_, blob) in self.tree(commit, below).items()}

    def tree(self, commit: str, below: str = "records") -> dict[str, tuple[str, str]]:
        """Path → (mode, blob), of every file in the folder at the commit."""
        entries = [entry.split(b"\t", 1) for entry in self.run("ls-tree", "-r", "-z", commit, "--", below).split(b"\0") if entry]
        return {os.fsdecode(name): (fields[:6].decode(), fields.split()[2].decode()) for fields, name in entries}

    def contents(self, blobs: Iterable[str]) -> list[bytes]:
        """The contents of the blobs in their order, through one `git cat-file --batch`."""
        wanted = list(blobs)
        if not wanted:
            return []
        with tempfile.TemporaryFile() as names:
            names.write("".join(f"{blob}\n" for blob in wanted).encode())
            names.seek(0)
            output = self.run("cat-file", "--batch", "--buffer", istream=names)
        result, place = [], 0
        for _ in wanted:
            end = output.index(b"\n", place)
            size = int(output[place:end].split()[2])
            result.append(output[end + 1 : end + 1 + size])
            place = end + 2 + size
        return result

    def is_shallow(self) -> bool:
        return (Path(self._repo.common_dir) / "shallow").is_file()

    def setting(self, section: str, key: str, default: Any) -> Any:
        """A value of git's configuration."""
        return self._repo.config_reader().get_value(section, key, default)
