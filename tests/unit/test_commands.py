"""The other commands as a user sees them: list, show, fmt, schema; and which register, day and findings were asked for."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

import building
from running import Command


def test_only_the_findings_below_the_named_paths_are_shown(register_root: Path, mingbu: Command) -> None:
    building.write(register_root, "customer", side="?")
    building.write(register_root, "product", unit=1)

    assert mingbu("check", "records/product").status == 1
    assert mingbu("check", "--format", "json", "records/product").codes == ["schema.type"]
    assert mingbu("check", "--format", "json", "records/customer/00/CUS-00000Z.yml").codes == ["schema.enum"]
    assert mingbu("check", "--format", "json", ".").codes == ["schema.enum", "schema.type"]
    assert mingbu("check", "records/department").status == 0
    assert mingbu("check", "records/nobody").status == 2
    assert mingbu("check", "/").status == 2


def test_findings_that_the_baseline_has_are_not_held_against_a_change(register_root: Path, mingbu: Command, tmp_path: Path) -> None:
    building.write(register_root, "product", unit=1)
    baseline = tmp_path / "base.json"
    baseline.write_text(mingbu("check", "--format", "json").out, encoding="utf-8")

    assert mingbu("check", "--baseline", str(baseline)).status == 0

    building.write(register_root, "customer", side="?")

    result = mingbu("check", "--format", "json", "--baseline", str(baseline))
    assert (result.status, result.codes) == (1, ["schema.enum"])


@pytest.mark.parametrize("content", ["", "[]", '{"findings": 1}', "x: 1"])
def test_a_baseline_that_is_no_report_is_exit_status_2(content: str, mingbu: Command, tmp_path: Path) -> None:
    (tmp_path / "base.json").write_text(content, encoding="utf-8")

    result = mingbu("check", "--baseline", str(tmp_path / "base.json"))

    assert (result.status, len(result.err.splitlines())) == (2, 1)


def test_on_sets_the_day(mingbu: Command) -> None:
    assert mingbu("--on", "2026-01-01", "check", "--format", "json").json["errors"] > 0
    assert "credit.file-in-force" not in mingbu("--on", "2026-12-31", "check", "--format", "json").codes
    assert "credit.file-in-force" in mingbu("--on", "2027-01-01", "check", "--format", "json").codes
    assert mingbu("--on", "1 June", "check").status == 2


@pytest.mark.parametrize("arguments", [[], ["chek"], ["check", "--format", "xml"], ["show"], ["list", "customers"], ["--lang", "fr", "check"]])
def test_wrong_usage_is_exit_status_2_and_one_line(arguments: list[str], mingbu_process: Command) -> None:
    result = mingbu_process(*arguments)

    assert (result.status, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1
    assert "Traceback" not in result.err


def test_the_nearest_register_above_the_folder_is_used(register_root: Path, mingbu: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(register_root / "records" / "customer")

    assert mingbu("check").out.startswith(f"{building.count(register_root)} 份记录")


def test_list_gives_csv_that_reads_back(mingbu: Command) -> None:
    result = mingbu("--lang", "en", "list", "customer", "--columns", "short_name,status,credit_limit", "--format", "csv")

    rows = list(csv.reader(io.StringIO(result.out)))

    assert rows[0] == ["ID", "Short name", "Status", "Credit limit"]
    assert rows[1] == ["CUS-000001", "松墨阀门", "Active", "200,000.00"]
    assert rows[2] == ["CUS-000002", "云栖电机", "Prospect", ""]


def test_list_gives_json_with_typed_and_derived_values(mingbu: Command) -> None:
    data = mingbu("list", "credit-decision", "--columns", "/terms_days,score,computed_grade", "--format", "json").json

    assert data == {
        "schema": "mingbu/list/1",
        "kind": "credit-decision",
        "rows": [{"id": "CDE-000001", "terms_days": 30, "score": "79.00", "computed_grade": "A"}],
    }


def test_list_keeps_the_records_that_answer_every_condition(mingbu: Command) -> None:
    def ids(*conditions: str) -> list[str]:
        where = [part for condition in conditions for part in ("--where", condition)]
        return [row["id"] for row in mingbu("list", "customer", *where, "--format", "json").json["rows"]]

    assert ids("status=prospect") == ["CUS-000002", "CUS-000003"]
    assert ids("/status=prospect", "short_name=竹屿环保") == ["CUS-000003"]
    assert ids("is_branch=true") == []
    assert ids("credit_grade=A") == ["CUS-000001"]
    assert mingbu("list", "customer", "--where", "status").status == 2
    assert mingbu("list", "customer", "--where", "colour=red").status == 2
    assert mingbu("list", "customer", "--columns", "colour").status == 2


def test_show_gives_the_documented_shape_with_links_both_ways(mingbu: Command) -> None:
    data = mingbu("show", "CRD-000001", "--format", "json").json

    assert list(data) == ["schema", "kind", "id", "path", "record", "derived", "links", "approvals", "commit"]
    assert data["derived"] == {"grade": "A", "company_grade": "A", "limit": "200000.00", "terms_days": 30, "valid_to": "2026-12-31"}
    assert {"from": "CRD-000001", "to": "CUS-000001", "pointer": "/customer"} in data["links"]
    assert {"from": "CDE-000001", "to": "CRD-000001", "pointer": "/credit_file"} in data["links"]


def test_show_says_why_there_is_no_such_record(register_root: Path, mingbu: Command) -> None:
    building.write(register_root, "product", unit=1)
    building.write_text(register_root, "records/product/00/PRD-00000Y.yml", "x: [\n")

    unknown, broken, unreadable = mingbu("show", "CUS-ZZZZZZ"), mingbu("show", "PRD-00000Z"), mingbu("show", "PRD-00000Y")

    assert (unknown.status, unknown.err) == (1, "mingbu: 没有编号为 CUS-ZZZZZZ 的记录\n")
    assert broken.status == unreadable.status == 1
    assert "mingbu check" in broken.err
    assert "mingbu check" in unreadable.err


def test_fmt_orders_keys_and_keeps_comments(register_root: Path, mingbu: Command) -> None:
    file = register_root / "records/product/00/PRD-000001.yml"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("# 头\n" + "\n".join([*reversed(lines)]).replace("unit: 台", "unit: '台'   # 单位") + "\n# 尾\n", encoding="utf-8")

    would, first, second = mingbu("fmt", "--check"), mingbu("fmt"), mingbu("fmt", "--check")

    assert (would.status, first.status, second.status) == (1, 0, 0)
    assert would.out == first.out == "records/product/00/PRD-000001.yml\n"
    text = file.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if not line.startswith("#")] == [line.replace("unit: 台", "unit: 台  # 单位") for line in lines]
    assert text.count("# 头") == text.count("# 尾") == 1


def test_fmt_touches_only_the_named_paths(register_root: Path, mingbu: Command) -> None:
    for name in ("records/product/00/PRD-000001.yml", "records/case/00/CAS-000001.yml"):
        file = register_root / name
        file.write_text(file.read_text(encoding="utf-8").replace("remarks", "remarks") + "\n\n", encoding="utf-8")

    result = mingbu("fmt", "records/case")

    assert result.out == "records/case/00/CAS-000001.yml\n"
    assert mingbu("fmt", "nowhere.yml").status == 2


@pytest.mark.parametrize("kind", sorted(building.SCHEMAS.kinds))
def test_schema_gives_a_draft_2020_12_schema_that_accepts_a_sound_record(kind: str, mingbu: Command) -> None:
    from jsonschema import Draft202012Validator

    schema = mingbu("schema", kind).json

    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert list(validator.iter_errors(building.fields(kind))) == []
    assert not validator.is_valid({**building.fields(kind), "unheard_of": 1})
    assert "x-" not in {key[:2] for key in json.dumps(schema).split('"')}


def test_schema_without_kind_lists_the_kinds(mingbu: Command) -> None:
    result = mingbu("--lang", "en", "schema")

    assert result.status == 0
    assert [line.split()[0] for line in result.out.splitlines()] == sorted(building.SCHEMAS.kinds)
    assert mingbu("schema", "nonsense").status == 2


@pytest.mark.parametrize(
    ("folder", "path"), [(".", "."), ("records", ".."), ("records/product", "../.."), (".", "records/customer/.."), ("records", ".")]
)
def test_a_path_is_understood_from_the_folder_that_the_user_is_in(
    folder: str, path: str, register_root: Path, mingbu: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    building.write(register_root, "product", unit=1)
    monkeypatch.chdir(register_root / folder)

    assert mingbu("check", "--format", "json", path).codes == ["schema.type"]


def test_a_folder_may_be_called_like_a_command(register_root: Path, mingbu: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    register_root.rename(register_root.with_name("demo"))
    monkeypatch.chdir(register_root.parent)

    assert mingbu("-C", "demo", "list", "product", "--format", "json").json["kind"] == "product"
    assert mingbu("-C", str(register_root.with_name("demo")), "show", "PRD-000001").status == 0


def test_without_git_there_is_one_line(register_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    done = subprocess.run([sys.executable, "-m", "mingbu", "-C", str(register_root), "check"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", "mingbu: 没有找到 git，请先安装，并让它在 PATH 上\n")
