"""A statement before it is signed: of what the record says now, for a step, by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mingbu import ids
from mingbu.approvals.reading import read
from mingbu.approvals.statement import chained, digest
from mingbu.approvals.steps import Step, covered_by
from mingbu.approvals.verdict import judge_of
from mingbu.register import Policy, Record, Register


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be approved: the record, the step, the fields, and what they held before."""

    register: Register
    policy: Policy
    record: Record
    row: Step

    @property
    def covers(self) -> tuple[str, ...]:
        return covered_by(self.record.kind, self.row)

    def before(self) -> Record | None:
        """The record on the main line, as the signer sees it; None for a new one."""
        past = self.register.past
        if past is None:
            return None
        blob = past.main.blob(self.record.id, past.main.length - 1)
        return read(self.register, self.record.path, past.texts.raw(blob)) if blob else None

    def statement(self, by: str, role: str, at: datetime, decision: str = "approved", **said: Any) -> dict[str, Any]:
        """The statement without its signature; said: reason, opinion, review, where there are any."""
        past, before = self.register.past, self.before()
        links = judge_of(self.register, self.policy).counting(self.record, self.row["step"])
        data = {
            "schema": "approval/1",
            "subject": self.record.id,
            "step": self.row["step"],
            "decision": decision,
            "covers": list(self.covers),
            "digest": digest(self.record, self.covers),
            "from": digest(before, self.covers) if before else None,
            "previous": chained(links[-1].data) if links else None,
            "base": past.main.tip if past else None,
            "by": by,
            "role": role,
            "at": at.isoformat(timespec="seconds"),
            **said,
        }
        return self.register.schemas.kinds["approval"].arrange({key: value for key, value in data.items() if value is not None})


def as_record(register: Register, data: dict[str, Any], raw: bytes) -> Record:
    """The statement as a record of the register, where its content says that it stands."""
    kind, named = register.schemas.kinds["approval"], ids.approval_id(data["subject"], data["step"], data["digest"])
    return Record(kind, named, ids.place(kind, named), data, raw)
