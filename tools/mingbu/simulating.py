"""A proposed policy tried on the whole register: whom it moves, by how much, and what check finds then."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from mingbu.checks import run as run_checks
from mingbu.checks import sound_part
from mingbu.findings import Finding
from mingbu.register import Policy, Record, Register
from mingbu.trying import Move, moved, outcomes, tried


@dataclass(frozen=True, slots=True)
class Simulation:
    """What would come of the policy, were it in force today in the place of the present one."""

    replaced: Record | None
    moves: list[Move]
    new_findings: list[Finding]
    mended: list[Finding]


def simulate(register: Register, policy: Policy, proposed: Record) -> Simulation:
    """Both sides on the same day from the same records.

    No finding here: the approval that the proposed policy lacks, and that decisions to come name the one that is in force until its day.
    """
    before = replace(register, base=None)
    after = tried(before, [proposed], policy.today)
    then, now = run_checks(before, policy.today), run_checks(after, policy.today)
    sides = [(side, Policy(side, policy.today)) for side in map(sound_part, (before, after))]
    topic = proposed.kind.name.removeprefix("policy-")
    return Simulation(
        sides[0][1].in_force(topic),
        list(moved(outcomes(*sides[0]), outcomes(*sides[1]))),
        [finding for finding in only_in(now, then) if finding.code not in _OF_THE_TRIAL],
        only_in(then, now),
    )


_OF_THE_TRIAL = frozenset({"approval.missing", "credit.policy-date"})


def only_in(these: list[Finding], those: list[Finding]) -> list[Finding]:
    """The findings of the one list that the other one doesn't have; lines may have moved."""
    left = Counter((finding.path, finding.pointer, finding.code) for finding in those)
    found = []
    for finding in these:
        key = (finding.path, finding.pointer, finding.code)
        if left[key] > 0:
            left[key] -= 1
        else:
            found.append(finding)
    return found
