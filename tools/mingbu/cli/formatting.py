"""mingbu fmt: canonical key order and spelling, comments kept."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from mingbu import yamlio
from mingbu.cli.context import Context
from mingbu.register import Record
from mingbu.register.write import write_text


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help=say("help.fmt.paths"))
    parser.add_argument("--check", action="store_true", help=say("help.fmt.check"))


def run(context: Context, options: argparse.Namespace) -> int:
    """Formats what can be read as a record; what can't is left alone and named by `mingbu check`."""
    below = context.below(options.paths)
    records = [record for record in context.register.by_path() if below(record.path)]
    changed, failed = 0, 0
    for record in records:
        text = formatted(record)
        if text is None:
            failed += 1
            print(context.say("fmt.failed", path=record.path), file=sys.stderr)
        elif text.encode("utf-8") != record.raw:
            changed += 1
            print(record.path)
            if not options.check:
                _write(context, record, text)
    unread = {finding.path for finding in context.register.faults if finding.record is None and finding.path.endswith(".yml")}
    for path in sorted(filter(below, unread)):
        print(context.say("fmt.unreadable", path=path), file=sys.stderr)
    key = "fmt.would-change" if options.check else "fmt.changed"
    print(context.say(key, changed=changed, total=len(records)), file=sys.stderr)
    return 1 if failed or (options.check and changed) else 0


def _write(context: Context, record: Record, text: str) -> None:
    try:
        write_text(context.root / record.path, text)
    except OSError as error:
        raise context.refuse("error.write", path=record.path, detail=error.strerror or error) from None


def formatted(record: Record) -> str | None:
    """The record's canonical text; None when its comments can't be kept in place, so that it is better left alone."""
    try:
        return yamlio.format_text(record.raw, record.kind.arrange)
    except ValueError:
        return None
