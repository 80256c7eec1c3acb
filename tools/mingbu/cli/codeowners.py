"""mingbu codeowners: who reviews which files, for the git host."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from mingbu.cli.context import Context
from mingbu.forge.codeowners import PATH, codeowners, without_team
from mingbu.register.write import write_text


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    manner = parser.add_mutually_exclusive_group()
    manner.add_argument("--write", action="store_true", help=say("help.codeowners.write"))
    manner.add_argument("--check", action="store_true", help=say("help.codeowners.check"))


def run(context: Context, options: argparse.Namespace) -> int:
    text, path = _generated(context), context.root / PATH
    if options.check:
        fresh = _on_disk(path) == text.encode("utf-8")
        print(context.say("codeowners.fresh" if fresh else "codeowners.stale", path=PATH))
        return 0 if fresh else 1
    if options.write:
        _write(context, path, text)
        print(context.say("codeowners.fresh", path=PATH))
    else:
        sys.stdout.write(text)
    return 0


def _generated(context: Context) -> str:
    """The file as policy and departments have it today. Refused with one line when something is missing."""
    owners = context.policy.in_force("owners")
    if owners is None:
        raise context.refuse("codeowners.no-policy", status=1, date=context.today)
    missing = without_team(context.sound, owners)
    if missing:
        names = context.say("list.separator").join(f"{department} {context.sound.name_of(department)}" for department in missing)
        raise context.refuse("codeowners.no-team", status=1, path=owners.path, departments=names)
    return codeowners(context.sound, owners)


def _on_disk(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(context: Context, path: Path, text: str) -> None:
    try:
        write_text(path, text)
    except OSError as error:
        raise context.refuse("error.write", path=PATH, detail=error.strerror or error) from None
