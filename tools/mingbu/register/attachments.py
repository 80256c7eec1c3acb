"""The folder outside git in which attachments lie: found by their place, else by their digest."""

from __future__ import annotations

import hashlib
import os
from functools import cached_property
from pathlib import Path


class Store:
    """Files below one folder; links out of it aren't followed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._known: dict[Path, str | None] = {}

    def digest_at(self, location: str) -> str | None:
        """The SHA-256 of the file at the place, None where there is no readable file inside the folder."""
        try:
            path = (self._folder / location).resolve()
            inside = path.is_relative_to(self._folder) and path.is_file()
        except (OSError, ValueError):
            return None
        return self._digest(path) if inside else None

    def has(self, digest: str) -> bool:
        """Whether some file of the folder has this content."""
        return digest in self._all

    @cached_property
    def _all(self) -> frozenset[str]:
        found = set()
        for folder, _, names in os.walk(self._folder):
            for name in names:
                path = Path(folder) / name
                if path.is_file() and not path.is_symlink():
                    found.add(self._digest(path))
        return frozenset(filter(None, found))

    def _digest(self, path: Path) -> str | None:
        if path not in self._known:
            try:
                with path.open("rb") as stream:
                    self._known[path] = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError:
                self._known[path] = None
        return self._known[path]
