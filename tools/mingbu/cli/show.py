"""mingbu show: one record with what is derived and what refers to it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mingbu import derived
from mingbu.cli.context import Context, as_json
from mingbu.display import shown
from mingbu.labels import pick
from mingbu.register import Record
from mingbu.register.revision import revision_of
from mingbu.schema.kinds import values_at
from mingbu.yamlio.characters import printable


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("id", metavar="ID", help=say("help.id"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    record = context.sound.get(options.id)
    if record is None:
        key = "error.broken-record" if context.register.get(options.id) or context.sound.is_broken(options.id) else "error.no-record"
        raise context.refuse(key, status=1, id=options.id)
    print(as_json(_report(context, record)) if options.format == "json" else _text(context, record))
    return 0


def _report(context: Context, record: Record) -> dict[str, Any]:
    register, revision = context.sound, revision_of(context.root)
    outgoing = [{"from": record.id, "to": target, "pointer": pointer} for pointer, target in register.links(record)]
    incoming = [{"from": other.id, "to": record.id, "pointer": pointer} for other, pointer in register.referring(record.id)]
    return {
        "schema": "mingbu/show/1",
        "kind": record.kind.name,
        "id": record.id,
        "path": record.path,
        "record": dict(record.data),
        "derived": derived.all_of(register, context.policy, record),
        "links": outgoing + incoming,
        "approvals": [],
        "commit": revision.commit if revision else None,
    }


def _text(context: Context, record: Record) -> str:
    """The record as a card on the terminal: sections, labels, values."""
    lines = [f"{printable(context.sound.name_of(record.id))}  {record.id}  {context.title(record.kind)}", record.path]
    section = None
    for field in record.kind.fields:
        if not field.is_leaf:
            continue
        found = (
            [("", derived.value_of(context.sound, context.policy, record, field.pointer))]
            if field.derived
            else list(values_at(record.data, tuple(field.pointer.split("/")[1:])))
        )
        for pointer, value in found:
            if value is None:
                continue
            if field.section and field.section != section:
                section = field.section
                lines += ["", f"[{pick(section, context.lang)}]"]
            lines.append(f"  {_label(context, record, pointer or field.pointer)}: {printable(shown(context.sound, field, value, context.lang))}")
    incoming = context.sound.referring(record.id)
    if incoming:
        lines += ["", f"[{context.say('show.incoming')}]"]
        lines += [f"  {other.id}  {printable(context.sound.name_of(other.id))}  {context.title(other.kind)}" for other, _ in incoming]
    return "\n".join(lines)


def _label(context: Context, record: Record, pointer: str) -> str:
    from mingbu.schema.validate import field_title

    title = field_title(record.kind, pointer)
    return title if isinstance(title, str) else pick(title, context.lang)
