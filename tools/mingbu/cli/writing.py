"""The one way in which commands write records: whole files, and with --commit a commit of exactly these files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from mingbu.cli.context import Context
from mingbu.register.commit import CommitError, commit_files, ready
from mingbu.register.uncommitted import uncommitted
from mingbu.register.write import content, write_texts
from mingbu.yamlio.characters import printable

_SHOWN = 3
"""So many paths fit into one line."""

_ENVIRONMENT = frozenset({"commit.no-git", "commit.no-identity", "commit.git", "commit.git-written"})
"""Reasons that lie in the environment, not in what was asked."""


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("--commit", action="store_true", help=say("help.commit"))
    parser.add_argument("-m", "--message", metavar="TEXT", help=say("help.message"))


def begin(context: Context, options: argparse.Namespace) -> None:
    """Before anything is asked: refuses a commit that can't be made, and says on the error output what isn't committed yet."""
    if options.message is not None:
        if not options.commit:
            raise context.refuse("error.message-alone")
        if not options.message.strip():
            raise context.refuse("error.message-empty")
        if any("\ud800" <= char <= "\udfff" for char in options.message):
            raise context.refuse("error.characters", value="--message")
    if options.commit:
        try:
            ready(context.root)
        except CommitError as error:
            raise context.refuse(error.key, status=_status(error), **error.values) from None
    _tell(context)


def write(context: Context, texts: Mapping[str, str | None], options: argparse.Namespace, message: str, to: TextIO | None = None) -> None:
    """Writes the files (path below the root → text; None takes the file away), all or none; with --commit commits them too.

    Refuses in one line what can't be written or committed, and a file that isn't any more what this command has read. The commit is told
    on the output that is given, where the usual one is read by a program.
    """
    try:
        _refuse_stale(context, texts)
        if not options.commit:
            write_texts({context.root / path: text for path, text in texts.items()})
            return
        commit = commit_files(context.root, texts, options.message or message, at=context.now.isoformat() if context.stands_still else None)
    except OSError as error:
        raise context.refuse("error.write", path=error.filename or context.root, detail=error.strerror or error) from None
    except CommitError as error:
        raise context.refuse(error.key, status=_status(error), paths=_few(context, error.paths), **error.values) from None
    print(context.say("commit.done", commit=commit[:12]), file=to)


def _status(error: CommitError) -> int:
    return 2 if error.key in _ENVIRONMENT else 1


def _refuse_stale(context: Context, texts: Mapping[str, str | None]) -> None:
    """Somebody may have written between reading and now: what he wrote must not be lost."""
    for record in context.register.by_path():
        if record.path not in texts:
            continue
        text, now = texts[record.path], content(context.root / record.path)
        if now != record.raw and now != (None if text is None else text.encode("utf-8")):
            raise context.refuse("error.changed-meanwhile", status=1, path=record.path)


def _tell(context: Context) -> None:
    found = uncommitted(context.root)
    said = []
    if found.records:
        said.append(context.say("uncommitted.records", count=len(found.records), paths=_few(context, found.records)))
    if found.leftovers:
        said.append(context.say("uncommitted.leftovers", count=len(found.leftovers), paths=_few(context, found.leftovers)))
    if said:
        print(f"mingbu: {context.say('clause.separator').join(said)}", file=sys.stderr)


def _few(context: Context, paths: Sequence[str]) -> str:
    shown = context.say("list.separator").join(printable(path) for path in paths[:_SHOWN])
    return shown if len(paths) <= _SHOWN else context.say("uncommitted.more", paths=shown)
