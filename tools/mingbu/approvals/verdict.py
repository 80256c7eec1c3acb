"""The verdict on every statement: valid, stale or refused, and the first reason against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mingbu.approvals import fit, people, signing, timing
from mingbu.approvals.case import Case, Problem, row_in
from mingbu.approvals.chains import Link, chains_of
from mingbu.approvals.steps import step_of
from mingbu.approvals.trust import Trust, Trusts
from mingbu.register import Policy, Record, Register

_JUDGES: tuple[Callable[[Case], Problem | None], ...] = (signing.problem, people.problem, timing.problem)


PROBLEMS = (
    "approval.unsigned", "approval.strength", "approval.signature-form", "approval.namespace", "approval.signature", "approval.signer",
    "approval.key-expired", "approval.key-revoked", "approval.notary", "approval.account", "approval.author",
    "approval.role", "approval.post", "approval.same-change", "approval.self", "approval.own-post", "approval.same-person",
    "approval.base", "approval.backdated", "approval.postdated", "approval.replay", "approval.from", "approval.covers", "approval.stale",
)  # fmt: skip
"""Every reason for which a statement isn't accepted."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a statement. `problem` is None for a valid one."""

    name: str
    """valid · stale: in order, but the content or a later statement went past it · refused."""
    problem: Problem | None
    newest: bool
    """Whether it is the last word in its step."""


def verdict_on(register: Register, policy: Policy, statement: Record) -> Verdict | None:
    """The verdict; None where the statement is about nothing that could be approved, which check says by itself."""
    judge = register.memo(f"approvals on {policy.today}", lambda: _Judge(register, policy))
    return judge.on(statement)


class _Judge:
    """Judges the statements of one register, each once."""

    def __init__(self, register: Register, policy: Policy) -> None:
        self._register, self._policy = register, policy
        self._links: dict[str, tuple[list[Link], int]] = {}
        for links in chains_of(register).values():
            for number, link in enumerate(links):
                if link.record is not None:
                    self._links[link.record.id] = links, number
        self._fetch()
        self._trusts = Trusts(register, policy, register.past) if register.past else None
        self._known: dict[str, Verdict | None] = {}

    def _fetch(self) -> None:
        """What the subjects of statements that are judged by history held: all at once is far sooner read."""
        past = self._register.past
        if past is not None:
            subjects = {str(link.data["subject"]) for links, number in self._links.values() if not past.brought_in((link := links[number]).place)}
            past.texts.fetch(revision.new for subject in sorted(subjects) for revision in past.tip.revisions(subject))

    def on(self, statement: Record) -> Verdict | None:
        if statement.id not in self._known:
            self._known[statement.id] = self._judged(statement)
        return self._known[statement.id]

    def _judged(self, statement: Record) -> Verdict | None:
        subject = self._register.get(statement.data["subject"])
        if subject is None or row_in(self._policy, subject, statement.data) is None or self._register.get(statement.data["by"]) is None:
            return None
        links, number = self._links[statement.id]
        link, earlier, later = links[number], links[:number], links[number + 1 :]
        case = Case(self._register, self._policy, subject, statement, link, earlier, later, self._before(link))
        refused = next((found for judge in _JUDGES if (found := judge(case)) is not None), None) or self._twice(case)
        if refused is not None:
            return Verdict("refused", refused, newest=not later)
        if later:
            return Verdict("stale", case.problem("approval.superseded", ""), newest=False)
        wrong = fit.problem(case)
        if wrong is not None and wrong.code == "approval.stale" and step_of(self._policy, subject, statement.data["step"]) is None:
            wrong = case.problem("approval.behind", "")
        return Verdict("valid" if wrong is None else "refused" if wrong.code == "approval.covers" else "stale", wrong, newest=True)

    def _before(self, link: Link) -> tuple[Trust, ...]:
        """People and policy before the change: as the signer saw them, and as they stood when the statement landed."""
        past = self._register.past
        if past is None or self._trusts is None:
            return (Trust(self._register, self._policy),)
        last = past.main.length - 1
        if past.brought_in(link.place):
            return (self._trusts.at(past.genesis if link.place is not None else last),)
        seen = past.main.place_of(str(link.data.get("base", "")))
        landed = link.place - 1 if link.place is not None else last
        return tuple(self._trusts.at(place) for place in (seen, landed) if place is not None)

    def _twice(self, case: Case) -> Problem | None:
        """Where two people have to agree on the same content, one of them can't be both."""
        apart = case.row.get("other_than", []) if case.row else []
        for other in self._register.about(case.subject.id) if apart else []:
            same = other.data["by"] == case.data["by"] and other.data["decision"] == "approved" and other.data["digest"] == case.data["digest"]
            if same and other.data["step"] in apart:
                return case.problem("approval.same-person", "/by")
        return None
