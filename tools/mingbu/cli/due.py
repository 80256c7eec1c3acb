"""mingbu due: what is owed, by whom, until when; and how a due day is counted."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mingbu import owed
from mingbu.calendar import months_later
from mingbu.cli import dueexplained, duetext, left_out
from mingbu.cli.context import Context, as_json
from mingbu.owed import DONE, DONE_DAYS, Item, Owed, Uncounted, ics, whose
from mingbu.register import Record
from mingbu.site.reader import record_page

STATES = ("late", "due", "upcoming", "done")
_WITHIN = re.compile(r"([0-9]{1,4})([dwm])")
_YEARS = 10
_EXPLAINING, _LISTING = ("moment", "policy_file", "grade"), ("who", "within", "state", "site")


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("--who", metavar="PERSON|DEPARTMENT", help=say("help.due.who"))
    parser.add_argument("--within", metavar="14d", help=say("help.due.within"))
    parser.add_argument("--state", choices=STATES, action="append", help=say("help.due.state"))
    parser.add_argument("--site", metavar="URL", help=say("help.due.site"))
    parser.add_argument("--explain", metavar="WHAT", help=say("help.due.explain"))
    parser.add_argument("--from", dest="moment", metavar="TIME", help=say("help.due.from"))
    parser.add_argument("--policy", dest="policy_file", metavar="FILE", help=say("help.due.policy"))
    parser.add_argument("--grade", metavar="G", help=say("help.due.grade"))
    parser.add_argument("--format", choices=("text", "json", "ics", "md"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    if options.explain is not None:
        _refuse_options(context, options, _LISTING, "--explain")
        if options.format in {"ics", "md"}:
            raise context.refuse("due.one-or-other", one=f"--format {options.format}", other="--explain")
        return dueexplained.run(context, options)
    for key in _EXPLAINING:
        if getattr(options, key) is not None:
            raise context.refuse("due.only-explaining", value=_FLAGS[key])
    who = person_or_department(context, options.who) if options.who is not None else None
    listed = listing(context, who, span(context, options.within), options.state)
    _PRINT[options.format](context, options, who, listed)
    for line in duetext.uncounted(context, listed.uncounted):
        print(f"mingbu: {line}", file=sys.stderr)
    return 1 if listed.uncounted else 0


_FLAGS = {
    "moment": "--from",
    "policy_file": "--policy",
    "grade": "--grade",
    "who": "--who",
    "within": "--within",
    "state": "--state",
    "site": "--site",
}


def _refuse_options(context: Context, options: argparse.Namespace, keys: tuple[str, ...], beside: str) -> None:
    for key in keys:
        if getattr(options, key) is not None:
            raise context.refuse("due.one-or-other", one=_FLAGS[key], other=beside)


@dataclass(frozen=True, slots=True)
class Span:
    """until: what is due later is left out; since: what was due before and is done is left out."""

    since: date
    until: date | None


def span(context: Context, text: str | None) -> Span:
    """The days that 14d, 2w or 1m mean, both ways from today; without them the last thirty and everything ahead."""
    today = context.today
    if text is None:
        return Span(today - timedelta(days=DONE_DAYS), None)
    found = _WITHIN.fullmatch(text)
    if found is None:
        raise context.refuse("due.within", value=text[:40])
    count, unit = int(found[1]), found[2]
    try:
        days = timedelta(days=count * (7 if unit == "w" else 1))
        until, since = (months_later(today, count), months_later(today, -count)) if unit == "m" else (today + days, today - days)
        if until > months_later(today, 12 * _YEARS):
            raise ValueError
    except (ValueError, OverflowError):
        raise context.refuse("due.within-years", value=text, years=_YEARS) from None
    return Span(since, until)


def person_or_department(context: Context, text: str) -> Record:
    """The one with this id or name. Refuses in one line what names nobody, or several."""
    found = whose.named(context.sound, text)
    if len(found) == 1:
        return found[0]
    if found:
        raise context.refuse("due.several", value=text[:100], options=", ".join(record.id for record in found), status=1)
    raise context.refuse("due.nobody", value=text[:100], status=1)


def listing(context: Context, who: Record | None, days: Span, states: list[str] | None = None) -> Owed:
    """What is asked for; what couldn't be counted is told whoever asks, since nobody can say whose it is until it is counted.

    Refuses where no list of deadlines is in force: that nothing is owed couldn't be said. Tells how many files are left out because of errors.
    """
    if context.policy.in_force("deadlines") is None:
        raise context.refuse("due.no-policy", status=1)
    left_out.tell(context)
    found = owed.items(context.sound, context.policy, days.until)
    items: list[Item] = list(found.items)
    if who is not None:
        items = whose.of(context.sound, items, who, context.today.isoformat())
    return Owed(tuple(item for item in items if _wanted(item, context.today, days, states)), found.uncounted)


def _wanted(item: Item, today: date, days: Span, states: list[str] | None) -> bool:
    state = item.state(today)
    if states and state not in states:
        return False
    if state == DONE and item.due_on < days.since:
        return False
    return days.until is None or item.due_on <= days.until


def _print_json(context: Context, options: argparse.Namespace, who: Record | None, found: Owed) -> None:
    data = {
        "schema": "mingbu/due/1",
        "on": context.today.isoformat(),
        "items": [as_dict(item, context.today) for item in found.items],
        "uncounted": [_uncounted(context, one) for one in found.uncounted],
    }
    print(as_json(data))


def as_dict(item: Item, today: date) -> dict[str, Any]:
    """The stable JSON shape of an item."""
    return {
        "uid": item.uid,
        "what": item.what,
        "rule": ",".join(item.rules),
        "subject": item.subject,
        "event_on": item.event_on.isoformat(),
        "due_on": item.due_on.isoformat(),
        "owes": list(item.owes),
        "tell": list(item.tell),
        "state": item.state(today),
        "days": item.days(today),
    }


def _uncounted(context: Context, one: Uncounted) -> dict[str, Any]:
    hint = context.say("due.add-year", year=one.year, path=duetext.new_policy(context))
    return {"what": one.what, "subject": one.subject, "pointer": one.pointer, "year": one.year, "code": "calendar.unknown-year", "hint": hint}


def _print_ics(context: Context, options: argparse.Namespace, who: Record | None, found: Owed) -> None:
    site = options.site.rstrip("/") if options.site else None
    if site is not None and not re.fullmatch(r"https?://[^\s/]\S*", site):
        raise context.refuse("due.site", value=options.site[:100])

    def page(subject: str) -> str | None:
        record = context.sound.get(subject)
        return f"{site}/{record_page(record)}" if site and record else None

    title = duetext.calendar_name(context, who)
    sys.stdout.write(ics.calendar(context.sound, context.policy, found.items, title, context.lang, page).decode("utf-8"))


def _print_text(context: Context, options: argparse.Namespace, who: Record | None, found: Owed) -> None:
    print("\n".join(duetext.lines(context, who, _shown(context, options, found))))


def _print_markdown(context: Context, options: argparse.Namespace, who: Record | None, found: Owed) -> None:
    print("\n".join(duetext.markdown(context, who, _shown(context, options, found))))


def _shown(context: Context, options: argparse.Namespace, found: Owed) -> list[Item]:
    """What is done is shown to people only when they ask for it; the late come first."""
    states = options.state or list(owed.OPEN)
    return duetext.ordered([item for item in found.items if item.state(context.today) in states], context.today)


_PRINT = {"text": _print_text, "json": _print_json, "ics": _print_ics, "md": _print_markdown}
