"""mingbu schema: the JSON Schema of a kind, as editors use it, or of one of mingbu's own outputs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mingbu.cli.context import Context, as_json
from mingbu.schema import inputs
from mingbu.schema.expand import ref_kinds
from mingbu.schema.formats import EDITOR_PATTERNS, id_pattern
from mingbu.schema.kinds import Kind, Schemas


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("kind", metavar="KIND", nargs="?", help=say("help.kind"))
    parser.add_argument("--output", metavar="NAME", help=say("help.schema.output"))
    parser.add_argument("--input", metavar="NAME", help=say("help.schema.input"))


def run(context: Context, options: argparse.Namespace) -> int:
    if options.output:
        print(as_json(_output_schema(context, options.output)))
    elif options.input:
        print(as_json(_input_schema(context, options.input)))
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


def _input_schema(context: Context, name: str) -> Any:
    """Of a file that a command reads: its numbers may stand in quotes or, when whole, without."""
    if name not in inputs.names():
        raise context.refuse("error.input", value=name, options=", ".join(inputs.names()))
    kind = inputs.kind(name)
    body = _for_editors(Schemas({}, {}, {}), _with_whole_numbers(kind.schema))
    body["properties"] = {"schema": {"const": f"{name}/1"}, **body["properties"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:mingbu:input:{name}:1", **body}


def _with_whole_numbers(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_whole_numbers(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("x-format") in inputs.NUMERIC:
        return {**{key: value for key, value in node.items() if key != "type"}, "type": ["string", "integer"]}
    return {key: _with_whole_numbers(value) for key, value in node.items()}


def editor_schema(schemas: Schemas, kind: Kind) -> dict[str, Any]:
    """A self-contained draft 2020-12 schema: domain formats as patterns, code labels as descriptions."""
    body = _for_editors(schemas, kind.schema)
    if kind.spec.get("prefix"):
        body["properties"]["id"]["pattern"] = f"^{id_pattern(kind.prefix)}$"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:mingbu:{kind.name}:1", **body}


def _for_editors(schemas: Schemas, node: Any) -> Any:
    """Without our own keywords; what they say as pattern or description. A derived field may not be typed."""
    if isinstance(node, list):
        return [_for_editors(schemas, item) for item in node]
    if not isinstance(node, dict):
        return node
    if "x-derived" in node:
        return False
    ours = {key for key, value in node.items() if key.startswith("x-") or (key == "format" and isinstance(value, str))}
    result = {key: _for_editors(schemas, value) for key, value in node.items() if key not in ours}
    if "x-ref" in node:
        result["pattern"] = "^(?:" + "|".join(id_pattern(schemas.kinds[kind].prefix) for kind in ref_kinds(node)) + ")$"
    elif node.get("x-format") in EDITOR_PATTERNS:
        result["pattern"] = f"^(?:{EDITOR_PATTERNS[node['x-format']]})$"
    if "x-enum" in node:
        codes = [f"{code}: {pair[0]}" for code, pair in node["x-enum"].items()]
        result["description"] = "\n".join([*filter(None, [node.get("description")]), *codes])
    return result
