"""What landed together: the commits that one main-line commit brought."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence

from mingbu.history.course import History
from mingbu.history.model import Revision


def landings(history: History, record: str) -> list[Revision]:
    """The record's revisions, newest first, without the merge commits that only bring what another of their parents had."""
    found = history.revisions(record)
    merged = [revision for revision in found if revision.commit.is_merge]
    brought = {revision.commit.id for revision, blobs in zip(merged, _others(history, merged), strict=True) if revision.new in blobs}
    return [revision for revision in found if revision.commit.id not in brought]


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
