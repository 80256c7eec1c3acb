"""The zip: the same bytes for the same files, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

SUMS = "SHA256SUMS"
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_LEVEL = 6


def sums(files: Mapping[str, bytes]) -> bytes:
    """What `sha256sum -c` reads."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def write(path: Path, files: Mapping[str, bytes]) -> None:
    """Packs the files with their sums: a temporary file beside the place, renamed when it is whole. Raises OSError.

    Only its owner can read it: contracts are confidential.
    """
    everything = {**files, SUMS: sums(files)}
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".mingbu-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            _pack(stream, everything)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _pack(stream: object, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:  # type: ignore[call-overload]
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system, entry.external_attr, entry.compress_type = 3, _MODE, zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=_LEVEL)
