"""What the records said at a base revision: the one reader of a record at a revision."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mingbu import ids, yamlio
from mingbu.register.model import Record
from mingbu.register.moment import fork_of
from mingbu.repository import Repository, RevisionError, opened
from mingbu.schema.expand import SchemaError
from mingbu.schema.kinds import Schemas, load_schemas
from mingbu.schema.validate import validator_of


@dataclass(frozen=True)
class Base:
    """The records that differ from those at `commit`, as they were there."""

    commit: str
    before: Mapping[str, Record]
    """id → the record at the base, of every file that was changed or taken away since."""
    added: frozenset[str]
    """Paths that the base doesn't have."""
    trusted: str
    """The commit that people are taken from: the one that was named, else where the work at HEAD left the main line."""
    policies: Mapping[str, Record]
    """id → the policies that stood at a named base: they judge the change, not what the change makes of them."""
    named: bool = False
    """Whether somebody named the base, so that it judges the change."""
    topics: frozenset[str] = frozenset()
    """The topics that a named base has policies of, whatever the schemas of the change think of these."""
    schemas: Schemas | None = None
    """The schemas of a named base; None where it has none that can be used."""

    def is_new(self, record: Record) -> bool:
        return record.path in self.added and record.id not in self.before


def base_of(root: Path, schemas: Schemas, revision: str | None, at: str | None = None) -> Base | None:
    """The base that changes are judged against: the revision, else HEAD for what isn't committed yet; None without git.

    With `at`, it is the tree of that commit that has changed since the revision (without one: not at all), not the disk.
    Where the revision has moved on, the change begins where it left it. Raises RevisionError when the revision was named
    and isn't there.
    """
    with opened(root) as repository:
        trusted = repository.commit((at or "HEAD") if revision is None else revision) if repository else None
        if repository is None or trusted is None:
            if revision is not None:
                raise RevisionError(revision)
            return None
        commit = repository.merge_base(trusted, at or "HEAD") or trusted if revision is not None else trusted
        if revision is None and at is None:
            trusted = fork_of(repository, commit)
        changed = _changed(repository, commit, at)
        added = changed | (set() if at else repository.paths("ls-files", "--others", "-z", "--", "records"))
        blobs = {path: blob for path, blob in repository.blobs(commit).items() if path in changed}
        base = Base(commit, records_of(repository, schemas, blobs), frozenset(added - set(blobs)), trusted, {})
        return _judging(repository, schemas, base) if revision is not None else base


def _judging(repository: Repository, schemas: Schemas, base: Base) -> Base:
    """The base with what a named one judges the change by."""
    validator = validator_of(schemas)
    blobs = repository.blobs(base.trusted, "records/policy")
    found = records_of(repository, schemas, blobs)
    policies = {record.id: record for record in found.values() if not validator.faults(record.kind, dict(record.data))}
    topics = frozenset(path.split("/")[2] for path in blobs)
    return replace(base, policies=policies, named=True, topics=topics, schemas=_schemas(repository, base.trusted))


def _schemas(repository: Repository, commit: str) -> Schemas | None:
    """The schemas at the commit, read from git itself: files that lie ready in a work tree could be the change's own."""
    blobs = {path: blob for path, blob in repository.blobs(commit, "schemas").items() if path.count("/") == 1}
    with tempfile.TemporaryDirectory() as folder:
        for path, raw in zip(blobs, repository.contents(blobs.values()), strict=True):
            Path(folder, Path(path).name).write_bytes(raw)
        try:
            return load_schemas(Path(folder))
        except SchemaError:
            return None


def parting(root: Path, base: str, head: str) -> str | None:
    """The commit at which head left base; None where one of them isn't there."""
    with opened(root) as repository:
        commits = [repository.commit(name) for name in (base, head)] if repository else []
        if repository is None or None in commits:
            return None
        return repository.merge_base(str(commits[0]), str(commits[1])) or commits[0]


def _changed(repository: Repository, commit: str, at: str | None) -> set[str]:
    """Paths below records/ that differ from the commit. `git diff` brings the index up to date, so it gets a copy to write to."""
    with tempfile.TemporaryDirectory() as folder:
        index = repository.folder / "index"
        if index.is_file():
            shutil.copy2(index, folder)  # with its time, by which git knows what it must look at again
        sides = (commit, at) if at else (commit,)
        arguments = ("diff", "--name-only", "--no-renames", "--relative", "-z", *sides, "--", "records")
        return repository.paths(*arguments, env={"GIT_INDEX_FILE": f"{folder}/index"})


def records_of(repository: Repository, schemas: Schemas, blobs: Mapping[str, str]) -> dict[str, Record]:
    """The readable records among the files (path → blob), by id; what can't be read can't be compared with."""
    found: dict[str, Record] = {}
    for path, raw in zip(blobs, repository.contents(blobs.values()), strict=True):
        placed = ids.record_at(schemas.kinds, path)
        data, faults = yamlio.read(raw) if placed else (None, [])
        if placed and data is not None and not faults:
            found[placed[1]] = Record(placed[0], placed[1], path, data, raw)
    return found
