"""Files that a command is given besides the register: facts, and policies to try. What is wrong with one is said line by line."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from mingbu import labels, yamlio
from mingbu.checks import classification, creditpolicies, deadlines
from mingbu.cli.check import text_lines
from mingbu.cli.context import Context
from mingbu.findings import Fault, Finding
from mingbu.register import Record
from mingbu.register.model import from_fault
from mingbu.schema import inputs
from mingbu.schema.inputs import Data
from mingbu.schema.validate import validator_of
from mingbu.yamlio.characters import printable

_PROBLEMS = {"credit": creditpolicies.problems, "classification": classification.problems, "deadlines": deadlines.problems}
"""What the checks say about a policy of these topics, wherever it stands."""
_NUMBER = re.compile(r"[-+]?(?:[0-9.][0-9.eE+_-]*|\.?(?i:inf(?:inity)?|nan))")


def content(context: Context, path: str) -> bytes:
    """The file's bytes, - being standard input. Refuses what can't be read."""
    try:
        if path == "-":
            raw = sys.stdin.buffer.read(inputs.MAX_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                raw = file.read(inputs.MAX_BYTES + 1)
    except FileNotFoundError:
        raise context.refuse("error.no-file", path=path[:200]) from None
    except IsADirectoryError:
        raise context.refuse("given.unreadable", path=path[:200], detail=context.say("given.folder")) from None
    except PermissionError:
        raise context.refuse("given.unreadable", path=path[:200], detail=context.say("given.no-permission")) from None
    except (OSError, ValueError) as error:
        raise context.refuse("given.unreadable", path=path[:200], detail=getattr(error, "strerror", None) or error) from None
    if len(raw) > inputs.MAX_BYTES:
        raise context.refuse("given.unreadable", path=path[:200], detail=context.say("given.too-large"))
    return raw


def facts(context: Context, name: str, path: str, reshape: Callable[[Data], Data] = lambda data: data) -> Data:
    """What the file of this input (credit-facts …) holds; otherwise each fault on a line of its own, and exit status 1."""
    raw = content(context, path)
    read = inputs.read(name, raw, reshape)
    if read.data is None:
        for fault in read.faults:
            print(_line(context, from_fault(fault, path, raw, None, inputs.kind(name)), fault.pointer), file=sys.stderr)
        raise SystemExit(1)
    return read.data


def _line(context: Context, finding: Finding, pointer: str) -> str:
    """FILE:LINE:COL key: what is wrong, and how to mend it."""
    key = ".".join(pointer.split("/")[1:]) or context.say("given.whole")
    place = f"{printable(finding.path)}:{finding.line}:{finding.column}"
    return context.say("given.problem", place=place, key=printable(key), **_said(context, finding))


def _said(context: Context, finding: Finding) -> dict[str, str]:
    value = str(finding.args.get("value", ""))
    if finding.code == "yaml.type" and _NUMBER.fullmatch(value):
        return {"message": context.say("given.no-decimal", value=value), "hint": context.say("given.no-decimal-hint")}
    return {"message": labels.message(finding, context.lang), "hint": labels.hint(finding, context.lang)}


def policy(context: Context, topic: str, path: str, *, examples: bool = True) -> Record:
    """The policy of this topic that a file anywhere holds, by its schema and the checks of such policies.

    What is wrong is shown as check shows it, exit status 1. That a worked example comes out otherwise is said (unless who
    calls says it), and hinders nothing.
    """
    raw, kind = content(context, path), context.kind(f"policy-{topic}")
    data, faults = yamlio.read(raw)
    if data is not None and not faults:
        faults = _judged(context, topic, data)
    findings = [from_fault(fault, path, raw, None, kind) for fault in faults]
    if data is None or findings:
        _show(context, findings)
        raise SystemExit(1)
    record = Record(kind, f"{topic}/{data['effective_from']}", path, data, raw)
    if topic in _PROBLEMS:
        findings = _PROBLEMS[topic](context.root, context.schemas, record, date.fromisoformat(data["effective_from"]))
    _show(context, [finding for finding in findings if examples or finding.code != "policy.example"])
    if any(labels.severity(finding.code) == "error" and finding.code != "policy.example" for finding in findings):
        raise SystemExit(1)
    return record


def _judged(context: Context, topic: str, data: dict[str, Any]) -> list[Fault]:
    expected = f"policy-{topic}/1"
    if data.get("schema") != expected:
        return [Fault("schema.unknown", "/schema", args={"value": printable(str(data.get("schema", ""))[:60]), "expected": expected})]
    return validator_of(context.schemas).faults(context.kind(f"policy-{topic}"), data)


def _show(context: Context, findings: list[Finding]) -> None:
    for finding in sorted(findings, key=lambda finding: finding.order):
        print(text_lines(finding, context.lang), file=sys.stderr)
