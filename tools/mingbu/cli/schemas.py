"""mingbu schema: the JSON Schema of a kind, as editors use it, or of one of mingbu's own outputs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mingbu.cli.context import Context, as_json
from mingbu.schema.expand import for_validation, ref_kinds
from mingbu.schema.formats import EDITOR_PATTERNS, id_pattern
from mingbu.schema.kinds import Kind, Schemas


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("kind", metavar="KIND", nargs="?", help=say("help.kind"))
    parser.add_argument("--output", metavar="NAME", help=say("help.schema.output"))


def run(context: Context, options: argparse.Namespace) -> int:
    if options.output:
        print(as_json(_output_schema(context, options.output)))
    elif options.kind:
        print(as_json(editor_schema(context.schemas, context.kind(options.kind))))
    else:
        for name in sorted(context.schemas.kinds):
            print(f"{name}  {context.title(context.schemas.kinds[name])}")
    return 0


def _output_schema(context: Context, name: str) -> Any:
    from mingbu import outputs

    if name not in outputs.names():
        raise context.refuse("error.output", value=name, options=", ".join(outputs.names()))
    return outputs.schema(name)


def editor_schema(schemas: Schemas, kind: Kind) -> dict[str, Any]:
    """A self-contained draft 2020-12 schema: domain formats as patterns, code labels as descriptions."""
    body = _for_editors(schemas, for_validation_with_labels(kind.schema))
    if kind.spec.get("prefix"):
        body["properties"]["id"]["pattern"] = f"^{id_pattern(kind.prefix)}$"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:mingbu:{kind.name}:1", **body}


def for_validation_with_labels(node: Any) -> Any:
    """Like what decides (derived fields are refused), but keeping the labels for hover texts."""
    if isinstance(node, dict) and "x-enum" in node and "x-derived" not in node:
        labels = "\n".join(f"{code}: {pair[0]}" for code, pair in node["x-enum"].items())
        return for_validation(node) | {"description": "\n".join(filter(None, [node.get("description"), labels])), "x-format": ""}
    if isinstance(node, dict) and "x-derived" not in node:
        return {key: for_validation_with_labels(value) for key, value in node.items() if not key.startswith("x-") or key in {"x-format", "x-ref"}}
    if isinstance(node, list):
        return [for_validation_with_labels(item) for item in node]
    return for_validation(node)


def _for_editors(schemas: Schemas, node: Any) -> Any:
    if isinstance(node, list):
        return [_for_editors(schemas, item) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: _for_editors(schemas, value) for key, value in node.items() if key not in {"x-format", "x-ref", "format"}}
    name = node.get("x-format", "")
    if "x-ref" in node:
        result["pattern"] = "^(?:" + "|".join(id_pattern(schemas.kinds[kind].prefix) for kind in ref_kinds(node)) + ")$"
    elif name in EDITOR_PATTERNS:
        result["pattern"] = f"^(?:{EDITOR_PATTERNS[name]})$"
    return result
