"""mingbu new: a record from --set values, or from questions on a terminal; refuses what check would refuse."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from mingbu import ids, labels, yamlio
from mingbu.checks import run as run_checks
from mingbu.cli import writing
from mingbu.cli.check import text_lines
from mingbu.cli.context import Context
from mingbu.cli.filling import Data, put
from mingbu.cli.questions import Questions
from mingbu.findings import Finding
from mingbu.register import Record
from mingbu.register.model import from_fault
from mingbu.register.tree import identity_faults
from mingbu.schema.kinds import Kind
from mingbu.schema.validate import Validator, validator_of


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("kind", metavar="KIND", help=say("help.kind"))
    parser.add_argument("--from", metavar="ID", dest="source", help=say("help.new.from"))
    parser.add_argument("--set", action="append", default=[], metavar="POINTER=VALUE", dest="values", help=say("help.new.set"))
    writing.arguments(parser, say)


def run(context: Context, options: argparse.Namespace) -> int:
    kind = context.kind(options.kind)
    if not kind.prefix:
        raise context.refuse("error.not-new", value=kind.name)
    writing.begin(context, options)
    data = _start(context, kind) | (_taken_over(context, kind, options.source) if options.source else {})
    for text in options.values:
        pointer, equals, value = text.partition("=")
        if not equals:
            raise context.refuse("error.set", value=text)
        put(context, kind, data, pointer if pointer.startswith("/") else f"/{pointer}", value)
    validator = validator_of(context.schemas)
    questions = Questions(context, kind, data, validator) if not options.values else None
    if questions:
        if not sys.stdin.isatty():
            raise context.refuse("error.no-terminal")
        questions.ask()
    record = _record(context, kind, data)
    findings = problems(context, record, validator)
    while questions and (wrong := next((finding for finding in findings if is_error(finding) and finding.pointer), None)):
        questions.again(wrong)
        record = _record(context, kind, data)
        findings = problems(context, record, validator)
    return _finish(context, options, record, findings)


_LATER = frozenset({"approval.missing"})
"""What can only be given once the record is there: it is said, and doesn't stand in the way of writing it."""


def is_error(finding: Finding) -> bool:
    """Whether the finding stands in the way of writing the record."""
    return labels.severity(finding.code) == "error" and finding.code not in _LATER


def _start(context: Context, kind: Kind) -> Data:
    """What mingbu knows by itself: the schema, a fresh id, today as the day of filling in."""
    data: Data = {"schema": f"{kind.name}/1"}
    if "id" in kind.schema["properties"]:
        data["id"] = ids.new_id(kind.prefix, lambda candidate: candidate in context.register.records or context.sound.is_broken(candidate))
    if "prepared_on" in kind.schema["properties"]:
        data["prepared_on"] = context.today.isoformat()
    return data


def _taken_over(context: Context, kind: Kind, source: str) -> Data:
    """The fields that the form carries for this kind, and the form itself where the kind names it."""
    form = context.sound.get(source)
    carries = form.kind.spec.get("carries", {}) if form else {}
    if form is None or carries.get("kind") != kind.name:
        raise context.refuse("error.not-a-source", status=1, value=source, kind=context.title(kind))
    data = {key: form.data[key] for key in carries["keys"] if key in form.data}
    naming = [field.key for field in kind.fields if field.pointer.count("/") == 1 and field.node.get("x-ref") == form.kind.name]
    return data | dict.fromkeys(naming, form.id)


def _id_of(kind: Kind, data: Data) -> str:
    """The record's id; a policy is named by its topic and its date."""
    return f"{kind.prefix}{data.get('effective_from', '')}" if "/" in kind.prefix else str(data["id"])


def _record(context: Context, kind: Kind, data: Data) -> Record:
    """The record as it would be written. Refuses an id that is none, or that has a file already."""
    record_id = _id_of(kind, data)
    if not ids.is_id(kind, record_id):
        raise context.refuse("error.id", status=1, value=record_id)
    if (context.root / ids.place(kind, record_id)).exists():
        raise context.refuse("error.exists", path=ids.place(kind, record_id))
    arranged = kind.arrange(data)
    return Record(kind, record_id, ids.place(kind, record_id), arranged, yamlio.dump(arranged).encode("utf-8"))


def problems(context: Context, record: Record, validator: Validator) -> list[Finding]:
    """What check would say about the record if it stood in the register: only its own errors count."""
    data, faults = yamlio.read(record.raw)
    if data is not None and not faults:
        faults = identity_faults(record.kind, data, record.id, record.path) + validator.faults(record.kind, data)
    found = [from_fault(fault, record.path, record.raw, record.id, record.kind) for fault in faults]
    if found:
        return found
    with_it = context.register.with_new(record)
    before = {finding.order for finding in run_checks(context.register, context.today)}
    return [finding for finding in run_checks(with_it, context.today) if finding.order not in before]


def _finish(context: Context, options: argparse.Namespace, record: Record, findings: list[Finding]) -> int:
    for finding in findings:
        print(text_lines(finding, context.lang), file=sys.stderr)
    errors = sum(map(is_error, findings))
    if errors:
        raise context.refuse("new.refused", status=1, count=errors)
    name = context.register.name_of(str(record.get(str(record.kind.spec.get("name", "/title"))) or ""))
    message = context.say("message.new", kind=context.title(record.kind), id=record.id, name=name).rstrip()
    writing.write(context, {record.path: record.raw.decode("utf-8")}, options, message)
    print(context.say("new.written", path=record.path, id=record.id, name=name))
    return 0
