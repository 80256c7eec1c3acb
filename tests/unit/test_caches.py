"""What mingbu keeps to be quick lies where no commit can bring files; and what a commit may bring at a record's place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

import building
from company import MANAGER, Company
from mingbu.repository import cache_of, make_cache
from running import Command, Result

APPROVAL = "records/approval/00/CDE-00000A/credit-decision-0123456789ab.yml"
PERSON = "records/person/ZZ/PER-ZZZZZZ.yml"


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company with one decision that was approved."""
    company = Company(tmp_path_factory.mktemp("company") / "register")
    decision = company.decide()
    company.commit()
    company.approve(decision)
    company.commit(by=MANAGER, at="2026-06-01T12:05:00+08:00")
    return company.root


@pytest.fixture
def template(landed: Path) -> Path:
    return landed


@pytest.fixture
def company(register_root: Path) -> Company:
    return Company.of(register_root)


def seen(mingbu: Command, root: Path, *before: str) -> list[Result]:
    """What the commands say that read the history."""
    commands = (["verify", "--format", "json"], ["check", "--format", "json"], ["history", "CDE-00000A"], ["history", MANAGER])
    return [mingbu("-C", str(root), *command) for command in (*commands, *(["--as-of", name, "show", MANAGER] for name in before))]


def told_of(results: list[Result]) -> list[object]:
    """What doesn't name the folder or the tip."""
    return [results[0].json["approvals"], results[1].json["findings"], *(result.out for result in results[2:])]


def clone(company: Company, place: Path) -> Path:
    subprocess.run(["git", "clone", "-q", str(company.root), str(place)], check=True)
    return place


@pytest.mark.parametrize("detached", [False, True])
def test_caches_that_a_commit_carries_are_not_believed(company: Company, mingbu: Command, tmp_path: Path, *, detached: bool) -> None:
    mingbu("check")
    mingbu("--as-of", company.genesis, "list", "person")
    carried = company.root / ".mingbu"
    shutil.copytree(cache_of(company.root), carried)
    with sqlite3.connect(carried / "history-main.sqlite") as forged:
        forged.execute("DELETE FROM records")
    forged.close()
    shutil.copy(carried / "history-main.sqlite", carried / "history-detached.sqlite")
    with sqlite3.connect(carried / "history-detached.sqlite") as forged:
        forged.execute("UPDATE meta SET value = '' WHERE key = 'branch'")
    forged.close()
    schema = carried / "as-of" / company.genesis / "schemas/person.yml"
    schema.write_text(schema.read_text(encoding="utf-8").replace("title: ", "title: 假冒"), encoding="utf-8")
    company.git("add", "-f", ".mingbu")
    company.commit("夹带")
    there = clone(company, tmp_path / "forged")
    if detached:
        company.git("-C", str(there), "checkout", "-q", "--detach")
    files = {path: path.read_bytes() for path in (there / ".mingbu").rglob("*") if path.is_file()}
    assert files

    told = seen(mingbu, there, company.genesis)

    assert told[0].json["approvals"] and all(item["verdict"] == "valid" for item in told[0].json["approvals"])
    assert [result.status for result in told] == [0, 0, 0, 0, 0]
    assert MANAGER in told[4].out and "假冒" not in told[4].out
    assert {path: path.read_bytes() for path in (there / ".mingbu").rglob("*") if path.is_file()} == files


def test_a_link_that_a_commit_carries_is_not_followed(company: Company, mingbu: Command, tmp_path: Path) -> None:
    before = seen(mingbu, company.root, company.genesis)
    outside = tmp_path / "outside"
    outside.mkdir()
    (company.root / ".mingbu").symlink_to(outside)
    company.git("add", "-f", ".mingbu")
    company.commit("夹带")
    there = clone(company, tmp_path / "linked")

    told = seen(mingbu, there, company.genesis)

    assert (there / ".mingbu").is_symlink()
    assert told_of(told) == told_of(before)
    assert list(outside.iterdir()) == []
    shutil.rmtree(there / ".git")
    refused = mingbu("-C", str(there), "build")
    assert (refused.status, refused.err.count("\n")) == (2, 1)
    assert list(outside.iterdir()) == []


