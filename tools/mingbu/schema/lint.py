"""Checks the schemas themselves: JSON Schema's own metaschema, our vocabulary, and what each field must say."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from mingbu.findings import Finding
from mingbu.schema.expand import Node, for_validation, ref_kinds
from mingbu.schema.kinds import Field, Kind, Schemas
from mingbu.schema.places import Places, source_path
from mingbu.schema.validate import all_formats
from mingbu.yamlio.scalars import AMBIGUOUS_WORDS, KEY

RULES = {"schema.file-category": ("C3",), "schema.file-reference": ("A6",)}
"""What the regulations ask of the schemas: every field has a category; a list shows nothing that the card doesn't hold."""

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_BANNED_IN_PATTERNS = re.compile(r"\\[dDwWsSbB]|\(\?[=!<]")


def lint(schemas: Schemas, derived: Collection[str], texts: Mapping[str, str]) -> list[Finding]:
    """Findings on the schema files. `derived` names the computed fields that exist, `texts` gives the files as written."""
    return list(_linted(schemas, frozenset(derived), tuple(texts.items())))


@lru_cache(maxsize=8)
def _linted(schemas: Schemas, derived: frozenset[str], texts: tuple[tuple[str, str], ...]) -> tuple[Finding, ...]:
    """Looked at once: `serve` checks anew after every change of a record."""
    places = Places(dict(texts))
    findings = [replace(places.finding(file, path, code, **args), rules=RULES.get(code, ())) for file, path, code, args in _all(schemas, derived)]
    return tuple(sorted(findings, key=lambda finding: finding.order))


_Fault = tuple[str, tuple[str | int, ...], str, dict[str, str]]


def _all(schemas: Schemas, derived: Collection[str]) -> Iterator[_Fault]:
    yield from _vocabulary(schemas)
    formats = all_formats(schemas)
    prefixes: dict[str, Kind] = {}
    for kind in schemas.kinds.values():
        if kind.prefix and prefixes.setdefault(kind.prefix, kind) is not kind:
            yield kind.path, ("x-kind", "prefix"), "schema.file-prefix", {"value": kind.prefix, "other": prefixes[kind.prefix].path}
    for kind in schemas.kinds.values():
        yield from _metaschema(kind)
        yield from _pointers(schemas, kind)
        for field in kind.fields:
            yield from _field(schemas, kind, field, derived, formats)


def _vocabulary(schemas: Schemas) -> Iterator[_Fault]:
    """Every keyword is one that meta.yml names; the closest one is offered."""
    meta = schemas.shared["meta.yml"]
    node = _Vocabulary({"$ref": "#/$defs/node", "$defs": meta["$defs"]})
    file = _Vocabulary({"$ref": "#/$defs/file", "$defs": meta["$defs"]})
    for kind in schemas.kinds.values():
        body = {key: value for key, value in kind.source.items() if key != "x-kind"}
        yield from _errors(kind.path, node, body, ())
        yield from _errors(kind.path, file, kind.source, ())
    for name in ("common.yml", "codes.yml"):
        for key, shape in schemas.shared[name]["$defs"].items():
            if "properties" not in shape:
                yield from _errors(name, node, shape, ("$defs", key))
                continue
            for part, field in shape["properties"].items():
                yield from _errors(name, node, field, ("$defs", key, "properties", part))


class _Vocabulary:
    """A schema for schemas: jsonschema-rs says quickly whether there is anything wrong, jsonschema then says what."""

    def __init__(self, schema: Node) -> None:
        import jsonschema_rs

        self._schema = schema
        self._quick = jsonschema_rs.Draft202012Validator(schema)

    def iter_errors(self, instance: Any) -> Iterator[Any]:
        if self._quick.is_valid(instance):
            return
        from jsonschema import Draft202012Validator

        yield from Draft202012Validator(self._schema).iter_errors(instance)


