"""View models of history: a record's timeline, and who wrote each of its values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mingbu import approvals, display
from mingbu.history import Commit
from mingbu.labels import message
from mingbu.register import Record
from mingbu.schema.kinds import Kind
from mingbu.site.reader import Cell, Reader, commit_link, record_page, relative
from mingbu.timeline import Event, Statement, Timelines
from mingbu.yamlio.characters import printable

_SHORT, _LINE = 10, 80
"""How much of a commit's id is shown, and how much of a value or a name before it is folded or cut."""


@dataclass(frozen=True, slots=True)
class Value:
    """One side of a change; `rest` is the whole text where it is too long for a line."""

    text: str
    lang: str | None
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that a commit changed."""

    label: str
    lang: str | None
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval that landed with a commit: the step, what was said, by whom, and what is to be thought of it (None: it is gone)."""

    step: Cell
    decision: Cell
    by: Cell
    verdict: Cell | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One commit in the timeline."""

    anchor: str
    at: str
    who: Cell
    commit: Cell
    merge: Cell | None
    message: Cell
    note: str
    changes: list[Changed]
    approvals: list[Approval]


@dataclass(frozen=True, slots=True)
class Story:
    """A record's timeline, newest first: what is shown, and what is folded away."""

    shown: list[Entry]
    folded: list[Entry]
    edited: bool
    """Whether the register has something that isn't committed."""


def story(reader: Reader, record: Record, page: str) -> Story | None:
    """The timeline of the record; None where there is no history, or none of this record yet."""
    timelines = Timelines.of_all(reader.register)
    known = timelines.of(record.id) if timelines else None
    if timelines is None or known is None or not known.events:
        return None
    entries, told = [], set[str]()
    for event in known.events:
        fresh = [statement for statement in event.statements if statement.path not in told]
        told |= {statement.path for statement in fresh}
        entries.append(_entry(reader, timelines, record, event, fresh, page))
    most = reader.setting("history_shown")
    return Story(entries[:most], entries[most:], known.edited)


def _entry(reader: Reader, timelines: Timelines, record: Record, event: Event, statements: list[Statement], page: str) -> Entry:
    commit, merge = event.commit, event.merge
    return Entry(
        anchor=f"c-{commit.id[:_SHORT]}",
        at=minute(commit),
        who=author(reader, timelines, commit, page),
        commit=_commit(reader, commit),
        merge=_commit(reader, merge) if merge else None,
        message=Cell(_cut(commit.summary), lang=reader.foreign(commit.summary)),
        note="" if event.what in {"changed", "approved"} else reader.word(f"history.{event.what}"),
        changes=[_changed(reader, record.kind, change.pointer, change.old, change.new) for change in event.changes],
        approvals=[_approval(reader, record, statement, page) for statement in statements],
    )


def author(reader: Reader, timelines: Timelines, commit: Commit, page: str) -> Cell:
    """Who made the commit: the person whose address it names, else whatever name it has."""
    person = reader.register.get(timelines.person(commit))
    if person is not None:
        return Cell(reader.name(person), "ref", reader.name_lang(person), relative(page, record_page(person)))
    name = _cut(commit.author_name) or reader.word("history.nobody")
    return Cell(name, lang=reader.foreign(name))


def _commit(reader: Reader, commit: Commit) -> Cell:
    return Cell(commit.id[:_SHORT], "commit", url=commit_link(reader.register, commit.id))


def minute(commit: Commit) -> str:
    return commit.time[:16].replace("T", " ")


def _cut(text: str) -> str:
    """What somebody wrote, on one line that can be shown and isn't endless."""
    shown = printable(" ".join(text.split()))
    return shown if len(shown) <= _LINE else f"{shown[:_LINE]}…"


def _changed(reader: Reader, kind: Kind, pointer: str, old: Any, new: Any) -> Changed:
    label = display.label(kind, pointer, reader.lang)
    return Changed(label, reader.foreign(label), _value(reader, kind, pointer, old), _value(reader, kind, pointer, new))


def _value(reader: Reader, kind: Kind, pointer: str, value: Any) -> Value:
    text, field = display.line(reader.register, kind, pointer, value, reader.lang), kind.field_at(pointer)
    lang = None if value is None else reader.lang_of(field) if field else reader.foreign(text)
    return Value(text, lang) if len(text) <= _LINE else Value(f"{text[: _LINE // 2]}…", lang, text)


def _approval(reader: Reader, record: Record, statement: Statement, page: str) -> Approval:
    """The statement as it landed; nothing vouches that its file was ever a sound one."""
    kind, data = reader.register.schemas.kinds["approval"], statement.data
    step, person = str(data.get("step", "")), reader.register.get(data.get("by"))
    title = printable(reader.step(record.kind.name, step))
    decision = display.line(reader.register, kind, "/decision", data.get("decision"), reader.lang)
    by = Cell(reader.name(person), "ref", reader.name_lang(person), relative(page, record_page(person))) if person else Cell(str(data.get("by", "")))
    there = reader.register.get(statement.record)
    judged = verdict(reader, there) if there is not None and there.data == data else None
    return Approval(Cell(title, lang=reader.foreign(title)), Cell(decision, str(data.get("decision"))), by, judged[0] if judged else None)


def verdict(reader: Reader, statement: Record) -> tuple[Cell, Cell | None] | None:
    """The verdict on a statement as a badge, and the reason against it; None where there is nothing to judge."""
    found = approvals.verdict_on(reader.register, reader.policy, statement)
    if found is None:
        return None
    reason = message(found.problem.finding(statement), reader.lang) if found.problem else ""
    return Cell(reader.word(f"verify.verdict-{found.name}"), found.name), Cell(reason, lang=reader.foreign(reason)) if reason else None


@dataclass(frozen=True)
class Writers:
    """Who gave the values of one record's fields."""

    reader: Reader
    timelines: Timelines | None
    record: Record

    @classmethod
    def of(cls, reader: Reader, record: Record) -> Writers:
        return cls(reader, Timelines.of_all(reader.register), record)

    def mark(self, pointer: str) -> Cell | None:
        """Who wrote the field last, when, and in which commit; None where that isn't known."""
        commit = self.timelines.of(self.record.id).writer(pointer) if self.timelines is not None else None
        if commit is None or self.timelines is None:
            return None
        if commit.id not in self._marks:
            who = author(self.reader, self.timelines, commit, "")
            text = self.reader.word("history.wrote", who=who.text, at=minute(commit), id=commit.id[:_SHORT])
            self._marks[commit.id] = Cell(text, "who", self.reader.foreign(text))
        return self._marks[commit.id]

    @cached_property
    def _marks(self) -> dict[str, Cell]:
        return self.reader.register.memo(f"marks in {self.reader.lang}", dict)
