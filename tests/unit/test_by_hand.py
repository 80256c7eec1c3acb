"""The guide's page on checking an approval by hand: its commands, run as a stranger would, with no mingbu in sight."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import building
from company import MANAGER, Company

PAGES = {lang: building.PROJECT / "docs" / lang / "guide" / "approvals.md" for lang in ("zh", "en")}
TOOLS = ("bash", "git", "ssh-keygen", "sha256sum", "sed", "paste", "cut", "sort", "head", "tail", "grep", "mktemp", "cat")


def commands(lang: str) -> str:
    """Every block of the page that is meant to be run, in its order."""
    return "\n".join(re.findall(r"```sh\n(.*?)```", PAGES[lang].read_text(encoding="utf-8"), re.DOTALL))


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A limit that was approved, raised, and approved again, landed by merges."""
    made = Company(tmp_path / "register")
    for day, limit in (("01", "300000.00"), ("02", "450000.00")):
        made.branch(f"proposal-{day}")
        path = made.decide(limit, conditions="逾期即停止发货。", exception_reason=building.ABSENT)
        made.commit(at=f"2026-06-{day}T09:00:00+08:00")
        made.approve(path, at=f"2026-06-{day}T12:00:00+08:00", opinion="同意。")
        made.commit(by=MANAGER, at=f"2026-06-{day}T12:05:00+08:00")
        made.merge(f"proposal-{day}", at=f"2026-06-{day}T18:00:00+08:00")
    return made


@pytest.fixture
def bare_path(tmp_path: Path) -> dict[str, str]:
    """An environment that has the tools of the page and nothing else."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for tool in TOOLS:
        found = subprocess.run(["bash", "-c", f"type -P {tool}"], capture_output=True, text=True, check=True).stdout.strip()
        (folder / tool).symlink_to(found)
    return {"PATH": str(folder), "HOME": str(tmp_path), "LANG": "C.UTF-8", "TMPDIR": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}


def by_hand(root: Path, environment: dict[str, str], lang: str, before: str = "") -> subprocess.CompletedProcess[str]:
    script = "set -eu\n" + before + commands(lang)
    return subprocess.run(["bash", "-c", script], cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("lang", PAGES)
def test_a_stranger_proves_an_approval_with_git_ssh_keygen_and_sha256sum(company: Company, bare_path: dict[str, str], lang: str) -> None:
    done = by_hand(company.root, bare_path, lang)

    assert done.returncode == 0, done.stderr
    assert re.search(rf'^Good "mingbu/approval" signature for {MANAGER} with ED25519 key SHA256:', done.stdout, re.M)
    [digest] = re.findall(r"^sha256:([0-9a-f]{64})$", done.stdout.partition("Good")[0].rpartition("END SSH")[2], re.M)
    assert re.search(rf"^{digest}  -$", done.stdout, re.M)
    assert {"zh": "所见的版本在合并之前", "en": "the commit that he saw came before the landing"}[lang] in done.stdout


def test_the_chain_is_followed_by_hand(company: Company, bare_path: dict[str, str]) -> None:
    """`previous` of the second statement is what sha256sum says of the first."""
    files = sorted((company.root / "records/approval").glob("*/CDE-00000A/*.yml"), key=lambda path: company.record(path).data["at"])  # type: ignore[union-attr]
    first, second = (path.relative_to(company.root).as_posix() for path in files)

    outputs = []
    for file in (first, second):
        script = commands("zh")
        named = re.sub(r"^FILE=.*$", f"FILE={file}", script, flags=re.M)
        outputs.append(subprocess.run(["bash", "-c", named], cwd=company.root, env=bare_path, capture_output=True, text=True, check=False).stdout)

    digest = re.findall(r"^([0-9a-f]{64})  -$", outputs[0], re.M)[-1]
    assert f"sha256:{digest}" in re.findall(r"^sha256:[0-9a-f]{64}$", outputs[1], re.M)


@pytest.mark.parametrize("old", ["opinion: 同意。", 'at: "2026-06-02T12:00', "role: credit_manager"])
def test_an_altered_statement_fails_by_hand_too(company: Company, bare_path: dict[str, str], old: str) -> None:
    [path] = [path for path in (company.root / "records/approval").glob("*/CDE-00000A/*.yml") if "06-02" in path.read_text(encoding="utf-8")]
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, f"{old[:-1]}9" if "at:" in old else f"{old}x"), encoding="utf-8")
    company.commit("改", at="2026-06-03T10:00:00+08:00")

    done = by_hand(company.root, bare_path, "zh")

    assert done.returncode != 0
    assert "Could not verify signature" in done.stdout + done.stderr


def test_both_languages_give_the_same_commands() -> None:
    plain = [re.sub(r"echo .*", "echo", commands(lang)) for lang in PAGES]

    assert plain[0] == plain[1] and "ssh-keygen -Y verify" in plain[0]
    assert "mingbu " not in re.sub(r'mingbu/approval|"mingbu/', "", plain[0])
