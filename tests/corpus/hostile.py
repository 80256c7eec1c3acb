"""The hostile cases of index.yml, placed in a register: files that git can keep, and those that have to be made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import building

HERE = Path(__file__).parent
ENTRIES: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "index.yml").read_text(encoding="utf-8"))
IDS = {"customer": "CUS-C0RPS0", "case": "CAS-C0RPS0", "credit-decision": "CDE-C0RPS0"}


@dataclass(frozen=True)
class Hostile:
    """One case: its name, what it tries, the codes expected (none: accepted), and the value that comes back."""

    name: str
    what: str
    kind: str
    codes: tuple[str, ...]
    pointer: str
    value: str

    @property
    def accepted(self) -> bool:
        return not self.codes

    @property
    def path(self) -> str:
        """Where a record of this id belongs."""
        return f"records/{self.kind}/C0/{IDS[self.kind]}.yml"


def _case(name: str, entry: dict[str, Any]) -> Hostile:
    codes = () if entry["expect"] == "accept" else tuple(entry["expect"])
    return Hostile(name, entry["what"], entry["kind"], codes, entry.get("pointer", ""), entry.get("value", ""))


CASES = tuple(_case(name, entry) for name, entry in ENTRIES.items())
ACCEPTED = tuple(case for case in CASES if case.accepted)


def sound_text() -> str:
    """The record that each customer case is one fault away from."""
    return (HERE / "files" / "date-plain.yml").read_text(encoding="utf-8")


def place(case: Hostile, root: Path) -> str:
    """Puts the case where it attacks; the path (below root) at which it is to be found."""
    (root / case.path).parent.mkdir(parents=True, exist_ok=True)
    make = MADE.get(case.name)
    if make is not None:
        return make(root, case).relative_to(root).as_posix()
    shutil.copyfile(HERE / "files" / f"{case.name}.yml", root / case.path)
    return case.path


def _folder(root: Path, case: Hostile) -> Path:
    (root / case.path).mkdir()
    return root / case.path


def _executable(root: Path, case: Hostile) -> Path:
    building.write_text(root, case.path, sound_text()).chmod(0o755)
    return root / case.path


def _pipe(root: Path, case: Hostile) -> Path:
    os.mkfifo(root / case.path)
    return root / case.path


def _link(root: Path, case: Hostile) -> Path:
    (root / case.path).symlink_to(root / "records" / "customer" / "00" / "CUS-000001.yml")
    return root / case.path


def _named(name: str, text: str | None = None) -> Callable[[Path, Hostile], Path]:
    """A sound record (or this text) under another name."""

    def make(root: Path, case: Hostile) -> Path:
        return building.write_text(root, f"records/customer/C0/{name}", sound_text() if text is None else text)

    return make


def _with_remark(remark: str) -> Callable[[Path, Hostile], Path]:
    def make(root: Path, case: Hostile) -> Path:
        return building.write_text(root, case.path, sound_text().replace("remarks: ok", f"remarks: {remark}"))

    return make


def _many_keys(root: Path, case: Hostile) -> Path:
    return building.write_text(root, case.path, sound_text() + "".join(f"k{number}: 1\n" for number in range(20_000)))


MADE: dict[str, Callable[[Path, Hostile], Path]] = {
    "dir-named-yaml": _folder,
    "exec-bit": _executable,
    "fifo": _pipe,
    "symlink-inside": _link,
    "gitattributes": _named(".gitattributes", "*.yml -diff\n"),
    "gitmodules": _named(".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = ../x\n'),
    "name-dash": _named("-rf.yml"),
    "name-hidden": _named(".CUS-C0RPS0.yml"),
    "name-newline": _named("CUS-C0RPS0\n::stop-commands::x.yml"),
    "name-trailing-dot": _named("CUS-C0RPS0.yml. "),
    "name-yml": _named("CUS-C0RPS0.yaml"),
    "nfc-name": _named("CUS-Caf\u00e9.yml"),
    "nfd-name": _named("CUS-Cafe\u0301.yml"),
    "long-line": _with_remark("x" * 2_000_000),
    "long-string": _with_remark("y" * 100_000),
    "many-keys": _many_keys,
}
