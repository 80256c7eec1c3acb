"""What is owed as people read it: on a terminal, in a mail or a chat."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from mingbu.cli.context import Context
from mingbu.display import name
from mingbu.documents.aligned import table
from mingbu.documents.markdown import escaped
from mingbu.labels import pick
from mingbu.owed import OPEN, Item, Uncounted, ics
from mingbu.register import Record

_PLAIN = re.compile(r"[A-Z0-9-]+")
"""Days and ids stand as they are: in a chat nobody takes the backslashes away."""
_NAMED = 5
"""So many records are named in one line, then only counted."""


def ordered(items: Iterable[Item], today: date) -> list[Item]:
    """Late first, then what is due, then what is ahead, then what is done; within these by due day."""
    rank = {state: number for number, state in enumerate(OPEN)}
    return sorted(items, key=lambda item: (rank.get(item.state(today), len(rank)), item.due_on, item.what, item.uid))


def calendar_name(context: Context, who: Record | None) -> str:
    """What a calendar, or a list, is called."""
    whose = name(context.sound, who.id, context.lang) if who else str(context.sound.settings.get("name" if context.lang == "zh" else "name_en", ""))
    return context.say("due.of-whom", who=whose) if whose else context.say("due.title")


def heading(context: Context, who: Record | None, items: Sequence[Item], clean: Callable[[str], str] = str) -> str:
    states = [item.state(context.today) for item in items]
    counts = [context.say("due.counted", state=context.say(f"due.state-{state}"), count=states.count(state)) for state in dict.fromkeys(states)]
    said = context.say("list.separator").join(counts) or context.say("due.none")
    return context.say("due.heading", title=clean(calendar_name(context, who)), day=context.today.isoformat(), counts=said)


def lines(context: Context, who: Record | None, items: Sequence[Item]) -> list[str]:
    head = [heading(context, who, items)]
    return [*head, "", *table(_rows(context, items))] if items else head


def markdown(context: Context, who: Record | None, items: Sequence[Item]) -> list[str]:
    """A heading, and a table where there is something."""
    head = [f"## {heading(context, who, items, escaped)}"]
    if not items:
        return head
    first, *rest = [[cell if _PLAIN.fullmatch(cell) else escaped(cell) for cell in row] for row in _rows(context, items)]
    return [*head, "", *(f"| {' | '.join(row)} |" for row in (first, ["---"] * len(first), *rest))]


def _rows(context: Context, items: Sequence[Item]) -> list[list[str]]:
    keys = ("due.column-state", "due.column-due", "due.column-days", "due.column-what", "due.column-subject", "list.id", "due.column-owes")
    return [[context.say(key) for key in keys], *(_row(context, item) for item in items)]


def _row(context: Context, item: Item) -> list[str]:
    title = pick(item.title, context.lang) + (f" {item.period}" if item.period else "")
    owes = people(context, item.owes)
    return [
        context.say(f"due.state-{item.state(context.today)}"),
        item.due_on.isoformat(),
        age(context, item),
        title,
        name(context.sound, item.about, context.lang),
        item.subject,
        owes,
    ]


def age(context: Context, item: Item) -> str:
    """How late, how long still; of what is done, on which day it was."""
    return ics.state_of(item, context.today, context.lang, short=True)


def people(context: Context, ids: Iterable[str]) -> str:
    return context.say("list.separator").join(name(context.sound, one, context.lang) for one in ids)


def new_policy(context: Context) -> str:
    """The file that would bring a calendar into force today."""
    return f"records/policy/deadlines/{context.today.isoformat()}.yml"


def uncounted(context: Context, found: Iterable[Uncounted]) -> list[str]:
    """One line for each deadline and year that can't be counted."""
    grouped: dict[tuple[str, int], list[str]] = {}
    for one in found:
        grouped.setdefault((one.what, one.year), []).append(one.subject)
    result = []
    for (what, year), ids in sorted(grouped.items()):
        records = list(dict.fromkeys(ids))
        named = context.say("list.separator").join(records[:_NAMED])
        listed = named if len(records) <= _NAMED else context.say("due.and-more", ids=named, count=len(records))
        hint = context.say("due.add-year", year=year, path=new_policy(context))
        result.append(context.say("due.uncounted", what=what, ids=listed, year=year, hint=hint))
    return result
