"""Record ids: PREFIX-XXXXXX, drawn blind from Crockford's base 32, and the place in the tree that an id means."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping

from mingbu.schema.formats import ALPHABET, ID_BODY, id_pattern
from mingbu.schema.kinds import Kind

SHARD = re.compile(ID_BODY.replace("{6}", "{2}"))
_APPROVAL = re.compile(r"approval/((?:[A-Z]{3}-|[a-z-]+/)[0-9A-Z-]+)/([a-z][a-z0-9-]*-[0-9a-f]{12})")


def new_id(prefix: str, taken: Callable[[str], bool], draw: Callable[[str], str] = secrets.choice) -> str:
    """An id that nobody has; draws again when the id exists."""
    while True:
        candidate = f"{prefix}-" + "".join(draw(ALPHABET) for _ in range(6))
        if not taken(candidate):
            return candidate


def is_id(kind: Kind, value: object) -> bool:
    if kind.name == "approval":
        return isinstance(value, str) and _APPROVAL.fullmatch(value) is not None
    return isinstance(value, str) and re.fullmatch(id_pattern(kind.prefix), value) is not None


def place(kind: Kind, record_id: str) -> str:
    """Where the record stands, relative to the root: records/customer/7K/CUS-7K3QXM.yml."""
    if not kind.prefix and kind.name != "approval":
        return f"records/{kind.name}.yml"
    if kind.name.startswith("policy-"):
        return f"records/policy/{record_id}.yml"
    if kind.name == "approval":
        _, *subject, statement = record_id.split("/")
        above = subject if len(subject) == 2 else [subject[0].split("-")[1][:2], *subject]
        return "/".join(["records/approval", *above, f"{statement}.yml"])
    return f"records/{kind.name}/{record_id.split('-')[1][:2]}/{record_id}.yml"


def approval_id(subject: str, step: str, digest: str) -> str:
    """The id of an approval: its subject, its step, and the first twelve digits of the content's digest."""
    return f"approval/{subject}/{step}-{digest.removeprefix('sha256:')[:12]}"


def record_at(kinds: Mapping[str, Kind], path: str) -> tuple[Kind, str] | None:
    """The kind and the id that a path means, or None where no record may stand."""
    parts = path.removesuffix(".yml").split("/")
    if path == "records/register.yml" and "register" in kinds:
        return kinds["register"], "register"
    if len(parts) != 4 + (parts[1:2] == ["approval"]) or not path.endswith(".yml"):
        return None
    if parts[1] == "policy":
        kind, record_id = kinds.get(f"policy-{parts[2]}"), "/".join(parts[2:])
    elif parts[1] == "approval":
        kind, record_id = kinds.get("approval"), "/".join(["approval", *(parts[3:] if SHARD.fullmatch(parts[2]) else parts[2:])])
    else:
        kind, record_id = kinds.get(parts[1]), parts[3]
    return (kind, record_id) if kind is not None and is_id(kind, record_id) and place(kind, record_id) == path else None
