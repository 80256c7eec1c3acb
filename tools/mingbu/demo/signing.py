"""Approvals as they were made: planned from the sample's own and from what the policy asks, written when they land."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mingbu import approvals, ids, sshsig
from mingbu.demo.keys import private_key
from mingbu.demo.model import CHINA, Change, first_day, growth, on_day, version
from mingbu.demo.staff import Staff
from mingbu.register import Policy, Record, Register

NOTARY = "notary"
_BEFORE = timedelta(minutes=35)


@dataclass(frozen=True, slots=True)
class Signing:
    """An approval that somebody is going to make."""

    at: datetime
    subject: str
    step: str
    by: str
    said: dict[str, Any]
    """decision, role, opinion, reason, as the statement has them."""
    form: str
    """signed, attested or committed."""
    late: bool = False
    """Whether the content landed before, by itself."""


def planned(register: Register, policy: Policy, changes: Sequence[Change]) -> list[Signing]:
    """Every approval after the register was taken into use: the sample's, those of people and policies, and refusals."""
    staff, plan = Staff(register), growth()["approvals"]
    found = []
    for record in register.of("approval"):
        data, at = record.data, datetime.fromisoformat(record.data["at"])
        if at.astimezone(CHINA) >= on_day(first_day(), 0):
            said = {key: data[key] for key in ("decision", "role", "opinion", "reason") if key in data}
            found.append(Signing(at, data["subject"], data["step"], data["by"], said, approvals.strength(data), data["subject"] in plan["late"]))
    return sorted([*found, *_asked(staff, policy, changes)], key=lambda signing: signing.at)


def in_time(register: Register, policy: Policy, changes: Sequence[Change]) -> list[Change]:
    """The versions in time, each that the sample's approvals are about being there before it was approved."""
    newest_first = sorted((record.data for record in register.of("approval")), key=lambda data: str(data["at"]), reverse=True)
    given = {(data["subject"], data["digest"]): data for data in newest_first}
    wanted = {subject for subject, _ in given}
    moved = []
    for change in changes:
        for row in approvals.lines(policy) if change.record.id in wanted else ():
            covers = approvals.covered_by(change.record.kind, row)
            data = given.get((change.record.id, approvals.digest(change.record, covers))) if row["kind"] == change.record.kind.name else None
            at = datetime.fromisoformat(data["at"]) - _BEFORE if data else change.at
            if change.at.date() == at.date() and at < change.at:
                change = Change(at, change.by, change.record, change.note)
        moved.append(change)
    return sorted(moved, key=lambda change: change.at)


def _asked(staff: Staff, policy: Policy, changes: Sequence[Change]) -> list[Signing]:
    """Of changed people and new policies: by whoever has the post, and is neither the person nor the author."""
    plan, found = growth()["approvals"], []
    for change in changes:
        rows = approvals.steps_for(policy, change.record) if change.at > on_day(first_day(), 1439) else ()
        for row in rows:
            if not row.get("unless_brought_in"):
                continue
            subject, days = change.record.id, plan["appointed_late"].get(change.record.id, 0)
            at = change.at.replace(second=0) + timedelta(days=days, minutes=95)
            posts = [(post, by) for post in row["posts"] if (by := staff.with_key(post, at.date().isoformat(), {subject, change.by}))]
            form = "attested" if subject in plan["attested"] else "signed"
            said = {"decision": "approved", "role": posts[0][0], "opinion": plan["opinion"]}
            found.append(Signing(at, subject, row["step"], posts[0][1], said, form, bool(days)))
    return found


def with_refusals(changes: list[Change], signings: list[Signing]) -> tuple[list[Change], list[Signing]]:
    """With what was proposed first, refused, and proposed anew as it is now."""
    for plan in growth()["approvals"]["refused"]:
        index = next(index for index, change in enumerate(changes) if change.record.id == plan["subject"])
        change = changes[index]
        record = change.record
        proposed = version(record.kind, record.id, {**record.data, plan["field"]: plan["proposed"]})
        refused_at = change.at + timedelta(minutes=plan["after_minutes"])
        changes[index : index + 1] = [
            Change(change.at, change.by, proposed, change.note),
            Change(refused_at + timedelta(minutes=40), change.by, record, growth()["cards"]["notes"]["edit"]),
        ]
        said = {"decision": "refused", "role": plan["role"], "reason": plan["reason"]}
        signings.append(Signing(refused_at.replace(second=0), record.id, plan["step"], plan["by"], said, "signed"))
    return changes, sorted(signings, key=lambda signing: signing.at)


@dataclass
class Ledger:
    """What the main line has seen so far: its commits, the versions of records, and the last statement of each step."""

    register: Register
    policy: Policy
    commits: list[tuple[datetime, str]] = field(default_factory=list)
    versions: dict[str, list[tuple[int, Record]]] = field(default_factory=dict)
    statements: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def landed(self, at: datetime, commit: str, records: Sequence[Record]) -> None:
        """A commit came onto the main line."""
        self.commits.append((at, commit))
        for record in records:
            self.versions.setdefault(record.id, []).append((len(self.commits) - 1, record))
            if record.kind.name == "approval":
                self.statements[record.data["subject"], record.data["step"]] = dict(record.data)

    def statement(self, signing: Signing, subject: Record, number: int) -> Record:
        """The approval of what the subject says, as a record: given for the main line as the signer saw it, and signed."""
        place = bisect_right(self.commits, signing.at, key=lambda commit: commit[0]) - 1
        base, kind = self.commits[place][1], self.register.schemas.kinds["approval"]
        row = approvals.line_of(self.policy, subject.kind.name, signing.step)
        covers = approvals.covered_by(subject.kind, row) if row else ()
        before = next((record for seen, record in reversed(self.versions.get(subject.id, [])) if seen <= place), None)
        last = self.statements.get((subject.id, signing.step))
        data = {
            "schema": "approval/1",
            "subject": subject.id,
            "step": signing.step,
            "covers": list(covers),
            "digest": approvals.digest(subject, covers),
            "from": approvals.digest(before, covers) if before else None,
            "previous": approvals.chained(last) if last else None,
            "base": base,
            "by": signing.by,
            "at": signing.at.astimezone(CHINA).isoformat(timespec="seconds"),
            **signing.said,
        }
        data = {key: value for key, value in data.items() if value is not None}
        if signing.form == "attested":
            data["review"] = self._review(signing, base, number)
        if signing.form != "committed":
            data["signature"] = sshsig.sign(self._key(signing), approvals.payload(data), approvals.NAMESPACE)
        made = version(kind, ids.approval_id(subject.id, signing.step, data["digest"]), data)
        self.statements[subject.id, signing.step] = data
        return made

    def _key(self, signing: Signing) -> Any:
        day = signing.at.astimezone(CHINA).date().isoformat()
        return private_key(NOTARY) if signing.form == "attested" else Staff(self.register).key(signing.by, day)

    def _review(self, signing: Signing, base: str, number: int) -> dict[str, Any]:
        """The review on the git host that the notary made the statement of."""
        host, person = self.register.settings["git_host"]["kind"], self.register.get(signing.by)
        account = person.data["host_account"] if person else ""
        return {"host": host, "pull": number, "review": 40000 + number, "account": account, "commit": base}
