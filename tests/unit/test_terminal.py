"""`mingbu new` on a real terminal, and `mingbu serve` while somebody works."""

from __future__ import annotations

import functools
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from mingbu import yamlio

PROJECT = Path(__file__).parents[2]


def start(root: Path, *arguments: str) -> pexpect.spawn:
    """The command on a terminal of its own; Ctrl-C reaches it even where the tests themselves are run without.

    The terminal echoes ^C also into the middle of a character, hence `codec_errors`.
    """
    heeding = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    command = ["-m", "mingbu", "-C", str(root), *arguments]
    return pexpect.spawn(sys.executable, command, encoding="utf-8", codec_errors="replace", timeout=30, dimensions=(50, 200), preexec_fn=heeding)


def interrupt(terminal: pexpect.spawn, shows: object) -> None:
    """Ctrl-C, once more where the first one fell between two waits of Python's own line reader, until what follows is shown."""
    for _ in range(5):
        terminal.sendcontrol("c")
        if terminal.expect([shows, pexpect.TIMEOUT], timeout=6) == 0:
            return
    raise AssertionError(f"Ctrl-C has no effect: {terminal.before}")


def answer(terminal: pexpect.spawn, *pairs: tuple[str, str]) -> None:
    """Waits for the question that names the field, then types."""
    for key, text in pairs:
        terminal.expect_exact(f"{key}）: ")
        terminal.sendline(text)


def written(root: Path, kind: str, before: set[Path]) -> dict[str, object]:
    (path,) = set((root / "records" / kind).rglob("*.yml")) - before
    data, faults = yamlio.read(path.read_bytes())
    assert faults == [] and data is not None
    return data


def files(root: Path, kind: str) -> set[Path]:
    return set((root / "records" / kind).rglob("*.yml"))


def test_questions_lead_to_a_record_that_check_accepts(register_root: Path) -> None:
    before = files(register_root, "product")
    terminal = start(register_root, "new", "product")

    answer(terminal, ("code", "T-900"), ("name", "台式浊度仪"), ("category", "仪器"), ("unit", ""))
    terminal.expect_exact("这一项必填")
    answer(terminal, ("unit", "台"), ("active", "是"), ("回车结束", "备注"), ("remarks", "试制"), ("回车结束", ""))
    terminal.expect(pexpect.EOF)
    terminal.close()

    assert terminal.exitstatus == 0
    assert written(register_root, "product", before) | {"id": ""} == {
        "schema": "product/1", "id": "", "code": "T-900", "name": "台式浊度仪", "category": "仪器", "unit": "台", "active": True, "remarks": "试制",
    }  # fmt: skip


def test_an_answer_can_be_taken_back_and_a_clash_is_asked_again(register_root: Path) -> None:
    """Nothing that was typed is lost when the last check finds one field wrong."""
    taken = yamlio.read(next(iter(files(register_root, "product"))).read_bytes())[0]
    assert taken is not None
    before = files(register_root, "product")
    terminal = start(register_root, "new", "product")

    answer(terminal, ("code", "WRONG"), ("name", "<"), ("code", str(taken["code"])), ("name", "台式浊度仪"), ("category", "仪器"), ("unit", "台"))
    answer(terminal, ("active", "是"), ("回车结束", ""), ("code", "T-901"))
    terminal.expect(pexpect.EOF)
    terminal.close()

    assert terminal.exitstatus == 0
    assert written(register_root, "product", before)["code"] == "T-901"


def test_giving_up_writes_nothing(register_root: Path) -> None:
    before = files(register_root, "product")
    terminal = start(register_root, "new", "product")

    answer(terminal, ("code", "T-900"))
    terminal.expect_exact("name）: ")
    interrupt(terminal, "没有写入")
    terminal.expect(pexpect.EOF)
    terminal.close()

    assert terminal.exitstatus == 130
    assert files(register_root, "product") == before


@pytest.fixture
def served(register_root: Path) -> Iterator[tuple[Path, str]]:
    """A register whose site is served; (its folder, the address)."""
    shutil.copyfile(PROJECT / "mkdocs.yml", register_root / "mkdocs.yml")
    shutil.copytree(PROJECT / "docs", register_root / "docs")
    terminal = start(register_root, "serve", "--port", "0")
    terminal.timeout = 60
    terminal.expect(r"http://127\.0\.0\.1:\d+/")
    yield register_root, str(terminal.match.group())
    interrupt(terminal, pexpect.EOF)


def shows(address: str, words: str, seconds: float = 20) -> bool:
    """Whether the page shows the words before the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with urllib.request.urlopen(address) as answered:
            if words in answered.read().decode("utf-8"):
                return True
        time.sleep(0.2)
    return False


def test_a_served_site_shows_what_is_changed_and_survives_what_is_broken(served: tuple[Path, str]) -> None:
    root, address = served
    record = min(files(root, "product"))
    sound = record.read_text(encoding="utf-8")
    page = f"{address}product/{record.stem}.html"

    record.write_text(sound + "remarks: 改了包装\n", encoding="utf-8")
    assert shows(page, "改了包装")

    (root / "schemas/product.yml").write_text("title: [", encoding="utf-8")
    time.sleep(2)
    assert shows(page, "改了包装")

    shutil.copyfile(PROJECT / "schemas/product.yml", root / "schemas/product.yml")
    record.write_text(sound + "remarks: 又改了\n", encoding="utf-8")
    assert shows(page, "又改了")


def test_an_address_that_is_not_there_gets_the_site_s_own_page(served: tuple[Path, str]) -> None:
    _, address = served

    with pytest.raises(urllib.error.HTTPError) as answered:
        urllib.request.urlopen(f"{address}customer/nobody.html")

    assert answered.value.code == 404
    assert "md-header" in answered.value.read().decode("utf-8")
