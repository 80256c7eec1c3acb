"""Rows of the store as what they mean: commits, and the revisions that steps are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mingbu.history.model import Commit, Revision, moment
from mingbu.history.steps import Step


def order_of(found: tuple[Commit, int]) -> tuple[int, int, str]:
    """By landing; inside one, parents before their children."""
    commit, rank = found
    return commit.place, rank, commit.id


def told(record: str, found: Mapping[int, Step], commits: Mapping[int, tuple[Commit, int]]) -> list[Revision]:
    """The revisions that the steps are, newest first."""
    newest = sorted(found, key=lambda number: order_of(commits[number]), reverse=True)
    return [revision_of(commits[number][0], record, found[number]) for number in newest]


def revision_of(commit: Commit, record: str, step: Step) -> Revision:
    return Revision(commit, record, step.path, step.old, step.new)


def commit_of(row: Sequence[Any]) -> Commit:
    commit_id, place, on_line, text = row[:4]
    head, name, email, summary = text.split(b"\0")
    _, authored, committed, *parents = head.split(b" ")
    return Commit(
        commit_id,
        tuple(parent.decode() for parent in parents if parent),
        _text(name),
        _text(email),
        moment(authored),
        moment(committed),
        _text(summary),
        place,
        on_line == 1,
    )


def _text(written: bytes) -> str:
    return written.decode("utf-8", "replace")
