"""The history of records as people are told it: what each commit changed, who made it, and what was approved with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mingbu import ids
from mingbu.history import Change, Commit, History, Revision, Texts, all_landings, changes, wrote
from mingbu.register import Record, Register
from mingbu.schema.kinds import Kind

_MANY = 500
"""Records whose texts are read together."""
_APPROVAL = "approval/"


@dataclass(frozen=True, slots=True)
class Statement:
    """An approval that a commit brought, as it was written there."""

    commit: Commit
    record: str
    path: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One commit in a record's history."""

    commit: Commit
    what: str
    """created · deleted · changed · same: no field differs · unreadable: it left what can't be read as a record · approved: the record stayed."""
    revision: Revision | None
    """None where only approvals of the record landed."""
    merge: Commit | None
    """The main line's commit that brought it; None where it stands there itself."""
    changes: Sequence[Change]
    """None of a record that came or went, unless its whole history was asked for."""
    statements: Sequence[Statement]
    """The approvals of the record that landed together with the commit."""
    prepared_by: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The history of one record."""

    events: Sequence[Event]
    """Newest first."""
    wrote: Mapping[str, Commit]
    """Pointer → the commit that gave the field the value which the register has; none for what isn't committed."""
    edited: bool = False
    """Whether the register has it otherwise than it was committed."""
    record: Record | None = None
    """The record as it stands, if one commit gave it every value: `wrote` is empty then."""

    def writer(self, pointer: str) -> Commit | None:
        """The commit that gave the field its value, or the last of the fields below it; None where that isn't known."""
        if self.record is not None:
            return self.events[-1].commit if self.record.get(pointer) is not None else None
        found = self.wrote.get(pointer)
        if found is None:
            below = [commit for other, commit in self.wrote.items() if other.startswith(f"{pointer}/")]
            found = max(below, key=lambda commit: (commit.place, commit.authored), default=None)
        return found


