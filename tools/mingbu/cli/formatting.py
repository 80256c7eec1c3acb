"""mingbu fmt: canonical key order and spelling, comments kept."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from mingbu import yamlio
from mingbu.cli.context import Context
from mingbu.register import Record
from mingbu.register.write import write_text


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help=say("help.fmt.paths"))
    parser.add_argument("--check", action="store_true", help=say("help.fmt.check"))


def run(context: Context, options: argparse.Namespace) -> int:
    """Formats what can be read as a record; what can't is left alone and named by `mingbu check`."""
    records = _chosen(context, options.paths)
    changed = [(record, text) for record in records if (text := formatted(record)).encode("utf-8") != record.raw]
    for record, text in changed:
        print(record.path)
        if not options.check:
            write_text(context.root / record.path, text)
    unreadable = sorted({finding.path for finding in context.register.faults if finding.record is None and finding.path.endswith(".yml")})
    for path in unreadable:
        print(context.say("fmt.unreadable", path=path), file=sys.stderr)
    key = "fmt.would-change" if options.check else "fmt.changed"
    print(context.say(key, changed=len(changed), total=len(records)), file=sys.stderr)
    return 1 if options.check and changed else 0


def formatted(record: Record) -> str:
    return yamlio.format_text(record.raw, record.kind.arrange)


def _chosen(context: Context, paths: list[str]) -> list[Record]:
    records = sorted(context.register.records.values(), key=lambda record: record.path)
    if not paths:
        return records
    wanted = []
    for path in paths:
        full = Path(path).resolve()
        if not full.exists():
            raise context.refuse("error.no-file", path=path)
        if not full.is_relative_to(context.root):
            raise context.refuse("error.outside", path=path)
        wanted.append(full.relative_to(context.root).as_posix())
    return [record for record in records if any(path == "." or record.path == path or record.path.startswith(path + "/") for path in wanted)]
