"""Approvals 核准: signed statements about content, kept as records, and whether they can be proved."""

from __future__ import annotations

from collections.abc import Iterator

from mingbu.approvals.case import Problem
from mingbu.approvals.chains import blob_id
from mingbu.approvals.reading import read
from mingbu.approvals.signing import strength
from mingbu.approvals.statement import NAMESPACE, chained, content, digest, facet, facets, payload, values
from mingbu.approvals.steps import Step, covered_by, line_of, lines, step_of, steps_for
from mingbu.approvals.verdict import PROBLEMS, Verdict, judge_of, verdict_on
from mingbu.register import Policy, Record, Register

__all__ = [
    "NAMESPACE", "PROBLEMS", "Problem", "Step", "Verdict", "all_missing", "chained", "complete", "content", "covered_by", "digest", "facet", "facets",
    "judge_of", "line_of", "lines", "missing", "payload", "standing", "step_of", "steps_for", "strength", "verdict_on",
]  # fmt: skip


def standing(register: Register, policy: Policy, record: Record, step: str) -> Record | None:
    """The approval that holds now: the last word in the step, if it approves, is proved, and fits what the record says."""
    for statement in register.about(record.id):
        verdict = verdict_on(register, policy, statement) if statement.data["step"] == step else None
        if verdict is not None and verdict.newest:
            good = verdict.name == "valid" and statement.data["decision"] == "approved" and statement.data["at"][:10] <= policy.today.isoformat()
            return statement if good else None
    return None


def missing(register: Register, policy: Policy, record: Record) -> list[Step]:
    """The steps that the record needs, by the policy in charge, and that no standing approval answers."""
    needed = [row for row in steps_for(judge_of(register, policy).in_charge, record) if row.get("needed")]
    asked = [row for row in needed if not (row.get("unless_brought_in") and _untouched(register, record, covered_by(record.kind, row)))]
    return [row for row in asked if standing(register, policy, record, row["step"]) is None]


def all_missing(register: Register, policy: Policy) -> Iterator[tuple[Record, Step]]:
    """Every record with each step that it needs and lacks."""
    kinds = dict.fromkeys(row["kind"] for row in lines(judge_of(register, policy).in_charge) if row.get("needed"))
    for record in (record for kind in kinds for record in register.of(kind)):
        for row in missing(register, policy, record):
            yield record, row


def _untouched(register: Register, record: Record, covers: tuple[str, ...]) -> bool:
    """Whether the covered fields have always said what they said when trust began; so too where there is no history to ask."""
    past = register.past
    if past is None:
        return True
    versions = [(revision.commit.place, revision) for revision in past.main.on_line(record.id)]
    blobs = [revision.new for place, revision in versions if place > past.genesis]
    brought = [revision.new for place, revision in versions if place <= past.genesis]
    if brought and brought[-1] and not blobs and blob_id(record.raw, brought[-1]) == brought[-1]:
        return True  # most are: nothing has to be read to see it
    past.texts.fetch([*brought[-1:], *blobs])
    before = read(register, record.path, past.texts.raw(brought[-1])) if brought and brought[-1] else None
    since = [read(register, record.path, past.texts.raw(blob)) if blob else None for blob in blobs]
    return before is not None and all(now is not None and values(now, covers) == values(before, covers) for now in (*since, record))


def complete(register: Register, policy: Policy, record: Record) -> bool:
    """Whether every approval that the policy asks of the record stands; False where it asks for none."""
    steps = list(steps_for(policy, record))
    return bool(steps) and all(standing(register, policy, record, row["step"]) for row in steps)
