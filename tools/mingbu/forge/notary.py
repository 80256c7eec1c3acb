"""From reviews to statements: for each step that a pull request calls for, the review that answers it, judged before it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingbu import approvals, duties, yamlio
from mingbu.approvals.draft import Draft, as_record
from mingbu.approvals.statement import values
from mingbu.approvals.steps import Step
from mingbu.approvals.trust import Trust
from mingbu.findings import Finding
from mingbu.forge.answers import Answer, Outcome, Reason, needs_two, path_of, person_of
from mingbu.forge.proposal import Proposal
from mingbu.forge.reviews import Review, sifted
from mingbu.register import Record, Register
from mingbu.register.model import from_fault
from mingbu.schema.validate import validator_of

Sign = Callable[[Mapping[str, Any]], str]
"""The armored signature of a statement."""


@dataclass(frozen=True)
class Notary:
    """Makes statements for one pull request. `host`: as the statements name it; `step`: the only one that is asked for."""

    proposal: Proposal
    host: str
    sign: Sign
    step: str | None = None
    elsewhere: Callable[[str], Record | None] = lambda path: None
    """A statement that stands in the work tree but isn't committed yet."""

    def made_of(self, reviews: Sequence[Review]) -> Outcome:
        outcome, answers = Outcome(), list[Answer]()
        for review, against in sifted(self.proposal.pull, reviews):
            if against in {None, "notarize.stale"} and self._is_done(review):
                outcome.done.add(review.id)
                outcome.refuse(review, Reason("notarize.done"))
            elif against is not None:
                outcome.refuse(review, Reason(against))
            if against is None:
                answers += self._answers(review, outcome)
        outcome.written = self._judged(answers, outcome)
        return outcome

    # --- which steps a review may answer

    def _is_done(self, review: Review) -> bool:
        register = self.proposal.register
        return any(self._made_of(review, statement.data) and self._stands(register, statement) for statement in register.of("approval"))

    def _made_of(self, review: Review, statement: Mapping[str, Any]) -> bool:
        """Whether the statement says that it was made of this review, about what is proposed now."""
        said, subject = statement.get("review", {}), self.proposal.register.get(statement.get("subject"))
        same = (said.get("host"), said.get("pull"), said.get("review")) == (self.host, self.proposal.pull.number, review.id)
        asked = same and subject is not None and self.step in {None, statement["step"]}
        return bool(asked and subject and approvals.digest(subject, statement["covers"]) == statement["digest"])

    def _stands(self, register: Register, statement: Record) -> bool:
        verdict = approvals.verdict_on(register, self.proposal.policy, statement)
        return verdict is not None and verdict.name == "valid"

    def _answers(self, review: Review, outcome: Outcome) -> Iterator[Answer]:
        proposal = self.proposal
        seen = proposal.main.at(int(review.at.timestamp())) if review.at else None
        if review.at is None or (seen is None and not proposal.past.copied):
            outcome.refuse(review, Reason("notarize.early"))
            return
        place = seen.place if seen is not None else proposal.main.length - 1
        trust = proposal.trust(place)
        person = person_of(trust, review.account)
        if person is None:
            outcome.refuse(review, Reason("notarize.account"))
            return
        questions = list(self._questions(trust, review.day))
        if not questions:
            outcome.refuse(review, Reason("notarize.nothing"))
        for record, row in questions:
            role = next((post for post in row["posts"] if duties.holds(trust.register, person.id, [post], review.day)), None)
            answer = Answer(review, review.at, person, record, row, str(role), place)
            reason = self._reason(answer, trust) if role is not None else Reason("notarize.post", self._about(answer))
            if reason is None:
                yield answer
            else:
                if reason.key == "notarize.done":
                    outcome.done.add(review.id)
                outcome.refuse(review, reason)

    def _questions(self, trust: Trust, day: str) -> Iterator[tuple[Record, Step]]:
        """The steps whose content the pull request changes and which a review may answer."""
        for record in self.proposal.records():
            before = self.proposal.changed.before.get(record.id)
            for row in approvals.steps_for(trust.policy, record, day):
                covers = approvals.covered_by(record.kind, row)
                old = values(before, covers) if before else {}
                asked = self.step in {None, row["step"]} and "attested" in row["strengths"]
                if asked and values(record, covers) != old:
                    yield record, row

    def _reason(self, answer: Answer, trust: Trust) -> Reason | None:
        """Why the step isn't open to the review: it has been answered, or what it is about has moved on."""
        proposal, record, row = self.proposal, answer.record, answer.row
        covers = approvals.covered_by(record.kind, row)
        if record.id not in proposal.register.records or proposal.register.get(answer.person.id) is None:
            return Reason("notarize.no-person")
        standing = approvals.standing(proposal.register, proposal.policy, record, row["step"])
        if self._is_answered(answer, standing):
            return Reason("notarize.done")
        if standing is not None:
            return Reason("notarize.taken", self._about(answer, standing.data["by"]))
        seen, now = (proposal.on_main(record, place) for place in (answer.place, proposal.main.length - 1))
        held = [values(found, covers) if found else {} for found in (seen, now, record)]
        if held[1] not in (held[0], held[2]):
            return Reason("notarize.moved", self._about(answer))
        others = [(proposal.register.get(other.id), other.data["step"]) for other in proposal.register.about(record.id)]
        by_himself = [step for other, step in others if other is not None and other.data["by"] == answer.person.id]
        if any(needs_two(trust, record, row, step) for step in by_himself):
            return Reason("notarize.two", self._about(answer))
        return None

    def _is_answered(self, answer: Answer, standing: Record | None) -> bool:
        """Whether this very review has been made into a statement: in the proposal, on the main line, or in the work tree."""
        register, review = self.proposal.register, answer.review
        links = approvals.judge_of(register, self.proposal.policy).counting(answer.record, answer.row["step"])
        landed = [link.data for link in links if link.place is not None]
        if any(self._made_of(review, data) for data in ([standing.data] if standing else []) + landed[-1:]):
            return True
        written = self.elsewhere(path_of(register, answer.record, answer.row))
        return written is not None and self._made_of(review, written.data) and self._stands(register.with_new(written), written)

    def _about(self, answer: Answer, by: str | None = None) -> dict[str, tuple[str, str]]:
        """The arguments of a sentence: the step, the record, the posts that may take it, the person."""
        register, row = self.proposal.register, answer.row
        codes = register.schemas.codes["post"]
        posts = "、".join(codes[post][0] for post in row["posts"]), ", ".join(codes[post][1] for post in row["posts"])
        name = register.name_of(by or answer.person.id)
        return {"step": (row["title"], row["title_en"]), "id": (answer.record.id,) * 2, "posts": posts, "name": (name, name)}

    # --- which review answers a step, and whether the statement would be accepted

    def _judged(self, answers: Sequence[Answer], outcome: Outcome) -> list[tuple[Answer, Record]]:
        """The statements that are valid side by side; where one isn't, the next review gets its turn."""
        refused: set[tuple[int, str, str]] = set()
        made: dict[tuple[int, str, str], Record | Finding] = {}
        while True:
            chosen = self._chosen([answer for answer in answers if answer.key not in refused])
            for answer in chosen:
                if answer.key not in made:
                    made[answer.key] = self._statement(answer)
            wrong = {answer.key: problem for answer in chosen if (problem := self._wrong(answer, chosen, made)) is not None}
            for answer in chosen:
                if answer.key in wrong:
                    outcome.refuse(answer.review, wrong[answer.key])
            if not wrong:
                break
            refused |= set(wrong)
        self._left_over(answers, chosen, refused, outcome)
        return [(answer, record) for answer in chosen if isinstance(record := made[answer.key], Record)]

    def _chosen(self, answers: Sequence[Answer]) -> list[Answer]:
        """One review a step: first where the choice is smallest, so that a step which takes two people gets them."""
        questions: dict[tuple[str, str], list[Answer]] = {}
        for answer in answers:
            questions.setdefault(answer.question, []).append(answer)
        chosen: list[Answer] = []
        for _, offered in sorted(questions.items(), key=lambda item: (len(item[1]), item[0])):
            fit = (answer for answer in offered if not any(self._is_one_person(answer, other) for other in chosen))
            chosen += [found] if (found := next(fit, None)) is not None else []
        return sorted(chosen, key=lambda answer: answer.question)

    def _is_one_person(self, one: Answer, other: Answer) -> bool:
        same = one.person.id == other.person.id and one.record.id == other.record.id
        return same and needs_two(self.proposal.trust(one.place), one.record, one.row, other.row["step"])

    def _left_over(self, answers: Sequence[Answer], chosen: Sequence[Answer], refused: set[tuple[int, str, str]], outcome: Outcome) -> None:
        """Reviews whose steps others have answered."""
        taken = {answer.question: answer.person.id for answer in chosen}
        for answer in answers:
            if answer in chosen or answer.key in refused:
                continue
            by = taken.get(answer.question)
            outcome.refuse(answer.review, Reason("notarize.taken" if by else "notarize.two", self._about(answer, by)))

    def _statement(self, answer: Answer) -> Record | Finding:
        """The signed statement, read back as a record; or what is wrong with its content."""
        register, review = self.proposal.register, answer.review
        draft = Draft(register, self.proposal.policy, answer.record, answer.row)
        before = self.proposal.on_main(answer.record, answer.place)
        account = answer.person.data["host_account"]
        said: dict[str, Any] = {
            "review": {"host": self.host, "pull": self.proposal.pull.number, "review": review.id, "account": account, "commit": review.commit},
            "base": self.proposal.main.main(answer.place).id,
            "from": approvals.digest(before, draft.covers) if before else None,
            "previous": self._previous(answer),
        } | ({"opinion": review.body} if review.body else {})
        statement = draft.statement(answer.person.id, answer.role, answer.at, **said)
        unsigned = as_record(register, statement, yamlio.dump(statement).encode("utf-8", "surrogatepass"))  # JSON may hold half a character
        kind = unsigned.kind
        read, faults = yamlio.read(unsigned.raw)
        faults = [*faults, *(validator_of(register.schemas).faults(kind, read) if read is not None and not faults else [])]
        if faults:
            return from_fault(faults[0], unsigned.path, unsigned.raw, unsigned.id, kind)
        data = kind.arrange(statement | {"signature": self.sign(statement)})
        return as_record(register, data, yamlio.dump(data).encode("utf-8"))

    def _previous(self, answer: Answer) -> str | None:
        """The statement that this one follows: the last in the step, but for the one whose file it takes over before it has landed."""
        own = path_of(self.proposal.register, answer.record, answer.row)
        links = approvals.judge_of(self.proposal.register, self.proposal.policy).counting(answer.record, answer.row["step"])
        kept = [link for link in links if link.place is not None or not link.current or link.statement.path != own]
        return approvals.chained(kept[-1].data) if kept else None

    def _wrong(self, answer: Answer, chosen: Sequence[Answer], made: Mapping[tuple[int, str, str], Record | Finding]) -> Reason | None:
        """Why the statement wouldn't be accepted, beside the others that are to be written."""
        statement = made[answer.key]
        if isinstance(statement, Finding):
            return Reason("", finding=statement)
        register = self.proposal.register
        for other in chosen:
            record = made[other.key]
            register = register.with_new(record) if isinstance(record, Record) else register
        verdict = approvals.verdict_on(register, self.proposal.policy, statement)
        if verdict is None:
            return Reason("notarize.no-step", self._about(answer))
        return Reason("", finding=verdict.problem.finding(statement)) if verdict.problem else None
