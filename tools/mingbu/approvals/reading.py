"""Records as they were: what a file of history held, read once."""

from __future__ import annotations

from mingbu import ids, yamlio
from mingbu.register import Record, Register
from mingbu.schema.validate import validator_of


def read(register: Register, path: str, raw: bytes) -> Record | None:
    """The record that the file held; None when it couldn't be read. Its schema may have been an older one: it isn't judged."""
    known = register.memo("records as they were", dict[tuple[str, bytes], Record | None])
    key = (path, raw)
    if key not in known:
        placed = ids.record_at(register.schemas.kinds, path)
        data, faults = yamlio.read(raw) if placed else (None, [])
        known[key] = Record(placed[0], placed[1], path, data, raw) if placed and data is not None and not faults else None
    return known[key]


def read_sound(register: Register, path: str, raw: bytes) -> Record | None:
    """The same, but None also where today's schema refuses it: people and policies are relied upon."""
    record = read(register, path, raw)
    validator = register.memo("validator", lambda: validator_of(register.schemas))
    return record if record is not None and not validator.faults(record.kind, dict(record.data)) else None
