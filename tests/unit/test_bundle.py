"""The bundle for auditors: checked with sha256sum, git and ssh-keygen, as an auditor would; what was tampered with shows."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

import building
from building import ACTIVE, BOSS, CLERK, COMPANY, OPENING, PROSPECT
from mingbu import outputs
from running import Command

CONTRACT = "CON-000002"
RECORD = f"records/contract/00/{CONTRACT}.yml"
MILESTONES = [{"due_on": "2026-06-30", "amount": "360000.00"}]
RULES = pytest.mark.rule("E2", "E4")


@pytest.fixture
def root(register_root: Path) -> Path:
    """A contract of 2026 with a customer whose opening was approved, in a repository with two commits."""
    building.write(register_root, "contract", like="signed", id=CONTRACT, contract_no="HZ-2026-002", payment_milestones=MILESTONES)
    building.commit_all(register_root)
    building.edit(register_root, "contract", CONTRACT, title="阀门年度合同")
    building.commit_all(register_root)
    return register_root


def unpacked(path: Path) -> Path:
    folder = path.with_suffix("")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def bundle(root: Path, mingbu: Command, tmp_path: Path) -> Path:
    done = mingbu("bundle", "--period", "2026-H1", "--output", str(tmp_path / "audit.zip"))
    assert done.status == 0, done.err
    return unpacked(tmp_path / "audit.zip")


def ran(folder: Path, *command: str, given: bytes = b"") -> int:
    return subprocess.run(command, cwd=folder, input=given, capture_output=True, check=False).returncode


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    return found


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8-sig"))))


def signed_well(folder: Path, row: dict[str, str], *options: str, signers: str = "allowed_signers") -> bool:
    asked = ("ssh-keygen", "-Y", "verify", "-f", signers, "-I", row["principal"], "-n", "mingbu/approval", "-s", row["signature"], *options)
    return ran(folder, *asked, given=(folder / row["payload"]).read_bytes()) == 0


@RULES
def test_an_auditor_can_check_every_part_of_it(bundle: Path, root: Path) -> None:
    """sha256sum, git and ssh-keygen, and nothing of ours."""
    assert ran(bundle, "sha256sum", "--quiet", "-c", "SHA256SUMS") == 0
    listed = {line.split("  ", 1)[1] for line in (bundle / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    assert listed | {"SHA256SUMS"} == {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}

    found = manifest(bundle)
    assert Draft202012Validator(outputs.schema("bundle"), format_checker=FormatChecker()).is_valid(found)
    assert found["commit"] == building.git(root, "rev-parse", "HEAD")
    for record in found["records"]:
        assert building.git(bundle, "hash-object", "--no-filters", record["path"]) == record["blob"]
        assert (bundle / record["path"]).read_bytes() == (root / record["path"]).read_bytes()

    statements = rows(bundle, "signatures.csv")
    assert {row["subject"] for row in statements} >= {OPENING}
    assert all(signed_well(bundle, row) for row in statements)

    assert ran(bundle, "git", "clone", "-q", "history/register.bundle", "clone") == 0
    assert ran(bundle / "clone", "git", "bundle", "verify", "../history/register.bundle") == 0
    assert building.git(bundle / "clone", "rev-parse", "HEAD") == found["commit"]
    assert building.git(bundle / "clone", "rev-list", "--count", "HEAD") == building.git(root, "rev-list", "--count", "HEAD")


@RULES
def test_it_holds_what_is_needed_to_judge_the_contracts_of_the_period(bundle: Path) -> None:
    found = {record["id"]: record for record in manifest(bundle)["records"]}

    assert {CONTRACT, ACTIVE, OPENING, BOSS, "register", "deadlines/2024-01-01", "approvals/2024-01-01", "duties/2024-01-01"} <= set(found)
    assert "CON-000001" not in found  # a draft
    assert PROSPECT not in found
    assert found[OPENING]["approvals"][0]["by"] == BOSS
    assert manifest(bundle)["contracts"] == [{"id": CONTRACT, "number": "HZ-2026-002", "happened": ["signed", "formalities", "handed_over", "due"]}]
    history = (bundle / f"history/{CONTRACT}.txt").read_text(encoding="utf-8")
    assert "合同名称：阀门年度买卖合同 → 阀门年度合同" in history
    assert "Title: 阀门年度买卖合同 → 阀门年度合同" in (bundle / f"history/en/{CONTRACT}.txt").read_text(encoding="utf-8")
    assert {row["there"] for row in rows(bundle, "attachments.csv")} == {"unchecked"}
    assert sum(row["record"] == CONTRACT for row in rows(bundle, "attachments.csv")) == 11
    readme = (bundle / "README.txt").read_text(encoding="utf-8")
    assert "整个名簿到该提交为止的全部历史" in readme
    assert "history of the whole register" in readme


@RULES
def test_what_was_tampered_with_shows(bundle: Path) -> None:
    """The sum of a changed record, then its blob where the sum was mended, then a signature that was made up."""
    record = bundle / RECORD
    record.write_bytes(record.read_bytes().replace(b"360000.00", b"930000.00"))
    assert ran(bundle, "sha256sum", "--quiet", "-c", "SHA256SUMS") != 0

    lines = (bundle / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    mended = subprocess.run(["sha256sum", RECORD], cwd=bundle, capture_output=True, check=True, text=True).stdout.strip()
    (bundle / "SHA256SUMS").write_text("\n".join(mended if line.endswith(RECORD) else line for line in lines) + "\n", encoding="utf-8")
    assert ran(bundle, "sha256sum", "--quiet", "-c", "SHA256SUMS") == 0
    blob = next(one["blob"] for one in manifest(bundle)["records"] if one["path"] == RECORD)
    assert building.git(bundle, "hash-object", "--no-filters", RECORD) != blob

    statement = rows(bundle, "signatures.csv")[0]
    payload = bundle / statement["payload"]
    assert signed_well(bundle, statement)
    assert not signed_well(bundle, statement | {"principal": CLERK})
    payload.write_bytes(payload.read_bytes().replace(b'"approved"', b'"rejected"'))
    assert not signed_well(bundle, statement)


@RULES
def test_an_approval_by_a_key_that_had_run_out_fails_by_its_dates(root: Path, mingbu: Command, tmp_path: Path) -> None:
    keys = [building._keys(BOSS)[0] | {"to": "2024-01-31"}]
    building.edit(root, "person", BOSS, keys=keys)
    building.commit_all(root)
    assert mingbu("bundle", "--period", "2026-H1", "--output", str(tmp_path / "b.zip")).status == 0
    folder = unpacked(tmp_path / "b.zip")
    statement = next(row for row in rows(folder, "signatures.csv") if row["principal"] == BOSS)

    assert signed_well(folder, statement)  # without the days
    assert signed_well(folder, statement, "-Overify-time=202401201000", signers="allowed_signers.dated")
    assert not signed_well(folder, statement, "-Overify-time=202402031000", signers="allowed_signers.dated")


@RULES
def test_the_same_commit_gives_the_same_bytes_however_the_repository_is_packed(root: Path, mingbu: Command, tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{name}.zip" for name in "abc")
    for path, lang in ((first, "zh"), (second, "en")):
        assert mingbu("--lang", lang, "bundle", "--period", "2026-H1", "--output", str(path)).status == 0
        building.git(root, "-c", "pack.window=50", "gc", "-q", "--aggressive")
    (root / RECORD).write_text("broken", encoding="utf-8")  # what isn't committed plays no part
    assert mingbu("--as-of", "HEAD", "bundle", "--period", "2026-H1", "--output", str(third)).status == 0

    assert first.read_bytes() == second.read_bytes() == third.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == sorted(archive.namelist())


@RULES
def test_an_earlier_commit_gives_the_bundle_of_then_without_history_where_it_is_left_out(root: Path, mingbu: Command, tmp_path: Path) -> None:
    before = building.git(root, "rev-parse", "HEAD~1")
    done = mingbu("--as-of", before, "bundle", "--period", "2026-H1", "--no-history", "--output", str(tmp_path / "then.zip"))
    folder = unpacked(tmp_path / "then.zip")

    assert done.status == 0
    assert manifest(folder)["commit"] == before
    assert "阀门年度买卖合同" in (folder / RECORD).read_text(encoding="utf-8")
    assert not (folder / "history/register.bundle").exists()
    assert not (folder / "history").exists()
    assert manifest(folder)["history"] is None
    assert "--no-history" in (folder / "README.txt").read_text(encoding="utf-8")


@RULES
def test_attachments_are_looked_for_where_a_folder_is_named(root: Path, mingbu: Command, tmp_path: Path) -> None:
    store = tmp_path / "files"
    building.write_text(store, "合同.pdf", b"signed")
    documents = building.fields("contract", like="signed")["documents"]
    digest = subprocess.run(["sha256sum", store / "合同.pdf"], capture_output=True, check=True, text=True).stdout.split()[0]
    documents[0] |= {"sha256": digest, "location": "合同.pdf"}
    documents[1] |= {"sha256": "0" * 64, "location": "执照.pdf"}
    building.edit(root, "contract", CONTRACT, documents=documents)
    building.commit_all(root)
    asked = ("bundle", "--period", "2026-01", "--who", ACTIVE, "--attachments", str(store), "--output", str(tmp_path / "a.zip"))

    assert mingbu(*asked).status == 0
    found = [row["there"] for row in rows(unpacked(tmp_path / "a.zip"), "attachments.csv") if row["record"] == CONTRACT]
    assert found[:3] == ["yes", "no", "unchecked"]


@RULES
def test_it_refuses_in_one_line_and_leaves_nothing_behind(root: Path, mingbu: Command, tmp_path: Path) -> None:
    out = tmp_path / "out" / "a.zip"
    out.parent.mkdir()

    def refused(*arguments: str, status: int = 2) -> str:
        done = mingbu("bundle", "--output", str(out), *arguments)
        assert (done.status, done.out, done.err.count("\n")) == (status, "", 1)
        return done.err

    assert "2020" in refused("--period", "2020", status=1)
    assert PROSPECT not in refused("--period", "2026-H1", "--who", PROSPECT, status=1)
    assert CLERK in refused("--period", "2026-H1", "--who", CLERK, status=1)
    refused("--period", "2026-X1")
    refused("--period", "2026-H1", "--attachments", "nowhere")
    assert mingbu("bundle", "--period", "2026-H1", "--output", str(tmp_path / "none" / "a.zip")).status == 2
    building.edit(root, "contract", CONTRACT, title="改过")
    assert "--as-of HEAD" in refused("--period", "2026-H1")
    building.commit_all(root)
    assert list(out.parent.iterdir()) == []

    out.write_bytes(b"kept")
    assert "--force" in refused("--period", "2026-H1")
    assert out.read_bytes() == b"kept"
    assert mingbu("bundle", "--period", "2026-H1", "--who", COMPANY, "--force", "--output", str(out)).status == 0
    assert zipfile.is_zipfile(out)
    assert [path.name for path in out.parent.iterdir()] == ["a.zip"]

    shutil.rmtree(root / ".git")
    out.unlink()
    refused("--period", "2026-H1")
