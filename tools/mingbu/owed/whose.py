"""Whose something is: what a person sees as his own, what a department sees as its own."""

from __future__ import annotations

from collections.abc import Iterable

from mingbu import duties
from mingbu.owed.model import Item
from mingbu.register import Record, Register


def of(register: Register, items: Iterable[Item], who: Record, today: str) -> list[Item]:
    """The items that are the person's or the department's.

    A person's: what he owes himself, and what a department owes in which he holds a post, so that a head sees it too.
    A department's: what it owes, and what those owe who hold a post in it.
    """
    wanted = circle(register, who, today)
    return [item for item in items if wanted & set(item.owes)]


def circle(register: Register, who: Record, today: str) -> frozenset[str]:
    """The ids by which something is theirs."""
    if who.kind.name == "person":
        return frozenset({who.id, *(post["department"] for post in duties.posts_on(who, today))})
    holders = (person.id for person in register.of("person") if who.id in {post["department"] for post in duties.posts_on(person, today)})
    return frozenset({who.id, *holders})


def named(register: Register, text: str) -> list[Record]:
    """The persons and departments with this id or exactly this name."""
    found = register.get(text)
    if found is not None and found.kind.name in KINDS:
        return [found]
    return [record for kind in KINDS for record in register.of(kind) if text in (record.data["name"], record.data.get("name_en"))]


KINDS = ("person", "department")
"""Who can owe something."""
