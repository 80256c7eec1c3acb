"""Access requests 查阅申请单: how far one has come, told by what is filled in."""

from __future__ import annotations

from mingbu.register import Record

_STAGES = (("returned_at", "returned"), ("lent_at", "lent"), ("refused_on", "refused"), ("approved_on", "permitted"))


def stage(request: Record) -> str:
    """requested, permitted, refused, lent or returned."""
    return next((name for key, name in _STAGES if key in request.data), "requested")
