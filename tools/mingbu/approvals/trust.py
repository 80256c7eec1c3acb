"""Whom and what a statement is judged by: people, their keys and the approval policy as they stood before the change.

What stood on the main line without the approval that it needed is passed over: the last version that was approved counts.
Otherwise a power that was held for a moment, and put back, would have approved for good.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mingbu.approvals.chains import chains_of
from mingbu.approvals.reading import read_sound
from mingbu.approvals.statement import values
from mingbu.approvals.steps import Step, covered_by, steps_for
from mingbu.history import Revision
from mingbu.register import Policy, Record, Register
from mingbu.register.past import Past

_JUDGED_BY = ("PER-", "approvals/")
Approved = Callable[[Record, Step, int], bool]
"""Whether a version of a record was approved in a step by a statement that landed up to a place."""


@dataclass(frozen=True)
class Trust:
    """People and approval steps of one moment."""

    register: Register
    policy: Policy


class Trusts:
    """The people and the policy at any place on the main line, each state made from the one before it."""

    def __init__(self, register: Register, policy: Policy, past: Past, approved: Approved) -> None:
        self._register, self._policy, self._past, self._approved = register, policy, past, approved
        self._states: list[Trust] = [self._trust({})]

    def at(self, place: int) -> Trust:
        """As they stood when the main line was at the place. Asked for no later place than that of what is being judged."""
        state = bisect_right(self._events, place)
        while len(self._states) <= state:
            self._states.append(self._next(self._events[len(self._states) - 1]))
        return self._states[state]

    def _trust(self, records: Mapping[str, Record]) -> Trust:
        register = Register(self._register.root, self._register.schemas, records, ())
        return Trust(register, Policy(register, self._policy.today))

    @cached_property
    def _versions(self) -> Mapping[str, Sequence[Revision]]:
        """Person or policy → how it went on the main line, oldest first."""
        found: dict[str, list[Revision]] = {}
        for prefix in _JUDGED_BY:
            for revision in self._past.main.on_line_with(prefix):
                found.setdefault(revision.record, []).append(revision)
        self._past.texts.fetch(revision.new for revisions in found.values() for revision in revisions)
        return found

    @cached_property
    def _touched(self) -> Mapping[int, Sequence[str]]:
        """Place → the people and policies that changed there, or of which an approval landed there."""
        found: dict[int, dict[str, None]] = {}
        for record, revisions in self._versions.items():
            for revision in revisions:
                found.setdefault(revision.commit.place, {})[record] = None
        for (subject, _), links in chains_of(self._register).items():
            for link in links if subject in self._versions else ():
                if link.place is not None:
                    found.setdefault(link.place, {})[subject] = None
        return {place: list(records) for place, records in found.items()}

    @cached_property
    def _events(self) -> list[int]:
        return sorted(self._touched)

    def _next(self, place: int) -> Trust:
        records = dict(self._states[-1].register.records)
        for record in self._touched[place]:
            found = self._accepted(self._versions[record], place)
            records.pop(record, None)
            if found is not None:
                records[record] = found
        return self._trust(records)

    def _accepted(self, revisions: Sequence[Revision], place: int) -> Record | None:
        """The newest version up to the place that was brought in, or has the approvals that it needed."""
        earlier = [revision for revision in revisions if revision.commit.place <= place]
        while earlier:
            revision = earlier.pop()
            record = read_sound(self._register, revision.path, self._past.texts.raw(revision.new)) if revision.new else None
            if record is not None and (self._past.brought_in(revision.commit.place) or self._has_approvals(record, revision, earlier, place)):
                return record
        return None

    def _has_approvals(self, record: Record, revision: Revision, earlier: Sequence[Revision], place: int) -> bool:
        policy = self.at(revision.commit.place - 1).policy
        needed = [row for row in steps_for(policy, record) if row.get("needed")]
        before = self._accepted(earlier, revision.commit.place) if needed else None
        for row in needed:
            covers = covered_by(record.kind, row)
            same = before is not None and values(before, covers) == values(record, covers)
            if not same and not self._approved(record, row, place):
                return False
        return True
