"""Grade migration 等级迁移: the grade in force of each credit file a year ago and today, by dates and approvals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mingbu.calendar import months_later
from mingbu.credit.decisions import in_force
from mingbu.credit.granted import limit_in_force
from mingbu.register import Policy, Record, Register


@dataclass(frozen=True, slots=True)
class Migration:
    """earlier, later: the two days; moves: (credit file, grade then, grade now), None where no decision was in force."""

    earlier: date
    later: date
    moves: tuple[tuple[Record, str | None, str | None], ...]
    grades: tuple[str, ...]
    """From best to worst: those of today's policy, then any other that occurs."""

    @property
    def matrix(self) -> Mapping[tuple[str | None, str | None], int]:
        """(grade then, grade now) → how many files."""
        found: dict[tuple[str | None, str | None], int] = {}
        for _, before, after in self.moves:
            found[before, after] = found.get((before, after), 0) + 1
        return found

    def direction(self, before: str | None, after: str | None) -> str:
        """up, down, same, new or ended."""
        if before is None or after is None:
            return "new" if before is None else "ended"
        places = self.grades.index(before), self.grades.index(after)
        return "same" if places[0] == places[1] else "up" if places[1] < places[0] else "down"


def migration(register: Register, policy: Policy, since: date | None = None) -> Migration:
    """To the policy's day, from the day that is given or the same one of the year before (28 February for the 29th).

    Files without a grade on both are left out.
    """
    earlier = since or months_later(policy.today, -12)
    return register.memo(f"migration from {earlier} to {policy.today}", lambda: _migration(register, policy, earlier))


def _migration(register: Register, policy: Policy, earlier: date) -> Migration:
    then = Policy(register, earlier)
    moves = []
    for credit_file in register.of("credit-file"):
        before, after = (_grade(register, one, credit_file) for one in (then, policy))
        if before is not None or after is not None:
            moves.append((credit_file, before, after))
    rules = policy.in_force("credit")
    order = [row["grade"] for row in rules.data["grades"]] if rules else []
    others = sorted({grade for _, *pair in moves for grade in pair if grade is not None} - set(order))
    return Migration(earlier, policy.today, tuple(moves), (*order, *others))


def _grade(register: Register, policy: Policy, credit_file: Record) -> str | None:
    decision = in_force(register, policy, credit_file.id)
    return limit_in_force(register, policy.today, decision).grade if decision else None
