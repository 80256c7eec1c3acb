"""Pointers of the deadlines policy: they run on through a record that is named (/customer/ended_on), and over lists (/lines/*/customer)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mingbu.register import Record, Register


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


def holds(register: Register, record: Record, conditions: Any) -> bool:
    """Whether each of the conditions of the policy holds: a field is one of the values (true and false by their names)."""
    return all(_word(follow(register, record, condition["pointer"])) in condition["values"] for condition in conditions)


def _word(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
