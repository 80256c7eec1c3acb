"""mingbu merge: makes two cards of one customer one; the other card stays and points on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

from mingbu import labels
from mingbu.checks import run as run_checks
from mingbu.cli import writing
from mingbu.cli.check import text_lines
from mingbu.cli.context import Context
from mingbu.findings import Finding
from mingbu.merging import MergeError, merged, with_texts
from mingbu.register import Record


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("away", metavar="A", help=say("help.merge.away"))
    parser.add_argument("stays", metavar="B", help=say("help.merge.stays"))
    parser.add_argument("--dry-run", action="store_true", help=say("help.merge.dry-run"))
    writing.arguments(parser, say)


def run(context: Context, options: argparse.Namespace) -> int:
    if not options.dry_run:
        writing.begin(context, options)
    away, stays = _record(context, options.away), _record(context, options.stays)
    try:
        texts = merged(context.sound, away, stays)
    except MergeError as error:
        raise context.refuse(str(error), status=1, a=away.id, b=stays.id) from None
    _refuse_new_errors(context, texts)
    for path in sorted(texts):
        print(path)
    if not options.dry_run:
        names = {"away": context.sound.name_of(away.id), "stays": context.sound.name_of(stays.id)}
        writing.write(context, texts, options, context.say("message.merge", a=away.id, b=stays.id, **names))
    print(context.say("merge.would" if options.dry_run else "merge.done", a=away.id, b=stays.id, files=len(texts)))
    return 0


def _record(context: Context, record_id: str) -> Record:
    record = context.sound.get(record_id)
    if record is None:
        raise context.refuse("error.no-record", status=1, id=record_id)
    return record


def _refuse_new_errors(context: Context, texts: Mapping[str, str]) -> None:
    """Writes nothing when check would find an error that isn't there now: then a person decides first."""
    known = {_place(finding) for finding in run_checks(context.register, context.today)}
    found = run_checks(with_texts(context.register, texts), context.today)
    errors = [finding for finding in found if _place(finding) not in known and labels.severity(finding.code) == "error"]
    for finding in errors:
        print(text_lines(finding, context.lang), file=sys.stderr)
    if errors:
        raise context.refuse("merge.refused", status=1, count=len(errors))


def _place(finding: Finding) -> tuple[str, str, str]:
    """What stays the same when lines move."""
    return finding.path, finding.pointer, finding.code
