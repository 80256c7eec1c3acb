"""mingbu history: what every commit changed in a record, who made it, and who approved it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mingbu import approvals, ids, labels
from mingbu.cli.context import Context, as_json
from mingbu.display import label, line, name
from mingbu.history import Change, History, HistoryError, Revision, Texts, changes, landings, open_history
from mingbu.schema.kinds import Kind
from mingbu.yamlio.characters import printable

_SAID = ("step", "decision", "by", "role", "at")


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("id", metavar="ID", help=say("help.id"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    kind = next((kind for kind in context.schemas.kinds.values() if ids.is_id(kind, options.id)), None)
    kind = context.schemas.kinds.get("register") if options.id == "register" else kind
    if kind is None:
        raise context.refuse("error.no-record", status=1, id=options.id)
    try:
        history = open_history(context.root)
    except HistoryError as error:
        raise context.refuse(f"error.history-{error.reason}", path=context.root) from None
    story = _Story(context, history, kind, options.id)
    if not story.revisions:
        raise context.refuse("error.not-committed" if context.register.get(options.id) else "error.no-record", status=1, id=options.id)
    print(as_json(story.report()) if options.format == "json" else "\n".join(story.text()))
    return 0


@dataclass
class _Story:
    """The history of one record."""

    context: Context
    history: History
    kind: Kind
    record: str

    @cached_property
    def revisions(self) -> list[Revision]:
        return landings(self.history, self.record)

    @cached_property
    def texts(self) -> Texts:
        """What the revisions and the approvals say, fetched together."""
        texts = Texts(self.history)
        texts.fetch(blob for revision in [*self.revisions, *self.statements] for blob in (revision.old, revision.new))
        return texts

    @cached_property
    def statements(self) -> list[Revision]:
        """The commits that brought an approval of the record."""
        return [
            step for name in self.history.names(f"approval/{self.record}/") for step in landings(self.history, name) if step.old is None and step.new
        ]

    @cached_property
    def people(self) -> dict[str, str]:
        """Address, letters' size aside → the person who has it."""
        found: dict[str, str] = {}
        for person in self.context.sound.of("person"):
            for email in person.data.get("emails", []):
                found.setdefault(str(email).casefold(), person.id)
        return found

    def report(self) -> dict[str, Any]:
        return {"schema": "mingbu/history/1", "id": self.record, "revisions": [self._revision(revision) for revision in self.revisions]}

    def _revision(self, revision: Revision) -> dict[str, Any]:
        commit, data = revision.commit, self.texts.data(revision.new or revision.old) or {}
        author = {"name": commit.author_name, "email": commit.author_email, "person": self.people.get(commit.author_email.casefold())}
        return {
            "commit": commit.id,
            "time": commit.time,
            "author": author,
            "merge": self._merge(revision),
            "summary": commit.summary,
            "prepared_by": prepared if isinstance(prepared := data.get("prepared_by"), str) else None,
            "approvals": self._approvals(revision),
            "changes": [
                {"pointer": change.pointer, "label": self._label(change.pointer), "from": change.old, "to": change.new}
                for change in self._changes(revision)
            ],
        }

    def _merge(self, revision: Revision) -> str | None:
        """The main line's merge that brought a commit of a side branch."""
        return None if revision.commit.on_line else self.history.main(revision.commit.place).id

    def _changes(self, revision: Revision) -> list[Change]:
        return changes(self.texts, self.kind, revision)

    def _approvals(self, revision: Revision) -> list[dict[str, Any]]:
        """The statements about the record that landed together with the revision."""
        with_it = [(step, self.texts.data(step.new)) for step in self.statements if step.commit.place == revision.commit.place]
        found = [{"path": step.path, **{key: str(data.get(key, "")) for key in _SAID}} for step, data in with_it if data]
        return sorted(found, key=lambda statement: (statement["at"], statement["path"]))

    def _label(self, pointer: str) -> str:
        return label(self.kind, pointer, self.context.lang)

    def text(self) -> Iterator[str]:
        context = self.context
        called = name(context.sound, self.record, context.lang)
        yield "  ".join([*([printable(called)] if called != self.record else []), self.record, context.title(self.kind)])
        for revision in self.revisions:
            yield ""
            yield from self._paragraph(revision)

    def _paragraph(self, revision: Revision) -> Iterator[str]:
        """When, who, which commit; then who approved; then what changed."""
        context, commit, merge = self.context, revision.commit, self._merge(revision)
        person = self.people.get(commit.author_email.casefold())
        who = name(context.sound, person, context.lang) if person else commit.author_name
        parts = [commit.time[:16].replace("T", " "), printable(who), context.say("history.commit", id=commit.id[:10])]
        parts += [context.say("history.merge", id=merge[:10])] if merge else []
        yield "  ".join(parts)
        for statement in self._approvals(revision):
            yield f"  {context.say('site.approvals')}{context.say('site.colon')}{self._statement(statement)}"
        yield from (f"  {event}" for event in self._happened(revision))

    def _happened(self, revision: Revision) -> Iterator[str]:
        if revision.new is not None and self.texts.data(revision.new) is None:
            yield self.context.say("history.unreadable")
        elif revision.old is None or revision.new is None:
            yield self.context.say("history.created" if revision.old is None else "history.deleted")
        else:
            found = self._changes(revision)
            yield from (self._change(change) for change in found)
            if not found:
                yield self.context.say("history.same")

    def _change(self, change: Change) -> str:
        sides = f"{self._shown(change.pointer, change.old)} → {self._shown(change.pointer, change.new)}"
        return f"{self._label(change.pointer)}{self.context.say('site.colon')}{sides}"

    def _shown(self, pointer: str, value: Any, kind: Kind | None = None) -> str:
        return line(self.context.sound, kind or self.kind, pointer, value, self.context.lang)

    def _statement(self, statement: dict[str, Any]) -> str:
        about = approvals.line_of(self.context.policy, self.kind.name, statement["step"])
        step = labels.pick((about["title"], about["title_en"]), self.context.lang) if about else printable(statement["step"])
        kind = self.context.schemas.kinds["approval"]
        return "  ".join([step, *(self._shown(f"/{key}", statement[key], kind) for key in _SAID[1:])])
