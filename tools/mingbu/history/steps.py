"""What the commits did to the files of one record, and to the record: one step a commit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from mingbu.history.keys import is_home


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit did to one file of a record."""

    number: int
    place: int
    on_line: bool
    path: str
    old: str | None
    new: str | None


def changes(data: bytes, above: int, first: int, tip: int) -> Iterator[Change]:
    """The entries of `Pass.records`, joined by NULs, newest first.

    `above`: the length of the path from the work tree's top to the register; `first`, `tip`: the number of the pass's
    first commit in the store, the place of its tip.
    """
    tokens = data.split(b"\0")
    for mark, header, path in zip(tokens[::3], tokens[1::3], tokens[2::3], strict=True):
        number, depth, on_line = mark.split(b" ")
        before, after, old, new, _ = header.lstrip(b"\n:").split(b" ")
        one, other = blob(old) if is_file(before) else None, blob(new) if is_file(after) else None
        if one or other:
            yield Change(first + int(number), tip - int(depth), on_line == b"1", os.fsdecode(path[above:]), one, other)


def is_file(mode: bytes) -> bool:
    """Whether git's mode is that of a file: a link or another repository at a record's place is no record."""
    return mode.startswith(b"100")


def blob(written: bytes | str) -> str | None:
    """A blob's id; git writes zeros where there is no file."""
    name = written if isinstance(written, str) else written.decode()
    return name if name.strip("0") else None


@dataclass(frozen=True, slots=True)
class Step:
    """One commit's effect on a record."""

    number: int
    path: str
    old: str | None
    new: str | None


def on_line(record: str, found: Iterable[Change], home: Callable[[str], str]) -> Iterator[Step]:
    """How the record went on the main line, oldest first. Where two files have its id, the one at its own place counts.

    home: the beginning of an id → the folder below records/ where records with such ids stand.
    """
    files: dict[str, str] = {}

    def standing() -> tuple[str, str | None]:
        if len(files) == 1:
            return next(iter(files.items()))
        return next(((path, files[path]) for path in sorted(files, key=lambda path: not is_home(record, path, home))), ("", None))

    line = [change for change in found if change.on_line]
    for number, group in groupby(reversed(line), key=attrgetter("number")):
        before = standing()
        for change in group:
            if change.new is None:
                files.pop(change.path, None)
            else:
                files[change.path] = change.new
        after = standing()
        if after != before:
            yield Step(number, after[0] or before[0], before[1], after[1])


def aside(found: Iterable[Change]) -> Iterator[Step]:
    """What commits beside the main line did to the record; a file that moved is one step."""
    for number, group in groupby((change for change in found if not change.on_line), key=attrgetter("number")):
        some = list(group)
        old = next((change.old for change in some if change.old), None)
        new = next((change for change in some if change.new), some[0])
        yield Step(number, new.path, old, new.new)