def test_every_work_tree_and_every_register_has_a_cache_of_its_own(company: Company, mingbu: Command, tmp_path: Path) -> None:
    company.git("worktree", "add", "-q", str(tmp_path / "beside"), "HEAD")
    for place in ("one", "two/名簿"):
        shutil.copytree(company.root, tmp_path / "top" / place, ignore=shutil.ignore_patterns(".git"))
    building.commit(tmp_path / "top")
    registers = [company.root, tmp_path / "beside", tmp_path / "top/one", tmp_path / "top/two/名簿"]

    for root in registers:
        assert mingbu("-C", str(root), "check").status < 2
        assert any(path.suffix == ".sqlite" for path in cache_of(root).iterdir()), root

    assert len({cache_of(root) for root in registers}) == len(registers)
    assert cache_of(company.root) == company.root / ".git/mingbu"
    assert cache_of(tmp_path / "beside") == company.root / ".git/worktrees/beside/mingbu"
    assert [path for root in registers for path in root.glob(".mingbu*")] == []
    assert company.git("-C", str(tmp_path / "top"), "status", "--porcelain", "--ignored") == ""


def test_without_git_the_cache_lies_in_the_register_and_git_will_ignore_it(tmp_path: Path) -> None:
    cache = make_cache(tmp_path)

    assert cache == tmp_path.resolve() / ".mingbu"
    building.git(tmp_path, "init", "-q")
    assert building.git(tmp_path, "status", "--porcelain") == ""
    assert os.listdir(cache) == [".gitignore"]


@pytest.mark.parametrize("path", [APPROVAL, PERSON])
@pytest.mark.parametrize("mode", ["160000", "120000"])
def test_another_repository_or_a_link_at_a_records_place_is_no_record(company: Company, mingbu: Command, mode: str, path: str) -> None:
    before = seen(mingbu, company.root)
    found = "1" * 40 if mode == "160000" else company.git("rev-parse", f"HEAD:records/person/00/{MANAGER}.yml")
    company.git("update-index", "--add", "--cacheinfo", f"{mode},{found},{path}")
    company.git("commit", "-q", "-m", "夹带")
    company.git("reset", "-q", "--hard")

    there = seen(mingbu, company.root)
    company.git("rm", "-q", "--cached", path)
    company.git("commit", "-q", "-m", "取走")
    company.git("clean", "-fdxq")
    after = seen(mingbu, company.root)

    assert told_of(after) == told_of(before)
    assert told_of(there)[2:] == told_of(before)[2:]
    assert there[0].json["approvals"] == before[0].json["approvals"]
    assert (there[1].status, there[1].codes) == (1, ["file.not-regular"])
    assert mingbu("history", "PER-ZZZZZZ").status == 1


@pytest.mark.parametrize("mode", ["160000", "120000"])
def test_a_record_that_became_something_else_for_a_while_was_away(company: Company, mingbu: Command, mode: str) -> None:
    path = f"records/person/00/{MANAGER}.yml"
    stood = company.git("rev-parse", f"HEAD:{path}")
    for entry, told in ((f"{mode},{'1' * 40 if mode == '160000' else stood}", "换成别的"), (f"100644,{stood}", "换回来")):
        company.git("update-index", "--cacheinfo", f"{entry},{path}")
        company.git("commit", "-q", "-m", told)
    company.git("reset", "-q", "--hard")

    revisions = mingbu("history", MANAGER, "--format", "json").json["revisions"]

    assert len(revisions) == 3
    assert [result.status < 2 for result in seen(mingbu, company.root)] == [True] * 4


def test_a_merge_that_brings_another_repository_crashes_nothing(company: Company, mingbu: Command) -> None:
    path = f"records/person/00/{MANAGER}.yml"
    for branch in ("one", "two"):
        company.git("checkout", "-q", "-b", branch, "main")
        building.edit(company.root, "person", MANAGER, remarks=branch)
        company.commit(branch)
    company.git("checkout", "-q", "main")
    company.git("read-tree", "--reset", "main")
    company.git("update-index", "--cacheinfo", f"160000,{'1' * 40},{path}")
    made = company.git("commit-tree", company.git("write-tree"), "-p", "one", "-p", "two", "-m", "合并")
    company.git("reset", "-q", "--hard", made)

    assert [result.status < 2 for result in seen(mingbu, company.root)] == [True] * 4
