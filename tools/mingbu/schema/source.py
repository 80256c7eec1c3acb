"""Reads a schema file as it is written. PyYAML does it: schemas are ours, refer ($ref), nest deep and hold camel-case keys."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from mingbu.schema.expand import Node, SchemaError

SHARED = ("common.yml", "codes.yml", "meta.yml")
"""The files that define no kind: shapes, code lists, the vocabulary."""


class _Loader(yaml.CSafeLoader):
    """Refuses a key that stands twice or isn't text: the later one would win without a word."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:str" or key.value in seen:
                raise yaml.constructor.ConstructorError(problem=str(key.value), problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def text_of(path: Path) -> str:
    """The schema file as text. Raises SchemaError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SchemaError(path.name, "schemas.yaml") from None


def read_schema(name: str, text: str) -> Node:
    """What the file of this name says, with the shape that expanding needs. Raises SchemaError."""
    try:
        data = _parsed(text)
    except yaml.constructor.ConstructorError as error:
        raise SchemaError(name, "schemas.key", str(error.problem), _line(error)) from None
    except yaml.YAMLError as error:
        raise SchemaError(name, "schemas.yaml", line=_line(error)) from None
    if not isinstance(data, dict):
        raise SchemaError(name, "schemas.shape", "{}")
    if name not in SHARED:
        _check_shape(name, data)
    return data


@lru_cache(maxsize=256)
def _parsed(text: str) -> Any:
    """Read only: expanding copies what it changes. `serve` and tests read the same schemas over and over."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader


def _line(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark is not None else 1


def _check_shape(name: str, data: Node) -> None:
    kind = data.get("x-kind")
    if not isinstance(kind, dict) or not all(isinstance(kind.get(key), str) for key in ("title", "title_en", "group")):
        raise SchemaError(name, "schemas.shape", "x-kind")
    if not isinstance(kind.get("views", []), list) or not all(isinstance(view, dict) and "name" in view for view in kind.get("views", [])):
        raise SchemaError(name, "schemas.shape", "x-kind.views")
    _check_properties(name, data)


def _check_properties(name: str, node: Any) -> None:
    """Every group of fields is a mapping from names to fields, however deep."""
    properties = node.get("properties", {}) if isinstance(node, dict) else {}
    if not isinstance(properties, dict):
        raise SchemaError(name, "schemas.shape", "properties")
    for key, child in properties.items():
        if not isinstance(child, dict):
            raise SchemaError(name, "schemas.shape", str(key))
        _check_properties(name, child)
        _check_properties(name, child.get("items"))
