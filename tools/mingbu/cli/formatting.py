"""mingbu fmt: canonical key order and spelling, comments kept."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from mingbu import yamlio
from mingbu.cli import writing
from mingbu.cli.context import Context
from mingbu.register import Record


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help=say("help.fmt.paths"))
    parser.add_argument("--check", action="store_true", help=say("help.fmt.check"))
    writing.arguments(parser, say)


def run(context: Context, options: argparse.Namespace) -> int:
    """Formats what can be read as a record; what can't is left alone and named by `mingbu check`."""
    if not options.check:
        writing.begin(context, options)
    below = context.below(options.paths)
    records = [record for record in context.register.by_path() if below(record.path)]
    texts: dict[str, str] = {}
    failed = 0
    for record in records:
        text = formatted(record)
        if text is None:
            failed += 1
            print(context.say("fmt.failed", path=record.path), file=sys.stderr)
        elif text.encode("utf-8") != record.raw:
            texts[record.path] = text
            print(record.path)
    if texts and not options.check:
        writing.write(context, texts, options, context.say("message.fmt", count=len(texts)))
    unread = {finding.path for finding in context.register.faults if finding.record is None and finding.path.endswith(".yml")}
    for path in sorted(filter(below, unread)):
        print(context.say("fmt.unreadable", path=path), file=sys.stderr)
    key = "fmt.would-change" if options.check else "fmt.changed"
    print(context.say(key, changed=len(texts), total=len(records)), file=sys.stderr)
    return 1 if failed or (options.check and texts) else 0


def formatted(record: Record) -> str | None:
    """The record's canonical text; None when its comments can't be kept in place, so that it is better left alone."""
    try:
        return yamlio.format_text(record.raw, record.kind.arrange)
    except ValueError:
        return None
