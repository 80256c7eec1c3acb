"""Fixtures of all tests: a small sound register in a git repository, and the command as a user runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest

import building
from mingbu.cli import main
from running import Command, Result


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="accept the golden pages as they are generated now")


# The same examples on every run and no deadline: a slow machine must not turn a test red.
hypothesis.settings.register_profile("mingbu", deadline=None, derandomize=True, database=None, print_blob=False)
hypothesis.settings.load_profile("mingbu")


@pytest.fixture(scope="session")
def sound_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small register without a finding; nobody writes to it."""
    root = building.register(tmp_path_factory.mktemp("sound") / "register")
    building.commit(root)
    main(["-C", str(root), "list", "product"])  # its history is read once, not by every test that gets a copy
    return building.packed(root)


@pytest.fixture
def template(sound_register: Path) -> Path:
    """The register that each test gets a copy of; modules whose tests need another one say so in a fixture of this name."""
    return sound_register


@pytest.fixture
def register_root(template: Path, tmp_path: Path) -> Path:
    """A register of its own for each test: a sound one, in a git repository with one commit, where the module names no other."""
    root = tmp_path / "register"
    shutil.copytree(template, root, symlinks=True)
    return root


@pytest.fixture
def mingbu(register_root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command in this process, in the folder of the test's register."""
    monkeypatch.chdir(register_root)
    monkeypatch.delenv("MINGBU_LANG", raising=False)

    def run(*arguments: str) -> Result:
        capsys.readouterr()
        try:
            status = main(list(arguments))
        except SystemExit as stop:
            status = int(stop.code or 0)
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return run


@pytest.fixture
def mingbu_process(register_root: Path) -> Command:
    """Runs the command as a process of its own, in the folder of the test's register."""
    environment = {key: value for key, value in os.environ.items() if key != "MINGBU_LANG"}

    def run(*arguments: str) -> Result:
        command = [sys.executable, "-m", "mingbu", *arguments]
        done = subprocess.run(command, cwd=register_root, env=environment, capture_output=True, timeout=60, check=False)
        return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return run
