"""Reports that are owed: by which deadline, for which periods and departments, and what was submitted.

Readings. A report is frozen as of the last day of its period, with what the register says of that day when it is submitted. The first
submission of a report, period and department meets the deadline. A correction is a submission that names the one it takes the place of;
that one stays as it was. Of a report's submissions the one that no other corrects stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mingbu import deadlines, labels
from mingbu.owed.following import holds
from mingbu.owed.rounds import all_rounds
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports import frozen
from mingbu.reports.model import Asked, Report, Table
from mingbu.reports.noted import note_of, paragraphs

Row = Mapping[str, Any]
_LENGTH = {"year": 12, "half_year": 6, "month": 1}


@dataclass(frozen=True, slots=True)
class Due:
    """When a report of one period had to be there, and from which day on it is late."""

    opens_on: date
    due_on: date
    late_from: date


def rows(policy: Policy) -> dict[str, Row]:
    """Report → the deadline of the policy in force that a submission of it meets."""
    found: dict[str, Row] = {}
    for row in deadlines.rules(policy):
        record = row.get("record", {})
        for condition in record.get("where", ()) if record.get("kind") == "submission" else ():
            found |= {name: row for name in condition["values"] if condition["pointer"] == "/report"}
    return found


def owes(register: Register, row: Row | None, department: Record) -> bool:
    """Whether the department owes the report; anybody may submit one that nobody owes."""
    return row is None or (department.kind.name == row["kind"] and holds(register, department, row.get("while", ())))


def fits(row: Row | None, period: Period) -> bool:
    """Whether the period is one of those that the report is owed for."""
    months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    whole = period.first.day == 1 and (period.last + timedelta(days=1)).day == 1
    return row is None or (whole and months == _LENGTH.get(row.get("period", ""), months))


def due(row: Row | None, period: Period, today: date) -> Due | None:
    """When it was due; None where nothing was owed for that period."""
    for one in all_rounds(row, max(today, period.last), None) if row is not None else ():
        if row is not None and one.period == period.name:
            return Due(one.opens_on, one.due_on, one.due_on + timedelta(days=row.get("late_after_days", 0) + 1))
    return None


def submissions(register: Register, report: str, period: str | None = None, department: str | None = None) -> list[Record]:
    """The submissions of a report, of one period and department where they are given; the first one first."""
    wanted = {"report": report, "period": period, "department": department}
    found = [one for one in register.of("submission") if all(one.data[key] == value for key, value in wanted.items() if value is not None)]
    return sorted(found, key=lambda one: (one.data["submitted_on"], "corrects" in one.data, one.id))


def standing(register: Register, report: str, period: str, department: str) -> Record | None:
    """The submission that no other one corrects."""
    found = submissions(register, report, period, department)
    corrected = {one.data.get("corrects") for one in found}
    return next((one for one in reversed(found) if one.id not in corrected), None)


def stands(register: Register, submission: Record) -> bool:
    """Whether no other submission takes its place."""
    return not any(pointer == "/corrects" for _, pointer in register.referring(submission.id))


def made(register: Register, report: Report, period: Period, department: str) -> list[Table]:
    """The report's tables as of the last day of the period, by what the register says now. Raises CannotReport."""
    policy = Policy(register, period.last)
    asked = Asked(period, who=department if "who" in report.takes else None)
    return register.memo(
        f"report to submit {report.name} {period.name} {department}",
        lambda: report.tables(register, policy, report.meant(asked, policy.today)),
    )


def texts_of(register: Register, report: Report, period: Period, department: str) -> list[str]:
    """What people wrote, each text under the title of its slot, then the measures."""
    note = note_of(register, report.name, period.name, department) if report.slots else None
    if note is None:
        return []
    written = [f"{found.title[0]}：{found.text}" for found in paragraphs(register, report, Asked(period, who=department))]
    for measure in note.data.get("measures", ()):
        owner = register.name_of(measure["owner"])
        written.append(labels.word("submit.measure", "zh", content=measure["content"].rstrip("。"), owner=owner, due=measure["due_on"]))
    return written


def content(register: Register, report: Report, period: Period, department: str) -> dict[str, Any]:
    """as_of, figures, texts and sha256 of what would be submitted. Raises CannotReport."""
    figures, texts = frozen.figures_of(made(register, report, period, department)), texts_of(register, report, period, department)
    as_of = period.last.isoformat()
    said = {"as_of": as_of, "sha256": frozen.digest(report.name, period.name, department, as_of, figures, texts), "figures": figures}
    return said | ({"texts": texts} if texts else {})


def explained(register: Register, submission: Record) -> Record | None:
    """The text in which the department says why its figures aren't those that were submitted: of that period or a later one, written later."""
    said, first = submission.data, Period.of(submission.data["period"]).first
    for note in register.of("report-note"):
        data = note.data
        same = (data["report"], data["department"]) == (said["report"], said["department"])
        later = str(data.get("prepared_on", "")) > said["submitted_on"] and Period.of(data["period"]).first >= first
        if same and later and any(text["slot"] == "differences" for text in data["texts"]):
            return note
    return None
