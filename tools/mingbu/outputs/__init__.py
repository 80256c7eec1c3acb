"""JSON Schemas of what the commands print with --format json: the stable interface for scripts and other systems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The outputs that have a schema."""
    return sorted(path.stem for path in _FOLDER.glob("*.yml"))


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one output."""
    import yaml

    data: dict[str, Any] = yaml.load((_FOLDER / f"{name}.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return data
