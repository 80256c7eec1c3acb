"""Signing a case back 签字回传 (D6): when it was due, and whether it was in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mingbu import deadlines
from mingbu.register import Policy, Record

WHAT = "case.sign-back"
CONTACT = "case.first-contact"


@dataclass(frozen=True, slots=True)
class SignBack:
    """One sign-back: done on the later of signing and returning; None until both are done, or the case is closed."""

    case: Record
    due_on: date
    grace: int
    done_on: date | None

    def is_late(self, today: date) -> bool:
        """Whether it was done too late, or the time has passed without it."""
        return (self.done_on or today) > self.due_on + timedelta(days=self.grace)

    def days(self, today: date) -> int:
        """Calendar days after the due day, 0 while it is in time."""
        return max(((self.done_on or today) - self.due_on).days, 0) if self.is_late(today) else 0


def sign_back(policy: Policy, case: Record) -> SignBack | None:
    """The sign-back of a case; None where it hasn't been received, was closed unsigned, or the policy has no such deadline.

    Raises UnknownYear where the working days can't be counted.
    """
    received, signed = case.data.get("received_at"), case.data.get("signed_at")
    if received is None or (signed is None and case.data["state"] != "negotiating"):
        return None
    due = deadlines.due(policy, WHAT, received)
    if due is None:
        return None
    back = case.data.get("returned_at", signed if case.data["state"] != "negotiating" else None)
    done = date.fromisoformat(max(signed, back)[:10]) if signed and back else None
    return SignBack(case, due, deadlines.grace(policy, WHAT, received), done)
