"""A report made once, for every format to write down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from mingbu import display, labels
from mingbu.labels import Lang, pick
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.register.revision import Revision
from mingbu.reports import Asked, Report, Table, paragraphs


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above and below every document."""

    lang: Lang
    title: str
    company: str
    confidentiality: str
    """The label, not the code."""
    as_of: date
    revision: Revision | None
    period: Period | None = None

    def say(self, key: str, /, **args: object) -> str:
        return labels.word(key, self.lang, **args)

    @property
    def commit(self) -> str:
        """The commit in short, with + where records were edited since; a dash where there is none."""
        return self.revision.label if self.revision else self.say("value.none")

    @property
    def foot(self) -> str:
        """What stands at the foot of every page: the day, and the commit where there is one."""
        found = [f"{self.say('document.as-of')}{self.say('document.colon')}{self.as_of.isoformat()}"]
        return "  ".join([*found, *([self.revision.label] if self.revision else [])])

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(label, value) of what stands below the title."""
        found = [(self.say("document.company"), self.company)]
        if self.period is not None:
            first, last = self.period.first.isoformat(), self.period.last.isoformat()
            found.append((self.say("document.period"), self.say("document.from-to", name=self.period.name, first=first, last=last)))
        return [
            *found,
            (self.say("document.as-of"), self.as_of.isoformat()),
            (self.say("document.confidentiality"), self.confidentiality),
            (self.say("document.commit"), self.commit),
        ]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph that a person wrote, under the title of its slot."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A report with its figures; `register` is asked for the names of records only."""

    name: str
    head: Head
    tables: tuple[Table, ...]
    texts: tuple[Text, ...]
    rules: tuple[str, ...]
    register: Register

    @property
    def lang(self) -> Lang:
        return self.head.lang

    def say(self, key: str, /, **args: object) -> str:
        return self.head.say(key, **args)

    def pick(self, pair: tuple[str, str]) -> str:
        return pick(pair, self.lang)

    @property
    def for_people(self) -> Document:
        """Without the columns that are there for programs."""
        return replace(self, tables=tuple(table.for_people for table in self.tables))

    @property
    def period_name(self) -> str:
        """The period that was asked for; the day where the report is of none."""
        return self.head.period.name if self.head.period else self.head.as_of.isoformat()


def document(report: Report, register: Register, policy: Policy, asked: Asked, lang: Lang, revision: Revision | None) -> Document:
    """The report as a document. Raises CannotReport."""
    tables = tuple(report.tables(register, policy, asked))
    texts = tuple(Text(pick(found.title, lang), found.text) for found in paragraphs(register, report, asked))
    head = head_of(register, policy, lang, revision, pick(report.title, lang), report.confidentiality, asked.period)
    return Document(report.name, head, tables, texts, report.rules, register)


def head_of(
    register: Register,
    policy: Policy,
    lang: Lang,
    revision: Revision | None,
    title: str,
    confidentiality: str,
    period: Period | None = None,
    company: str | None = None,
) -> Head:
    """The head of a document with this title; confidentiality is a code, company the id of a department: left out, the register's."""
    label = register.schemas.codes["confidentiality"].get(confidentiality, [confidentiality] * 2)
    name = display.name(register, company or register.settings.get("company"), lang)
    return Head(lang, title, name, pick(label, lang), policy.today, revision, period)


def confidentiality_of(record: Record) -> str:
    """The code that the record bears itself, else that of its kind."""
    return str(record.data.get("confidentiality") or record.kind.spec.get("confidentiality", "internal"))
