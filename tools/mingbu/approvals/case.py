"""One statement with everything that it is judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone
from functools import cached_property
from typing import Any

from mingbu.approvals.chains import Link
from mingbu.approvals.steps import Step, covered_by, line_of, step_of
from mingbu.approvals.trust import Trust
from mingbu.findings import Finding, Text
from mingbu.register import Policy, Record, Register
from mingbu.register.past import Past

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a statement isn't accepted: a code of the catalogue, the field of the statement, the arguments."""

    code: str
    pointer: str
    args: Mapping[str, Text] = field(default_factory=dict)

    def finding(self, statement: Record, rules: tuple[str, ...] = ()) -> Finding:
        """The problem as check shows it."""
        return statement.finding(self.pointer, self.code, rules, **self.args)


@dataclass(frozen=True)
class Case:
    """A statement, its subject, and the moment before the change that it belongs to."""

    register: Register
    policy: Policy
    subject: Record
    link: Link
    earlier: Sequence[Link]
    """The statements that landed before it in the same step, oldest first."""
    later: Sequence[Link]
    """Those that landed after it."""
    trusts: tuple[Trust, ...]
    """The people and policy that it is judged by: each of them must have let it pass."""

    @property
    def statement(self) -> Record:
        return self.link.statement

    @property
    def data(self) -> Mapping[str, Any]:
        return self.link.data

    @property
    def at(self) -> str:
        """When it was made, as it says itself."""
        return str(self.data["at"])

    @property
    def day(self) -> str:
        return self.at[:10]

    @property
    def past(self) -> Past | None:
        return self.register.past

    @property
    def is_timed(self) -> bool:
        """Whether clock, author and order of landing count: not for what was brought in, nor where there is no history."""
        return self.past is not None and not self.past.brought_in(self.link.place)

    @property
    def landed_on(self) -> str:
        """The day on which the main line took it in, or today for what is only proposed; the day it names itself where no clock counts."""
        if self.past is None or not self.is_timed:
            return self.day
        return self.past.day_of(self.link.place, self.now) if self.link.place is not None else self.policy.today.isoformat()

    @property
    def now(self) -> int:
        """The end of today in China, in Unix seconds: a commit that says it is later says nothing about time."""
        return int(datetime.combine(self.policy.today, time.max, _CHINA).timestamp())

    def setting(self, key: str, default: int) -> int:
        """A number of the approval policy before the change."""
        policy = self.trusts[-1].policy.in_force("approvals", self.day) or self.trusts[-1].policy.in_force("approvals")
        return int(policy.data.get(key, default)) if policy else default

    @cached_property
    def row(self) -> Step | None:
        """The step's line before the change; None when it wasn't there."""
        rows = [row_in(trust.policy, self.subject, self.data) for trust in self.trusts]
        return rows[-1] if all(rows) else None

    @cached_property
    def covers(self) -> tuple[str, ...]:
        """The fields that the step is about."""
        row = self.row or row_in(self.policy, self.subject, self.data)
        return covered_by(self.subject.kind, row) if row else ()

    def by_name(self) -> str:
        return self.register.name_of(self.data["by"])

    def problem(self, code: str, pointer: str, **args: Text) -> Problem:
        return Problem(code, pointer, {"value": self.by_name(), "date": self.day, **args})


def row_in(policy: Policy, subject: Record, data: Mapping[str, Any]) -> Step | None:
    """The line for the statement's step: of its day and for such a record, else any that the step ever had."""
    return step_of(policy, subject, data["step"], data["at"]) or line_of(policy, subject.kind.name, data["step"])
