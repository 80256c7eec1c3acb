"""Builds sites with a pinned day and commit."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import building
from company import Company
from mingbu.checks import sound_part
from mingbu.labels import Lang
from mingbu.register import Policy, Register, open_register
from mingbu.register.past import past_of
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
    """The sound part of the register, with its past where it has a repository of its own; all of it is brought in."""
    register = open_register(root)
    if (root / ".git").exists() and root != PROJECT:
        head = building.git(root, "rev-parse", "HEAD")
        register = replace(register, past=past_of(root, head, None, head, None, "main"))
    return sound_part(register)


def with_history(root: Path) -> Path:
    """Gives a sound register a little history, always the same: it began with other values, and two people put them right."""
    shutil.rmtree(root / ".git")
    company = Company.of_folder(root)
    decision, customer = building.path_of("credit-decision", {"id": building.DECISION}), building.path_of("customer", {"id": building.ACTIVE})
    approvals = root / "records/approval/00" / building.DECISION
    kept = {path: path.read_bytes() for path in (root / decision, root / customer, *approvals.iterdir())}
    building.edit(root, "credit-decision", building.DECISION, approved_limit="10000.00")
    building.edit(root, "customer", building.ACTIVE, short_name="松墨", main_products=building.ABSENT, remarks="一段很长的说明。" * 20)
    shutil.rmtree(approvals)
    company.git("init", "-q", "-b", "main")
    company.commit("起用名簿", at="2026-01-05T09:00:00+08:00")
    company.branch("limit")
    approvals.mkdir()
    for path in (root / decision, *(path for path in kept if path.parent == approvals)):
        path.write_bytes(kept[path])
    company.commit("信用限度改为审批的数额", at="2026-05-07T11:00:00+08:00")
    company.merge("limit", at="2026-11-05T18:00:00+08:00")
    (root / customer).write_bytes(kept[root / customer])
    company.commit("简称与品种按名片更正", by="外聘文员", at="2026-11-12T09:30:00+08:00")
    return root


def build(root: Path, target: Path) -> int:
    """Builds the site with pinned day and commit; the number of files written anew."""
    register = sound(root)
    return build_site(register, Policy(register, TODAY), REVISION, target).written


def reader(root: Path, lang: Lang) -> Reader:
    register = sound(root)
    return Reader(register, Policy(register, TODAY), lang, REVISION)