class Timelines:
    """What a history tells of the records of a register. Texts are read for many records together, and let go again."""

    def __init__(self, register: Register, history: History, revisions: Mapping[str, Sequence[Revision]], *, whole: bool = False) -> None:
        """`revisions`: those of the records that will be asked for, and of their approvals. `whole`: see `Event.changes`."""
        self._whole = whole
        self._register, self._history, self._revisions = register, history, revisions
        self._told: dict[str, Told] = {}
        self._lines: dict[int, Commit] = {}

    @classmethod
    def of_one(cls, register: Register, history: History, record: str) -> Timelines:
        names = [record, *history.names(f"{_APPROVAL}{record}/")]
        return cls(register, history, {name: history.revisions(name) for name in names}, whole=True)

    @classmethod
    def of_all(cls, register: Register) -> Timelines | None:
        """The timelines of the register's own past, made once; None where there is no history."""
        past = register.past
        return register.memo("timelines", lambda: cls(register, past.tip, past.tip.all_revisions())) if past is not None else None

    def of(self, record: str) -> Told:
        if record not in self._told:
            at = self._groups.get(record)
            self._tell(self._batches[at] if at is not None else [record])
        return self._told.get(record, Told((), {}))

    def person(self, commit: Commit) -> str | None:
        """Who has the author's address; None for an address that no one has registered."""
        return self._people.get(commit.author_email.casefold())

    @cached_property
    def by_place(self) -> Mapping[int, Sequence[Revision]]:
        """Place on the main line → what landed there, without merges that only bring it."""
        found: dict[int, list[Revision]] = {}
        for revisions in self.landed.values():
            for revision in revisions:
                found.setdefault(revision.commit.place, []).append(revision)
        return found

    @cached_property
    def landed(self) -> Mapping[str, Sequence[Revision]]:
        return all_landings(self._history, self._revisions)

    @cached_property
    def _people(self) -> dict[str, str]:
        """Address, letters' size aside → the person who has it."""
        found: dict[str, str] = {}
        for person in self._register.of("person"):
            for email in person.data.get("emails", []):
                found.setdefault(str(email).casefold(), person.id)
        return found

    @cached_property
    def _approvals(self) -> Mapping[str, Sequence[Revision]]:
        """Record → the commits that brought an approval of it."""
        found: dict[str, list[Revision]] = {}
        for name, revisions in self.landed.items():
            if name.startswith(_APPROVAL):
                brought = [revision for revision in revisions if revision.new is not None]
                found.setdefault(subject_of(name), []).extend(brought)
        return found

    @cached_property
    def _batches(self) -> Sequence[Sequence[str]]:
        asked = [record.id for record in self._register.records.values() if record.kind.name != "approval" and record.id in self.landed]
        return [asked[at : at + _MANY] for at in range(0, len(asked), _MANY)]

    @cached_property
    def _groups(self) -> Mapping[str, int]:
        return {record: at for at, records in enumerate(self._batches) for record in records}

    def _tell(self, records: Iterable[str]) -> None:
        texts, wanted = Texts(self._history), list(records)
        involved = [
            revision for record in wanted for found in (self._revisions.get(record, ()), self._approvals.get(record, ())) for revision in found
        ]
        texts.fetch(blob for revision in involved for blob in (revision.old, revision.new))
        for revision in involved:
            known = self._register.get(revision.record)
            if known is not None and revision.new is not None:
                texts.know(revision.new, known.raw, known.data)
        for record in wanted:
            kind = kind_of(self._register, record)
            if kind is not None:
                self._told[record] = self._tell_one(record, kind, texts)

    def _events(self, record: str, kind: Kind, texts: Texts) -> list[Event]:
        statements = self._statements(record, texts)
        landed = self.landed.get(record, ())
        found = [self._event(kind, revision, statements.get(revision.commit.place, ()), texts) for revision in landed]
        places = {revision.commit.place for revision in landed}
        for place in statements.keys() - places:
            for commit in dict.fromkeys(statement.commit for statement in statements[place]):
                brought = [statement for statement in statements[place] if statement.commit == commit]
                found.append(Event(commit, "approved", None, self._merge(commit), (), brought))
        return sorted(found, key=lambda event: -event.commit.place)

    def _event(self, kind: Kind, revision: Revision, statements: Sequence[Statement], texts: Texts) -> Event:
        found = changes(texts, kind, revision) if self._whole or (revision.old and revision.new) else ()
        if revision.new is not None and texts.data(revision.new) is None:
            what = "unreadable"
        elif revision.old is None or revision.new is None:
            what = "created" if revision.old is None else "deleted"
        else:
            what = "changed" if found else "same"
        prepared = (texts.data(revision.new or revision.old) or {}).get("prepared_by")
        merge = self._merge(revision.commit)
        return Event(revision.commit, what, revision, merge, found, statements, prepared if isinstance(prepared, str) else None)

    def _merge(self, commit: Commit) -> Commit | None:
        if commit.on_line:
            return None
        if commit.place not in self._lines:
            self._lines[commit.place] = self._history.main(commit.place)
        return self._lines[commit.place]

    def _statements(self, record: str, texts: Texts) -> Mapping[int, Sequence[Statement]]:
        """Place → the approvals of the record that landed there, the earliest first."""
        found: dict[int, list[Statement]] = {}
        for step in self._approvals.get(record, ()):
            data = texts.data(step.new)
            if data is not None:
                found.setdefault(step.commit.place, []).append(Statement(step.commit, step.record, step.path, data))
        for statements in found.values():
            statements.sort(key=lambda statement: (str(statement.data.get("at", "")), statement.path))
        return found

    def _tell_one(self, record: str, kind: Kind, texts: Texts) -> Told:
        revisions, current = self._revisions.get(record, ()), self._register.get(record)
        line = [revision for revision in revisions if revision.commit.on_line]
        committed = texts.data(line[0].new) if line else None
        events = self._events(record, kind, texts)
        if current is None or committed is None:
            return Told(events, {}, edited=current is not None)
        if committed is current.data and len(revisions) == 1:
            return Told(events, {}, record=current)
        found = wrote(self._history, kind, record, texts, revisions)
        if committed is current.data:
            return Told(events, found)
        kept = {pointer: commit for pointer, commit in found.items() if current.get(pointer) == _value(committed, pointer)}
        return Told(events, kept, edited=current.data != committed)


def subject_of(approval: str) -> str:
    """The id of the record that an approval is about, by the approval's id."""
    return approval.removeprefix(_APPROVAL).rpartition("/")[0]


def kind_of(register: Register, record: str) -> Kind | None:
    """The kind of a record by its id, of those that are gone too."""
    kinds, known = register.schemas.kinds, register.get(record)
    if known is not None:
        return known.kind
    return kinds.get("register") if record == "register" else next((kind for kind in kinds.values() if ids.is_id(kind, record)), None)


def _value(data: Mapping[str, Any], pointer: str) -> Any:
    value: Any = data
    for part in pointer.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value.get(part)
    return value
