"""Files that `mingbu credit` is given: facts or receivables, and a policy that isn't in the register."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from mingbu import labels, yamlio
from mingbu.checks.creditpolicies import problems
from mingbu.cli.check import text_lines
from mingbu.cli.context import Context
from mingbu.findings import Fault, Finding
from mingbu.register import Record
from mingbu.register.model import from_fault
from mingbu.schema import inputs
from mingbu.schema.validate import Validator
from mingbu.yamlio.characters import printable

_KIND = "policy-credit"


def read(context: Context, path: str) -> bytes:
    """The file's bytes, - being standard input. Refuses what can't be read."""
    try:
        if path == "-":
            raw = sys.stdin.buffer.read(inputs.MAX_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                raw = file.read(inputs.MAX_BYTES + 1)
    except FileNotFoundError:
        raise context.refuse("error.no-file", path=path[:200]) from None
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or error
        raise context.refuse("credit.unreadable", path=path[:200], detail=detail) from None
    if len(raw) > inputs.MAX_BYTES:
        raise context.refuse("credit.unreadable", path=path[:200], detail=context.say("credit.too-large"))
    return raw


def data_of(context: Context, name: str, path: str, reshape: Callable[[dict[str, Any]], dict[str, Any]] = lambda data: data) -> dict[str, Any] | None:
    """The input's data; None where something is wrong, said in one line each."""
    raw = read(context, path)
    found = inputs.read(name, raw, reshape)
    for fault in found.faults:
        finding = from_fault(fault, path, raw, None, inputs.kind(name))
        key = ".".join(fault.pointer.split("/")[1:]) or context.say("credit.whole")
        place = f"{printable(path)}:{finding.line}:{finding.column}"
        words = _said(context, finding)
        print(context.say("credit.problem", place=place, key=printable(key), **words), file=sys.stderr)
    return found.data


def _said(context: Context, finding: Finding) -> dict[str, str]:
    value = str(finding.args.get("value", ""))
    if finding.code == "yaml.type" and _NUMBER.fullmatch(value):
        return {"message": context.say("credit.no-decimal", value=value), "hint": context.say("credit.no-decimal-hint")}
    return {"message": labels.message(finding, context.lang), "hint": labels.hint(finding, context.lang)}


_NUMBER = re.compile(r"[-+]?(?:[0-9.][0-9.eE+_-]*|\.?(?i:inf(?:inity)?|nan))")


def policy_for(context: Context, path: str | None, on: date | None) -> tuple[str, Record | None]:
    """(what the policy is called, the policy): that of the file, else the register's on the day.

    None where the file is wrong, with its findings shown; or where no day is known, so that there is nothing to look for.
    """
    if path is not None:
        return path, _policy_of(context, path)
    if on is None:
        return "", None
    found = context.policy.in_force("credit", on)
    if found is None:
        raise context.refuse("credit.no-policy", status=1, date=on.isoformat())
    return found.id, found


def _policy_of(context: Context, path: str) -> Record | None:
    """A policy file by its schema and the checks of policies. That an example comes out otherwise is said, and hinders nothing."""
    raw, kind = read(context, path), context.kind(_KIND)
    data, faults = yamlio.read(raw)
    if data is not None and not faults:
        faults = _judged(context, data)
    findings = [from_fault(fault, path, raw, None, kind) for fault in faults]
    record = Record(kind, path, path, data, raw) if data is not None and not findings else None
    if record is not None:
        findings = problems(context.root, context.schemas, record, date.fromisoformat(record.data["effective_from"]))
    for finding in sorted(findings, key=lambda finding: finding.order):
        print(text_lines(finding, context.lang), file=sys.stderr)
    return None if any(_hinders(finding) for finding in findings) else record


def _hinders(finding: Finding) -> bool:
    return labels.severity(finding.code) == "error" and finding.code != "policy.example"


def _judged(context: Context, data: dict[str, Any]) -> list[Fault]:
    if data.get("schema") != f"{_KIND}/1":
        written = printable(str(data.get("schema", ""))[:60])
        return [Fault("schema.unknown", "/schema", args={"value": written, "expected": f"{_KIND}/1"})]
    return Validator(context.schemas).faults(context.kind(_KIND), data)
