"""Duties 职责: who holds which post on a day, and what the policy lets that post do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mingbu.register import Policy, Record, Register


def posts_on(person: Record, on: str) -> list[Mapping[str, Any]]:
    """The person's own posts on the day (its first ten characters count)."""
    day = on[:10]
    return [post for post in person.data.get("posts", []) if post["from"] <= day <= post.get("to", "9") and not _gone(person, day)]


def _gone(person: Record, day: str) -> bool:
    return str(person.data.get("left_on", "9")) < day


def holds(register: Register, person: object, posts: Collection[str], on: str) -> bool:
    """Whether the person holds one of the posts on the day, or stands in for somebody who does."""
    found = register.get(person)
    if found is None:
        return False
    if any(post["post"] in posts for post in posts_on(found, on)):
        return True
    return any(post in posts for post in deputised(register, found.id, on))


def deputised(register: Register, person: str, on: str) -> list[str]:
    """The posts in which the person stands in for others on the day."""
    day, result = on[:10], []
    for other, pointer in register.referring(person):
        if other.kind.name == "person" and pointer.startswith("/deputies/"):
            entry = other.get(pointer.rpartition("/")[0])
            own = {post["post"] for post in posts_on(other, day)}
            if entry["from"] <= day <= entry["to"] and entry["post"] in own:
                result.append(str(entry["post"]))
    return result


def posts_for(policy: Policy, duty: str, on: str | None = None) -> frozenset[str]:
    """The posts that may do it, by the policy of the day, or by today's where there was none yet."""
    found = (policy.in_force("duties", on[:10]) if on else None) or policy.in_force("duties")
    rows = found.data["duties"] if found else []
    return frozenset(post for row in rows if row["duty"] == duty for post in row["posts"])


def lacks(register: Register, policy: Policy, person: object, duty: str, on: str) -> bool:
    """Whether somebody that the register knows did what, by the policy, he had no post for on the day."""
    posts = posts_for(policy, duty, on)
    return bool(posts) and register.get(person) is not None and not holds(register, person, posts, on)
