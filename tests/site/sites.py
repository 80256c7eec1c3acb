"""Builds sites with a pinned day and commit."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from mingbu.checks import sound_part
from mingbu.labels import Lang
from mingbu.register import Policy, Register, open_register
from mingbu.register.revision import Revision
from mingbu.site import build_site
from mingbu.site.reader import Reader

PROJECT = Path(__file__).parents[2]
TODAY = date(2026, 11, 20)
REVISION = Revision("0123456789abcdef0123456789abcdef01234567", edited=False)


def with_pages(root: Path) -> Path:
    """Gives a register what the site needs besides records: the configuration and the hand-written pages."""
    shutil.copyfile(PROJECT / "mkdocs.yml", root / "mkdocs.yml")
    shutil.copytree(PROJECT / "docs", root / "docs", dirs_exist_ok=True)
    return root


def sound(root: Path) -> Register:
    return sound_part(open_register(root))


def build(root: Path, target: Path) -> int:
    """Builds the site with pinned day and commit; the number of files written anew."""
    register = sound(root)
    return build_site(register, Policy(register, TODAY), REVISION, target).written


def reader(root: Path, lang: Lang) -> Reader:
    register = sound(root)
    return Reader(register, Policy(register, TODAY), lang, REVISION)
