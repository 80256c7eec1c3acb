"""mingbu show: one record with what is derived and what refers to it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mingbu import approvals, derived
from mingbu.cli.context import Context, as_json
from mingbu.display import name, shown
from mingbu.labels import pick
from mingbu.register import Record
from mingbu.schema.kinds import Field
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
    register, revision = context.sound, context.revision
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
        "approvals": [_approval(context, statement) for statement in register.about(record.id)],
        "commit": revision.commit if revision else None,
    }


def _approval(context: Context, statement: Record) -> dict[str, Any]:
    """One statement about the record, and what is to be thought of it."""
    shown_keys = ("step", "decision", "by", "role", "at", "digest")
    verdict = approvals.verdict_on(context.sound, context.policy, statement)
    return {"path": statement.path, **{key: statement.data[key] for key in shown_keys}, "verdict": verdict.name if verdict else "refused"}


def _text(context: Context, record: Record) -> str:
    """The record as a card on the terminal: sections, labels, values."""
    lines = [f"{printable(name(context.sound, record.id, context.lang))}  {record.id}  {context.title(record.kind)}", record.path]
    section = None
    for field in record.kind.fields:
        value = derived.value_of(context.sound, context.policy, record, field.pointer) if field.pointer.count("/") == 1 else None
        if value is None:
            continue
        if field.section and field.section != section:
            section = field.section
            lines += ["", f"[{pick(section, context.lang)}]"]
        lines += _lines(context, field, value, pick(field.title, context.lang), "  ")
    lines += _approvals(context, record)
    incoming = context.sound.referring(record.id)
    if incoming:
        lines += ["", f"[{context.say('show.incoming')}]"]
        lines += [f"  {other.id}  {printable(name(context.sound, other.id, context.lang))}  {context.title(other.kind)}" for other, _ in incoming]
    return "\n".join(lines)


def _approvals(context: Context, record: Record) -> list[str]:
    """Who said what about the record, as what, when."""
    lines = []
    for statement in context.sound.about(record.id):
        line = approvals.line_of(context.policy, record.kind.name, statement.data["step"])
        step = pick((line["title"], line["title_en"]), context.lang) if line else str(statement.data["step"])
        fields = [statement.kind.by_pointer[f"/{key}"] for key in ("decision", "by", "role", "at")]
        parts = [shown(context.sound, field, statement.data[field.key], context.lang) for field in fields]
        lines.append(f"  {step}: {'  '.join(map(printable, parts))}")
    return ["", f"[{context.say('site.approvals')}]", *lines] if lines else []


def _lines(context: Context, field: Field, value: Any, label: str, indent: str) -> list[str]:
    """A value under its label: a list item by item, a group field by field, text over several lines indented."""
    if isinstance(value, list):
        items = Field(f"{field.pointer}/*", field.node["items"], None)
        return [line for number, item in enumerate(value, 1) for line in _lines(context, items, item, f"{label} {number}", indent)]
    if isinstance(value, dict):
        parts = [Field(f"{field.pointer}/{key}", node, None) for key, node in field.node["properties"].items() if key in value]
        inner = [line for part in parts for line in _lines(context, part, value[part.key], pick(part.title, context.lang), indent + "  ")]
        return [f"{indent}{label}:", *inner]
    first, *rest = shown(context.sound, field, value, context.lang).split("\n")
    return [f"{indent}{label}: {printable(first)}", *(f"{indent}    {printable(line)}" for line in rest)]
