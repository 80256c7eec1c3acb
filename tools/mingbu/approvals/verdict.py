"""The verdict on every statement: valid, stale or refused, and the first reason against it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mingbu.approvals import fit, people, signing, timing
from mingbu.approvals.case import Case, Problem, row_in
from mingbu.approvals.chains import Link, chains_of
from mingbu.approvals.statement import digest
from mingbu.approvals.steps import Step, covered_by, step_of
from mingbu.approvals.trust import Trust, Trusts
from mingbu.register import Policy, Record, Register

_JUDGES: tuple[Callable[[Case], Problem | None], ...] = (signing.problem, people.problem, timing.problem)


PROBLEMS = (
    "approval.unsigned", "approval.strength", "approval.signature-form", "approval.namespace", "approval.signature", "approval.signer",
    "approval.key-expired", "approval.key-revoked", "approval.notary", "approval.account", "approval.author",
    "approval.role", "approval.post", "approval.same-change", "approval.self", "approval.own-post", "approval.same-person", "approval.base",
    "approval.backdated", "approval.postdated", "approval.landed-late", "approval.replay", "approval.from", "approval.covers", "approval.stale",
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
    return judge_of(register, policy).on(statement)


def judge_of(register: Register, policy: Policy) -> Judge:
    """The judge of the register's statements on the policy's day."""
    whole = register.whole
    return whole.memo(f"approvals on {policy.today}", lambda: Judge(whole, policy))


class Judge:
    """Judges the statements of one register, each once."""

    def __init__(self, register: Register, policy: Policy) -> None:
        self._register, self._policy = register, policy
        self._chains = chains_of(register)
        self._fetch()
        self._trusts = Trusts(register, policy, register.past, self._approved) if register.past else None
        self._known: dict[str, Verdict | None] = {}
        self._counted: dict[int, bool] = {}

    def _fetch(self) -> None:
        """What the subjects of statements that are judged by history held: all at once is far sooner read."""
        past = self._register.past
        if past is not None:
            subjects = {subject for (subject, _), links in self._chains.items() if not all(past.brought_in(link.place) for link in links)}
            past.texts.fetch(revision.new for subject in sorted(subjects) for revision in past.tip.revisions(subject))

    @property
    def in_charge(self) -> Policy:
        """The policy whose approval steps are asked for: the last one that was itself approved, before what is proposed."""
        past = self._register.past
        return self._trusts.at(past.main.length - 1).policy if past is not None and self._trusts is not None else self._policy

    def trust(self, place: int) -> Trust:
        """People and policy of the main line at the place."""
        return self._trusts.at(place) if self._trusts is not None else Trust(self._register, self._policy)

    def counting(self, subject: Record, step: str) -> list[Link]:
        """The statements in a step that somebody entitled has made, oldest first: anybody may write a file."""
        return [link for link in self._chains.get((subject.id, step), []) if self._counts(subject, link)]

    def removed(self) -> list[Link]:
        """The last words in their steps that have landed and left the tree."""
        past = self._register.past
        found = []
        for (subject_id, step), links in self._chains.items() if past is not None else ():
            subject = self._register.get(subject_id)
            counting = self.counting(subject, step) if subject is not None and not all(link.current for link in links) else []
            if counting and not counting[-1].current and past is not None and not past.brought_in(counting[-1].place):
                found.append(counting[-1])
        return found

    def _counts(self, subject: Record, link: Link) -> bool:
        if id(link) not in self._counted:
            known = row_in(self._policy, subject, link.data) is not None and self._register.get(link.data.get("by")) is not None
            case = self._case(subject, link, [], []) if known else None
            self._counted[id(link)] = case is not None and signing.problem(case) is None and people.problem(case) is None
        return self._counted[id(link)]

    def on(self, statement: Record) -> Verdict | None:
        if statement.id not in self._known:
            self._known[statement.id] = self._judged(statement)
        return self._known[statement.id]

    def _case(self, subject: Record, link: Link, earlier: Sequence[Link], later: Sequence[Link]) -> Case:
        return Case(self._register, self._policy, subject, link, earlier, later, self._before(link))

    def _in_chain(self, subject: Record, link: Link, until: int | None = None) -> Case:
        """The statement with those before and after it that count; of what has landed up to a place alone, where one is given."""
        links = self._chains[subject.id, str(link.data["step"])]
        links = [other for other in links if until is None or (other.place is not None and other.place <= until)]
        at = next(number for number, other in enumerate(links) if other is link)
        earlier, later = ([other for other in part if self._counts(subject, other)] for part in (links[:at], links[at + 1 :]))
        return self._case(subject, link, earlier, later)

    def _judged(self, statement: Record) -> Verdict | None:
        subject = self._register.get(statement.data["subject"])
        if subject is None or row_in(self._policy, subject, statement.data) is None or self._register.get(statement.data["by"]) is None:
            return None
        link = next(link for link in self._chains[subject.id, statement.data["step"]] if link.current and link.statement is statement)
        case = self._in_chain(subject, link)
        refused = _refusal(case) or self._twice(case)
        if refused is not None:
            return Verdict("refused", refused, newest=not case.later)
        if case.later:
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
        landed = link.place - 1 if link.place is not None else last
        base = past.main.commit(str(link.data.get("base", "")))
        seen = [base.place] if base is not None and base.place <= landed else []
        return tuple(self._trusts.at(place) for place in (*seen, landed))

    def _approved(self, version: Record, row: Step, place: int) -> bool:
        """Whether a version of a person or policy has an approval in the step that landed up to the place."""
        covers = covered_by(version.kind, row)
        wanted = digest(version, covers)
        for link in self._chains.get((version.id, row["step"]), []):
            said = link.data.get("decision") == "approved" and link.data.get("digest") == wanted and set(link.data.get("covers", [])) == set(covers)
            if said and link.place is not None and link.place <= place and _refusal(self._in_chain(version, link, place)) is None:
                return True
        return False

    def _twice(self, case: Case) -> Problem | None:
        """Where two people have to agree on the same content, one of them, or one key, can't be both."""
        apart = case.row.get("other_than", []) if case.row else []
        key = signing.key_used(case.data)
        for other in self._register.about(case.subject.id) if apart else []:
            same = other.data["decision"] == "approved" and other.data["digest"] == case.data["digest"] and other.data["step"] in apart
            own_key = key is not None and "review" not in case.data and signing.key_used(other.data) == key
            if same and (other.data["by"] == case.data["by"] or own_key):
                return case.problem("approval.same-person", "/by")
        return None


def _refusal(case: Case) -> Problem | None:
    """The first reason for which a statement isn't accepted, whatever it is about."""
    return next((found for judge in _JUDGES if (found := judge(case)) is not None), None)
