"""One record against its kind's schema: jsonschema-rs decides, the faults name the field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from mingbu import labels
from mingbu.findings import Fault, Text, Word
from mingbu.schema.expand import for_validation
from mingbu.schema.formats import FORMATS, id_format, pattern_format, region_format
from mingbu.schema.kinds import Kind, Schemas, is_index


class Validator:
    """Validators of all kinds, each compiled when its first record comes."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._compiled: dict[str, Any] = {}
        self.formats = all_formats(schemas)

    def faults(self, kind: Kind, data: dict[str, Any]) -> list[Fault]:
        """What the schema finds wrong, one fault a place."""
        validator = self._compiled.get(kind.name) or self._compile(kind)
        if validator.is_valid(data):
            return []
        return _one_each(fault for error in validator.iter_errors(data) for fault in _faults(kind, data, error))

    def _compile(self, kind: Kind) -> Any:
        import jsonschema_rs

        try:
            validator = self._validator(for_validation(kind.schema))
        except ValueError:  # the schema itself is wrong: lint says how, and its records can't be judged
            validator = jsonschema_rs.Draft202012Validator(True)
        self._compiled[kind.name] = validator
        return validator

    def _validator(self, schema: Any) -> Any:
        import jsonschema_rs

        return jsonschema_rs.Draft202012Validator(
            schema, formats=self.formats, validate_formats=True, ignore_unknown_formats=False, pattern_options=jsonschema_rs.RegexOptions()
        )


@lru_cache(maxsize=8)
def validator_of(schemas: Schemas) -> Validator:
    """The validators of these schemas, compiled once however often somebody asks."""
    return Validator(schemas)


def all_formats(schemas: Schemas) -> dict[str, Callable[[str], bool]]:
    """Every format that a schema of ours may name: the domain's, the regions', one for the ids of each reference."""
    formats = dict(FORMATS)
    formats["region"] = region_format(frozenset(schemas.codes["province"]))
    for kind in schemas.kinds.values():
        for field in kind.fields:
            if isinstance(pattern := field.node.get("pattern"), str):
                formats[f"pattern:{pattern}"] = pattern_format(pattern)
            name = field.node.get("format", "")
            if name.startswith("id:"):
                targets = [schemas.kinds[target].prefix for target in name[3:].split(",") if target in schemas.kinds]
                formats[name] = id_format(tuple(targets))
    return formats


_PRIORITY = {"schema.type": 0, "schema.enum": 1, "schema.derived": 1}


def _one_each(faults: Iterator[Fault]) -> list[Fault]:
    """One fault for each place: a value of the wrong type needs no second complaint about its form."""
    best: dict[str, Fault] = {}
    for fault in faults:
        known = best.get(fault.pointer)
        if known is None or _PRIORITY.get(fault.code, 9) < _PRIORITY.get(known.code, 9):
            best[fault.pointer] = fault
    return list(best.values())


def pointer_of(path: list[str | int]) -> str:
    return "".join(f"/{part}" for part in path)


def _faults(kind: Kind, data: dict[str, Any], error: Any) -> Iterator[Fault]:
    pointer = pointer_of(error.instance_path)
    detail = error.kind
    name = detail.__class__.__name__.rsplit("_", 1)[-1]
    args: dict[str, Text] = {"field": field_title(kind, pointer), "value": _shown(error.instance)}
    if name == "Required":
        missing = f"{pointer}/{detail.property}"
        yield Fault("schema.required", missing, args={"field": field_title(kind, missing)})
    elif name in {"AdditionalProperties", "UnevaluatedProperties"}:
        yield from _unknown_keys(kind, pointer, detail.unexpected)
    elif name == "FalseSchema":
        yield _not_here(kind, pointer, args)
    elif name == "Format":
        code = _format_code(detail.format)
        known = code in labels.catalogue("findings")
        yield Fault(code, pointer, args=args) if known else Fault("schema.keyword", pointer, args={**args, "keyword": detail.format})
    elif name == "AnyOf":
        fields = [field_title(kind, f"{pointer}/{key}") for option in _options(kind, pointer) for key in option.get("required", [])]
        first = [key for option in _options(kind, pointer) for key in option.get("required", [])][:1]
        yield Fault("schema.any-of", pointer or "".join(f"/{key}" for key in first), args={"fields": _joined(fields)})
    else:
        yield _plain(kind, pointer, name, detail, args, error)


def _plain(kind: Kind, pointer: str, name: str, detail: Any, args: dict[str, Text], error: Any) -> Fault:
    """Keywords whose finding needs at most a limit beside the value."""
    code = "schema." + re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
    if name == "Type":
        field = kind.field_at(pointer)
        args["expected"] = Word("type." + (field.node.get("type", "string") if field else "object"))
    elif name == "Enum":
        field = kind.field_at(pointer)
        options = list(field.node.get("enum", [])) if field else []
        close = difflib.get_close_matches(str(error.instance), [str(option) for option in options], n=1)
        args["options"] = ", ".join(map(str, options[:24]))
        args["close"] = close[0] if close else ", ".join(map(str, options[:3]))
    elif code not in labels.catalogue("findings"):
        return Fault("schema.keyword", pointer, args={**args, "keyword": code.removeprefix("schema.")})
    else:
        limit = getattr(detail, "limit", None)
        args["limit"] = "" if limit is None else str(limit)
    return Fault(code, pointer, args=args)


def _unknown_keys(kind: Kind, pointer: str, unexpected: list[str]) -> Iterator[Fault]:
    field = kind.field_at(pointer)
    known = list((field.node if field else kind.schema).get("properties", {}))
    for key in unexpected:
        close = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
        yield Fault("schema.unknown-key", f"{pointer}/{key}", args={"value": key, "close": "".join(close)})


def _not_here(kind: Kind, pointer: str, args: dict[str, Text]) -> Fault:
    field = kind.field_at(pointer)
    return Fault("schema.derived" if field and field.derived else "schema.not-here", pointer, args=args)


def _format_code(name: str) -> str:
    return "schema.reference" if name.startswith("id:") else "schema." + name.partition(":")[0]


def _options(kind: Kind, pointer: str) -> list[dict[str, Any]]:
    field = kind.field_at(pointer)
    return list((field.node if field else kind.schema).get("anyOf", []))


def field_title(kind: Kind, pointer: str) -> Text:
    """The field's label in both languages, with the number of the list item it stands in."""
    field = kind.field_at(pointer)
    if field is None:
        return pointer.rsplit("/", 1)[-1] or kind.title
    parts = pointer.split("/")
    owners = [(kind.field_at("/".join(parts[:index])), parts[index]) for index in range(2, len(parts)) if is_index(parts[index])]
    zh = [f"{owner.title[0]} {int(number) + 1}" for owner, number in owners if owner]
    en = [f"{owner.title[1]} {int(number) + 1}" for owner, number in owners if owner]
    if not is_index(parts[-1]):
        zh.append(field.title[0])
        en.append(field.title[1])
    return " · ".join(zh), " · ".join(en)


def _joined(titles: list[Text]) -> Text:
    pairs = [title if isinstance(title, tuple) else (title, title) for title in titles]
    return "、".join(zh for zh, _ in pairs), ", ".join(en for _, en in pairs)


def _shown(value: Any) -> str:
    """A value as a message shows it: short, on one line."""
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, (dict, list)):
        return "…"
    text = str(value).replace("\n", " ")
    return text if len(text) <= 60 else text[:59] + "…"
