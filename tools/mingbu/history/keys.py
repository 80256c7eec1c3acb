"""Which record a path belongs to. The file's name counts, not the folder by which it is sorted: records are followed by their id."""

from __future__ import annotations

import re
from collections.abc import Callable

from mingbu.ids import SHARD
from mingbu.schema.formats import ID_BODY

_ID = rf"[A-Z]{{3}}-{ID_BODY}"
_TOPIC = "[a-z][a-z0-9-]*"
_RECORD = re.compile(rf"records/{_TOPIC}/[^/\x00-\x1f]+/({_ID})\.yml")
_POLICY = re.compile(rf"records/policy/({_TOPIC}/[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\.yml")
_APPROVAL = re.compile(r"records/approval/([^/\x00-\x1f]+)/([0-9A-Z-]+)/([a-z][a-z0-9-]*-[0-9a-f]{12})\.yml")
_OWNER = re.compile(rf"{_ID}|{_TOPIC}/[0-9-]+")


def record_of(path: str) -> str | None:
    """The id of the record that a file at the path (relative to the register's root) is, or None."""
    if path == "records/register.yml":
        return "register"
    if found := _RECORD.fullmatch(path) or _POLICY.fullmatch(path):
        return found[1]
    if found := _APPROVAL.fullmatch(path):
        owner = found[2] if SHARD.fullmatch(found[1]) else f"{found[1]}/{found[2]}"
        return f"approval/{owner}/{found[3]}" if _OWNER.fullmatch(owner) else None
    return None


def is_home(record: str, path: str, home: Callable[[str], str]) -> bool:
    """Whether the path is the one that the id asks for: where a record stands twice, that one counts.

    home: the beginning of an id (CUS-) → the folder below records/ where records with such ids stand.
    """
    if _ID_WHOLE.fullmatch(record):
        return sorted_into(record, path) == home(record[:4])
    subject = record.split("/")[1] if record.startswith("approval/") else ""
    return not _ID_WHOLE.fullmatch(subject) or path.split("/")[2] == subject[4:6]


def sorted_into(record: str, path: str) -> str | None:
    """The folder below records/ in which the path is where the record's id asks for; None where it isn't, and for approvals and policies."""
    parts = path.split("/")
    return parts[1] if parts[2:] == [record[4:6], f"{record}.yml"] else None


_ID_WHOLE = re.compile(_ID)
