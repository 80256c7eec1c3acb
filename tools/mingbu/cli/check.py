"""mingbu check: everything CI checks. Never writes, never uses the network."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mingbu import labels
from mingbu.cli.context import Context, as_json
from mingbu.findings import Finding
from mingbu.yamlio.characters import printable


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help=say("help.check.paths"))
    parser.add_argument("--format", choices=("text", "json", "github"), default="text", help=say("help.format"))
    parser.add_argument("--strict", action="store_true", help=say("help.check.strict"))
    parser.add_argument("--base", metavar="REV", help=say("help.check.base"))
    parser.add_argument("--genesis", metavar="REV", help=say("help.genesis"))
    parser.add_argument("--attachments", metavar="DIR", help=say("help.check.attachments"))
    parser.add_argument("--baseline", metavar="FILE", help=say("help.check.baseline"))


def run(context: Context, options: argparse.Namespace) -> int:
    below = context.below(options.paths)
    if context.usable:
        context.genesis = options.genesis or context.genesis
        if options.base is not None:
            context.compare_with(options.base)
        if context.register.shallow and (options.base is not None or context.genesis):
            raise context.refuse("error.history-shallow")
    found = context.findings()
    if options.attachments and context.usable:
        found = sorted([*found, *context.attachment_findings(options.attachments)], key=lambda finding: finding.order)
    findings = [finding for finding in found if below(finding.path)]
    if options.baseline:
        findings = _new_since(context, findings, options.baseline)
    errors = sum(labels.severity(finding.code) == "error" for finding in findings)
    warnings = len(findings) - errors
    if options.format == "json":
        print(as_json(_report(context, findings, errors, warnings)))
    else:
        show = github_line if options.format == "github" else text_lines
        for finding in findings:
            print(show(finding, context.lang))
        print(context.say("check.summary", records=_records(context), errors=errors, warnings=warnings))
    return 1 if errors or (options.strict and warnings) else 0


def as_dict(finding: Finding, lang: labels.Lang) -> dict[str, Any]:
    """The stable JSON shape of a finding."""
    return {
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "pointer": finding.pointer,
        "code": finding.code,
        "severity": labels.severity(finding.code),
        "message": labels.message(finding, lang),
        "hint": labels.hint(finding, lang),
        "rules": list(finding.rules),
        "record": finding.record,
    }


def text_lines(finding: Finding, lang: labels.Lang) -> str:
    """path:line:column: severity code  message (rules), and the hint below it."""
    rules = f" ({', '.join(finding.rules)})" if finding.rules else ""
    place = f"{printable(finding.path)}:{finding.line}:{finding.column}"
    severity = labels.word(f"severity.{labels.severity(finding.code)}", lang)
    return (
        f"{place}: {severity} {finding.code}  {labels.message(finding, lang)}{rules}\n"
        f"    {labels.word('check.hint', lang)}{labels.hint(finding, lang)}"
    )


def github_line(finding: Finding, lang: labels.Lang) -> str:
    """A workflow command; data and properties escaped as GitHub's runner expects."""
    text = f"{labels.message(finding, lang)} — {labels.hint(finding, lang)}"
    place = f"file={_property(finding.path)},line={finding.line},col={finding.column},title={_property(finding.code)}"
    return f"::{labels.severity(finding.code)} {place}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _records(context: Context) -> int:
    return len(context.register.records) if context.usable else 0


def _report(context: Context, findings: list[Finding], errors: int, warnings: int) -> dict[str, Any]:
    revision = context.revision
    return {
        "schema": "mingbu/check/1",
        "root": str(context.root),
        "on": context.today.isoformat(),
        "commit": revision.commit if revision else None,
        "records": _records(context),
        "errors": errors,
        "warnings": warnings,
        "findings": [as_dict(finding, context.lang) for finding in findings],
    }


def _new_since(context: Context, findings: list[Finding], baseline: str) -> list[Finding]:
    """Without the findings that the baseline has too: a pull request answers for its own errors only."""
    try:
        report = json.loads(Path(baseline).read_text(encoding="utf-8"))
        known = Counter((item["path"], item["pointer"], item["code"]) for item in report["findings"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise context.refuse("error.baseline", path=baseline) from None
    fresh = []
    for finding in findings:
        key = (finding.path, finding.pointer, finding.code)
        if known[key] > 0:
            known[key] -= 1
        else:
            fresh.append(finding)
    return fresh
