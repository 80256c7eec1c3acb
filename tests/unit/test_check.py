"""`mingbu check` as a user sees it: exit status, one-line errors, and every record checked however broken another is."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import building
from mingbu import labels
from mingbu.cli.check import github_line
from mingbu.findings import Finding
from running import Command


def test_a_sound_register_has_no_finding_and_exit_status_0(register_root: Path, mingbu_process: Command) -> None:
    result = mingbu_process("check")

    assert (result.status, result.err) == (0, "")
    assert result.out == f"{building.count(register_root)} 份记录，0 个错误，0 个提醒\n"


def test_errors_give_exit_status_1_and_name_place_code_and_hint(register_root: Path, mingbu_process: Command) -> None:
    building.write(register_root, "customer", settlement="montly")

    result = mingbu_process("check")

    first, hint, summary = result.out.splitlines()
    assert result.status == 1
    assert first.startswith("records/customer/00/CUS-00000Z.yml:17:1: 错误 schema.enum  ")
    assert "montly" in first
    assert hint.startswith("    提示：")
    assert "monthly" in hint
    assert summary == f"{building.count(register_root)} 份记录，1 个错误，0 个提醒"


def test_warnings_alone_pass_unless_strict(register_root: Path, mingbu: Command) -> None:
    building.write(register_root, "customer", telephone="12345678901")

    assert mingbu("check").status == 0
    assert mingbu("check", "--strict").status == 1


def test_the_json_report_has_the_documented_shape(register_root: Path, mingbu: Command) -> None:
    building.write(register_root, "customer", custodian="PER-ZZZZZZ")

    report = mingbu("check", "--format", "json").json

    assert list(report) == ["schema", "root", "on", "commit", "records", "errors", "warnings", "findings"]
    assert report["schema"] == "mingbu/check/1"
    assert (report["root"], report["on"]) == (str(register_root), building.TODAY)
    assert (report["records"], report["errors"], report["warnings"]) == (building.count(register_root), 1, 0)
    assert len(report["commit"]) == 40
    [finding] = report["findings"]
    assert list(finding) == ["path", "line", "column", "pointer", "code", "severity", "message", "hint", "rules", "record"]
    assert (finding["severity"], finding["rules"], finding["record"]) == ("error", ["B23"], "CUS-00000Z")


def test_a_finding_on_what_is_no_record_has_no_record(register_root: Path, mingbu: Command) -> None:
    building.write_text(register_root, "records/customer/00/CUS-00000Z.yml", "x: [\n")

    [finding] = mingbu("check", "--format", "json").json["findings"]

    assert finding["record"] is None


def test_github_annotations_name_file_line_and_code(register_root: Path, mingbu: Command) -> None:
    building.write(register_root, "customer", telephone="1,2%:\n::error::x")

    line = mingbu("check", "--format", "github").out.splitlines()[0]

    assert line.startswith("::error file=records/customer/00/CUS-00000Z.yml,line=14,col=1,title=schema.phone::")
    assert "1,2%25:" in line


def test_no_path_and_no_value_ends_its_annotation() -> None:
    finding = Finding("records/a\n::stop-commands::x,b:c%.yml", 1, 1, "", "file.name", args={"value": "y\r\n::error::%"})

    line = github_line(finding, "zh")

    assert len(line.splitlines()) == 1
    assert line.startswith("::error file=records/a%0A%3A%3Astop-commands%3A%3Ax%2Cb%3Ac%25.yml,line=1,col=1,title=file.name::")
    assert line.endswith("%25 — " + labels.hint(finding, "zh"))


def test_one_broken_file_never_hides_the_others(register_root: Path, mingbu: Command) -> None:
    building.write_text(register_root, "records/customer/00/CUS-000001.yml", 'schema: customer/1\nid: "CUS-0000')
    building.write_text(register_root, "records/case/00/CAS-000001.yml", b"\xff\xfe")
    building.write(register_root, "product", code="P-1", name="另一台泵")

    result = mingbu("check", "--format", "json")

    assert sorted({(path, code) for path, _, code, _ in result.findings}) == [
        ("records/case/00/CAS-000001.yml", "yaml.encoding"),
        ("records/customer/00/CUS-000001.yml", "yaml.syntax"),
        ("records/product/00/PRD-00000Z.yml", "unique.duplicate"),
    ]


def test_a_half_written_file_is_a_finding(register_root: Path, mingbu: Command) -> None:
    """An editor or a full disk may cut a file off anywhere; most cuts lose a required field."""
    file = register_root / "records/customer/00/CUS-000001.yml"
    raw = file.read_bytes()
    for length in range(0, raw.index(b"prepared_by"), 83):
        file.write_bytes(raw[:length])

        result = mingbu("check", "--format", "json")

        assert {path for path, *_ in result.findings} == {"records/customer/00/CUS-000001.yml"}
        assert result.status == 1


@pytest.mark.parametrize("arguments", [["check"], ["list", "customer"], ["show", "CUS-000001"], ["fmt"]])
def test_a_missing_folder_is_one_line_and_exit_status_2(arguments: list[str], mingbu_process: Command) -> None:
    result = mingbu_process("-C", "nowhere", *arguments)

    assert (result.status, result.out) == (2, "")
    assert result.err == "mingbu: 没有文件夹 nowhere\n"


def test_a_folder_without_records_is_one_line_and_exit_status_2(tmp_path: Path, mingbu: Command) -> None:
    (tmp_path / "empty").mkdir()

    result = mingbu("-C", str(tmp_path / "empty"), "check")

    assert (result.status, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1


def test_a_register_without_schemas_is_one_line_and_exit_status_2(register_root: Path, mingbu: Command) -> None:
    (register_root / "schemas").rename(register_root / "elsewhere")

    result = mingbu("check")

    assert (result.status, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1
    assert "schemas" in result.err


def test_outside_a_git_repository_there_is_a_warning(register_root: Path, mingbu: Command) -> None:
    shutil.rmtree(register_root / ".git")

    result = mingbu("check", "--format", "json")

    assert result.findings == [("records", 1, "file.no-git", "")]
    assert (result.status, result.json["commit"]) == (0, None)


def test_before_the_first_commit_the_register_is_checked_without_one(register_root: Path, mingbu: Command) -> None:
    shutil.rmtree(register_root / ".git")
    (register_root / ".git").mkdir()

    result = mingbu("check", "--format", "json")

    assert (result.status, result.json["commit"]) == (0, None)


def test_a_folder_of_an_unknown_kind_is_a_finding(register_root: Path, mingbu: Command) -> None:
    building.write_text(register_root, "records/custmer/00/CUS-00000Z.yml", "schema: customer/1\n")
    building.write_text(register_root, "records/policy/weather/2026-01-01.yml", "schema: policy-weather/1\n")

    result = mingbu("check", "--format", "json")

    assert result.findings == [("records/custmer", 1, "file.unknown-kind", ""), ("records/policy/weather", 1, "file.unknown-kind", "")]


def test_a_register_without_register_yml_is_a_finding(register_root: Path, mingbu: Command) -> None:
    (register_root / "records/register.yml").unlink()

    result = mingbu("--on", building.TODAY, "check", "--format", "json")

    assert result.findings == [("records/register.yml", 1, "file.missing-register", "")]


def test_a_file_that_the_disk_does_not_give_is_a_finding(register_root: Path, mingbu: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in for permissions, which don't hold back root: the system call fails as a broken disk lets it fail."""
    really = os.open

    def failing(file: Any, *arguments: Any, **options: Any) -> int:
        if str(file).endswith("CAS-000001.yml"):
            raise OSError(5, "Input/output error")
        return really(file, *arguments, **options)

    monkeypatch.setattr(os, "open", failing)

    result = mingbu("check", "--format", "json")

    assert result.findings == [("records/case/00/CAS-000001.yml", 1, "file.unreadable", "")]


