"""The small register's site, built once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sites import build, with_history, with_pages


@pytest.fixture(scope="session")
def small_register(sound_register: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound register with a history and everything that a site needs; nobody writes to its records."""
    root = tmp_path_factory.mktemp("site") / "register"
    shutil.copytree(sound_register, root, symlinks=True)
    return with_pages(with_history(root))


@pytest.fixture(scope="session")
def small_site(small_register: Path) -> Path:
    """Its built site."""
    build(small_register, small_register / "site")
    return small_register / "site"


@pytest.fixture
def own_register(register_root: Path) -> Path:
    """A register of its own for each test, ready for building."""
    return with_pages(register_root)
