"""The kinds of records and their fields, as the rest of mingbu sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mingbu.schema.expand import Node, SchemaError, expand_kind, ref_kinds

SHARED = ("common.yml", "codes.yml", "meta.yml")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind. `pointer` has * for list items; `node` is its expanded schema."""

    pointer: str
    node: Node
    section: tuple[str, str] | None

    @property
    def key(self) -> str:
        return self.pointer.rsplit("/", 1)[-1]

    @property
    def title(self) -> tuple[str, str]:
        return self.node.get("title", self.key), self.node.get("x-en", self.key)

    @property
    def help(self) -> tuple[str, str]:
        return self.node.get("description", ""), self.node.get("x-en-description", "")

    @property
    def is_leaf(self) -> bool:
        return "properties" not in self.node and "items" not in self.node

    @property
    def derived(self) -> str | None:
        return self.node.get("x-derived")

    @property
    def shape(self) -> str:
        """How a value is shown: amount, percent, date, time, code, ref, yes-no, number, url, email, list, object, text."""
        node = self.node
        if "x-ref" in node:
            return "ref"
        if "x-enum" in node:
            return "code"
        by_format = {"cny": "amount", "cny-unsigned": "amount", "china-time": "time"}
        shape = by_format.get(node.get("x-format", ""), node.get("x-format", ""))
        if shape in {"amount", "percent", "date", "time", "url", "email", "region"}:
            return str(shape)
        return {"boolean": "yes-no", "integer": "number", "array": "list", "object": "object"}.get(node.get("type", ""), "text")


