"""mingbu report: a report or a printed form, as text or as a document."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from mingbu.cli import forms, left_out, saving
from mingbu.cli.context import Context
from mingbu.documents.formats import BINARY, FORMATS
from mingbu.documents.model import document
from mingbu.documents.printing import CannotPrint
from mingbu.labels import pick
from mingbu.period import Period
from mingbu.reports import REPORTS, Asked, CannotReport, Report


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help=say("help.report.name"))
    parser.add_argument("--list", action="store_true", help=say("help.report.list"))
    parser.add_argument("--period", metavar="P", help=say("help.report.period"))
    parser.add_argument("--by", metavar="AXIS", help=say("help.report.by"))
    parser.add_argument("--top", metavar="N", type=int, help=say("help.report.top"))
    parser.add_argument("--who", metavar="ID", help=say("help.report.who"))
    parser.add_argument("--format", choices=tuple(FORMATS), help=say("help.report.format"))
    parser.add_argument("--template", metavar="FILE", help=say("help.report.template"))
    saving.arguments(parser, say)


def run(context: Context, options: argparse.Namespace) -> int:
    if options.list or options.name is None:
        for name, report in REPORTS.items():
            print(f"{name}  {pick(report.title, context.lang)}  ({', '.join(report.rules)})")
        print("\n".join(forms.lines(context)))
        return 0
    if options.name in forms.names():
        return forms.run(context, options)
    if options.name not in REPORTS:
        raise context.refuse("error.report", value=options.name, options=", ".join([*REPORTS, *forms.names()]))
    if options.template is not None:
        raise context.refuse("error.form-template-report", name=options.name)
    report, chosen = REPORTS[options.name], _format(options)
    saving.check(context, options, binary=chosen in BINARY)
    asked = _asked(context, report, options)
    try:
        made = document(report, context.sound, context.policy, asked, context.lang, context.revision)
        content = FORMATS[chosen](made)
    except CannotReport as error:
        raise context.refuse(error.key, status=1, **error.args_of_text) from None
    except CannotPrint as error:
        raise context.refuse(error.key, detail=error.detail) from None
    left_out.tell(context)
    saving.put(context, options, content)
    return 0


def _format(options: argparse.Namespace) -> str:
    """What was asked for, else what the file's name ends in."""
    ending = Path(options.output or "").suffix.lower().lstrip(".")
    return str(options.format or (ending if ending in FORMATS else "text"))


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
