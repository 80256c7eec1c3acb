"""The kinds of records and their fields, as the rest of mingbu sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from mingbu.schema.expand import Node, SchemaError, expand_kind, ref_kinds
from mingbu.schema.source import SHARED, read_schema, text_of


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
        if shape in {"amount", "percent", "date", "time", "url", "email", "phone", "region"}:
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
    def orders(self) -> tuple[tuple[tuple[str, ...], list[str]], ...]:
        """(path, keys beside it) of every date that can't be before another (x-not-before)."""
        return tuple((_path(field.pointer), field.node["x-not-before"]) for field in self.fields if "x-not-before" in field.node)

    @cached_property
    def past(self) -> tuple[tuple[str, ...], ...]:
        """Paths of every date that states something done (x-past)."""
        return tuple(_path(field.pointer) for field in self.fields if field.node.get("x-past"))

    def paths_with(self, x_format: str) -> tuple[tuple[str, ...], ...]:
        """Paths of every typed field with this domain format."""
        return tuple(_path(field.pointer) for field in self.fields if field.node.get("x-format") == x_format and not field.derived)

    @cached_property
    def derived(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.derived)

    def field_at(self, pointer: str) -> Field | None:
        """The field that a concrete pointer (/contacts/0/name) stands for."""
        parts = ["*" if is_index(part) else part for part in pointer.split("/")]
        return self.by_pointer.get("/".join(parts))

    def rules_at(self, pointer: str) -> tuple[str, ...]:
        """The requirements that a field serves; those of what it stands in where it names none itself."""
        while pointer:
            field = self.field_at(pointer)
            if field is not None and "x-rule" in field.node:
                return tuple(field.node["x-rule"])
            pointer = pointer.rpartition("/")[0]
        return ()

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


def is_index(part: str) -> bool:
    """Whether a pointer's part is the number of a list item."""
    return part.isascii() and part.isdigit() and len(part) <= 5


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


@dataclass(frozen=True, eq=False)
class Schemas:
    """Every kind, by name; `codes` are the shared code lists. Nobody changes them: those who read the same files share them."""

    kinds: Mapping[str, Kind]
    codes: Mapping[str, Mapping[str, list[str]]]
    shared: Mapping[str, Node]


def load_schemas(folder: Path) -> Schemas:
    """Every schema of the folder. Raises SchemaError when they can't be used at all; lesser faults are lint's."""
    if not folder.is_dir():
        raise SchemaError(str(folder), "schemas.no-folder")
    return _schemas(tuple((path.name, text_of(path)) for path in sorted(folder.glob("*.yml")) if path.is_file()))


@lru_cache(maxsize=8)
def _schemas(texts: tuple[tuple[str, str], ...]) -> Schemas:
    """The schemas that these files (name, text) make: those of a base are mostly those of the change, and `serve` comes again and again."""
    sources = {name: read_schema(name, text) for name, text in texts}
    for name in SHARED:
        if not isinstance(sources.get(name, {}).get("$defs"), dict):
            raise SchemaError(name, "schemas.shape", "$defs")
    kinds = {}
    for name, source in sources.items():
        if name not in SHARED:
            kind = name.removesuffix(".yml")
            kinds[kind] = Kind(kind, expand_kind(kind, source, sources), source, name)
    codes = {name: node["x-enum"] for name, node in sources["codes.yml"]["$defs"].items()}
    return Schemas(kinds, codes, sources)
