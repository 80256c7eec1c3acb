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
    """One sign-back: done on the later of signing and returning; None while it is not signed."""

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
    done = max(signed, case.data.get("returned_at", signed)) if signed else None
    return SignBack(case, due, grace(policy, WHAT, received), date.fromisoformat(done[:10]) if done else None)


def grace(policy: Policy, what: str, event: str) -> int:
    """The days that the policy lets pass after the due day before a thing is late."""
    row = deadlines.rule(policy, what, event[:10]) or deadlines.rule(policy, what)
    return int(row.get("late_after_days", 0)) if row else 0
