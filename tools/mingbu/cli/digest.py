"""mingbu digest: who owes what, late first, for a mail or a chat; nothing at all when there is nothing to say."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from mingbu.cli import due, dueissues, duetext
from mingbu.cli.context import Context
from mingbu.display import name
from mingbu.documents.markdown import escaped
from mingbu.labels import pick
from mingbu.owed import DONE, LATE, Item

_WEEK = "7d"


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("--within", metavar=_WEEK, default=_WEEK, help=say("help.digest.within"))
    parser.add_argument("--issues", action="store_true", help=say("help.digest.issues"))
    parser.add_argument("--dry-run", action="store_true", help=say("help.digest.dry-run"))
    parser.add_argument("--format", choices=("md", "text"), default="md", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    if options.dry_run and not options.issues:
        raise context.refuse("digest.dry-run")
    found = due.listing(context, None, due.span(context, options.within))
    if options.issues:
        dueissues.run(context, found, dry=options.dry_run)
    else:
        items = duetext.ordered([item for item in found.items if item.state(context.today) != DONE], context.today)
        if items:
            print("\n".join(lines(context, items, markdown=options.format == "md")))
    for line in duetext.uncounted(context, found.uncounted):
        print(f"mingbu: {line}", file=sys.stderr)
    return 1 if found.uncounted else 0


def lines(context: Context, items: Sequence[Item], markdown: bool) -> list[str]:
    """A heading, then everybody who owes something with what he owes; whoever is latest comes first."""
    clean = escaped if markdown else str
    late = sum(item.state(context.today) == LATE for item in items)
    counts = {"late": late, "soon": len(items) - late}
    said = context.say("digest.heading", title=clean(duetext.calendar_name(context, None)), day=context.today.isoformat(), **counts)
    result = [f"## {said}" if markdown else said]
    owing: dict[tuple[str, ...], list[Item]] = {}
    for item in items:
        owing.setdefault(item.owes, []).append(item)
    for owes, theirs in owing.items():
        who = clean(duetext.people(context, owes)) if owes else context.say("digest.nobody")
        result += ["", f"**{who}**" if markdown else who, *([""] if markdown else [])]
        result += [f"{'-' if markdown else ' '} {_line(context, item, clean)}" for item in theirs]
    return result


def _line(context: Context, item: Item, clean: Callable[[str], str]) -> str:
    title = pick(item.title, context.lang) + (f" {item.period}" if item.period else "")
    about = clean(name(context.sound, item.about, context.lang))
    return context.say("digest.line", age=duetext.age(context, item), what=clean(title), about=about, id=item.subject, due=item.due_on.isoformat())
