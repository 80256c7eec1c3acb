"""mingbu list: the records of one kind as a table."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Callable
from typing import Any

from mingbu import derived
from mingbu.cli import left_out, marketing
from mingbu.cli.context import Context, as_json
from mingbu.cli.filling import typed
from mingbu.display import csv_cell, shown
from mingbu.documents.aligned import table
from mingbu.labels import pick
from mingbu.register import Record
from mingbu.schema.kinds import Field, Kind


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("kind", metavar="KIND", help=say("help.kind"))
    parser.add_argument("--where", action="append", default=[], metavar="POINTER=VALUE", help=say("help.list.where"))
    parser.add_argument("--columns", metavar="POINTER,…", help=say("help.list.columns"))
    parser.add_argument("--marketing", action="store_true", help=say("help.list.marketing"))
    parser.add_argument("--verify", metavar="FILE", help=say("help.list.verify"))
    parser.add_argument("--channel", help=say("help.consent.channel"))
    parser.add_argument("--format", choices=("text", "json", "csv"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    kind = context.kind(options.kind)
    conditions = [_condition(context, kind, text) for text in options.where]
    columns = [_field(context, kind, name) for name in options.columns.split(",")] if options.columns else [kind.by_pointer[p] for p in kind.columns]
    records = [record for record in context.sound.of(kind.name) if all(_value(context, record, f) == value for f, value in conditions)]
    if options.marketing or options.verify:
        channel = marketing.channel_of(context, kind, options.channel)
        if options.verify:
            return marketing.verify(context, kind, channel, options.verify)
        records = marketing.addressable(context, records, channel)
    if options.format == "json":
        values = [{"id": record.id} | {_key(field): _value(context, record, field) for field in columns} for record in records]
        print(as_json({"schema": "mingbu/list/1", "kind": kind.name, "rows": values}))
        return _note(context, kind)
    header = [context.say("list.id"), *(pick(field.title, context.lang) for field in columns)]
    rows = [[record.id, *(_cell(context, record, field) for field in columns)] for record in records]
    _print_csv(header, rows) if options.format == "csv" else _print_text(context, header, rows)
    return _note(context, kind)


def _note(context: Context, kind: Kind) -> int:
    """Says on the error output how many files of the kind are left out because of errors."""
    left_out.tell(context, kind.name.replace("policy-", "policy/"))
    return 0


def _field(context: Context, kind: Kind, name: str) -> Field:
    """A column by its pointer (/region_code) or its key (region_code)."""
    pointer = name.strip() if name.strip().startswith("/") else f"/{name.strip()}"
    field = kind.by_pointer.get(pointer)
    if field is None or "*" in pointer:
        raise context.refuse("error.column", value=name, options=", ".join(f.pointer for f in kind.fields if f.pointer.count("/") == 1))
    return field


def _condition(context: Context, kind: Kind, text: str) -> tuple[Field, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise context.refuse("error.where", value=text)
    field = _field(context, kind, name)
    found = typed(field, value)
    if field.shape == "number" and not isinstance(found, int):
        raise context.refuse("error.number", field=pick(field.title, context.lang), value=value[:60])
    codes = field.node.get("enum", ["true", "false"])
    if (field.shape == "code" and found not in codes) or (field.shape == "yes-no" and not isinstance(found, bool)):
        raise context.refuse("error.code", field=pick(field.title, context.lang), value=value[:60], options=", ".join(codes))
    return field, found


def _key(field: Field) -> str:
    """A top-level field by its key, one inside a group by its pointer."""
    return field.key if field.pointer.count("/") == 1 else field.pointer


def _value(context: Context, record: Record, field: Field) -> Any:
    return derived.value_of(context.sound, context.policy, record, field.pointer)


def _cell(context: Context, record: Record, field: Field) -> str:
    value = _value(context, record, field)
    return "" if value is None else shown(context.sound, field, value, context.lang)


def _print_csv(header: list[str], rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[csv_cell(cell) for cell in row] for row in [header, *rows]])
    sys.stdout.write(text.getvalue())


def _print_text(context: Context, header: list[str], rows: list[list[str]]) -> None:
    print("\n".join(table([header, *rows])))
    print(context.say("list.summary", count=len(rows)), file=sys.stderr)
