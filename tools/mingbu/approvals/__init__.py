"""Approvals 核准: signed statements about content, kept as records, and whether they can be proved."""

from __future__ import annotations

from mingbu.approvals.case import Problem
from mingbu.approvals.reading import read
from mingbu.approvals.signing import strength
from mingbu.approvals.statement import NAMESPACE, chained, content, digest, facet, facets, payload, values
from mingbu.approvals.steps import Step, covered_by, line_of, lines, step_of, steps_for
from mingbu.approvals.verdict import PROBLEMS, Verdict, verdict_on
from mingbu.register import Policy, Record, Register

__all__ = [
    "NAMESPACE", "PROBLEMS", "Problem", "Step", "Verdict", "chained", "complete", "content", "covered_by", "digest", "facet", "facets", "line_of",
    "lines", "missing", "payload", "standing", "step_of", "steps_for", "strength", "verdict_on",
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
    """The steps that the record needs, after what was brought in, and that no standing approval answers."""
    needed = [row for row in steps_for(policy, record) if row.get("needed")]
    asked = [row for row in needed if not (row.get("unless_brought_in") and _brought_in(register, record, covered_by(record.kind, row)))]
    return [row for row in asked if standing(register, policy, record, row["step"]) is None]


def _brought_in(register: Register, record: Record, covers: tuple[str, ...]) -> bool:
    """Whether the covered fields still say what they said when trust began; so too where there is no history to ask."""
    if register.past is None:
        return True
    blob = register.past.main.blob(record.id, register.past.genesis)
    before = read(register, record.path, register.past.texts.raw(blob)) if blob else None
    return before is not None and values(before, covers) == values(record, covers)


def complete(register: Register, policy: Policy, record: Record) -> bool:
    """Whether every approval that the policy asks of the record stands; False where it asks for none."""
    steps = list(steps_for(policy, record))
    return bool(steps) and all(standing(register, policy, record, row["step"]) for row in steps)
