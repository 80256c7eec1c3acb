"""The site as it was: the same bytes as one built in a checkout of that commit."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import building
from mingbu.cli import main
from mingbu.repository import cache_of


def contents(site: Path) -> dict[str, str]:
    return {path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in site.rglob("*") if path.is_file()}


def test_the_site_of_a_commit_is_the_one_that_a_checkout_builds(
    own_register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root, guide = own_register, own_register / "docs/zh/guide/index.md"
    building.write_text(root, ".gitignore", "/site\n/.site.versions/\n")
    building.write_text(root, "schemas/product.html.j2", '{% extends "record.html.j2" %}\n')
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"{building.TODAY}T12:00:00+08:00")
    then = building.commit_all(root)
    guide.write_text(f"{guide.read_text(encoding='utf-8')}\n后来加的一段。\n", encoding="utf-8")
    building.write_text(root, "schemas/product.html.j2", "{{ surely_not_there.at_all }}")
    building.edit(root, "customer", building.PROSPECT, short_name="后来的名称")
    building.commit_all(root)
    building.edit(root, "customer", building.ACTIVE, short_name="还没有提交")
    there = tmp_path / "there"
    building.git(tmp_path, "clone", "-q", str(root), str(there))
    building.git(there, "checkout", "-q", "--detach", then)

    assert main(["-C", str(there), "--on", building.TODAY, "build"]) == 0
    assert main(["-C", str(root), "build", "--as-of", then]) == 0, capsys.readouterr().err

    assert contents(root / "site") == contents(there / "site")
    page = (root / "site" / "index.html").read_text(encoding="utf-8")
    assert then[:12] in page and f"{then[:12]}+" not in page
    assert {path.name for path in cache_of(root).iterdir()} >= {"as-of", "staging-zh", "staging-zh.shells"}
    (root / "mkdocs.yml").unlink()
    building.commit_all(root)
    assert main(["-C", str(root), "build", "--as-of", "HEAD"]) == 2
    assert f"{root}/mkdocs.yml" in capsys.readouterr().err, "named as people know it, not by its copy"