def test_a_broken_record_that_others_point_to_is_no_dangling_reference(register_root: Path, mingbu: Command) -> None:
    building.write_text(register_root, "records/person/00/PER-000003.yml", "name: [\n")

    assert mingbu("check", "--format", "json").codes == ["yaml.syntax"]


def test_two_records_with_one_id_are_a_finding(register_root: Path, mingbu: Command) -> None:
    text = (register_root / "records/product/00/PRD-000001.yml").read_text(encoding="utf-8")
    building.write_text(register_root, "records/product/11/PRD-000001.yml", text)

    result = mingbu("check", "--format", "json")

    second = "records/product/11/PRD-000001.yml"
    assert result.findings == [(second, 2, "id.duplicate", "/id"), (second, 2, "id.place", "/id")]


def test_a_file_name_that_is_no_utf_8_is_a_finding_in_every_format(register_root: Path, mingbu_process: Command) -> None:
    folder = os.fsencode(register_root / "records/customer/00")
    with open(folder + b"/CUS-\xff\x1b[2J.yml", "w", encoding="utf-8") as stream:
        stream.write("x: 1\n")

    for output in ("text", "json", "github"):
        result = mingbu_process("check", "--format", output)

        assert (result.status, result.err) == (1, ""), output
        assert "file.name" in result.out
        assert "\x1b" not in result.out


