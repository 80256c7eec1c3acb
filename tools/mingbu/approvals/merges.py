"""Merges that say what nobody approved: a protected field that holds what none of the merged sides held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mingbu.approvals.reading import read
from mingbu.approvals.statement import digest, facet, facets
from mingbu.approvals.steps import covered_by, line_of
from mingbu.approvals.verdict import verdict_on
from mingbu.history import Merge
from mingbu.register import Policy, Record, Register


@dataclass(frozen=True, slots=True)
class EvilMerge:
    """A merge commit, the record as it left it, and the protected fields that it made up."""

    merge: Merge
    record: Record
    pointers: tuple[str, ...]


def evil_merges(register: Register, policy: Policy) -> Iterator[EvilMerge]:
    """The merges after genesis that no later approval has settled. Resolving a conflict to one of the sides is no fault,
    nor is what git merges by itself."""
    past = register.past
    if past is None:
        return
    merges = [merge for merge in past.tip.merges() if not past.brought_in(merge.commit.place)]
    past.texts.fetch(blob for merge in merges for blob in (merge.result, *merge.parents))
    for merge in merges:
        made_up = _made_up(register, merge)
        if made_up is None or past.tip.remerged_cleanly(merge.commit.id, merge.path):
            continue
        record, wrong = made_up
        left = tuple(pointer for name, pointers in wrong for pointer in pointers if not _settled(register, policy, record, name, merge))
        if left:
            yield EvilMerge(merge, record, left)


def _made_up(register: Register, merge: Merge) -> tuple[Record, list[tuple[str, tuple[str, ...]]]] | None:
    """The merged record and, by facet, the fields that hold what no side held."""
    if register.past is None or merge.result is None:
        return None
    result, *sides = [read(register, merge.path, register.past.texts.raw(blob)) for blob in (merge.result, *merge.parents) if blob is not None]
    if result is None:
        return None
    held = [side for side in sides if side is not None]
    found = []
    for name in facets(result.kind):
        pointers = tuple(pointer for pointer in facet(result.kind, name) if all(side.get(pointer) != result.get(pointer) for side in held))
        if pointers:
            found.append((name, pointers))
    return (result, found) if found and held else None


def _settled(register: Register, policy: Policy, merged: Record, name: str, merge: Merge) -> bool:
    """Whether a proved statement approves what the merge made, or what the record says now, later than the merge."""
    for statement in register.about(merged.id):
        row = line_of(policy, merged.kind.name, statement.data["step"])
        covers = covered_by(merged.kind, row) if row else ()
        verdict = verdict_on(register, policy, statement) if covers == facet(merged.kind, name) else None
        if verdict is None or verdict.name == "refused" or statement.data["decision"] != "approved":
            continue
        if statement.data["digest"] == digest(merged, covers) or (verdict.name == "valid" and _later(register, statement, merge)):
            return True
    return False


def _later(register: Register, statement: Record, merge: Merge) -> bool:
    past = register.past
    landed = past.tip.revisions(statement.id) if past is not None else []
    return not landed or landed[0].commit.place > merge.commit.place
