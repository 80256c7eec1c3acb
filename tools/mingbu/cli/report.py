"""mingbu report: the figures of a report."""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections.abc import Callable
from typing import Any

from mingbu.cli.context import Context, as_json
from mingbu.cli.markdown import escaped
from mingbu.cli.table import table
from mingbu.display import csv_cell, separated
from mingbu.labels import pick
from mingbu.period import Period
from mingbu.reports import REPORTS, Asked, CannotReport, Column, Report, Table


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help=say("help.report.name"))
    parser.add_argument("--list", action="store_true", help=say("help.report.list"))
    parser.add_argument("--period", metavar="P", help=say("help.report.period"))
    parser.add_argument("--by", metavar="AXIS", help=say("help.report.by"))
    parser.add_argument("--top", metavar="N", type=int, help=say("help.report.top"))
    parser.add_argument("--who", metavar="ID", help=say("help.report.who"))
    parser.add_argument("--format", choices=("text", "json", "csv", "md"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    if options.list or options.name is None:
        for name, report in REPORTS.items():
            print(f"{name}  {pick(report.title, context.lang)}  ({', '.join(report.rules)})")
        return 0
    if options.name not in REPORTS:
        raise context.refuse("error.report", value=options.name, options=", ".join(REPORTS))
    report = REPORTS[options.name]
    asked = _asked(context, report, options)
    try:
        tables = report.tables(context.sound, context.policy, asked)
    except CannotReport as error:
        raise context.refuse(error.key, status=1, **error.args_of_text) from None
    _PRINT[options.format](context, report, asked, tables)
    return 0


def _asked(context: Context, report: Report, options: argparse.Namespace) -> Asked:
    """What was asked for; an option that the report doesn't heed is refused rather than passed over."""
    given = {key: value for key in ("period", "by", "top", "who") if (value := getattr(options, key)) is not None}
    for key in given.keys() - report.takes:
        raise context.refuse("error.report-option", value=f"--{key}", name=report.name)
    if "top" in given and given["top"] < 1:
        raise context.refuse("error.report-top", value=given["top"])
    try:
        period = Period.of(given.pop("period")) if "period" in given else None
    except ValueError:
        raise context.refuse("error.period", value=options.period[:100]) from None
    try:
        return report.meant(Asked(period=period, **given), context.today)
    except CannotReport as error:
        raise context.refuse(error.key, status=2, **error.args_of_text) from None


def _print_json(context: Context, report: Report, asked: Asked, tables: list[Table]) -> None:
    revision = context.revision
    data = {
        "schema": "mingbu/report/1",
        "report": report.name,
        "period": asked.period.name if asked.period else context.today.isoformat(),
        "as_of": context.today.isoformat(),
        "commit": revision.commit if revision else None,
        "tables": [
            {
                "name": part.name,
                "columns": [{"key": column.key, "label": pick(column.label, context.lang), "unit": column.unit} for column in part.columns],
                "rows": [{column.key: _figure(context, column, row[column.key]) for column in part.columns} for row in part.rows],
                "totals": dict(part.totals),
            }
            for part in tables
        ],
        "texts": [pick(note, context.lang) for part in tables for note in part.notes],
    }
    print(as_json(data))


def _figure(context: Context, column: Column, value: Any) -> Any:
    """A cell in JSON: null in a column of numbers where there is none."""
    return None if value == "" and column.unit in _NUMBERS else _plain(context, value)


def _plain(context: Context, value: Any) -> Any:
    return pick(value, context.lang) if isinstance(value, tuple) else value


def _print_text(context: Context, report: Report, asked: Asked, tables: list[Table]) -> None:
    print(pick(report.title, context.lang))
    for line in _period(context, report, asked):
        print(line)
    for part in tables:
        right = [index for index, column in enumerate(part.columns) if column.unit in _NUMBERS]
        notes = [pick(note, context.lang) for note in part.notes]
        print("", f"[{pick(part.title, context.lang)}]", *table(_cells(context, part, _shown), right), *notes, sep="\n")


def _print_markdown(context: Context, report: Report, asked: Asked, tables: list[Table]) -> None:
    print(f"# {escaped(pick(report.title, context.lang))}")
    for line in _period(context, report, asked):
        print(f"\n{escaped(line)}")
    for part in tables:
        head, *rows = [[escaped(cell) for cell in row] for row in _cells(context, part, _shown)]
        rule = ["---:" if column.unit in _NUMBERS else "---" for column in part.columns]
        print("", f"## {escaped(pick(part.title, context.lang))}", "", *(f"| {' | '.join(row)} |" for row in (head, rule, *rows)), sep="\n")
        for note in part.notes:
            print(f"\n{escaped(pick(note, context.lang))}")


def _print_csv(context: Context, report: Report, asked: Asked, tables: list[Table]) -> None:
    """Each table with its title above it and an empty line between; with the mark that lets Excel read Chinese."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for number, part in enumerate(tables):
        writer.writerows([*([[]] if number else []), [csv_cell(pick(part.title, context.lang))]])
        writer.writerows([csv_cell(cell) for cell in row] for row in _cells(context, part, _bare))
    sys.stdout.write("\ufeff" + text.getvalue())


def _period(context: Context, report: Report, asked: Asked) -> list[str]:
    """The line that says of which period a report is, where it is of one."""
    if asked.period is None or "period" not in report.takes:
        return []
    first, last = asked.period.first.isoformat(), asked.period.last.isoformat()
    return [context.say("report.period", name=asked.period.name, first=first, last=last, today=context.today.isoformat())]


Cell = Callable[[Context, Column, Any], str]


def _cells(context: Context, part: Table, cell: Cell) -> list[list[str]]:
    """The head, the rows and the totals."""
    rows = [[cell(context, column, row[column.key]) for column in part.columns] for row in part.rows]
    if part.totals:
        rest = [cell(context, column, part.totals[column.key]) if column.key in part.totals else "" for column in part.columns[1:]]
        rows.append([context.say("home.total"), *rest])
    return [[pick(column.label, context.lang) for column in part.columns], *rows]


def _shown(context: Context, column: Column, value: Any) -> str:
    """As people read it: names, separators, a dash for what there is no figure for."""
    if value is None:
        return "–"
    if column.unit in {"amount", "number"} and _NUMBER.fullmatch(str(value)):
        return separated(str(value))
    return _bare(context, column, value)


def _bare(context: Context, column: Column, value: Any) -> str:
    """As a spreadsheet takes it: numbers without separators, nothing for what there is no figure for."""
    if value is None:
        return ""
    return context.sound.name_of(value) if column.unit == "ref" else str(_plain(context, value))


_NUMBERS = frozenset({"count", "amount", "percent", "number"})
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_PRINT = {"text": _print_text, "json": _print_json, "csv": _print_csv, "md": _print_markdown}
