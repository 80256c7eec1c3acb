"""Pointers of the deadlines policy: they run on through a record that is named (/customer/ended_on), and over lists (/lines/*/customer)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mingbu.register import Record, Register
from mingbu.schema.expand import ref_kinds
from mingbu.schema.kinds import Field, Schemas


def follow(register: Register, record: Record, pointer: str, entry: Mapping[str, Any] | None = None) -> Any:
    """The value at the pointer: in the entry of a list where it has it, else in the record; None where there is none."""
    keys = pointer.strip("/").split("/")
    value = _along(register, entry, keys) if entry is not None else None
    return _along(register, record.data, keys) if value is None else value


def _along(register: Register, value: Any, keys: list[str]) -> Any:
    for key in keys:
        if isinstance(value, str):
            named = register.get(value)
            value = named.data if named else None
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def every(value: Any, pointer: str) -> Iterator[Any]:
    """Every value at a pointer with * for each entry of a list."""
    head, _, rest = pointer.strip("/").partition("/")
    if not head:
        yield value
    elif head == "*":
        for entry in value if isinstance(value, list) else ():
            yield from every(entry, rest)
    elif isinstance(value, Mapping) and head in value:
        yield from every(value[head], rest)


def holds(register: Register, record: Record, conditions: Any, entry: Mapping[str, Any] | None = None) -> bool:
    """Whether each of the conditions of the policy holds: a field is one of the values (true and false by their names).

    In the entry of a list, what the entry says comes before what the record says.
    """
    return all(_word(follow(register, record, condition["pointer"], entry)) in condition["values"] for condition in conditions)


def _word(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def fields_along(schemas: Schemas, kind: str, pointer: str, each: Iterable[str] = ()) -> tuple[Field, ...] | None:
    """The fields that such a pointer runs through: a reference, and what it leads to. None where it leads nowhere.

    each: lists in whose entries it is looked for first. A field that is worked out can't be followed.
    """
    for before in (*each, ""):
        found = _fields(schemas, kind, f"{before}/*" if before else "", pointer)
        if found is not None:
            return found
    return None


def _fields(schemas: Schemas, kind: str, above: str, pointer: str) -> tuple[Field, ...] | None:
    known = schemas.kinds.get(kind)
    if known is None:
        return None
    if pointer == "/id":
        return ()
    field = known.by_pointer.get(above + pointer)
    if field is not None:
        return None if field.derived else (field,)
    parts = pointer.split("/")[1:]
    for length in range(1, len(parts)):
        field = known.by_pointer.get(above + "/" + "/".join(parts[:length]))
        if field is not None and not field.derived and "x-ref" in field.node:
            rest = "/" + "/".join(parts[length:])
            after = (_fields(schemas, target, "", rest) for target in ref_kinds(field.node))
            return next(((field, *found) for found in after if found is not None), None)
    return None
