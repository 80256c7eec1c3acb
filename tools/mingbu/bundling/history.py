"""The commits that reach a commit as a git bundle: the same bytes for the same commit, however the repository is packed."""

from __future__ import annotations

import tempfile

from mingbu.repository import Repository

_SAME = (
    *("-c", "pack.threads=1", "-c", "pack.window=10", "-c", "pack.depth=50", "-c", "pack.windowMemory=0", "-c", "pack.deltaCacheSize=0"),
    *("-c", "pack.compression=6", "-c", "core.compression=6", "-c", "core.bigFileThreshold=512m", "-c", "pack.useBitmaps=false"),
    *("-c", "pack.useSparse=false", "-c", "pack.indexVersion=2"),
)
"""What would let somebody's settings, or the number of cores, change how the same objects are packed."""


def bundled(repository: Repository, commit: str, branch: str = "main") -> bytes:
    """The bundle: its branch, and HEAD, are the commit. Raises git.GitCommandError.

    `git bundle create` wants a branch that stands at the commit, and packs what the repository happens to have packed already.
    """
    with tempfile.TemporaryFile() as wanted:
        wanted.write(f"{commit}\n".encode())
        wanted.seek(0)
        asked = ("pack-objects", "--revs", "--stdout", "--no-reuse-object", "--no-reuse-delta", "--delta-base-offset", "--quiet")
        pack = repository.run(*_SAME, *asked, istream=wanted)
    version = "# v2 git bundle\n" if len(commit) == 40 else "# v3 git bundle\n@object-format=sha256\n"
    return f"{version}{commit} refs/heads/{branch}\n{commit} HEAD\n\n".encode() + pack