def test_checking_changes_no_file(register_root: Path, mingbu: Command) -> None:
    """What it remembers of the history lies in git's own folder."""
    before = contents(register_root)

    mingbu("check")

    assert contents(register_root) == before


def contents(root: Path) -> dict[Path, bytes]:
    """Every file but those of .git/mingbu."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and not path.is_relative_to(root / ".git/mingbu")}


def test_the_same_register_gives_the_same_report(register_root: Path, mingbu: Command, mingbu_process: Command) -> None:
    for number in range(9):
        building.write(register_root, "product", id=f"PRD-00001{number}", code=f"C{number % 2}", name=f"泵{number % 3}")

    assert mingbu("check", "--format", "json").out == mingbu_process("check", "--format", "json").out


@pytest.mark.parametrize(
    ("commands", "codes"),
    [
        ([["chmod", "+x", "RECORD"]], ["file.mode"]),
        ([["git", "update-index", "--chmod=+x", "RECORD"]], ["file.mode"]),
        ([["git", "config", "core.fileMode", "false"], ["chmod", "+x", "RECORD"]], []),
        ([["git", "config", "core.fileMode", "false"], ["git", "update-index", "--chmod=+x", "RECORD"]], ["file.mode"]),
    ],
    ids=["on the disk", "in the index", "on a disk without modes", "in the index over a disk without modes"],
)
def test_an_executable_record_is_a_finding_as_git_sees_it(register_root: Path, mingbu: Command, commands: list[list[str]], codes: list[str]) -> None:
    """The record is tracked; other records and the record itself are still checked."""
    record = "records/case/00/CAS-000001.yml"
    for command in commands:
        subprocess.run([record if part == "RECORD" else part for part in command], cwd=register_root, check=True)

    result = mingbu("check", "--format", "json")

    assert result.codes == codes
    assert [item["record"] for item in result.json["findings"]] == ["CAS-000001"] * len(codes)


@pytest.mark.parametrize("mode", ["120000", "160000"], ids=["a link", "another repository"])
def test_what_only_the_index_holds_is_a_finding(register_root: Path, mingbu: Command, mode: str) -> None:
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=register_root, check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run(["git", "update-index", "--add", "--cacheinfo", f"{mode},{head},records/customer/ZZ"], cwd=register_root, check=True)

    assert mingbu("check", "--format", "json").codes == ["file.not-regular"]
