"""Puts what people type into a record's data, at a pointer, with the type that the schema wants."""

from __future__ import annotations

import re
from typing import Any

from mingbu import labels
from mingbu.cli.context import Context
from mingbu.schema.kinds import Field, Kind, is_index

Data = dict[str, Any]

_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2})(?::([0-9]{2}))?")
_WHOLE_NUMBER = re.compile("-?[0-9]{1,15}")


def put(context: Context, kind: Kind, data: Data, pointer: str, value: Any) -> None:
    """Sets the value at the pointer, making the groups and list items on the way. Refuses a field that doesn't exist."""
    if isinstance(value, str) and not value.isprintable() and "\n" not in value:
        raise context.refuse("error.characters", value=pointer)
    field = kind.field_at(pointer)
    if field is None or (not field.is_leaf and isinstance(value, str)):
        raise context.refuse("error.pointer", value=pointer, kind=context.title(kind))
    place: Any = data
    parts = pointer.split("/")[1:]
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        empty: Any = typed(field, value) if last else ([] if is_index(parts[index + 1]) else {})
        if isinstance(place, list):
            if int(part) > len(place):
                raise context.refuse("error.pointer", value=pointer, kind=context.title(kind))
            if int(part) == len(place):
                place.append(empty)
            elif last:
                place[int(part)] = empty
            place = place[int(part)]
        else:
            place[part] = empty if last else place.get(part, empty)
            place = place[part]


def remove(data: Data, pointer: str) -> None:
    """Takes the value at the pointer out; nothing happens when there is none."""
    place: Any = data
    *above, last = pointer.split("/")[1:]
    for part in above:
        place = place[int(part)] if isinstance(place, list) else place.get(part, {})
    if isinstance(place, list) and int(last) < len(place):
        del place[int(last)]
    elif isinstance(place, dict):
        place.pop(last, None)


def typed(field: Field, value: Any) -> Any:
    """Text from people as the type that the schema wants; what doesn't fit stays text and is refused by the schema."""
    if field.shape == "yes-no":
        words = {labels.word("yes", lang): True for lang in labels.LANGS} | {labels.word("no", lang): False for lang in labels.LANGS}
        return {"true": True, "false": False, **words}.get(value, value)
    if field.shape == "time" and isinstance(value, str) and (moment := _MOMENT.fullmatch(value)):
        return f"{moment[1]}T{moment[2]}:{moment[3] or '00'}+08:00"
    if field.shape == "code":
        by_label = {label: code for code, pair in field.node["x-enum"].items() for label in pair}
        return by_label.get(value, value)
    if field.node.get("type") == "integer" and isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    return value
