"""mingbu submit: freezes a report that is owed, as a record with its figures, its texts and their digest."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from mingbu import ids, yamlio
from mingbu.cli import create, submitting, writing
from mingbu.cli.check import text_lines
from mingbu.cli.context import Context, as_json
from mingbu.cli.submitting import Asked
from mingbu.labels import pick
from mingbu.register import Record
from mingbu.reports import CannotReport, submitted
from mingbu.schema.validate import validator_of


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("name", metavar="NAME", help=say("help.submit.name"))
    parser.add_argument("--period", metavar="P", required=True, help=say("help.report.period"))
    parser.add_argument("--who", metavar="DEPARTMENT", required=True, help=say("help.submit.who"))
    parser.add_argument("--by", metavar="PERSON", required=True, help=say("help.submit.by"))
    parser.add_argument("--to", metavar="DEPARTMENT", help=say("help.submit.to"))
    parser.add_argument("--late-reason", metavar="TEXT", help=say("help.submit.late-reason"))
    parser.add_argument("--corrects", metavar="ID", help=say("help.submit.corrects"))
    parser.add_argument("--reason", metavar="TEXT", help=say("help.submit.reason"))
    parser.add_argument("--dry-run", action="store_true", help=say("help.submit.dry-run"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))
    writing.arguments(parser, say)


def run(context: Context, options: argparse.Namespace) -> int:
    asked = submitting.asked(context, options)
    if not options.dry_run:
        writing.begin(context, options)
    try:
        record = _record(context, asked)
    except CannotReport as error:
        raise context.refuse(error.key, status=1, **error.args_of_text) from None
    if asked.corrects and record.data["sha256"] == context.sound.records[asked.corrects].data["sha256"]:
        raise context.refuse("submit.nothing", status=1, id=asked.corrects)
    findings = create.problems(context, record, validator_of(context.schemas))
    wrong = [finding for finding in findings if create.is_error(finding)]
    for finding in findings:
        print(text_lines(finding, context.lang), file=sys.stderr)
    if wrong:
        raise context.refuse("new.refused", status=1, count=len(wrong))
    for slot in asked.empty:
        print(f"mingbu: {context.say('submit.empty-slot', slot=slot)}", file=sys.stderr)
    if not options.dry_run:
        title = context.sound.name_of(asked.department.id)
        message = context.say("message.submit", report=asked.report.name, period=asked.period.name, name=title)
        writing.write(context, {record.path: record.raw.decode("utf-8")}, options, message, sys.stderr if options.format == "json" else None)
    _tell(context, options, asked, record)
    return 0


def _record(context: Context, asked: Asked) -> Record:
    """The submission as it will stand. Raises CannotReport."""
    kind, register = context.kind("submission"), context.sound
    said = submitted.content(register, asked.report, asked.period, asked.department.id)
    note = asked.note
    summary = next((text["text"] for text in note.data["texts"] if text["slot"] == "summary"), None) if note else None
    given: dict[str, Any] = {
        "schema": "submission/1",
        "id": ids.new_id(kind.prefix, lambda candidate: candidate in context.register.records or register.is_broken(candidate)),
        "report": asked.report.name,
        "period": asked.period.name,
        "department": asked.department.id,
        "summary": summary,
        "submitted_to": asked.to,
        "submitted_on": context.today.isoformat(),
        "submitted_by": asked.by,
        "late_reason": asked.late_reason,
        "corrects": asked.corrects,
        "correction_reason": asked.reason,
        "commit": context.revision.commit if context.revision else None,
        **said,
        "owner_department": asked.department.id,
        "prepared_by": asked.by,
        "prepared_on": context.today.isoformat(),
        "confidentiality": asked.report.confidentiality,
    }
    if given["confidentiality"] == kind.spec.get("confidentiality"):
        del given["confidentiality"]
    data = kind.arrange({key: value for key, value in given.items() if value is not None})
    return Record(kind, data["id"], ids.place(kind, data["id"]), data, yamlio.dump(data).encode("utf-8"))


def _tell(context: Context, options: argparse.Namespace, asked: Asked, record: Record) -> None:
    if options.format == "json":
        print(as_json(_output(options, asked, record)))
        return
    if options.dry_run:
        print(record.raw.decode("utf-8"), end="")
        print(f"mingbu: {context.say('submit.dry-run')}", file=sys.stderr)
        return
    names = {"report": pick(asked.report.title, context.lang), "period": asked.period.name, "name": context.sound.name_of(asked.department.id)}
    print(context.say("submit.written", path=record.path, digest=record.data["sha256"], **names))
    if not options.commit:
        print(context.say("submit.next", path=record.path))


def _output(options: argparse.Namespace, asked: Asked, record: Record) -> dict[str, Any]:
    return {
        "schema": "mingbu/submission/1",
        "id": record.id,
        "path": record.path,
        "written": not options.dry_run,
        "due_on": asked.due.due_on.isoformat() if asked.due else None,
        "late": asked.late,
        "empty_slots": asked.empty_codes,
        "record": dict(record.data),
    }
