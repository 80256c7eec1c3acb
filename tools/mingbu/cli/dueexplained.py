"""mingbu due --explain: how a due day is counted, step by step."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date, datetime, time, timedelta, timezone

from mingbu import deadlines, owed
from mingbu.calendar import UnknownYear, WorkCalendar
from mingbu.cli import duetext, given
from mingbu.cli.check import as_dict, text_lines
from mingbu.cli.context import Context, as_json
from mingbu.deadlines import ByGrade, Counted, NoEvent, Step
from mingbu.findings import Finding
from mingbu.labels import pick
from mingbu.owed import telling
from mingbu.register import Record
from mingbu.schema.formats import is_date
from mingbu.yamlio.characters import printable

_CHINA = timezone(timedelta(hours=8))
_LAST_MOMENT = time(23, 59, 59)
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)(Z|[+-][0-9]{2}:?[0-9]{2})?")


def run(context: Context, options: argparse.Namespace) -> int:
    if options.moment is None:
        raise context.refuse("due.no-from")
    start, said = moment(context, options.moment)
    policy = _policy(context, options.policy_file, options.explain, start)
    row = _row(context, policy, options.explain)
    months = _months(context, row, options.grade)
    calendar = WorkCalendar.of(policy.data.get("calendars", [])) if options.policy_file else deadlines.calendar_of(context.policy)
    try:
        counted = deadlines.explained(row, start, calendar, months)
    except UnknownYear as unknown:
        _say_unknown(context, options, policy, row, said, unknown.year)
        return 1
    except NoEvent:
        field = telling.title_of(context.schemas, row, row["due"], context.lang)
        raise context.refuse("due.in-the-record", value=row["what"], field=field, pointer=row["due"], status=1) from None
    except ByGrade:
        raise context.refuse("due.which-grade", value=row["what"], options=", ".join(_grades(context)), status=1) from None
    except (OverflowError, ValueError):
        raise context.refuse("due.too-far", value=options.moment[:60], status=1) from None
    if options.format == "json":
        print(as_json(_report(row["what"], said, counted)))
    else:
        print("\n".join(_text(context, row, said, counted)))
    return 0


def moment(context: Context, text: str) -> tuple[date, str]:
    """(its day in China, the date or the moment in +08:00). A moment without an offset is one in China."""
    if is_date(text):
        return date.fromisoformat(text), text
    found = _MOMENT.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        read = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3] or '+08:00'}").astimezone(_CHINA)
    except (ValueError, OverflowError):
        raise context.refuse("due.moment", value=text[:60]) from None
    return read.date(), read.replace(microsecond=0).isoformat()


def _policy(context: Context, path: str | None, what: str, start: date) -> Record:
    """The policy that is given, else that of the event's day where it has the deadline, else today's."""
    if path is not None:
        return given.policy(context, "deadlines", path)
    then, now = (context.policy.in_force("deadlines", day) for day in (start, None))
    if now is None:
        raise context.refuse("due.no-policy", status=1)
    return then if then is not None and any(row["what"] == what for row in then.data["deadlines"]) else now


def _row(context: Context, policy: Record, what: str) -> deadlines.Row:
    rows: list[deadlines.Row] = policy.data["deadlines"]
    found = next((row for row in rows if row["what"] == what), None)
    if found is None:
        names = ", ".join(row["what"] for row in rows)
        raise context.refuse("due.unknown", value=what[:60], options=names)
    return found


def _months(context: Context, row: deadlines.Row, grade: str | None) -> int | None:
    """The interval of the grade. Refuses a grade where none is asked for, one that isn't there, and one that sets no date."""
    if grade is None:
        return None
    if "interval" not in row:
        raise context.refuse("due.no-grade", value=row["what"])
    if grade not in _grades(context):
        raise context.refuse("due.unknown-grade", value=grade[:20], options=", ".join(_grades(context)))
    months = owed.interval_of(context.policy, row, grade)
    if months == 0:
        raise context.refuse("due.no-interval", value=row["what"], grade=grade, status=1)
    return months


def _grades(context: Context) -> list[str]:
    found = context.policy.in_force("credit")
    return [row["grade"] for row in found.data["grades"]] if found else []


def _report(what: str, said: str, counted: Counted | None) -> dict[str, object]:
    """The stable JSON shape; due_at is the last moment that is in time. Without a day, findings say why."""
    return {
        "schema": "mingbu/due-explain/1",
        "what": what,
        "from": said,
        "counting": counted.counting if counted else "working",
        "due_at": datetime.combine(counted.due_on, _LAST_MOMENT, _CHINA).isoformat() if counted else None,
        "due_on": counted.due_on.isoformat() if counted else None,
        "steps": [{"date": step.day.isoformat(), "working": step.working, "count": step.counted} for step in counted.steps] if counted else [],
        "findings": [],
    }


def _say_unknown(context: Context, options: argparse.Namespace, policy: Record, row: deadlines.Row, said: str, year: int) -> None:
    path = options.policy_file or policy.path
    finding = Finding(path, 1, 1, "/calendars", "calendar.unknown-year", policy.id, {"value": str(year)}, tuple(row["articles"]))
    hint = context.say("due.add-year", year=year, path=printable(options.policy_file or duetext.new_policy(context)))
    if options.format == "json":
        print(as_json(_report(row["what"], said, None) | {"findings": [as_dict(finding, context.lang) | {"hint": hint}]}))
    print(f"{text_lines(finding, context.lang).splitlines()[0]}\n    {context.say('check.hint')}{hint}", file=sys.stderr)


def _text(context: Context, row: deadlines.Row, said: str, counted: Counted) -> list[str]:
    lang = context.lang
    title = pick((row["title"], row["title_en"]), lang)
    by_grade = {"count": len(counted.steps), "unit": "month"} if "interval" in row else row
    length = telling.length(context.schemas, by_grade, lang)
    head = context.say("due.explained", what=row["what"], title=title, start=said, length=length, due=counted.due_on.isoformat())
    reading = pick((row["reading"], row["reading_en"]), lang)
    return [head, *(_step(context, step) for step in counted.steps), reading]


def _step(context: Context, step: Step) -> str:
    kind = "" if step.working is None else context.say("due.working" if step.working else "due.off")
    weekday = context.say(f"due.weekday-{step.day.weekday()}")
    return context.say("due.step", day=step.day.isoformat(), weekday=weekday, kind=kind, count=step.counted)
