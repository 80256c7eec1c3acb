"""Approvals: about something that is there, proved, fitting what they approve; and there where they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu import approvals
from mingbu.approvals.merges import evil_merges
from mingbu.checks.registry import check
from mingbu.findings import Finding, Text
from mingbu.register import Policy, Record, Register

_RULES = ("A11", "A20", "B26", "C14", "D12", "E9")


@check("approval.subject", "approval.step", rules=_RULES)
def approvals_are_about_something(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """An approval names a record that exists and a step that the policy has for such a record."""
    for record in register.of("approval"):
        subject = register.get(record.data["subject"])
        if subject is None and not register.is_broken(record.data["subject"]):
            yield record.finding("/subject", "approval.subject", _RULES, value=record.data["subject"])
        elif subject is not None and approvals.line_of(policy, subject.kind.name, record.data["step"]) is None:
            yield record.finding("/step", "approval.step", _RULES, value=record.data["step"], kind=subject.kind.title)


@check(*approvals.PROBLEMS, rules=_RULES)
def approvals_are_proved(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """Each statement is by somebody who could make it, before the change, unaltered, and fits what the record says now."""
    for record in register.of("approval"):
        verdict = approvals.verdict_on(register, policy, record)
        problem = verdict.problem if verdict else None
        if verdict is None or problem is None or problem.code not in approvals.PROBLEMS:
            continue
        yield problem.finding(record, _articles(register, policy, record))


def _articles(register: Register, policy: Policy, statement: Record) -> tuple[str, ...]:
    subject = register.get(statement.data["subject"])
    row = approvals.line_of(policy, subject.kind.name, statement.data["step"]) if subject else None
    return tuple(row["articles"]) if row else _RULES


@check("approval.early", rules=_RULES)
def approvals_follow_what_they_approve(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A form is filled in before it is approved."""
    for record in register.of("approval"):
        subject, verdict = register.get(record.data["subject"]), approvals.verdict_on(register, policy, record)
        prepared = str(subject.data.get("prepared_on", "")) if subject else ""
        if subject is not None and verdict is not None and verdict.name == "valid" and record.data["at"][:10] < prepared and _prepared_once(subject):
            yield record.finding("/at", "approval.early", _articles(register, policy, record), value=record.data["at"][:10], start=prepared)


def _prepared_once(subject: Record) -> bool:
    """Whether the day of filling in is that of the content: a card is written on for years, a form once."""
    return subject.kind.name != "customer"


@check("approval.missing", rules=_RULES)
def needed_approvals_are_there(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """What the policy says must be approved is: credit, regulations and policies by their body, disposals, target customers."""
    for record, row in approvals.all_missing(register, policy):
        yield record.finding("", "approval.missing", tuple(row["articles"]), step=(row["title"], row["title_en"]), value=_posts(register, row))


@check("approval.removed", rules=_RULES)
def approvals_stay(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """The last word in a step, once it has landed, is never taken away: an older one would seem to stand."""
    for link in approvals.judge_of(register, policy).removed():
        yield Finding(link.statement.path, 1, 1, "", "approval.removed", link.statement.id, {"value": register.name_of(link.data["subject"])}, _RULES)


def _posts(register: Register, row: approvals.Step) -> Text:
    posts = register.schemas.codes["post"]
    return "、".join(posts[post][0] for post in row["posts"]), ", ".join(posts[post][1] for post in row["posts"])


@check("approval.evil-merge", rules=_RULES)
def merges_invent_nothing(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A merge commit gives no protected field a value that none of its sides had."""
    for found in evil_merges(register, policy):
        titles = [found.record.kind.by_pointer[pointer].title for pointer in found.pointers]
        names = "、".join(zh for zh, _ in titles), ", ".join(en for _, en in titles)
        args: dict[str, Text] = {"value": found.merge.commit.id[:12], "field": names}
        current = register.get(found.record.id) or found.record
        yield current.finding(found.pointers[0], "approval.evil-merge", found.record.kind.rules_at(found.pointers[0]) or _RULES, **args)


@check("disposal.executed-early", rules=("A20",))
def disposals_wait_for_their_approval(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A20: a disposal is carried out after it was approved, not before."""
    for record in register.of("disposal"):
        executed = str(record.data.get("executed_on", ""))
        for row in approvals.steps_for(policy, record) if executed else ():
            approval = approvals.standing(register, policy, record, row["step"])
            if approval is not None and executed < approval.data["at"][:10]:
                yield record.finding("/executed_on", "disposal.executed-early", ("A20",), value=executed, start=approval.data["at"][:10])


@check("history.rewritten", "history.shallow")
def history_is_whole(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """The commits are all there, and the ones that were seen before still are."""
    settings = register.get("register")
    if settings is not None and register.shallow:
        yield settings.finding("", "history.shallow")
    if settings is not None and register.past is not None and register.past.tip.rewritten is not None:
        yield settings.finding("", "history.rewritten", value=register.past.tip.rewritten[:12])
