"""Payment milestones 付款节点: due, paid and open on a day; exact sums, and never of two currencies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mingbu.contracts.standing import VOIDED
from mingbu.register import Record

NOTHING = Decimal("0.00")
_OWES_NOTHING = frozenset({"draft", VOIDED})


@dataclass(frozen=True, slots=True)
class Milestone:
    """One milestone of a contract; `paid` and `paid_on` as they stand in the record."""

    contract: Record
    index: int
    due_on: str
    amount: Decimal
    paid_on: str | None
    paid: Decimal

    def paid_by(self, day: date) -> Decimal:
        """What had been paid by the evening of the day."""
        return self.paid if self.paid_on is not None and self.paid_on <= day.isoformat() else NOTHING

    def open_on(self, day: date) -> Decimal:
        """What was still to be paid then; negative where more was paid than was due."""
        return self.amount - self.paid_by(day)

    def overdue_days(self, day: date) -> int:
        """Days after the due day on which something was still open; 0 where nothing is overdue."""
        return max(0, (day - date.fromisoformat(self.due_on)).days) if self.open_on(day) > 0 else 0

    def overdue_on(self, day: date) -> Decimal:
        return self.open_on(day) if self.overdue_days(day) else NOTHING


def milestones(contract: Record) -> list[Milestone]:
    """The milestones by due day; none of a draft or a voided number, by which nobody owes anything."""
    if contract.data["status"] in _OWES_NOTHING:
        return []
    found = [
        Milestone(contract, index, row["due_on"], Decimal(row["amount"]), row.get("paid_on"), Decimal(row.get("paid", "0.00")))
        for index, row in enumerate(contract.data["payment_milestones"])
    ]
    return sorted(found, key=lambda one: (one.due_on, one.index))
