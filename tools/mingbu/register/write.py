"""Writes record files: each whole or not at all."""

from __future__ import annotations

import fnmatch
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

_PREFIX, _SUFFIX = ".mingbu-", ".tmp"


def is_leftover(name: str) -> bool:
    """Whether a file of this name is one that a writer makes beside a record; it stays when the writer is killed."""
    return fnmatch.fnmatchcase(name, f"{_PREFIX}*{_SUFFIX}")


def write_texts(texts: Mapping[Path, str | None]) -> None:
    """Replaces the files (None: takes the file away), all of them or, when one can't be written, none: what was there is put back.

    Raises OSError.
    """
    before: dict[Path, bytes | None] = {}
    try:
        for path, text in texts.items():
            before[path] = content(path)
            _put(path, None if text is None else text.encode("utf-8"))
    except BaseException:
        for path, old in before.items():
            if content(path) != old:
                _put(path, old)
        raise
    _sync({folder for path in texts for folder in (path.parent, path.parent.parent)})  # the one above has a new name when the folder is new


def write_text(path: Path, text: str) -> None:
    """Replaces the file in one step: a temporary file beside it, synced, then renamed over it. Raises OSError."""
    write_texts({path: text})


def content(path: Path) -> bytes | None:
    """What the file holds; None where there is none. Raises OSError for what isn't a file."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _put(path: Path, raw: bytes | None) -> None:
    if raw is None:
        if path.exists():
            os.unlink(path)  # noqa: PTH108 - stands beside os.replace, the other step that changes the tree
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=_PREFIX, suffix=_SUFFIX)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _sync(folders: Iterable[Path]) -> None:
    """The names are on the disk too, not only the contents."""
    for folder in folders:
        if folder.is_dir():
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
