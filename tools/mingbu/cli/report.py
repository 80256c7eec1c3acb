"""mingbu report: the figures of a report."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mingbu.cli.context import Context, as_json
from mingbu.cli.table import table
from mingbu.display import separated
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
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))


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
    if options.format == "json":
        print(as_json(_as_dict(context, options.name, asked, tables)))
    else:
        print(pick(report.title, context.lang))
        for part in tables:
            print("", f"[{pick(part.title, context.lang)}]", *_lines(context, part), sep="\n")
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
    return Asked(period=period, **given)


def _as_dict(context: Context, name: str, asked: Asked, tables: list[Table]) -> dict[str, Any]:
    revision = context.revision
    return {
        "schema": "mingbu/report/1",
        "report": name,
        "period": asked.period.name if asked.period else context.today.isoformat(),
        "as_of": context.today.isoformat(),
        "commit": revision.commit if revision else None,
        "tables": [
            {
                "name": part.name,
                "columns": [{"key": column.key, "label": pick(column.label, context.lang), "unit": column.unit} for column in part.columns],
                "rows": [{column.key: _plain(context, row[column.key]) for column in part.columns} for row in part.rows],
                "totals": dict(part.totals),
            }
            for part in tables
        ],
        "texts": [],
    }


def _plain(context: Context, value: Any) -> Any:
    return pick(value, context.lang) if isinstance(value, tuple) else value


def _lines(context: Context, part: Table) -> list[str]:
    rows = [[_cell(context, column, row[column.key]) for column in part.columns] for row in part.rows]
    if part.totals:
        rows.append([context.say("home.total"), *(_cell(context, column, part.totals.get(column.key, "")) for column in part.columns[1:])])
    return table([[pick(column.label, context.lang) for column in part.columns], *rows])


def _cell(context: Context, column: Column, value: Any) -> str:
    if column.unit == "ref":
        return context.sound.name_of(value)
    if column.unit == "amount" and value != "":
        return separated(str(value))
    return str(_plain(context, value))
