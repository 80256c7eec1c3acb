"""Makes the sample's repository: beside its place, and there at once when it is done."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mingbu.demo.groups import Landings
from mingbu.demo.model import first_day, growth, last_day, on_day
from mingbu.demo.signing import Ledger, in_time, planned, with_refusals
from mingbu.demo.staff import Staff
from mingbu.demo.stream import Stream, git
from mingbu.demo.timeline import timeline
from mingbu.demo.writing import Writer
from mingbu.register import Policy, Record, Register

_BESIDE = ("schemas", "docs", "mkdocs.yml")
"""What the register needs beside its records."""


class DemoError(Exception):
    """The repository can't be written there; `key` is the sentence of the catalogue that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Made:
    """What was written."""

    commits: int
    people: int
    approvals: int


def make(register: Register, sources: Sequence[Path], folder: Path) -> Made:
    """Writes the repository of the sample's history into the folder, which must not be there or be empty.

    sources: where schemas and pages lie, the first that has them. Raises DemoError; OSError and git.GitCommandError where
    the disk or git fails.
    """
    if not _is_sample(register):
        raise DemoError("error.demo-no-sample")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DemoError("error.demo-there")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
        new = Path(beside, "register")
        new.mkdir()
        git(new, "init", "--quiet", "--template=", "--initial-branch=main", ".")
        git(new, "config", "--unset", "core.worktree", with_exceptions=False)
        made = _write(register, sources, new)
        git(new, "read-tree", "-u", "--reset", "HEAD")
        os.replace(new, folder)
    return made


def _is_sample(register: Register) -> bool:
    """Whether it is the register that the plan was written for, whole: its day, the records that the plan names, nothing unreadable."""
    plan = growth()["approvals"]
    named = [*(row["subject"] for row in plan["refused"]), *plan["late"], *plan["attested"], *plan["appointed_late"]]
    stands = register.settings.get("today") == last_day().isoformat()
    return stands and not register.faults and all(register.get(record) is not None for record in named)


def _write(register: Register, sources: Sequence[Path], folder: Path) -> Made:
    policy = Policy(register, last_day())
    changes, signings = with_refusals(in_time(register, policy, timeline(register)), [])
    start = on_day(first_day(), 24 * 60)
    old = [change.record for change in changes if change.at < start]
    later = [change for change in changes if change.at >= start]
    signings = sorted([*signings, *planned(register, policy, later)], key=lambda signing: signing.at)
    staff = Staff(register)
    begun = on_day(first_day(), 9 * 60 + 30)
    with Stream(folder) as stream:
        writer = Writer(stream, Ledger(register, policy), staff)
        people = str(staff.holder("register_administrator", first_day().isoformat()))
        writer.first(begun, people, growth()["first_message"], dict(_files(sources)), _standing(register, old))
        for group, at in Landings(register, {record.id for record in old}, later, signings):
            writer.land(group, at)
        writer.finish()
    return Made(writer.commits, len(writer.authors), writer.approvals)


def _standing(register: Register, old: list[Record]) -> list[Record]:
    """The records of the first commit: each as it stood last, and the approvals that had been given."""
    standing = {record.id: record for record in old}
    given = [record for record in register.of("approval") if record.data["at"][:10] <= first_day().isoformat()]
    return [*standing.values(), *given]


def _files(sources: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Schemas and pages that lie beside the records, nothing hidden; and what git is told to ignore."""
    yield ".gitignore", "".join(f"{line}\n" for line in growth()["ignored"]).encode()
    for name in _BESIDE:
        source = next((source for source in sources if (source / name).exists()), None)
        if source is None:
            continue
        top = source / name
        for path in [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file()):
            inside = path.relative_to(source)
            if not any(part.startswith(".") for part in inside.parts):
                yield inside.as_posix(), path.read_bytes()
