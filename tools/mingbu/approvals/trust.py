"""Whom and what a statement is judged by: people, their keys and the approval policy as they stood before the change."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from mingbu.approvals.reading import read_sound
from mingbu.history import Revision
from mingbu.register import Policy, Record, Register
from mingbu.register.past import Past

_PEOPLE, _POLICY = "PER-", "approvals/"


@dataclass(frozen=True)
class Trust:
    """People and approval steps of one moment."""

    register: Register
    policy: Policy


class Trusts:
    """The people and the policy at any place on the main line; each state is read once."""

    def __init__(self, register: Register, policy: Policy, past: Past) -> None:
        self._register, self._policy, self._past = register, policy, past
        self._states: dict[int, Trust] = {}

    def at(self, place: int) -> Trust:
        """As they stood when the main line was at the place."""
        state = bisect_right(self._changes, place, key=lambda change: change.commit.place)
        if state not in self._states:
            self._states[state] = self._read(self._changes[:state])
        return self._states[state]

    @cached_property
    def _changes(self) -> list[Revision]:
        found = [*self._past.main.on_line_with(_PEOPLE), *self._past.main.on_line_with(_POLICY)]
        return sorted(found, key=lambda change: change.commit.place)

    def _read(self, seen: Iterable[Revision]) -> Trust:
        blobs = {change.path: change.new for change in seen}
        standing = {path: blob for path, blob in blobs.items() if blob is not None}
        records: dict[str, Record] = {}
        self._past.texts.fetch(standing.values())
        for path, blob in standing.items():
            record = read_sound(self._register, path, self._past.texts.raw(blob))
            if record is not None:
                records[record.id] = record
        register = Register(self._register.root, self._register.schemas, records, ())
        return Trust(register, Policy(register, self._policy.today))
