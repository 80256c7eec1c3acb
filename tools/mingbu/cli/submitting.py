"""What `mingbu submit` was asked for, judged before anything is worked out: each refusal is one line."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from mingbu.cli.context import Context
from mingbu.labels import pick
from mingbu.period import Period
from mingbu.register import Record
from mingbu.reports import REPORTS, Report, note_of, submitted
from mingbu.reports.submitted import Due

_NEEDED = "summary"
"""The slot without which a report with texts isn't submitted; code of report_slot."""
_AFTERWARDS = frozenset({"differences"})
"""Slots that are written later, when figures have changed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A submission that may be made; note: the record with its texts, empty: the titles of its slots that hold nothing."""

    report: Report
    period: Period
    department: Record
    by: str
    to: str
    due: Due | None
    late: bool
    note: Record | None
    empty_codes: list[str]
    empty: list[str]
    late_reason: str | None
    corrects: str | None
    reason: str | None


def asked(context: Context, options: argparse.Namespace) -> Asked:
    """Refuses what can't be submitted, the simplest reason first."""
    report, row = _report(context, options.name)
    period = _period(context, row, report, options.period)
    department = _department(context, options.who)
    if not submitted.owes(context.sound, row, department):
        raise context.refuse("submit.department", status=1, name=context.sound.name_of(department.id), report=report.name)
    if period.last >= context.today:
        raise context.refuse("submit.not-over", status=1, period=period.name, last=period.last, today=context.today)
    by = _person(context, options.by)
    _corrected(context, options, report, period, department)
    to = _department(context, options.to).id if options.to else _last_to(context, report, department)
    due = submitted.due(row, period, context.today)
    late = due is not None and context.today >= due.late_from and options.corrects is None
    _late(context, options, due, late)
    if context.revision and context.revision.edited:
        raise context.refuse("submit.uncommitted", status=1)
    note, empty = _texts(context, report, period, department)
    titles = [pick(list(context.schemas.codes["report_slot"][code]), context.lang) for code in empty]
    return Asked(report, period, department, by, to, due, late, note, empty, titles, options.late_reason, options.corrects, options.reason)


def _report(context: Context, name: str) -> tuple[Report, submitted.Row | None]:
    rows = submitted.rows(context.policy)
    owed = [report.name for report in REPORTS.values() if report.name in rows or report.slots]
    if name not in REPORTS:
        raise context.refuse("error.report", value=name[:100], options=", ".join(owed))
    if name not in owed:
        raise context.refuse("submit.not-owed", status=1, value=name, options=", ".join(owed))
    return REPORTS[name], rows.get(name)


def _period(context: Context, row: submitted.Row | None, report: Report, text: str) -> Period:
    try:
        period = Period.of(text)
    except ValueError:
        raise context.refuse("error.period", value=text[:100]) from None
    if not submitted.fits(row, period):
        raise context.refuse("submit.period", status=1, value=period.name, report=report.name)
    return period


def _department(context: Context, record_id: str) -> Record:
    found = context.sound.get(record_id)
    if found is None or found.kind.name != "department":
        raise context.refuse("submit.no-department", status=1, value=record_id[:100])
    return found


def _person(context: Context, record_id: str) -> str:
    found = context.sound.get(record_id)
    if found is None or found.kind.name != "person":
        raise context.refuse("submit.no-person", status=1, value=record_id[:100])
    left = str(found.data.get("left_on", "9"))
    if left < context.today.isoformat():
        raise context.refuse("submit.left", status=1, name=context.sound.name_of(found.id), date=left)
    return found.id


def _corrected(context: Context, options: argparse.Namespace, report: Report, period: Period, department: Record) -> None:
    """What stands already is submitted again only as a correction of it, with the reason."""
    now = submitted.standing(context.sound, report.name, period.name, department.id)
    if (options.corrects is None) != (options.reason is None):
        raise context.refuse("submit.reason")
    if options.corrects is not None and (now is None or now.id != options.corrects):
        raise context.refuse("submit.corrects", status=1, value=options.corrects[:100], stands=now.id if now else context.say("value.none"))
    if options.corrects is None and now is not None:
        raise context.refuse("submit.stands", status=1, id=now.id, date=now.data["submitted_on"])


def _last_to(context: Context, report: Report, department: Record) -> str:
    """Where the department sent this report last, or anybody did."""
    found = submitted.submissions(context.sound, report.name, None, department.id) or submitted.submissions(context.sound, report.name)
    if not found:
        raise context.refuse("submit.to", report=report.name)
    return str(found[-1].data["submitted_to"])


def _late(context: Context, options: argparse.Namespace, due: Due | None, late: bool) -> None:
    if late and due is not None and not (options.late_reason or "").strip():
        raise context.refuse("submit.late", status=1, due=due.due_on, today=context.today)
    if options.late_reason is not None and not late:
        raise context.refuse("submit.in-time", status=1)


def _texts(context: Context, report: Report, period: Period, department: Record) -> tuple[Record | None, list[str]]:
    """(the record with the texts, the slots that nobody has written); refuses where the text that is needed isn't there."""
    note = note_of(context.sound, report.name, period.name, department.id) if report.slots else None
    written = {text["slot"] for text in note.data["texts"]} if note else set()
    if _NEEDED in report.slots and _NEEDED not in written:
        raise context.refuse("submit.no-summary", status=1, report=report.name, period=period.name, department=department.id)
    return note, [slot for slot in report.slots if slot not in written and slot not in _AFTERWARDS]
