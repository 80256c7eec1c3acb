"""Frozen reports 报表报送: what was submitted is what its digest says, and later figures agree with it or say why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.labels import pick
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports import REPORTS, CannotReport, Table, frozen, submitted
from mingbu.reports.wording import pair_of

_SHOWN = 3
"""So many differences fit into a message; the page of the submission has them all."""


@check("submission.report", "submission.period", "submission.department", rules=("D10", "E7", "E8"))
def submissions_are_of_reports_that_are_owed(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D10, E7, E8: what is submitted is a report, for a period of its kind, by a department that owes it."""
    rows = submitted.rows(policy)
    for one in register.of("submission"):
        row, period = rows.get(one.data["report"]), Period.of(one.data["period"])
        department = register.get(one.data["department"])
        if one.data["report"] not in REPORTS and row is None:
            yield one.finding("/report", "submission.report", value=one.data["report"], options=", ".join(sorted(rows)))
        if not submitted.fits(row, period):
            yield one.finding("/period", "submission.period", value=period.name)
        if department is not None and not submitted.owes(register, row, department):
            yield one.finding("/department", "submission.department", value=register.name_of(department.id))


@check("submission.corrects", rules=("D10", "E7", "E8"))
def corrections_are_of_the_same_report(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D10, E7, E8: a correction is of the same report, period and department, and isn't older than what it corrects."""
    keys = ("report", "period", "department")
    for one in register.of("submission"):
        first = register.get(one.data.get("corrects"))
        if first is None or first.kind.name != "submission":
            continue
        same = all(one.data[key] == first.data[key] for key in keys)
        if not same or first.id == one.id or first.data["submitted_on"] > one.data["submitted_on"]:
            yield one.finding("/corrects", "submission.corrects", value=first.id)


@check("submission.digest", rules=("D10", "E7", "E8"))
def submissions_are_what_their_digest_says(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D10, E7, E8: nobody has touched the figures and texts since they were submitted."""
    for one in register.of("submission"):
        if "figures" in one.data and frozen.digest_of(one) != one.data["sha256"]:
            yield one.finding("/sha256", "submission.digest", value=frozen.digest_of(one)[:12])


@check("submission.figures-changed", rules=("D9", "D10", "E7", "E8"))
def later_figures_agree_or_say_why_not(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D9, D10, E7, E8: the register gives the same figures for that day as were submitted, unless the department has written why not."""
    for one in register.of("submission"):
        report = REPORTS.get(one.data["report"])
        if report is None or "figures" not in one.data or not submitted.stands(register, one):
            continue
        try:
            tables = submitted.made(register, report, Period.of(one.data["period"]), one.data["department"])
        except CannotReport:  # its department or its policy isn't there: that is told where it is named
            continue
        found = frozen.differences(one, tables)
        if found and submitted.explained(register, one) is None:
            first = {(table.name, table.columns[0].key) for table in tables}
            found.sort(key=lambda one: (one.table, one.column) in first)  # a row that is new is told by its figures
            told = [_told(register, tables, difference) for difference in found[:_SHOWN]]
            more = "…" if len(found) > _SHOWN else ""
            value = "；".join(zh for zh, _ in told) + more, "; ".join(en for _, en in told) + more
            yield one.finding("/figures", "submission.figures-changed", report.rules, value=value, count=str(len(found)), other=one.id)


def _told(register: Register, tables: list[Table], found: frozen.Difference) -> tuple[str, str]:
    """A difference in words: table, row, column, then and now; what is frozen in Chinese words is told in Chinese alone."""
    table = next((table for table in tables if table.name == found.table), None)
    column = next((column for column in table.columns if column.key == found.column), None) if table else None
    title, label = table.title if table else (found.table, found.table), column.label if column else (found.column, found.column)
    row = _row(register, table, found.row)
    zh, en = f"{title[0]}／{row[0]}／{label[0]}", f"{title[1]}, {row[1]}, {label[1]}"
    figures = f"{found.then or '—'} → {found.now or '—'}"
    return f"{zh}：{figures}", en if column is None or column.unit == "text" else f"{en}: {figures}"


def _row(register: Register, table: Table | None, name: str) -> tuple[str, str]:
    """What a row is called by its first cell: the sums, a word of the table, or the name of a record."""
    if name == "*":
        return pair_of("home.total")
    first = table.columns[0].key if table else ""
    words = [row[first] for row in table.rows if isinstance(row[first], tuple)] if table else []
    return next(((word[0], word[1]) for word in words if word[0] == name), (register.name_of(name), register.name_of(name)))


def _owner_left(register: Register, owner: Record | None, today: date) -> bool:
    return owner is not None and owner.kind.name == "person" and str(owner.data.get("left_on", "9")) < today.isoformat()


@check("report-note.report", "report-note.slot", "report-note.period", "report-note.owner-left", rules=("D10", "E8"))
def texts_belong_to_reports(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D10, E8: a text is for a slot of a report that has texts, of a period that the report is made for; whoever is to act is still here."""
    rows, written = submitted.rows(policy), {name: report for name, report in REPORTS.items() if report.slots}
    codes = register.schemas.codes["report_slot"]
    for note in register.of("report-note"):
        report = written.get(note.data["report"])
        if report is None:
            yield note.finding("/report", "report-note.report", value=note.data["report"], options=", ".join(written))
            continue
        if not submitted.fits(rows.get(report.name), Period.of(note.data["period"])):
            yield note.finding("/period", "report-note.period", value=note.data["period"])
        for number, text in enumerate(note.data["texts"]):
            if text["slot"] not in report.slots:
                label = (str(codes[text["slot"]][0]), str(codes[text["slot"]][1]))
                options = "、".join(pick(codes[slot], "zh") for slot in report.slots), ", ".join(pick(codes[slot], "en") for slot in report.slots)
                yield note.finding(f"/texts/{number}/slot", "report-note.slot", value=label, options=options)
        for number, measure in enumerate(note.data.get("measures", ())):
            owner = register.get(measure["owner"])
            if "done_on" not in measure and _owner_left(register, owner, today):
                yield note.finding(f"/measures/{number}/owner", "report-note.owner-left", value=register.name_of(measure["owner"]))
