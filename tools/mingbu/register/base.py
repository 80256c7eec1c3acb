"""What the records said at a base revision: the one reader of a record at a revision."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mingbu import ids, yamlio
from mingbu.register.model import Record
from mingbu.register.revision import in_repository
from mingbu.schema.kinds import Schemas


class RevisionError(Exception):
    """The revision that was named isn't one of this repository; the text is the name."""


@dataclass(frozen=True)
class Base:
    """The records that differ from those at `commit`, as they were there."""

    commit: str
    before: Mapping[str, Record]
    """id → the record at the base, of every file that was changed or taken away since."""
    added: frozenset[str]
    """Paths that the base doesn't have."""

    def is_new(self, record: Record) -> bool:
        return record.path in self.added and record.id not in self.before


def base_of(root: Path, schemas: Schemas, revision: str | None) -> Base | None:
    """The base that changes are judged against: the revision, else HEAD for what isn't committed yet; None without git.

    Raises RevisionError when the revision was named and isn't there.
    """
    if not in_repository(root):
        if revision is not None:
            raise RevisionError(revision)
        return None
    import git

    try:
        repository = git.Repo(root, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        if revision is not None:
            raise RevisionError(revision) from None
        return None
    with repository as repo:
        try:
            commit = repo.git.rev_parse("--verify", "--quiet", "--end-of-options", f"{'HEAD' if revision is None else revision}^{{commit}}")
        except git.GitCommandError:
            if revision is not None:
                raise RevisionError(revision) from None
            return None
        changed = _changed(repo, root, commit)
        added = changed | _paths(repo, root, "ls-files", "--others", "-z", "--", "records")
        blobs = {path: blob for path, blob in _blobs(repo, root, commit).items() if path in changed}
        return Base(commit, _records(repo, schemas, blobs), frozenset(added - set(blobs)))


def _run(repo: Any, root: Path, *arguments: str, **options: Any) -> bytes:
    return bytes(repo.git.execute(["git", "-C", str(root), *arguments], stdout_as_string=False, strip_newline_in_stdout=False, **options))


def _paths(repo: Any, root: Path, *arguments: str, **options: Any) -> set[str]:
    return {os.fsdecode(name) for name in _run(repo, root, *arguments, **options).split(b"\0") if name}


def _changed(repo: Any, root: Path, commit: str) -> set[str]:
    """Paths below records/ that differ from the commit. `git diff` brings the index up to date, so it gets a copy to write to."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(repo.git_dir) / "index"
        if index.is_file():
            shutil.copy2(index, folder)  # with its time, by which git knows what it must look at again
        arguments = ("diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--", "records")
        return _paths(repo, root, *arguments, env={"GIT_INDEX_FILE": f"{folder}/index"})


def _blobs(repo: Any, root: Path, commit: str) -> dict[str, str]:
    """Path below root → blob, of every file of records/ at the commit."""
    entries = [entry.split(b"\t", 1) for entry in _run(repo, root, "ls-tree", "-r", "-z", commit, "--", "records").split(b"\0") if entry]
    return {os.fsdecode(name): fields.split()[2].decode() for fields, name in entries}


def _records(repo: Any, schemas: Schemas, blobs: Mapping[str, str]) -> dict[str, Record]:
    """The readable records among the files; what couldn't be read at the base can't be compared with."""
    found: dict[str, Record] = {}
    for path, raw in zip(blobs, contents(repo, blobs.values()), strict=True):
        placed = ids.record_at(schemas.kinds, path)
        data, faults = yamlio.read(raw) if placed else (None, [])
        if placed and data is not None and not faults:
            found[placed[1]] = Record(placed[0], placed[1], path, data, raw)
    return found


def contents(repo: Any, blobs: Iterable[str]) -> list[bytes]:
    """The contents of the blobs in their order, through one `git cat-file --batch`."""
    wanted = list(blobs)
    if not wanted:
        return []
    with tempfile.TemporaryFile() as names:
        names.write("".join(f"{blob}\n" for blob in wanted).encode())
        names.seek(0)
        output = bytes(repo.git.cat_file("--batch", istream=names, stdout_as_string=False, strip_newline_in_stdout=False))
    result, place = [], 0
    for _ in wanted:
        end = output.index(b"\n", place)
        size = int(output[place:end].split()[2])
        result.append(output[end + 1 : end + 1 + size])
        place = end + 2 + size
    return result