@dataclass(frozen=True)
class Kind:
    """One kind of record: name customer, prefix CUS, and its expanded schema."""

    name: str
    schema: Node
    source: Node
    path: str

    @property
    def spec(self) -> Mapping[str, Any]:
        spec: Mapping[str, Any] = self.source["x-kind"]
        return spec

    @property
    def prefix(self) -> str:
        """CUS, or topic/ for policies, or '' for the register's own file."""
        if self.name.startswith("policy-"):
            return self.name.removeprefix("policy-") + "/"
        return str(self.spec.get("prefix", ""))

    @property
    def title(self) -> tuple[str, str]:
        return self.spec["title"], self.spec["title_en"]

    @property
    def views(self) -> list[Mapping[str, Any]]:
        """The register pages of the kind; the first is its index."""
        title, title_en = self.title
        return list(self.spec.get("views") or [{"name": "index", "title": title, "title_en": title_en}])

    @property
    def columns(self) -> list[str]:
        return list(self.spec.get("list") or [field.pointer for field in self.fields if field.is_leaf][:6])

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(_walk(self.schema, "", None))

    @cached_property
    def by_pointer(self) -> dict[str, Field]:
        return {field.pointer: field for field in self.fields}

    @cached_property
    def refs(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """(path with *, kinds it may point to) of every field that holds an id."""
        return tuple((_path(field.pointer), ref_kinds(field.node)) for field in self.fields if "x-ref" in field.node and not field.derived)

    @cached_property
    def uniques(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """(path with *, how it is compared) of every field whose value only one record may hold."""
        return tuple((_path(field.pointer), field.node["x-unique"]) for field in self.fields if "x-unique" in field.node)

    @cached_property
    def paths(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """key → paths (with *) of every typed field of this name, wherever it stands in the record."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for field in self.fields:
            if not field.derived:
                found.setdefault(field.key, []).append(_path(field.pointer))
        return {key: tuple(paths) for key, paths in found.items()}

    def paths_with(self, x_format: str) -> tuple[tuple[str, ...], ...]:
        """Paths of every typed field with this domain format."""
        return tuple(_path(field.pointer) for field in self.fields if field.node.get("x-format") == x_format and not field.derived)

    @cached_property
    def derived(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.derived)

    def field_at(self, pointer: str) -> Field | None:
        """The field that a concrete pointer (/contacts/0/name) stands for."""
        parts = ["*" if part.isdigit() else part for part in pointer.split("/")]
        return self.by_pointer.get("/".join(parts))

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        """The data with its keys in the schema's order; unknown keys last, as they came."""
        arranged: dict[str, Any] = _arrange(data, self.schema)
        return arranged


def _path(pointer: str) -> tuple[str, ...]:
    return tuple(pointer.split("/")[1:])


def _walk(node: Node, pointer: str, section: tuple[str, str] | None) -> Iterator[Field]:
    for key, child in node.get("properties", {}).items():
        if "x-section" in child:
            section = (child["x-section"][0], child["x-section"][1])
        here = f"{pointer}/{key}"
        yield Field(here, child, section)
        yield from _walk(child, here, section)
        if isinstance(child.get("items"), dict):
            yield Field(f"{here}/*", child["items"], section)
            yield from _walk(child["items"], f"{here}/*", section)


def _arrange(value: Any, node: Node) -> Any:
    if isinstance(value, list):
        items = node.get("items", {})
        return [_arrange(item, items) for item in value]
    if not isinstance(value, dict):
        return value
    properties = node.get("properties", {})
    keys = [key for key in properties if key in value] + [key for key in value if key not in properties]
    return {key: _arrange(value[key], properties.get(key, {})) for key in keys}


def values_at(data: Any, path: tuple[str, ...], pointer: str = "") -> Iterator[tuple[str, Any]]:
    """(concrete pointer, value) of every place that a path with * reaches."""
    if not path:
        yield pointer, data
    elif path[0] == "*":
        if isinstance(data, list):
            for index, item in enumerate(data):
                yield from values_at(item, path[1:], f"{pointer}/{index}")
    elif isinstance(data, dict) and path[0] in data:
        yield from values_at(data[path[0]], path[1:], f"{pointer}/{path[0]}")


@dataclass(frozen=True)
class Schemas:
    """Every kind, by name; `codes` are the shared code lists."""

    kinds: Mapping[str, Kind]
    codes: Mapping[str, Mapping[str, list[str]]]
    shared: Mapping[str, Node]

    @cached_property
    def by_prefix(self) -> dict[str, Kind]:
        return {kind.prefix: kind for kind in self.kinds.values() if kind.prefix}

    def of_id(self, record_id: str) -> Kind | None:
        """The kind that an id belongs to, by its prefix."""
        if "/" in record_id:
            return self.by_prefix.get(record_id.split("/")[0] + "/")
        return self.by_prefix.get(record_id.split("-")[0])


def load_schemas(folder: Path) -> Schemas:
    """Every schema of the folder. Raises SchemaError with one line when they can't be used at all."""
    if not folder.is_dir():
        raise SchemaError(f"{folder}: 没有模式文件夹 · no schema folder")
    sources = {path.name: _read(path) for path in sorted(folder.glob("*.yml"))}
    missing = [name for name in SHARED if name not in sources]
    if missing:
        raise SchemaError(f"{folder}: {', '.join(missing)}")
    kinds = {}
    for name, source in sources.items():
        if name not in SHARED:
            kind = name.removesuffix(".yml")
            kinds[kind] = Kind(kind, expand_kind(kind, source, sources), source, name)
    codes = {name: node["x-enum"] for name, node in sources["codes.yml"]["$defs"].items()}
    return Schemas(kinds, codes, sources)


def _read(path: Path) -> Node:
    """Schemas are read by PyYAML: they are ours, may refer ($ref), nest deep and hold JSON Schema's camel-case keys."""
    import yaml

    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        raise SchemaError(f"{path}: {str(error).splitlines()[0]}") from None
    if not isinstance(data, dict) or ("x-kind" not in data and path.name not in SHARED):
        raise SchemaError(f"{path}: x-kind")
    return data


__all__ = ["Field", "Kind", "SchemaError", "Schemas", "load_schemas", "values_at"]
