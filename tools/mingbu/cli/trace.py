"""mingbu trace: from each requirement to what answers it, and what is wrong now."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mingbu.cli.context import Context, as_json
from mingbu.documents.aligned import table
from mingbu.labels import pick
from mingbu.trace import Requirement, trace

_PARTS = ("fields", "checks", "pages", "reports", "reminders", "approvals", "access", "tests")


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("id", metavar="ID", nargs="?", help=say("help.trace.id"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    found = trace(context.sound, context.policy, context.findings())
    if options.id:
        found = [requirement for requirement in found if requirement.id == options.id.upper()]
        if not found:
            raise context.refuse("error.no-requirement", status=1, value=options.id)
    if options.format == "json":
        print(as_json({"schema": "mingbu/trace/1", "requirements": [as_dict(context, requirement) for requirement in found]}))
    elif options.id:
        print(_card(context, found[0]))
    else:
        print(_table(context, found))
    return 0


def as_dict(context: Context, requirement: Requirement) -> dict[str, Any]:
    """The stable JSON shape of a requirement."""
    return {
        "id": requirement.id,
        "regulation": requirement.regulation,
        "article": requirement.article,
        "title": pick(requirement.title, context.lang),
        **{part: getattr(requirement, part) for part in _PARTS if part not in {"approvals", "access"}},
        "state": requirement.state,
        "findings": requirement.findings,
    }


def state_word(context: Context, requirement: Requirement) -> str:
    return context.say("trace.source-missing" if requirement.source_missing else f"trace.{requirement.state}")


def _table(context: Context, found: list[Requirement]) -> str:
    head = [context.say(f"trace.{key}") for key in ("id", "title", "state", "missing", "tests", "findings")]
    rows = [
        [
            requirement.id,
            pick(requirement.title, context.lang),
            state_word(context, requirement),
            "" if requirement.source_missing else context.say("list.separator").join(context.say(f"need.{need}") for need in requirement.open_needs),
            str(len(requirement.tests)),
            str(requirement.findings),
        ]
        for requirement in found
    ]
    met = sum(requirement.state == "met" for requirement in found)
    return "\n".join([*table([head, *rows]), context.say("trace.summary", count=len(found), met=met)])


def _card(context: Context, requirement: Requirement) -> str:
    """One requirement with everything that serves it."""
    lines = [f"{requirement.id}  {pick(requirement.title, context.lang)}  {state_word(context, requirement)}"]
    regulation = context.sound.name_of(requirement.regulation)
    lines.append(f"{context.say('trace.article')}: {regulation} {requirement.article}")
    for part in _PARTS:
        entries = getattr(requirement, part)
        if entries:
            lines += ["", f"[{context.say(f'trace.{part}')}]", *(f"  {entry}" for entry in entries)]
    return "\n".join([*lines, "", f"{context.say('trace.findings')}: {requirement.findings}"])
