"""`mingbu trace`: every requirement with what answers it; nothing is claimed that isn't there."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

import building
from chinese import CHINESE
from mingbu.checks import run, sound_part
from mingbu.labels import catalogue
from mingbu.register import Policy, open_register
from mingbu.reports import REPORTS
from mingbu.trace import Requirement, trace
from running import Command

TODAY = date.fromisoformat(building.TODAY)
COUNTS = {"A": 20, "B": 26, "C": 14, "D": 12, "E": 14, "F": 6}
IDS = [f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)]
BROKEN = "# expect: 3 schema.required /code E13,D6\nschema: product/1\n"

MARKED = """
import pytest


@pytest.mark.rule("A12", "F5")
@pytest.mark.parametrize("x", [1])
def test_x(x):
    pass


def test_y():
    pass
"""


@pytest.fixture(scope="module")
def found() -> dict[str, Requirement]:
    """The requirements as the sample and this project's tests answer them."""
    register = sound_part(open_register(building.PROJECT, building.SCHEMAS))
    return {requirement.id: requirement for requirement in trace(register, Policy(register, TODAY), run(register, TODAY))}


def of(mingbu: Command, *arguments: str) -> dict[str, dict[str, object]]:
    """id → what `mingbu trace --format json` says of it."""
    return {row["id"]: row for row in mingbu("trace", *arguments, "--format", "json").json["requirements"]}


def test_every_requirement_is_there_once_and_in_order(found: dict[str, Requirement], mingbu: Command) -> None:
    assert list(found) == IDS
    assert len(IDS) == 92
    assert [row["id"] for row in mingbu("trace", "--format", "json").json["requirements"]] == IDS


def test_every_requirement_that_asks_for_a_check_has_one_and_a_test_that_breaks_it(found: dict[str, Requirement]) -> None:
    asking = [requirement for requirement in found.values() if "check" in requirement.needs]

    assert len(asking) > 40
    assert [requirement.id for requirement in asking if not requirement.checks] == []
    assert [requirement.id for requirement in asking if not requirement.tests] == []


def test_every_requirement_that_asks_for_a_record_has_fields(found: dict[str, Requirement]) -> None:
    assert [requirement.id for requirement in found.values() if "record" in requirement.needs and not requirement.fields] == []


def test_what_is_named_is_there(found: dict[str, Requirement]) -> None:
    """Fields in the schemas, codes in the catalogue, reports, tests in their files."""
    codes = set(catalogue("findings"))
    for requirement in found.values():
        for name in requirement.fields:
            kind, _, pointer = name.partition(":")
            assert pointer in building.SCHEMAS.kinds[kind].by_pointer, name
        assert set(requirement.checks) <= codes, requirement.id
        assert set(requirement.reports) <= set(REPORTS), requirement.id
        for name in requirement.tests:
            file, _, function = name.partition("::")
            assert re.search(f"^def {function}\\(", (building.PROJECT / file).read_text(encoding="utf-8"), re.M) if function else True, name
            assert (building.PROJECT / file).is_file(), name


def test_every_requirement_that_a_schema_a_check_or_a_case_names_is_one(found: dict[str, Requirement]) -> None:
    from mingbu.checks import CHECKS

    named = {rule for check in CHECKS for rule in check.rules}
    named |= {rule for kind in building.SCHEMAS.kinds.values() for field in kind.fields for rule in field.node.get("x-rule", [])}
    named |= {rule for report in REPORTS.values() for rule in report.rules}
    for case in building.CASES.glob("*/bad/*.yml"):
        named |= set(re.findall(r"\b[A-F]\d+\b", " ".join(re.findall(r"^# expect: \d+ \S+(?: /\S*)?( [A-F]\d\S*)$", case.read_text("utf-8"), re.M))))
    for path in (building.PROJECT / "tests").rglob("test_*.py"):
        marks = re.findall(r"@pytest\.mark\.rule\(([^)]*)\)", path.read_text(encoding="utf-8"))
        named |= {rule for text in marks for rule in re.findall(r'"([^"]+)"', text)}

    assert named - set(found) == set()


def test_the_catalogue_is_what_the_regulations_list(found: dict[str, Requirement]) -> None:
    """Each regulation of the sample names its requirements article by article; together they are all of them."""
    register = open_register(building.PROJECT, building.SCHEMAS)
    articles = {name: row["article"] for record in register.of("regulation") for row in record.data["articles"] for name in row["requirements"]}

    assert {requirement.id: requirement.article for requirement in found.values()} == articles
    entries = yaml.safe_load((building.PROJECT / "tools/mingbu/catalogue/requirements.yml").read_text(encoding="utf-8"))
    assert {name: entry["article"] for name, entry in entries.items()} == articles


def test_one_requirement_is_shown_with_everything_behind_it(mingbu: Command) -> None:
    lines = mingbu("-C", str(building.PROJECT), "trace", "D6").out.splitlines()

    assert re.match("D6  一日签回  (?:已|未)落实$", lines[0])
    assert lines[1] == "条文: 有望顾客提报处理规定 第二条"
    assert {"[字段]", "  case:/signed_at", "[检查]", "  case.signed-late", "[期限]", "  case.sign-back", "[测试]"} <= set(lines)
    assert "  tests/cases/case/bad/signed-after-the-limit.yml" in lines
    assert lines[-1] == "现有问题: 0"


