"""What others told us about a customer: notices, surveys and corrections say what the card said before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mingbu.demo.model import growth
from mingbu.register import Record, Register

_PERSON = re.compile(r"(?P<name>[^（，]+)（(?P<title>[^）]+)）")


def told(register: Register, card: Record) -> Iterator[tuple[str, str, Any]]:
    """(the day on which the card was put right, the field as parts of a path, what it said before) where that can be read."""
    for plan in growth()["cards"]["told"]:
        for other, pointer in register.referring(card.id):
            day = other.data.get(plan["day"])
            if other.kind.name != plan["kind"] or pointer != "/customer" or day is None:
                continue
            for item in other.data.get(plan["items"], []):
                yield from ((day, where, said) for where, said in _before(card, item))


def _before(card: Record, item: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """A field that is named by its title and says now what was told, or the person to turn to."""
    before, after = str(item.get("before", "")), str(item["after"])
    field = next((field for field in card.kind.fields if field.title[0] == item["field"] and field.pointer.count("/") == 1), None)
    if field is not None and before and card.get(field.pointer) == after:
        yield field.key, before
    person = _PERSON.match(before)
    for index, contact in enumerate(card.data["contacts"]):
        if person is not None and after.startswith(contact["name"]):
            yield f"contacts/{index}/name", person["name"]
            yield f"contacts/{index}/title", person["title"]
