"""Puts a finished set of files in the site's place: all of it or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from mingbu.site.shells import BuildError

_VERSIONS = ".versions"


def publish(target: Path, files: Mapping[str, bytes]) -> int:
    """Makes `target` show exactly these files; returns how many were written anew.

    `target` is a symbolic link to a version beside it. Unchanged files are shared with the version before by hard
    links, and the link is switched in one step, so that a killed build leaves the old site whole.
    Raises BuildError when something stands there that mingbu didn't build.
    """
    if not target.name:
        raise BuildError(f"foreign:{target}")
    store = target.with_name(f".{target.name}{_VERSIONS}")
    if target.exists() and not target.is_symlink():
        raise BuildError(f"foreign:{target}")
    store.mkdir(parents=True, exist_ok=True)
    before = target.resolve() if target.is_symlink() and target.exists() else None
    known = _manifest(before)
    fresh = Path(tempfile.mkdtemp(prefix="v", dir=store))
    fresh.chmod(0o755)
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    written = sum(_place(fresh, before, path, files[path], known.get(path) == digests[path], digests[path]) for path in sorted(files))
    fresh.with_suffix(".json").write_text(json.dumps(digests), encoding="utf-8")
    _switch(target, fresh)
    for old in store.iterdir():
        if old.stem != fresh.name:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    return written


def _manifest(version: Path | None) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(version.with_suffix(".json").read_text(encoding="utf-8")) if version else {}
    except (OSError, ValueError):
        return {}
    return found


def _place(fresh: Path, before: Path | None, path: str, content: bytes, same: bool, digest: str) -> bool:
    """Links the file from the version before when its content is the same, else writes it; True when written."""
    place = fresh / path
    place.parent.mkdir(parents=True, exist_ok=True)
    if same and before is not None:
        try:
            os.link(before / path, place)
        except OSError:
            pass
        else:
            return False
    place.write_bytes(content)
    moment = int(digest[:7], 16)  # the same content has the same time on every machine, other content another
    os.utime(place, (moment, moment))
    return True


def _switch(target: Path, version: Path) -> None:
    link = target.with_name(f".{target.name}.new")
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(version, target.parent), target_is_directory=True)
    os.replace(link, target)