def test_the_id_may_be_typed_in_small_letters(mingbu: Command) -> None:
    assert mingbu("trace", "d6").out == mingbu("trace", "D6").out


@pytest.mark.parametrize("name", ["A21", "G1", "D", "D06", "A1,A2"])
def test_an_unknown_requirement_is_one_line_and_exit_status_1(name: str, mingbu: Command) -> None:
    result = mingbu("trace", name)

    assert (result.status, result.out, len(result.err.splitlines())) == (1, "", 1)


def test_what_a_requirement_asks_for_and_does_not_have_keeps_it_open() -> None:
    whole = {"fields": ["case:/state"], "checks": ["case.signer"], "tests": ["tests/a.yml"]}
    asking = ("D5", ("一", "a"), "第二条", ("record", "check"), False, None)

    assert Requirement(*asking, **whole).state == "met"
    for part, need in (("fields", "record"), ("checks", "check"), ("tests", "test")):
        without = Requirement(*asking, **whole | {part: []})
        assert (without.open_needs, without.state) == ([need], "open")
    assert Requirement(*asking).open_needs == ["record", "check", "test"]


def test_a_requirement_that_no_test_would_notice_is_open(register_root: Path, mingbu: Command) -> None:
    """The tests beside the register count: a folder with one case shows what that case breaks, and nothing else."""
    with_all = of(mingbu)
    building.write_text(register_root, "tests/cases/product/bad/without-code.yml", BROKEN)

    with_one = of(mingbu)

    assert with_all["E13"]["state"] == with_all["A12"]["state"] == "met"
    assert with_one["E13"]["tests"] == with_one["D6"]["tests"] == ["tests/cases/product/bad/without-code.yml"]
    assert with_one["E13"]["state"] == "met"
    assert {name for name, row in with_one.items() if row["tests"]} == {"E13", "D6"}
    assert {name for name, row in with_one.items() if row["state"] == "met"} <= {"E13", "D6"}
    assert "schema.required" in with_one["D6"]["checks"]  # type: ignore[operator]
    assert re.search("^A12 .*未落实 +测试 +0 ", mingbu("trace").out, re.M)


def test_a_marked_test_counts_for_each_of_its_requirements(register_root: Path, mingbu: Command) -> None:
    building.write_text(register_root, "tests/cases/product/bad/without-code.yml", BROKEN)
    mark = '@pytest.mark.rule("A12", "F5")\n@pytest.mark.parametrize("x", [1])\n'
    marked = f"import pytest\n\n\n{mark}def test_x(x):\n    pass\n\n\ndef test_y():\n    pass\n"
    building.write_text(register_root, "tests/unit/test_one.py", marked)

    found = of(mingbu)

    assert found["A12"]["tests"] == found["F5"]["tests"] == ["tests/unit/test_one.py::test_x"]
    assert found["A12"]["state"] == "met"
    assert found["A11"]["tests"] == []


def test_a_requirement_whose_text_is_missing_says_so(mingbu: Command) -> None:
    [row] = mingbu("trace", "F6", "--format", "json").json["requirements"]

    assert row["state"] == "open"
    assert mingbu("trace", "F6").out.splitlines()[0] == "F6  第二段原文缺失  原文缺失"
    assert mingbu("--lang", "en", "trace", "F6").out.splitlines()[0] == "F6  Second paragraph missing from the source  source text missing"
    assert re.search("^F6 .*原文缺失 +0 +0$", mingbu("trace").out, re.M)


def test_what_is_wrong_now_is_counted_for_each_requirement(register_root: Path, mingbu: Command) -> None:
    building.write(
        register_root, "case", like="won", late_reason=building.ABSENT, signed_at="2026-06-05T09:00:00+08:00", cause_detail=building.ABSENT
    )
    building.edit(register_root, "customer", building.PROSPECT, custodian=building.CLERK)
    findings = mingbu("check", "--format", "json").json["findings"]

    counted = {name: row["findings"] for name, row in of(mingbu).items() if row["findings"]}

    assert counted == Counter(rule for finding in findings for rule in finding["rules"])
    assert counted["B23"] == 1
    assert mingbu("trace", "B23").out.splitlines()[-1] == "现有问题: 1"


def test_the_table_has_a_line_for_each_and_counts_what_is_met(mingbu: Command) -> None:
    head, *lines, summary = mingbu("trace").out.splitlines()
    met = sum(row["state"] == "met" for row in of(mingbu).values())

    assert head.split() == ["编号", "要求", "状态", "尚缺", "测试", "现有问题"]
    assert [line.split()[0] for line in lines] == IDS
    assert summary == f"92 项要求，{met} 项已落实"
    assert sum("已落实" in line for line in lines) == met


def test_the_table_in_english_holds_no_chinese(mingbu: Command) -> None:
    assert not CHINESE.search(mingbu("--lang", "en", "trace").out)
