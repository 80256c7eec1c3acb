"""The sample as of three dates: site, list and check are those of checkouts of these dates, to the byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import building

DATES = ["2025-03-31", "2025-09-30", "2026-03-31"]

ASKED = (["check"], ["check", "--format", "json"], ["list", "customer"], ["list", "credit-file", "--format", "json"], ["report", "potential"])


def run(root: Path, *arguments: str) -> bytes:
    """What the command prints, with the register's folder left out of it."""
    environment = {key: value for key, value in os.environ.items() if key not in {"MINGBU_LANG", "MINGBU_GENESIS"}}
    command = [sys.executable, "-m", "mingbu", "-C", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, env=environment, check=False, timeout=300)
    assert done.returncode in {0, 1}, done.stderr.decode()
    return (done.stdout + done.stderr).replace(str(root).encode(), b"ROOT")


def files(folder: Path) -> dict[str, bytes]:
    """The site is a link to its current version."""
    there = folder.resolve()
    return {path.relative_to(there).as_posix(): path.read_bytes() for path in there.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sample") / "company"
    run(building.PROJECT, "demo", str(root), "--history")
    return root


@pytest.mark.slow
@pytest.mark.parametrize("day", DATES)
def test_what_the_register_was_is_what_a_checkout_of_the_day_shows(company: Path, tmp_path: Path, day: str) -> None:
    commit = building.git(company, "rev-list", "-1", "--first-parent", f"--before={day}T23:59:59+08:00", "main")
    checkout = tmp_path / "checkout"
    building.git(company, "worktree", "add", "-q", "--detach", str(checkout), commit)

    for arguments in ASKED:
        assert run(company, "--as-of", day, *arguments) == run(checkout, "--on", day, *arguments), arguments
    run(company, "--as-of", day, "build", "--output", str(tmp_path / "as-of"))
    run(checkout, "--on", day, "build", "--output", str(tmp_path / "checked-out"))

    seen, expected = files(tmp_path / "as-of"), files(tmp_path / "checked-out")
    assert len(expected) > 1000
    assert sorted(seen) == sorted(expected)
    assert [path for path in expected if seen[path] != expected[path]] == []
