"""What landed together: the commits that one main-line commit brought."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence

from mingbu.history.course import History
from mingbu.history.model import Revision


def landings(history: History, record: str) -> list[Revision]:
    """The record's revisions, newest first, without the merge commits that only bring what another of their parents had."""
    return all_landings(history, {record: history.revisions(record)})[record]


def all_landings(history: History, found: Mapping[str, Sequence[Revision]]) -> dict[str, list[Revision]]:
    """The same for many records whose revisions are known, with one question to git."""
    merged = [revision for revisions in found.values() for revision in revisions if revision.commit.is_merge]
    asked = zip(merged, _others(history, merged), strict=True)
    brought = {(revision.record, revision.commit.id) for revision, blobs in asked if revision.new in blobs}
    return {record: [one for one in revisions if (record, one.commit.id) not in brought] for record, revisions in found.items()}


def _others(history: History, merged: Sequence[Revision]) -> list[list[str | None]]:
    """For each merge, the blob that every parent but the first has where the record stands."""
    names = [f"{parent}:./{revision.path}\n" for revision in merged for parent in revision.commit.parents[1:]]
    if not names:
        return []
    with history.repository() as repository, tempfile.TemporaryFile() as asked:
        asked.write("".join(names).encode("utf-8", "surrogateescape"))
        asked.seek(0)
        printed = repository.run("cat-file", "--batch-check=%(objectname)", "--buffer", istream=asked).splitlines()
    blobs = iter(None if line.endswith(b" missing") else line.decode() for line in printed)
    return [[next(blobs) for _ in revision.commit.parents[1:]] for revision in merged]
