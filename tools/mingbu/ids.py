"""Record ids: PREFIX-XXXXXX, drawn blind from Crockford's base 32, and the place in the tree that an id means."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from mingbu.schema.formats import ALPHABET, ID_BODY, id_pattern
from mingbu.schema.kinds import Kind

SHARD = re.compile(ID_BODY.replace("{6}", "{2}"))


def new_id(prefix: str, taken: Callable[[str], bool], draw: Callable[[str], str] = secrets.choice) -> str:
    """An id that nobody has; draws again when the id exists."""
    while True:
        candidate = f"{prefix}-" + "".join(draw(ALPHABET) for _ in range(6))
        if not taken(candidate):
            return candidate


def is_id(kind: Kind, value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(id_pattern(kind.prefix), value) is not None


def place(kind: Kind, record_id: str) -> str:
    """Where the record stands, relative to the root: records/customer/7K/CUS-7K3QXM.yml."""
    if kind.name.startswith("policy-"):
        return f"records/policy/{record_id}.yml"
    return f"records/{kind.name}/{record_id.split('-')[1][:2]}/{record_id}.yml"
