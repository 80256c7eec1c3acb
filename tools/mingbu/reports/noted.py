"""What people write for a report that is owed: analysis, explanations, measures (records of the kind report-note)."""

from __future__ import annotations

from mingbu.register import Record, Register
from mingbu.reports.model import Asked, Paragraph, Report


def note_of(register: Register, report: str, period: str, department: str | None) -> Record | None:
    """The record with the texts for a report of a department and period."""
    keys = ("report", "period", "department")
    return next((note for note in register.of("report-note") if tuple(note.data[key] for key in keys) == (report, period, department)), None)


def paragraphs(register: Register, report: Report, asked: Asked) -> list[Paragraph]:
    """The texts that are there, in the order of the report's slots; none for a report that people write nothing for."""
    note = note_of(register, report.name, asked.period.name, asked.who) if report.slots and asked.period else None
    if note is None:
        return []
    labels = register.schemas.codes["report_slot"]
    written = sorted(note.data["texts"], key=lambda row: report.slots.index(row["slot"]) if row["slot"] in report.slots else len(report.slots))
    return [Paragraph((labels[row["slot"]][0], labels[row["slot"]][1]), row["text"]) for row in written]
