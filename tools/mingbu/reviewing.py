"""A proposed change in review: what differs, which approvals it needs and has, what check finds anew, what follows for customers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mingbu import approvals, labels
from mingbu.checks import run as run_checks
from mingbu.checks import sound_part
from mingbu.comparing import Difference, Effect, compared, effects
from mingbu.duplicates import Pair, pairs_of, rules_of
from mingbu.findings import Finding
from mingbu.register import Policy, Record, Register
from mingbu.simulating import only_in
from mingbu.trying import TOPICS, Move, moved, outcomes, topic_of, tried


@dataclass(frozen=True, slots=True)
class Need:
    """An approval that a changed record takes, and whether it stands."""

    record: Record
    row: approvals.Step
    statement: Record | None


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that a reader of a proposed change wants to know."""

    differences: list[Difference]
    lost: list[Record]
    """Approvals and policies that the change takes away."""
    needed: list[Need]
    given: list[tuple[Record, approvals.Verdict | None]]
    """The statements that come with the change, and what is to be thought of them."""
    new_findings: list[Finding]
    mended: list[Finding]
    duplicates: list[Pair]
    effects: list[tuple[Effect, list[str]]]
    """What follows for customers, and the ids of the changed records that it follows from."""
    moves: list[Move]
    """Whom changed policies class or rate otherwise, were they in force today."""
    tried: list[Record]
    """Those policies."""

    def moved_by(self, move: Move) -> list[str]:
        """The ids of the changed policies that the move comes from."""
        return [record.id for record in self.tried if record.kind.name == topic_of(move.what)]

    @property
    def refused(self) -> bool:
        """Whether nobody may agree to the change as it is: an approval is missing, isn't accepted or is taken away, or the rules for them suffer."""
        statements = any(verdict is None or verdict.name == "refused" for _, verdict in self.given)
        missing = any(need.statement is None for need in self.needed)
        return statements or missing or bool(self.lost) or any(_about_approvals(finding) for finding in self.new_findings)


def _about_approvals(finding: Finding) -> bool:
    """Whether it is an error about approvals, or about the policies that they rest on."""
    about = finding.code.startswith("approval.") or finding.code in {"lifecycle.deleted", "policy.missing"}
    return about and labels.severity(finding.code) == "error"


def review(before: Register, after: Register, policy: Policy) -> Review:
    """before: the register where the change began; after: as proposed, compared with its base; policy: of today, from the base."""
    old, new = sound_part(before), sound_part(after)
    found = compared(before, after)
    differences = [difference for difference in found if difference.record.kind.name != "approval"]
    statements = [difference.after for difference in found if difference.after is not None and difference.record.kind.name == "approval"]
    known, now = run_checks(before, policy.today), run_checks(after, policy.today)
    return Review(
        differences,
        [difference.record for difference in found if difference.after is None and _judges(difference.record)],
        [need for difference in differences if difference.after is not None for need in _needs(new, policy, difference.after)],
        [(statement, approvals.verdict_on(new, policy, statement)) for statement in statements],
        only_in(now, known),
        only_in(known, now),
        _new_pairs(old, new, policy),
        _effects(old, new, policy, [difference.record for difference in found]),
        *_moves(old, new, policy, differences),
    )


def _moves(old: Register, new: Register, policy: Policy, differences: list[Difference]) -> tuple[list[Move], list[Record]]:
    """What the changed policies make of the customers as they were: nothing else that the change brings counts.

    A version that another one has followed moves nobody any more.
    """
    changed = [difference.after for difference in differences if difference.after is not None and difference.record.kind.name in TOPICS]
    proposed = [record for record in changed if new.get(record.id) is not None and not _followed(new, policy, record)]
    if not proposed:
        return [], []
    then = replace(old, base=None)
    now = tried(then, proposed, policy.today)
    sides = [outcomes(side, Policy(side, policy.today)) for side in (then, now)]
    return list(moved(*sides)), proposed


def _followed(register: Register, policy: Policy, version: Record) -> bool:
    """Whether a later version of the policy is in force."""
    current = Policy(register, policy.today).in_force(version.kind.name.removeprefix("policy-"))
    return current is not None and bool(version.data["effective_from"] < current.data["effective_from"])


def _judges(record: Record) -> bool:
    return record.kind.name == "approval" or record.kind.name.startswith("policy-")


def _needs(register: Register, policy: Policy, record: Record) -> list[Need]:
    """The steps that the record must have, or has had approved before: those are to be approved anew."""
    record = register.get(record.id) or record
    missing = [row["step"] for row in approvals.missing(register, policy, record)]
    found = []
    for row in approvals.steps_for(policy, record):
        standing = approvals.standing(register, policy, record, row["step"])
        if standing is not None or row["step"] in missing or _had(register, record, row):
            found.append(Need(record, row, standing))
    return found


def _had(register: Register, record: Record, row: approvals.Step) -> bool:
    return any(statement.data["step"] == row["step"] for statement in register.about(record.id))


def _new_pairs(old: Register, new: Register, policy: Policy) -> list[Pair]:
    """Likely duplicates that there weren't before."""
    rules = policy.in_force("duplicates")
    if rules is None:
        return []
    known = {(pair.one.id, pair.other.id) for pair in pairs_of(old, rules_of(rules))}
    return [pair for pair in pairs_of(new, rules_of(rules)) if (pair.one.id, pair.other.id) not in known]


def _effects(old: Register, new: Register, policy: Policy, changed: list[Record]) -> list[tuple[Effect, list[str]]]:
    """Each side under its own policies of the same day, so that a changed policy shows whom it moves."""
    sides = [Policy(replace(side, base=None), policy.today) for side in (old, new)]
    found = effects(sides[0], sides[1], old, new)
    return [(effect, _because(new, old, effect.customer, changed)) for effect in found]


def _because(new: Register, old: Register, customer: str, changed: list[Record]) -> list[str]:
    """The changed records that have to do with the customer: its card, what refers to it, what refers to that; and policies."""
    near = {customer}
    for _ in range(2):
        near |= {other.id for register in (old, new) for record_id in near for other, _ in register.referring(record_id)}
    related = [record.id for record in changed if record.id in near or record.data.get("subject") in near]
    return related or [record.id for record in changed if record.kind.name.startswith("policy-")]
