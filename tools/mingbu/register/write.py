"""Writes a record file: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_texts(texts: Mapping[Path, str]) -> None:
    """Replaces the files, all of them or, when one can't be written, none: what was there is put back."""
    before: dict[Path, str] = {}
    try:
        for path, text in texts.items():
            old = path.read_text(encoding="utf-8")
            write_text(path, text)
            before[path] = old
    except BaseException:
        for path, text in before.items():
            write_text(path, text)
        raise


def write_text(path: Path, text: str) -> None:
    """Replaces the file in one step: a temporary file beside it, synced, then renamed over it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".mingbu-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
