"""What commands read besides records (--facts, --ageing): files of a published shape, judged like records, with line and column.

YAML goes through the strict reader. JSON is read as JSON; a number with a fraction is refused in both, since others would read it as a
binary one: decimals stand in quotes. Whole numbers may stand without.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from mingbu import yamlio
from mingbu.findings import Fault
from mingbu.schema.expand import expand_alone
from mingbu.schema.kinds import Kind, Schemas
from mingbu.schema.source import read_schema, text_of
from mingbu.schema.validate import Validator
from mingbu.yamlio.characters import printable
from mingbu.yamlio.reader import MAX_DEPTH

_FOLDER = Path(__file__).parents[1] / "inputs"
MAX_BYTES = 32 * 1024 * 1024
"""Of JSON; YAML has the reader's own limits."""
NUMERIC = frozenset({"percent", "cny", "cny-unsigned", "decimal"})
"""Formats of decimals, which a whole number without quotes may stand for."""

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """The data, or None with the faults; each fault has its line and column."""

    data: Data | None
    faults: list[Fault]


class _Refused(str):
    """A number of JSON that isn't exact, as it was written."""

    __slots__ = ()


def names() -> list[str]:
    """The inputs that have a schema."""
    return sorted(path.stem for path in _FOLDER.glob("*.yml"))


@lru_cache
def kind(name: str) -> Kind:
    """An input's schema in the form of a kind of record."""
    source = read_schema(f"{name}.yml", text_of(_FOLDER / f"{name}.yml"))
    return Kind(name, expand_alone(name, source), source, f"{name}.yml")


@lru_cache
def _validator(name: str) -> Validator:
    return Validator(Schemas({name: kind(name)}, {"province": {}}, {}))


def read(name: str, raw: bytes, reshape: Callable[[Data], Data] = lambda data: data) -> Read:
    """One file of this input. `reshape` brings other spellings of it into the schema's shape before it is judged."""
    data, faults = _json(raw) if raw.lstrip()[:1] == b"{" else _yaml(raw)
    if data is None or faults:
        return Read(None, _placed(raw, faults))
    said, data = data.pop("schema", None), reshape(data)
    if said is not None and said != f"{name}/1":
        return Read(None, _placed(raw, [Fault("schema.unknown", "/schema", args={"value": printable(str(said)[:60]), "expected": f"{name}/1"})]))
    data = _decimals(data, kind(name).schema)
    faults = _validator(name).faults(kind(name), data)
    return Read(None if faults else data, _placed(raw, faults))


def _yaml(raw: bytes) -> tuple[Data | None, list[Fault]]:
    """A month may stand as a key, which no field of a record is."""
    data, faults = yamlio.read(raw)
    return data, [fault for fault in faults if not (fault.code == "yaml.key-type" and _MONTH.fullmatch(str(fault.args.get("value"))))]


_MONTH = re.compile(r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])")


def _json(raw: bytes) -> tuple[Data | None, list[Fault]]:
    """What JSON leaves open (null) is left out."""
    if len(raw) > MAX_BYTES:
        return None, [Fault("file.size", line=1, column=1, args={"size": str(len(raw)), "limit": str(MAX_BYTES)})]
    doubled: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> Data:
        keys = [key for key, _ in found]
        if len(set(keys)) < len(keys):
            doubled.extend(key for key in keys if keys.count(key) > 1)
        return dict(found)

    try:
        data = json.loads(raw.decode("utf-8"), parse_float=_Refused, parse_constant=_Refused, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        return None, [Fault("yaml.syntax", line=error.lineno, column=error.colno)]
    except UnicodeDecodeError:
        return None, [Fault("yaml.encoding", line=1, column=1)]
    except (ValueError, RecursionError):  # a number of thousands of digits, lists in lists without end
        return None, [Fault("yaml.syntax", line=1, column=1)]
    if _depth(data) > MAX_DEPTH:
        return None, [Fault("yaml.depth", line=1, column=1, args={"limit": str(MAX_DEPTH)})]
    if half := _half(data):
        return None, [Fault("yaml.character", line=1, column=1, args={"value": half})]
    faults = [Fault("yaml.type", pointer, args={"value": printable(value[:40])}) for pointer, value in _walk(data, "") if isinstance(value, _Refused)]
    faults += [Fault("yaml.duplicate-key", "", line=1, column=1, args={"value": printable(key[:60])}) for key in dict.fromkeys(doubled)]
    return _without_null(data), faults


def _depth(data: Any) -> int:
    """How many levels of lists and objects there are; stops counting above what is allowed."""
    level, depth = [data], 0
    while depth <= MAX_DEPTH:
        level = [item for node in level if isinstance(node, dict | list) for item in (node.values() if isinstance(node, dict) else node)]
        if not level:
            break
        depth += 1
    return depth


def _half(data: Any) -> str:
    """The first half of a pair of escapes (\\ud800), which is no character and can't be printed; or nothing."""
    for pointer, value in _walk(data, ""):
        found = _HALF.search(f"{pointer}{value}" if isinstance(value, str) else pointer)
        if found:
            return f"U+{ord(found.group()):04X}"
    return ""


_HALF = re.compile("[\ud800-\udfff]")


def _walk(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    yield pointer, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _walk(item, f"{pointer}/{key}")


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_null(item) for key, item in value.items() if item is not None}
    return [_without_null(item) for item in value] if isinstance(value, list) else value


_SHORT = re.compile(r"(-?(?:0|[1-9][0-9]{0,12}))(?:\.([0-9]))?")


def _decimals(value: Any, node: dict[str, Any]) -> Any:
    """Whole numbers as the decimals they stand for, amounts to the cent: 420000 and "420000.5" are "420000.00" and "420000.50"."""
    if isinstance(value, dict):
        properties = node.get("properties", {})
        return {key: _decimals(item, properties.get(key, {})) for key, item in value.items()}
    if isinstance(value, list):
        return [_decimals(item, node.get("items", {})) for item in value]
    if node.get("x-format") not in NUMERIC or isinstance(value, bool) or not isinstance(value, int | str):
        return value
    text = str(value) if isinstance(value, str) or abs(value) < 10**18 else "…"
    short = _SHORT.fullmatch(text) if node["x-format"] in {"cny", "cny-unsigned"} else None
    return f"{short[1]}.{(short[2] or '0'):0<2}" if short else text


def _placed(raw: bytes, faults: list[Fault]) -> list[Fault]:
    """The faults with line and column; where a place can't be told, those of what it stands in."""
    places = yamlio.locate(raw) if faults else {}
    placed = []
    for fault in faults:
        pointer = fault.pointer
        while pointer and pointer not in places:
            pointer = pointer.rpartition("/")[0]
        line, column = (fault.line, fault.column) if fault.line else places.get(pointer, (1, 1))
        placed.append(replace(fault, line=line, column=column))
    return sorted(placed, key=lambda fault: (fault.line, fault.column, fault.code))
