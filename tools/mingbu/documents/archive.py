"""Zip files, and what is one inside (docx), that come out the same every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can state: it says nothing, which is right for what depends on the records alone."""
_FIRST = ("[Content_Types].xml", "_rels/.rels")
"""Readers of Office files look for these at the beginning."""


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files by their names, in one order, without times or owners; Chinese names in UTF-8."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, files[name])
    return made.getvalue()


def settled(raw: bytes) -> bytes:
    """The same archive without the times at which it was made."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()})
