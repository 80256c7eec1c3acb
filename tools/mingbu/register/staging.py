"""What git has stored of a few paths, and what it is to store: entries of a tree and of an index.

Names are relative to the register's root and are never patterns. No filter is run on what is stored: a record is its bytes.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mingbu.repository import Repository

Entry = tuple[str, str]
"""(mode, blob) of a file, as git stores it."""

Entries = dict[str, Entry | None]
"""Path → entry, or None where there is no file."""

_FILE = "100644"
_AT_ONCE = 500
"""Paths in one command line, which may not be too long."""

_LITERAL = {"GIT_LITERAL_PATHSPECS": "1"}
_SYNCED = ("-c", "core.fsync=added,reference")
"""What is made is on the disk before it is pointed at."""
_PRIVATE = ("-c", "core.splitIndex=false", "-c", "core.fsmonitor=false")
"""An index of our own has no part in the repository's folder."""


def feed(repository: Repository, content: bytes, *arguments: str, **options: Any) -> bytes:
    """What the git command prints when it is given this content to read. Raises git.GitCommandError."""
    with tempfile.TemporaryFile() as stream:
        stream.write(content)
        stream.seek(0)
        return repository.run(*arguments, istream=stream, **options)


def complaint(error: Any) -> str:
    """The last line that a git command wrote before it failed (git.GitCommandError)."""
    lines = str(error.stderr).strip().removeprefix("stderr:").strip().strip("'").splitlines()
    return lines[-1].strip() if lines else f"git {error.status}"


def lock_in(text: str) -> str | None:
    """The lock file that a complaint of git names."""
    found = re.search(r"'([^'\n]+\.lock)'", text)
    return found[1] if found else None


def at(repository: Repository, commit: str | None, paths: Sequence[str]) -> Entries:
    """What stands at the paths in the commit; nothing before the first commit."""
    found: Entries = dict.fromkeys(paths)
    for some in _portions(paths) if commit else ():
        for fields, name in _listed(repository.run("ls-tree", "-r", "-z", str(commit), "--", *some, env=_LITERAL)):
            found[name] = fields[0], fields[2]
    return found


def staged(repository: Repository, paths: Sequence[str]) -> tuple[Entries, set[str]]:
    """What the index holds at the paths; and the paths where it can't be said, since they are in conflict or a folder."""
    found: Entries = dict.fromkeys(paths)
    unclear: set[str] = set()
    for some in _portions(paths):
        for fields, name in _listed(repository.run("ls-files", "-s", "-z", "--", *some, env=_LITERAL)):
            if fields[2] == "0" and name in found:
                found[name] = fields[0], fields[1]
            else:
                unclear.add(name)
    return found, unclear


def on_disk(repository: Repository, paths: Sequence[str]) -> dict[str, str]:
    """Path → the blob that `git add` would make of the file, of files that are there."""
    above = repository.run("rev-parse", "--show-prefix").removesuffix(b"\n")
    there = [path for path in paths if (repository.root / path).is_file()]
    escape = {b"\\": b"\\\\", b'"': b'\\"', b"\n": b"\\n"}  # as git reads names in quotes, here seen from the work tree's top
    quoted = [re.sub(rb'[\\"\n]', lambda found: escape[found[0]], above + os.fsencode(path)) for path in there]
    listed = b"".join(b'"' + name + b'"\n' for name in quoted)
    blobs = feed(repository, listed, "hash-object", "--stdin-paths").decode().split() if there else []
    return dict(zip(there, blobs, strict=True))


def made(repository: Repository, texts: Mapping[str, str | None]) -> Entries:
    """Stores the texts, all in one go; what is to stand at their paths."""
    raws = {path: text.encode("utf-8") for path, text in texts.items() if text is not None}
    listed = b"".join(b"blob\nmark :%d\ndata %d\n%s\n" % (number, len(raw), raw) for number, raw in enumerate(raws.values(), 1))
    with tempfile.TemporaryDirectory() as folder:
        marks = Path(folder, "marks")  # it moves no branch: what the repository runs when one moves has no say here
        feed(repository, listed, *_SYNCED, "-c", "core.hooksPath=/dev/null", "fast-import", "--quiet", f"--export-marks={marks}")
        blobs = dict(line.split() for line in marks.read_text(encoding="ascii").splitlines())
    return dict.fromkeys(texts) | {path: (_FILE, blobs[f":{number}"]) for number, path in enumerate(raws, 1)}


def stage(repository: Repository, entries: Mapping[str, Entry | None], index: Path | None = None) -> None:
    """Puts exactly these entries into git's index, or into that of the given path. Raises git.GitCommandError."""
    above, form = repository.run("rev-parse", "--show-prefix", "--show-object-format").removesuffix(b"\n").rsplit(b"\n", 1)
    nothing = ("0", "0" * (64 if form == b"sha256" else 40))
    lines = [(*(entry or nothing), above + os.fsencode(path)) for path, entry in entries.items()]
    listed = b"".join(f"{mode} {blob}\t".encode() + name + b"\0" for mode, blob, name in lines)
    arguments = ("update-index", "-z", "--index-info")
    if index is None:
        feed(repository, listed, *_SYNCED, *arguments)
    else:
        feed(repository, listed, *_PRIVATE, *arguments, env={"GIT_INDEX_FILE": str(index)})


def tree_with(repository: Repository, parent: str | None, entries: Mapping[str, Entry | None]) -> str:
    """The id of a tree: the parent's with these entries, made in an index that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder, "index")
        env = {"GIT_INDEX_FILE": str(index)}
        if parent:
            repository.run(*_PRIVATE, "read-tree", parent, env=env)
        stage(repository, entries, index)
        return repository.run(*_PRIVATE, *_SYNCED, "write-tree", env=env).decode().strip()


def committed(repository: Repository, tree: str, parent: str | None, message: str, env: Mapping[str, str]) -> str:
    """The id of a new commit, signed where the user's configuration asks for it."""
    signs = repository.run("config", "--type=bool", "--default=false", "commit.gpgSign") == b"true\n"
    settings = (*_SYNCED, "-c", "i18n.commitEncoding=UTF-8", "-c", "user.useConfigOnly=true")
    above = ("-p", parent) if parent else ()
    arguments = ("commit-tree", *(["-S"] if signs else []), *above, "-F", "-", tree)
    return feed(repository, f"{message.rstrip()}\n".encode(), *settings, *arguments, env=env).decode().strip()


def point(repository: Repository, new: str, old: str | None, reason: str) -> None:
    """Moves HEAD's branch from the old commit to the new one, or not at all. Raises git.GitCommandError."""
    repository.run(*_SYNCED, "update-ref", "-m", reason, "HEAD", new, old or "0" * len(new))


def _listed(output: bytes) -> Iterator[tuple[list[str], str]]:
    for entry in filter(None, output.split(b"\0")):
        fields, _, name = entry.partition(b"\t")
        yield fields.decode().split(), os.fsdecode(name)


def _portions(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(paths), _AT_ONCE):
        yield paths[start : start + _AT_ONCE]
