"""What a contract was on a day, by its dates alone: its state is only that of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from mingbu.register import Policy, Record, Register

COMPLETED, TERMINATED, VOIDED = "completed", "terminated", "voided"
ENDED = (COMPLETED, TERMINATED, VOIDED)
"""The ways in which a contract ends, as its states are called."""
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Life:
    """From the day of signing to the day on which a contract ended: ISO dates, None where it wasn't signed, or hasn't ended."""

    begun_on: str | None
    ended_on: str | None
    how: str | None
    """completed, terminated or voided."""

    def in_force(self, day: date) -> bool:
        """Whether it was signed on or before the day and hadn't ended by its evening."""
        on = day.isoformat()
        return self.begun_on is not None and self.begun_on <= on and (self.ended_on is None or self.ended_on > on)


def life(contract: Record) -> Life:
    """When a contract began and how it ended. One that was never signed has no beginning.

    A stage that was performed ends nothing while the state says that the contract is being performed; the last one
    of a completed contract does. A termination ends it on its date, whatever is still in dispute.
    """
    data = contract.data
    begun, ended = data.get("signed_on"), _ended(data)
    if begun is None:
        return Life(None, ended[0], ended[1]) if ended and ended[1] == VOIDED else Life(None, None, None)
    if ended is None:
        return Life(begun, None, None)
    return Life(begun, max(begun, ended[0]), ended[1])


def _ended(data: Mapping[str, Any]) -> tuple[str, str] | None:
    changes, status = data.get("changes", ()), data["status"]
    terminated = [change["date"] for change in changes if change["kind"] == "termination"]
    performed = [event["formalities_done_on"] for event in data.get("events", ()) if event["kind"] == "performance"]
    if status == VOIDED:
        return data["voided_on"], VOIDED
    if terminated:
        return min(terminated), TERMINATED
    if status == COMPLETED:
        return max(performed, default=data["performance_to"]), COMPLETED
    return (data["performance_to"], TERMINATED) if status == TERMINATED else None


def state_on(contract: Record, then: Mapping[str, Any], day: date) -> str:
    """The state on the evening of a day, by the codes of contract_status: by dates, and a dispute by what the record said then (`as_then`)."""
    lived, on = life(contract), day.isoformat()
    if lived.how is not None and lived.ended_on is not None and lived.ended_on <= on:
        return lived.how
    if lived.begun_on is None or lived.begun_on > on:
        return "draft"
    if then["status"] == "disputed":
        return "disputed"
    if any(change["date"] <= on for change in contract.data.get("changes", ())):
        return "amended"
    return "performing" if contract.data["performance_from"] <= on else "signed"


def as_then(register: Register, policy: Policy, contract: Record, day: date) -> Mapping[str, Any]:
    """What the record said on the evening of a day, as the main line has it: its first version where it was recorded later.

    What it says now where the day isn't over, or no history can be read.
    """
    if register.past is None or day >= policy.today:
        return contract.data
    until = datetime.combine(day, time(23, 59, 59), _CHINA).timestamp()
    versions = [one for one in register.past.tip.on_line(contract.id) if one.new is not None]
    blob = next((one.new for one in reversed(versions) if one.commit.committed <= until), versions[0].new if versions else None)
    found = register.past.texts.data(blob)
    return found if found is not None and {"status", "documents"} <= found.keys() else contract.data
