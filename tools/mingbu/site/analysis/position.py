"""What all customers together owe on the day, and who stands where: the figures that several pages show."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mingbu import credit
from mingbu.register import Policy, Register
from mingbu.site.boards.cells import total


@dataclass(frozen=True, slots=True)
class Position:
    """exposures: those of every customer with something open or a decision in force, the greatest risk first."""

    exposures: tuple[credit.Exposure, ...]
    standings: dict[str, credit.Standing]
    """By customer."""
    limit: Fraction
    used: Fraction
    """What is outstanding of customers with a limit, each up to its limit."""
    outstanding: Fraction
    overdue: Fraction
    files: int
    """Decisions in force."""

    @property
    def stopped(self) -> list[credit.Standing]:
        """Customers that nothing may be shipped to, the greatest risk first."""
        return [self.standings[found.customer.id] for found in self.exposures if self.standings[found.customer.id].stopped]

    @property
    def blocked(self) -> list[credit.Standing]:
        """Customers with a block, lifted ones too."""
        return [self.standings[found.customer.id] for found in self.exposures if self.standings[found.customer.id].blocks]


def position(register: Register, policy: Policy) -> Position:
    """Worked out once for a register and a day."""
    return register.memo(f"site.position {policy.today}", lambda: _position(register, policy))


def _position(register: Register, policy: Policy) -> Position:
    found = credit.exposures(register, policy)
    standings = {one.customer.id: credit.standing(register, policy, one.customer) for one in found}
    found.sort(key=lambda one: (not standings[one.customer.id].stopped, -one.overdue, -(one.utilisation or 0), -one.outstanding, one.customer.id))
    limited = [one for one in found if one.limit is not None]
    return Position(
        tuple(found),
        standings,
        total([one.limit or 0 for one in limited]),
        total([max(Decimal(0), min(one.outstanding, one.limit or Decimal(0))) for one in limited]),
        total([one.outstanding for one in found]),
        total([one.overdue for one in found]),
        sum(one.decision is not None for one in found),
    )
