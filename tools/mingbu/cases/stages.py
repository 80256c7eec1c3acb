"""How far a case has come, told by its times."""

from __future__ import annotations

from datetime import date

from mingbu.register import Record

STEPS: tuple[tuple[str, str], ...] = (
    ("submitted_at", "submitted"),
    ("routed_at", "routed"),
    ("dispatched_at", "dispatched"),
    ("received_at", "received"),
    ("signed_at", "signed"),
    ("first_contact_at", "contacted"),
)
"""The times of a case in the order in which they happen (D5), with the stage that each one reaches."""


def stage(case: Record) -> str:
    """The stage of the case, from submitted to closed."""
    if case.data.get("closed_on"):
        return "closed"
    reached = [name for key, name in STEPS if key in case.data]
    return reached[-1] if reached else STEPS[0][1]


def since(case: Record) -> date:
    """The day on which the case came into its stage; a case that was reopened has been there since then at the earliest."""
    if case.data.get("closed_on"):
        return date.fromisoformat(case.data["closed_on"])
    last = [case.data[key][:10] for key, _ in STEPS if key in case.data][-1]
    return date.fromisoformat(max([last, *(row["date"] for row in case.data.get("reopened", ()))]))
