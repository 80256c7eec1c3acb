"""Grades and limits on the first and the last day of the year, and how the decisions of the year changed them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mingbu import approvals, credit
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports.credit_year.position import NONE
from mingbu.reports.wording import pair_of


def by_grade(register: Register, found: credit.Migration) -> list[dict[str, Any]]:
    """Files and limits of each grade on both days, in the order of the grades; those of no grade are in the migration alone."""
    limits = {day: {one.credit_file.id: one for one in credit.exposures(register, day) if one.credit_file} for day in _days(register, found)}
    first, last = limits.values()
    rows = []
    for grade in found.grades:
        then = [file.id for file, before, _ in found.moves if before == grade]
        now = [file.id for file, _, after in found.moves if after == grade]
        if then or now:
            rows.append({"grade": (grade, grade), "first_count": len(then), "first_limit": _sum(first, then), "last_count": len(now),
                         "last_limit": _sum(last, now)})  # fmt: skip
    return rows


def _days(register: Register, found: credit.Migration) -> list[Policy]:
    return [Policy(register, found.earlier), Policy(register, found.later)]


def _sum(exposures: dict[str, credit.Exposure], files: list[str]) -> str:
    return str(sum((exposures[file].limit or NONE for file in files if file in exposures), NONE))


@dataclass(frozen=True, slots=True)
class _Decided:
    """A decision of the year and the limit that it took the place of; None for the first one of a file."""

    decision: Record
    before: Decimal | None

    @property
    def limit(self) -> Decimal:
        return Decimal(self.decision.data["approved_limit"])

    @property
    def way(self) -> str:
        if self.before is None:
            return "new"
        return "raised" if self.limit > self.before else "lowered" if self.limit < self.before else "kept"


def decisions(register: Register, policy: Policy, period: Period) -> list[dict[str, Any]]:
    """New, raised, lowered and kept limits add up to all of them; what was decided beside the rules stands below."""
    found = list(_decided(register, policy, period))
    rows = [_row(way, [one for one in found if one.way == way]) for way in ("new", "raised", "lowered", "kept")]
    beside = {"overrides": "override_until", "exceptions": "exception_until"}
    rows += [_row(name, [one for one in found if key in one.decision.data]) for name, key in beside.items()]
    lifted = [one for one in register.of("credit-exception") if period.holds(one.data["valid_from"])]
    approved = [one for one in lifted if not approvals.missing(register, policy, one)]
    return [*rows, {"key": "stops_lifted", "label": pair_of("yearly.decision-stops_lifted"), "count": len(approved), "limit": "", "change": ""}]


def _row(way: str, found: list[_Decided]) -> dict[str, Any]:
    limit = sum((one.limit for one in found), NONE)
    change = sum((one.limit - (one.before or NONE) for one in found), NONE)
    return {"key": way, "label": pair_of(f"yearly.decision-{way}"), "count": len(found), "limit": str(limit), "change": str(change)}


def _decided(register: Register, policy: Policy, period: Period) -> Iterator[_Decided]:
    """The decisions that came into force in the period, up to the policy's day, with every approval that they need."""
    for credit_file in register.of("credit-file"):
        before: Decimal | None = None
        for decision in credit.decisions_of(register, credit_file.id):
            if approvals.missing(register, policy, decision) or decision.data["valid_from"] > policy.today.isoformat():
                continue
            if period.holds(decision.data["valid_from"]):
                yield _Decided(decision, before)
            before = Decimal(decision.data["approved_limit"])
