"""The reports' tables as the pages of analysis use them: each worked out once, so that a page and a report can't say different things."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mingbu.period import Period
from mingbu.register import Policy, Register
from mingbu.reports import REPORTS, Asked, CannotReport, Report, Table
from mingbu.site import tables
from mingbu.site.boards.cells import Grid
from mingbu.site.reader import Reader


def reported(register: Register, policy: Policy, name: str, period: str | None = None, by: str | None = None) -> dict[str, Table]:
    """Name → table of a report; nothing where the register has nothing to report."""
    report = REPORTS[name]
    asked = report.meant(Asked(Period.of(period) if period else None, by), policy.today)
    told = f"{asked.period.name if asked.period else ''} {asked.by or ''}"
    made = register.memo(f"site.report {name} {told} {policy.today}", lambda: _made(register, policy, report, asked))
    return {table.name: table for table in made}


def _made(register: Register, policy: Policy, report: Report, asked: Asked) -> list[Table]:
    try:
        return report.tables(register, policy, asked)
    except CannotReport:
        return []


def grid(reader: Reader, table: Table, page: str, rows: list[dict[str, Any]] | None = None, columns: tuple[str, ...] = ()) -> Grid:
    """A report's table for a page; of these rows and columns only, where they are given. The totals stay those of the whole."""
    kept = tuple(column for column in table.columns if not columns or column.key in columns)
    part = Table(table.name, table.title, kept, table.rows if rows is None else rows, table.totals)
    shown = tables.report_table(reader, part, page)
    return Grid("", shown.title.text, shown.header, [list(row) for row in shown.rows], shown.totals)


def amount(value: object) -> Decimal:
    """An amount or a percent of a report's row; nothing where it is blank."""
    return Decimal(str(value) or "0")
