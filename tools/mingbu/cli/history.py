"""mingbu history: what every commit changed in a record, who made it, and who approved it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mingbu import approvals, labels
from mingbu.cli.context import Context, as_json
from mingbu.display import label, line, name
from mingbu.history import Change, HistoryError, open_history
from mingbu.schema.kinds import Kind
from mingbu.timeline import Event, Statement, Timelines, kind_of
from mingbu.yamlio.characters import printable

_SAID = ("step", "decision", "by", "role", "at")


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("id", metavar="ID", help=say("help.id"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    kind = kind_of(context.sound, options.id)
    if kind is None:
        raise context.refuse("error.no-record", status=1, id=options.id)
    try:
        history = open_history(context.root)
    except HistoryError as error:
        raise context.refuse(f"error.history-{error.reason}", path=context.root) from None
    story = Story(context, Timelines.of_one(context.sound, history, options.id), kind, options.id)
    if not story.events:
        raise context.refuse("error.not-committed" if context.register.get(options.id) else "error.no-record", status=1, id=options.id)
    print(as_json(story.report()) if options.format == "json" else "\n".join(story.text()))
    return 0


@dataclass
class Story:
    """The history of one record."""

    context: Context
    timelines: Timelines
    kind: Kind
    record: str

    @cached_property
    def events(self) -> Sequence[Event]:
        return self.timelines.of(self.record).events

    def report(self) -> dict[str, Any]:
        """An approval that landed by itself is about the last revision before it, and is told there."""
        revisions, later = [], list[Statement]()
        for event in self.events:
            if event.revision is None:
                later = [*event.statements, *later]
            else:
                revisions.append(self._revision(event, [*event.statements, *later]))
                later = []
        return {"schema": "mingbu/history/1", "id": self.record, "revisions": revisions}

    def _revision(self, event: Event, statements: list[Statement]) -> dict[str, Any]:
        commit = event.commit
        author = {"name": commit.author_name, "email": commit.author_email, "person": self.timelines.person(commit)}
        return {
            "commit": commit.id,
            "time": commit.time,
            "author": author,
            "merge": event.merge.id if event.merge else None,
            "summary": commit.summary,
            "prepared_by": event.prepared_by,
            "approvals": [self._said(statement) for statement in statements],
            "changes": [
                {"pointer": change.pointer, "label": self._label(change.pointer), "from": change.old, "to": change.new} for change in event.changes
            ],
        }

    def _said(self, statement: Statement) -> dict[str, Any]:
        return {"path": statement.path, **{key: str(statement.data.get(key, "")) for key in _SAID}}

    def _label(self, pointer: str) -> str:
        return label(self.kind, pointer, self.context.lang)

    def text(self) -> Iterator[str]:
        context = self.context
        called = name(context.sound, self.record, context.lang)
        yield "  ".join([*([printable(called)] if called != self.record else []), self.record, context.title(self.kind)])
        for event in self.events:
            yield ""
            yield from self._paragraph(event)

    def _paragraph(self, event: Event) -> Iterator[str]:
        """When, who, which commit; then who approved; then what changed."""
        context, commit = self.context, event.commit
        person = self.timelines.person(commit)
        who = name(context.sound, person, context.lang) if person else commit.author_name
        parts = [commit.time[:16].replace("T", " "), printable(who), context.say("history.commit", id=commit.id[:10])]
        parts += [context.say("history.merge", id=event.merge.id[:10])] if event.merge else []
        yield "  ".join(parts)
        for statement in event.statements:
            yield f"  {context.say('site.approvals')}{context.say('site.colon')}{self._statement(self._said(statement))}"
        if event.what == "changed":
            yield from (f"  {self._change(change)}" for change in event.changes)
        elif event.what != "approved":
            yield f"  {context.say(f'history.{event.what}')}"

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
