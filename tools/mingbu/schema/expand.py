"""From schemas/*.yml, as written, to self-contained JSON Schemas: references inlined, x- keywords turned into checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Node = dict[str, Any]


class SchemaError(Exception):
    """A schema file that can't be used at all: which one, what is wrong (a key of the catalogue) and where."""

    def __init__(self, file: str, problem: str, detail: str = "", line: int = 1) -> None:
        super().__init__(f"{file}: {problem} {detail}")
        self.file, self.problem, self.detail, self.line = file, problem, detail, line


def expand_kind(name: str, source: Node, shared: Mapping[str, Node]) -> Node:
    """The whole schema of a kind: its own fields between identity and envelope, every $ref inlined."""
    envelope = source["x-kind"].get("envelope", "plain")
    before, after, required = _envelope(name, envelope, source, shared)
    body = {key: value for key, value in source.items() if key not in {"properties", "required"}}
    own = _carried(name, source, shared) | source.get("properties", {})
    body["properties"] = {**before, **own, **{key: field for key, field in after.items() if key not in own}}
    body["required"] = list(dict.fromkeys([*required, *_carried_required(source, shared), *source.get("required", [])]))
    expanded = _inline(body, {**shared, f"{name}.yml": source}, f"{name}.yml", ())
    _settle(expanded, source["x-kind"].get("category"))
    if "approval" in source["x-kind"]:
        for key in expanded["properties"].keys() - {"schema"}:
            expanded["properties"][key].setdefault("x-approval", source["x-kind"]["approval"])
    return dict(expanded)


def expand_alone(name: str, source: Node) -> Node:
    """A schema that stands alone, of something that is no record: no identity, no envelope, no other file."""
    expanded: Node = _inline({key: value for key, value in source.items() if key != "x-kind"}, {}, f"{name}.yml", ())
    _settle(expanded, None)
    return expanded


def _envelope(name: str, envelope: str, source: Node, shared: Mapping[str, Node]) -> tuple[Node, Node, list[str]]:
    common = shared["common.yml"]["$defs"]
    if "identity" not in common or "legacy_no" not in common:
        raise SchemaError("common.yml", "schemas.shape", "identity, legacy_no")
    own = common["identity"]["properties"]
    schema: Node = {"schema": {**own["schema"], "const": f"{name}/1"}}
    if envelope == "none":
        return schema, {}, ["schema"]
    shape = common.get(f"envelope-{envelope}")
    if shape is None:
        raise SchemaError(f"{name}.yml", "schemas.envelope", str(envelope))
    fields, required = dict(shape["properties"]), list(shape["required"])
    if envelope == "policy":  # named by topic and date: no id, and what they are comes before their figures
        return schema | {key: field for key, field in fields.items() if key != "remarks"}, {"remarks": fields["remarks"]}, ["schema", *required]
    paper = {"legacy_no": common["legacy_no"]} if envelope == "form" else {}
    return schema | {"id": own["id"]} | paper, fields, ["schema", "id", *required]


def _carried(name: str, source: Node, shared: Mapping[str, Node]) -> Node:
    """The fields that a form takes over from another kind (x-kind.carries), defined there alone.

    What holds among the other kind's records (uniqueness, what is computed of them) isn't taken over.
    """
    carries = source["x-kind"].get("carries")
    if carries is None:
        return {}
    other = shared.get(f"{carries['kind']}.yml", {}).get("properties", {})
    fields: Node = {}
    for key in carries["keys"]:
        if key not in other or "x-derived" in other[key]:
            raise SchemaError(f"{name}.yml", "schemas.ref", f"{carries['kind']}/{key}")
        fields[key] = {word: value for word, value in other[key].items() if word not in {"x-unique", "x-section", "x-approval"}}
        fields[key] |= {"x-approval": carries["approval"]} if "approval" in carries else {}
    first = next(iter(fields))
    fields[first]["x-section"] = carries["section"]
    return fields


def _carried_required(source: Node, shared: Mapping[str, Node]) -> list[str]:
    carries = source["x-kind"].get("carries")
    return [key for key in shared[f"{carries['kind']}.yml"].get("required", []) if key in carries["keys"]] if carries else []


def _inline(node: Any, shared: Mapping[str, Node], where: str, trail: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_inline(item, shared, where, trail) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        node, where, trail = _resolve(node, shared, where, trail)
    result = {key: value if key in {"x-enum", "x-kind", "const", "enum"} else _inline(value, shared, where, trail) for key, value in node.items()}
    if "x-enum" in result:
        result = {"type": "string", "enum": list(result["x-enum"]), **result}
    if "x-ref" in result:
        result["format"] = "id:" + ",".join(ref_kinds(result))
    elif "x-format" in result:
        result["format"] = result["x-format"]
    return result


def _resolve(node: Node, shared: Mapping[str, Node], where: str, trail: tuple[str, ...]) -> tuple[Node, str, tuple[str, ...]]:
    reference = str(node["$ref"])
    file, _, path = reference.partition("#/$defs/")
    file = file or where
    target = shared.get(file, {}).get("$defs", {}).get(path)
    if target is None or f"{file}{path}" in trail:
        raise SchemaError(where, "schemas.ref", reference)
    merged = _inline(target, shared, file, (*trail, f"{file}{path}")) | {key: value for key, value in node.items() if key != "$ref"}
    return merged, where, trail


def _settle(node: Node, category: str | None) -> None:
    """Says in each field what is left unsaid: the category of what it stands in; that a group has no other keys."""
    category = node.get("x-category", category)
    if category is not None and "properties" not in node:
        node["x-category"] = category
    if "properties" in node:
        node.setdefault("type", "object")
        if not {"additionalProperties", "unevaluatedProperties", "patternProperties"} & node.keys():
            node["additionalProperties"] = False
    children = list(node.get("properties", {}).values())
    if isinstance(node.get("items"), dict):
        children.append(node["items"])
    for child in children:
        if isinstance(child, dict):
            _settle(child, category)


def ref_kinds(node: Node) -> tuple[str, ...]:
    """The kinds that an id in this field may point to."""
    target = node["x-ref"]
    return (target,) if isinstance(target, str) else tuple(target)


def for_validation(node: Any) -> Any:
    """The schema that decides: derived fields may not be typed at all."""
    if isinstance(node, list):
        return [for_validation(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "x-derived" in node:
        return False
    result = {key: for_validation(value) for key, value in node.items() if not key.startswith("x-")}
    if isinstance(pattern := result.get("pattern"), str):  # $ means the very end to one engine and a last line break to another
        del result["pattern"]
        result["format"] = f"pattern:{pattern}"
    return result