def _errors(file: str, validator: _Vocabulary, instance: Any, base: tuple[str | int, ...]) -> Iterator[_Fault]:
    for error in validator.iter_errors(instance):
        path = (*base, *error.absolute_path)
        if error.validator == "additionalProperties" and isinstance(error.schema, dict):
            known = list(error.schema["properties"])
            for key in [key for key in error.instance if key not in known]:
                close = difflib.get_close_matches(str(key), known, n=1, cutoff=0.0)
                yield file, (*path, key), "schema.file-keyword", {"value": str(key), "close": "".join(close)}
        else:
            yield file, path, "schema.file-invalid", {"value": _wrong(error)}


def _wrong(error: Any) -> str:
    """The keyword that isn't kept and what was written; no words, so that it reads in both languages."""
    return f"{error.validator}: {error.instance!r}"[:120]


def _metaschema(kind: Kind) -> Iterator[_Fault]:
    import jsonschema_rs

    schema = for_validation(kind.schema)
    if jsonschema_rs.meta.is_valid({"$schema": _DRAFT, **schema}):
        return
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        yield kind.path, tuple(error.absolute_path), "schema.file-invalid", {"value": _wrong(error)}


def _pointers(schemas: Schemas, kind: Kind) -> Iterator[_Fault]:
    """x-kind names fields that exist and a group that has a label."""
    spec = kind.spec
    named: list[tuple[tuple[str | int, ...], str]] = [(("x-kind", "list"), pointer) for pointer in spec.get("list", [])]
    named += [(("x-kind", "name"), spec["name"])] if "name" in spec else []
    named += [(("x-kind", "unique"), pointer) for pointers in spec.get("unique", []) for pointer in pointers]
    for index, view in enumerate(spec.get("views", [])):
        pointers = [*view.get("where", {}), *view.get("group_by", []), *view.get("list", [])]
        named += [(("x-kind", "views", index), pointer) for pointer in pointers]
    for path, pointer in named:
        if pointer not in kind.by_pointer:
            yield kind.path, path, "schema.file-reference", {"value": pointer}
    if spec.get("confidentiality", "public") not in schemas.codes["confidentiality"]:
        yield kind.path, ("x-kind", "confidentiality"), "schema.file-reference", {"value": str(spec["confidentiality"])}


def _field(schemas: Schemas, kind: Kind, field: Field, derived: Collection[str], formats: Collection[str]) -> Iterator[_Fault]:
    node, path = field.node, source_path(field.pointer)
    if not field.pointer.endswith("/*"):
        if not KEY.fullmatch(field.key) or field.key in AMBIGUOUS_WORDS:
            yield kind.path, path, "schema.file-key", {"value": field.key}
        if "title" not in node or "x-en" not in node:
            yield kind.path, path, "schema.file-label", {"value": field.pointer}
    if field.is_leaf and "x-category" not in node:
        yield kind.path, path, "schema.file-category", {"value": field.pointer}
    if "x-ref" in node:
        for target in ref_kinds(node):
            if target not in schemas.kinds:
                yield kind.path, (*path, "x-ref"), "schema.file-reference", {"value": target}
    if field.derived and field.derived not in derived:
        yield kind.path, (*path, "x-derived"), "schema.file-reference", {"value": field.derived}
    if "x-format" in node and node["x-format"] not in formats:
        yield kind.path, (*path, "x-format"), "schema.file-format", {"value": node["x-format"]}
    yield from _pattern(kind.path, path, node)


def _pattern(file: str, path: tuple[str | int, ...], node: Node) -> Iterator[_Fault]:
    pattern = node.get("pattern")
    if pattern is None:
        return
    anchored = pattern.startswith("^") and pattern.endswith("$")
    if not anchored or "x-format" in node or _BANNED_IN_PATTERNS.search(pattern) or not _compiles(pattern):
        yield file, (*path, "pattern"), "schema.file-pattern", {"value": pattern}


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
