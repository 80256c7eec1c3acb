"""What runs out 到期: performance, limitation and guarantees of the contracts that run (E4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mingbu.contracts.standing import life
from mingbu.register import Record

_FIELDS = {"expiry": "/performance_to", "limitation": "/limitation_expires_on", "guarantee": "/guarantee/expires_on"}


@dataclass(frozen=True, slots=True)
class Ending:
    """One day on which something of a contract runs out: expiry, limitation or guarantee."""

    contract: Record
    what: str
    on: str

    def days(self, today: date) -> int:
        """Days left; negative once it has passed."""
        return (date.fromisoformat(self.on) - today).days


def endings(contract: Record, today: date) -> list[Ending]:
    """Performance and guarantee of a contract in force; limitation also of one that was ended with something still open."""
    running = life(contract).in_force(today)
    found = [Ending(contract, what, str(day)) for what, pointer in _FIELDS.items() if (day := contract.get(pointer)) is not None]
    return sorted((one for one in found if running or one.what == "limitation"), key=lambda one: (one.on, one.what))
