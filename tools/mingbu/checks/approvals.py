"""Approval files by their form: who, which step, which fields, which content. Signatures are proved elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu import approvals, duties
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Record, Register

_RULES = ("A11", "A20", "B26", "C14", "D12", "E9")


@check("approval.subject", "approval.step", rules=_RULES)
def approvals_are_about_something(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """An approval names a record that exists and a step that the policy has for such a record."""
    for record in register.of("approval"):
        subject, row = _subject_and_step(register, policy, record)
        if subject is None and not register.is_broken(record.data["subject"]):
            yield record.finding("/subject", "approval.subject", _RULES, value=record.data["subject"])
        elif subject is not None and row is None:
            yield record.finding("/step", "approval.step", _RULES, value=record.data["step"], kind=subject.kind.title)


def _subject_and_step(register: Register, policy: Policy, record: Record) -> tuple[Record | None, approvals.Step | None]:
    subject = register.get(record.data["subject"])
    if subject is None:
        return None, None
    known = approvals.step_of(register, policy, subject, record.data["step"], record.data["at"])
    return subject, known or approvals.line_of(policy, subject.kind.name, record.data["step"])


@check("approval.role", "approval.self", rules=_RULES)
def approvers_hold_the_post(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """The approver held the post that he signs with, the step may be taken by that post, and he didn't prepare the content."""
    for record in register.of("approval"):
        subject, row = _subject_and_step(register, policy, record)
        if subject is None or row is None or register.get(record.data["by"]) is None:
            continue
        by, role, at = record.data["by"], record.data["role"], record.data["at"]
        if role not in row["posts"] or not duties.holds(register, by, [role], at):
            label = record.kind.by_pointer["/role"].node["x-enum"][role]
            args = {"value": register.name_of(by), "date": at[:10]}
            yield record.finding("/role", "approval.role", tuple(row["articles"]), role=(label[0], label[1]), **args)
        elif by == subject.data.get("prepared_by"):
            yield record.finding("/by", "approval.self", tuple(row["articles"]), value=register.name_of(by))


@check("approval.covers", "approval.stale", "approval.early", rules=_RULES)
def approvals_fit_their_content(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """The newest statement in a step covers the step's fields and was given for what they hold now."""
    for record in register.of("approval"):
        subject, row = _subject_and_step(register, policy, record)
        if subject is None or row is None or record is not approvals.statements(register, subject.id, record.data["step"])[-1]:
            continue
        rules, facet, now = tuple(row["articles"]), approvals.facet(subject.kind, record.data["step"]), approvals.is_current(subject, record)
        if set(record.data["covers"]) != set(facet):
            yield record.finding("/covers", "approval.covers", rules, value=", ".join(facet))
        elif not now and approvals.step_of(register, policy, subject, record.data["step"]):
            expected = approvals.digest(subject, record.data["covers"])
            yield record.finding("/digest", "approval.stale", rules, value=register.name_of(subject.id), expected=expected)
        prepared = str(subject.data.get("prepared_on", ""))
        if now and record.data["at"][:10] < prepared and _prepared_once(subject):
            yield record.finding("/at", "approval.early", rules, value=record.data["at"][:10], start=prepared)


def _prepared_once(subject: Record) -> bool:
    """Whether the day of filling in is that of the content: a card is written on for years, a form once."""
    return subject.kind.name != "customer"


@check("approval.missing", rules=_RULES)
def needed_approvals_are_there(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """What the policy says must be approved is: regulations by their body, disposals, target customers."""
    found = policy.in_force("approvals")
    needed = [row for row in found.data["steps"] if row.get("needed")] if found else []
    for row in needed:
        for record in register.of(row["kind"]):
            applying = approvals.step_of(register, policy, record, row["step"])
            if applying == row and approvals.standing(register, policy, record, row["step"]) is None:
                posts = register.schemas.codes["post"]
                who = "、".join(posts[post][0] for post in row["posts"]), ", ".join(posts[post][1] for post in row["posts"])
                yield record.finding("", "approval.missing", tuple(row["articles"]), step=(row["title"], row["title_en"]), value=who)


@check("disposal.executed-early", rules=("A20",))
def disposals_wait_for_their_approval(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A20: a disposal is carried out after it was approved, not before."""
    for record in register.of("disposal"):
        executed = str(record.data.get("executed_on", ""))
        for row in approvals.steps_for(register, policy, record) if executed else ():
            approval = approvals.standing(register, policy, record, row["step"])
            if approval is not None and executed < approval.data["at"][:10]:
                yield record.finding("/executed_on", "disposal.executed-early", ("A20",), value=executed, start=approval.data["at"][:10])
