"""What a review may answer: a step of a record, by a person; and the words for why it doesn't."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mingbu import approvals, ids, labels
from mingbu.approvals.steps import Step
from mingbu.approvals.trust import Trust
from mingbu.findings import Finding
from mingbu.forge.reviews import Review
from mingbu.labels import Lang
from mingbu.register import Record, Register


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a review gave nothing, as a sentence of the catalogue or as the finding that check would make of it."""

    key: str
    args: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    finding: Finding | None = None

    def text(self, lang: Lang) -> str:
        if self.finding is not None:
            return labels.message(self.finding, lang)
        return labels.word(self.key, lang, **{name: labels.text(pair, lang) for name, pair in self.args.items()})


@dataclass(frozen=True, slots=True)
class Answer:
    """A review that may stand for a step: whose it is, for which record, as what."""

    review: Review
    at: datetime
    person: Record
    record: Record
    row: Step
    role: str
    place: int
    """Where the main line stood when the review was given."""

    @property
    def question(self) -> tuple[str, str]:
        return self.record.id, self.row["step"]

    @property
    def key(self) -> tuple[int, str, str]:
        return self.review.id, *self.question


@dataclass
class Outcome:
    """What became of the reviews: the statements to write, and the reasons of those that gave none."""

    written: list[tuple[Answer, Record]] = field(default_factory=list)
    against: dict[int, list[Reason]] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    """Reviews that have been made into statements before."""

    def refuse(self, review: Review, reason: Reason) -> None:
        known = self.against.setdefault(review.id, [])
        known += [reason] if reason not in known else []


def person_of(trust: Trust, account: str) -> Record | None:
    """Whose account it is; hosts don't tell large letters from small ones."""
    found = [person for person in trust.register.of("person") if str(person.data.get("host_account", "")).casefold() == account.casefold()]
    return found[0] if len(found) == 1 else None


def needs_two(trust: Trust, record: Record, row: Step, step: str) -> bool:
    """Whether the policy wants two people for the two steps."""
    other = approvals.line_of(trust.policy, record.kind.name, step)
    return step in row.get("other_than", []) or bool(other and row["step"] in other.get("other_than", []))


def path_of(register: Register, record: Record, row: Step) -> str:
    covers = approvals.covered_by(record.kind, row)
    return ids.place(register.schemas.kinds["approval"], ids.approval_id(record.id, row["step"], approvals.digest(record, covers)))
