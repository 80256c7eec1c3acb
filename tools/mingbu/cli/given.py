"""Files that a command is given besides the register: facts, and policies to try. What is wrong with one is said line by line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

from mingbu import labels, yamlio
from mingbu.cli.context import Context
from mingbu.findings import Finding
from mingbu.register import Record
from mingbu.register.model import from_fault
from mingbu.register.tree import identity_faults
from mingbu.schema import inputs
from mingbu.schema.inputs import Data
from mingbu.schema.validate import Validator
from mingbu.yamlio.characters import printable


def facts(context: Context, name: str, path: str, reshape: Callable[[Data], Data] = lambda data: data) -> Data:
    """What the file of this input (credit-facts …) holds; otherwise each fault on a line of its own, and exit status 1."""
    raw = content(context, path)
    read = inputs.read(name, raw, reshape)
    if read.data is None:
        refuse(context, (from_fault(fault, path, raw, None, inputs.kind(name)) for fault in read.faults))
    return read.data


def policy(context: Context, topic: str, path: str) -> Record:
    """The policy of this topic that a file anywhere holds, sound by its schema; otherwise as with facts."""
    raw, kind = content(context, path), context.kind(f"policy-{topic}")
    data, faults = yamlio.read(raw)
    expected = f"{topic}/{(data or {}).get('effective_from', '')}"
    if data is not None and not faults:
        named = [fault for fault in identity_faults(kind, data, expected, path) if fault.pointer == "/schema"]
        faults = named or Validator(context.schemas).faults(kind, data)
    if data is None or faults:
        refuse(context, (from_fault(fault, path, raw, None, kind) for fault in faults))
    return Record(kind, expected, path, data, raw)


def content(context: Context, path: str) -> bytes:
    """The file's bytes; a folder, or a file that isn't there, is a refusal."""
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        detail = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise context.refuse("error.pairs", path=path[:200], detail=detail) from None


def refuse(context: Context, findings: Iterable[Finding]) -> NoReturn:
    """FILE:LINE:COL key: what is wrong."""
    for _, _, text in sorted({_line(context, finding) for finding in findings}):
        print(text, file=sys.stderr)
    raise SystemExit(1)


def _line(context: Context, finding: Finding) -> tuple[int, int, str]:
    key = f" {finding.pointer.lstrip('/')}:" if finding.pointer else ""
    text = f"{labels.message(finding, context.lang)} — {labels.hint(finding, context.lang)}"
    return finding.line, finding.column, f"{printable(finding.path)}:{finding.line}:{finding.column}{key} {text}"
