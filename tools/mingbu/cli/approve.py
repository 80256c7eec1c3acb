"""mingbu approve: says in words what is approved, asks, signs, and writes the statement as a record."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Any

from mingbu import approvals, duties, labels, yamlio
from mingbu.approvals.draft import Draft, as_record
from mingbu.checks import sound_part
from mingbu.cli import writing
from mingbu.cli.context import Context
from mingbu.cli.sshkeys import Key, keys_at_hand, sign
from mingbu.display import name, shown
from mingbu.labels import pick
from mingbu.register import Record
from mingbu.sshsig import key_of
from mingbu.yamlio.characters import printable


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("id", metavar="ID", help=say("help.id"))
    parser.add_argument("--step", metavar="STEP", help=say("help.approve.step"))
    parser.add_argument("--refuse", action="store_true", help=say("help.approve.refuse"))
    parser.add_argument("--reason", metavar="TEXT", help=say("help.approve.reason"))
    parser.add_argument("--opinion", metavar="TEXT", help=say("help.approve.opinion"))
    parser.add_argument("--by", metavar="PERSON", help=say("help.approve.by"))
    parser.add_argument("--role", metavar="POST", help=say("help.approve.role"))
    parser.add_argument("--key", metavar="FILE", help=say("help.approve.key"))
    parser.add_argument("--unsigned", action="store_true", help=say("help.approve.unsigned"))
    parser.add_argument("--yes", action="store_true", help=say("help.approve.yes"))
    writing.arguments(parser, say)


def run(context: Context, options: argparse.Namespace) -> int:
    if options.refuse and not (options.reason or "").strip():
        raise context.refuse("approve.reason-missing")
    if not options.yes and not sys.stdin.isatty():
        raise context.refuse("approve.no-terminal")
    writing.begin(context, options)
    record = _record(context, options.id)
    person, key = _signer(context, options)
    draft = Draft(context.sound, context.policy, record, _step(context, options.step, record, person))
    role = _role(context, options.role, draft, person)
    said = {key: text.strip() for key in ("reason", "opinion") if (text := getattr(options, key))}
    statement = draft.statement(person.id, role, context.now, "refused" if options.refuse else "approved", **said)
    print("\n".join(_words(context, draft, person, statement)))
    if not options.yes and input(context.say("approve.question")).strip().lower() not in {"y", "yes", "是"}:
        raise context.refuse("approve.not-signed", status=1)
    if key is not None:
        statement["signature"] = sign(context, key, approvals.payload(statement))
    return _finish(context, options, draft, statement)


def _record(context: Context, record_id: str) -> Record:
    record = context.sound.get(record_id)
    if record is None or record.kind.name == "approval":
        raise context.refuse("error.no-record", status=1, id=record_id)
    return record


def _signer(context: Context, options: argparse.Namespace) -> tuple[Record, Key | None]:
    """Who approves, and with which key: the person whose key it is, or whom --by names."""
    named = context.sound.get(options.by) if options.by else None
    if options.by and (named is None or named.kind.name != "person"):
        raise context.refuse("error.no-record", status=1, id=options.by)
    if options.unsigned:
        if named is None:
            raise context.refuse("approve.who")
        return named, None
    for key in keys_at_hand(context, options.key):
        owners = [person for person in context.sound.of("person") if _owns(person, key)]
        if named in owners or (owners and named is None):
            return named or owners[0], key
    raise context.refuse("approve.no-key", status=1)


def _owns(person: Record, key: Key) -> bool:
    return any(key_of(listed["public_key"]) == key.wire for listed in person.data.get("keys", []))


def _step(context: Context, wanted: str | None, record: Record, person: Record) -> approvals.Step:
    """The step that was named, or the only one that is open to the person."""
    rows = list(approvals.steps_for(context.policy, record))
    if wanted is not None:
        rows = [row for row in rows if row["step"] == wanted]
    if not rows:
        raise context.refuse("approve.no-step", status=1, id=record.id, value=wanted or "—")
    day = context.today.isoformat()
    open_to = [row for row in rows if duties.holds(context.sound, person.id, row["posts"], day)]
    waiting = [row for row in open_to if approvals.standing(context.sound, context.policy, record, row["step"]) is None] or open_to
    if not waiting:
        posts = "、".join(pick(context.schemas.codes["post"][post], context.lang) for row in rows for post in row["posts"])
        raise context.refuse("approve.not-yours", status=1, name=context.sound.name_of(person.id), posts=posts)
    if len(waiting) > 1:
        raise context.refuse("approve.which-step", status=1, options=", ".join(row["step"] for row in waiting))
    return waiting[0]


def _role(context: Context, wanted: str | None, draft: Draft, person: Record) -> str:
    """The post to sign as: the one that was named, or the first of the step's that the person holds or stands in for."""
    day = context.today.isoformat()
    held = [post for post in draft.row["posts"] if duties.holds(context.sound, person.id, [post], day)]
    if wanted is not None and wanted not in held:
        raise context.refuse("approve.not-yours", status=1, name=context.sound.name_of(person.id), posts=wanted)
    return str(wanted or held[0])


def _words(context: Context, draft: Draft, person: Record, statement: Mapping[str, Any]) -> list[str]:
    """What is about to be signed: the record, the step, every covered field with what it was and what it is, who, as what, when."""
    record, before, fields = draft.record, draft.before(), context.schemas.kinds["approval"].by_pointer
    title = printable(name(context.sound, record.id, context.lang))
    lines = [f"{pick((draft.row['title'], draft.row['title_en']), context.lang)}: {title}  {record.id}  {context.title(record.kind)}", ""]
    for pointer in draft.covers:
        field, now, then = record.kind.by_pointer[pointer], record.get(pointer), before.get(pointer) if before else None
        texts = ["—" if value is None else printable(shown(context.sound, field, value, context.lang)) for value in (then, now)]
        if (then, now) != (None, None):
            lines.append(f"  {pick(field.title, context.lang)}: {' → '.join(texts) if before and then != now else texts[1]}")
    lines.append("")
    for key in ("decision", "reason", "opinion", "by", "role", "at", "base", "digest"):
        if key in statement:
            text = printable(shown(context.sound, fields[f"/{key}"], statement[key], context.lang))
            lines.append(f"  {pick(fields[f'/{key}'].title, context.lang)}: {text}")
    return lines


def _finish(context: Context, options: argparse.Namespace, draft: Draft, statement: dict[str, Any]) -> int:
    """Writes the statement, unless it would be refused: then the reason is said and nothing is written."""
    data = context.schemas.kinds["approval"].arrange(statement)
    record = as_record(context.register, data, yamlio.dump(data).encode("utf-8"))
    verdict = approvals.verdict_on(sound_part(context.register.with_new(record)), context.policy, record)
    if verdict is None or verdict.problem is not None:
        detail = labels.message(verdict.problem.finding(record), context.lang) if verdict and verdict.problem else record.id
        raise context.refuse("approve.refused", status=1, detail=detail)
    subject = printable(context.sound.name_of(draft.record.id))
    step = pick((draft.row["title"], draft.row["title_en"]), context.lang)
    message = context.say("message.refuse" if options.refuse else "message.approve", step=step, id=draft.record.id, name=subject)
    writing.write(context, {record.path: record.raw.decode("utf-8")}, options, message)
    print(context.say("approve.written", path=record.path))
    return 0
