"""Building: the same bytes twice, only what changed, the old site whole whatever goes wrong."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sites import PROJECT, build

import building
from mingbu.cli import main
from mingbu.repository import cache_of


def digests(site: Path) -> dict[str, str]:
    return {path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in site.rglob("*") if path.is_file()}


def run(root: Path, *arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(["-C", str(root), *arguments])
    return status, capsys.readouterr().err


def test_building_from_scratch_twice_gives_the_same_bytes_and_times(own_register: Path) -> None:
    build(own_register, own_register / "one")
    shutil.rmtree(cache_of(own_register))
    build(own_register, own_register / "two")

    assert digests(own_register / "one") == digests(own_register / "two")
    times = [{path.name: path.stat().st_mtime for path in (own_register / name).rglob("*.html")} for name in ("one", "two")]
    assert times[0] == times[1]


def test_a_second_build_writes_nothing(own_register: Path) -> None:
    build(own_register, own_register / "site")

    assert build(own_register, own_register / "site") == 0


def test_one_changed_record_rewrites_its_pages_only(own_register: Path) -> None:
    build(own_register, own_register / "site")
    before = digests(own_register / "site")
    record = next((own_register / "records" / "product").rglob("*.yml"))
    record.write_text(record.read_text(encoding="utf-8") + "remarks: 新包装\n", encoding="utf-8")

    build(own_register, own_register / "site")

    after = digests(own_register / "site")
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {f"product/{record.stem}.html", f"en/product/{record.stem}.html"}


def test_a_record_that_is_gone_loses_its_page(own_register: Path) -> None:
    build(own_register, own_register / "site")
    record = building.write(own_register, "product", code="GONE1", name="停产样品")
    build(own_register, own_register / "site")
    page = own_register / "site" / "product" / f"{record.stem}.html"
    assert page.is_file()

    record.unlink()
    build(own_register, own_register / "site")

    assert not page.exists()


def test_a_broken_record_has_no_page_and_the_others_have(own_register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken, *others = sorted((own_register / "records" / "customer").rglob("*.yml"))
    broken.write_text("schema: customer/1\nid: [", encoding="utf-8")

    status, _ = run(own_register, "build", capsys=capsys)

    assert status == 0
    assert not (own_register / "site" / "customer" / f"{broken.stem}.html").exists()
    assert all((own_register / "site" / "customer" / f"{other.stem}.html").exists() for other in others)


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [
        ("mkdocs.yml", "theme: [", 2),
        ("mkdocs.yml", "site_name: x\ntheme: {name: material, palette: []}\nplugins: [no-such-plugin]\n", 2),
        ("schemas/customer.yml", "title: [", 2),
        ("schemas/product.yml", "title: 商品\nx-kind: {title: 商品, title_en: Product, group: nowhere, prefix: PRD}\ntype: object\n", 1),
    ],
)
def test_what_cannot_be_built_is_one_line_and_leaves_the_old_site_whole(
    own_register: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, status: int
) -> None:
    run(own_register, "build", capsys=capsys)
    before = digests(own_register / "site")
    (own_register / name).write_text(text, encoding="utf-8")

    found, error = run(own_register, "build", capsys=capsys)

    assert found == status
    assert error.startswith("mingbu: ") and error.count("\n") == 1
    assert digests(own_register / "site") == before


def test_a_killed_build_leaves_the_old_site_whole(own_register: Path) -> None:
    """Killed at growing delays, in every phase of a build that has something to write."""
    build(own_register, own_register / "site")
    before = digests(own_register / "site")
    record = next((own_register / "records" / "product").rglob("*.yml"))
    record.write_text(record.read_text(encoding="utf-8") + "remarks: 新包装\n", encoding="utf-8")
    command = [sys.executable, "-m", "mingbu", "-C", str(own_register), "build"]
    complete = None

    for delay in (0.05, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1.6):
        process = subprocess.Popen(
            [sys.executable, "-m", "mingbu", "-C", str(own_register), "build"], stdout=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        now = digests(own_register / "site")
        complete = now if now.keys() == before.keys() and now != before else complete
        assert now in (before, complete)

    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert digests(own_register / "site").keys() == before.keys()
    assert len(list((own_register / ".site.versions").glob("v*.json"))) == 1


def test_a_folder_that_mingbu_did_not_build_is_left_alone(own_register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own_register / "site").mkdir()
    (own_register / "site" / "mine.txt").write_text("不要动", encoding="utf-8")

    status, error = run(own_register, "build", capsys=capsys)

    assert status == 2
    assert str(own_register / "site") in error
    assert (own_register / "site" / "mine.txt").read_text(encoding="utf-8") == "不要动"


def test_the_pages_say_when_they_are_from_and_that_they_are_internal(small_site: Path) -> None:
    for page, words in (("index.html", ("内部资料", "2026-11-20")), ("en/index.html", ("internal use", "2026-11-20"))):
        text = (small_site / page).read_text(encoding="utf-8")

        assert all(word in text for word in words)
        assert "0123456789ab" in text


def test_the_package_carries_what_the_site_needs(tmp_path: Path) -> None:
    """The wheel holds schemas, templates and the built browser parts, so that who installs it needs no Node."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=PROJECT, check=True, capture_output=True)

    import zipfile

    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assets = ("tables.js", "tables.css", "LICENSES.txt", "manifest.json")
    assert {f"mingbu/site/assets/{name}" for name in assets} <= names
    assert {"mingbu/schemas/customer.yml", "mingbu/site/templates/record.html.j2", "mingbu/catalogue/words.yml", "mingbu/outputs/check.yml"} <= names
