"""What a statement says and signs: the fields it covers, their digest, the bytes under the signature."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import rfc8785

from mingbu.register import Record
from mingbu.schema.kinds import Kind

NAMESPACE = "mingbu/approval"
"""The purpose that an approval's signature names, so that no other signature passes for one."""


def facet(kind: Kind, name: str) -> tuple[str, ...]:
    """The fields of a facet: those whose schema names it (x-approval), in the schema's order."""
    return tuple(field.pointer for field in kind.fields if field.node.get("x-approval") == name and not field.pointer.endswith("/*"))


def facets(kind: Kind) -> tuple[str, ...]:
    """The names of the kind's facets."""
    return tuple(dict.fromkeys(field.node["x-approval"] for field in kind.fields if "x-approval" in field.node))


def values(record: Record, covers: Iterable[str]) -> dict[str, Any]:
    """Pointer → value of what is covered; fields without a value are left out."""
    return {pointer: value for pointer in covers if (value := record.get(pointer)) is not None}


def content(record: Record, covers: Iterable[str]) -> bytes:
    """The RFC 8785 canonical JSON of {subject, schema, values}: the bytes whose digest is approved."""
    return bytes(rfc8785.dumps({"subject": record.id, "schema": record.data.get("schema"), "values": values(record, covers)}))


def digest(record: Record, covers: Iterable[str]) -> str:
    """The digest of the covered content, `sha256:` and 64 hexadecimal digits."""
    return _sha256(content(record, covers))


def payload(statement: Mapping[str, Any]) -> bytes:
    """The bytes under the signature: RFC 8785 canonical JSON of every key but the signature."""
    return bytes(rfc8785.dumps({key: value for key, value in statement.items() if key != "signature"}))


def chained(statement: Mapping[str, Any]) -> str:
    """What the next statement in the same step names as its `previous`: the digest of the signed bytes."""
    return _sha256(payload(statement))


def _sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
