"""mingbu diff: what differs between two moments, in words and as JSON, each moment judged under its own policy and day."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import building
from running import Command

FIRST, SECOND = "2026-03-31", "2026-10-31"


def commit(root: Path, day: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day}T12:00:00+08:00")
    return building.commit_all(root)


@pytest.fixture
def commits(register_root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Between the two moments a customer came, one went, one changed class, and a comment was written."""
    root = register_root
    shutil.rmtree(root / ".git")
    building.git(root, "init", "-q", "-b", "main")
    building.write_text(root, ".gitignore", ".mingbu/\n")
    shutil.rmtree(root / "records/approval/00" / building.DECISION)
    halves = (building.DECISION, "2026-01-01", "2026-06-30", "200000.00"), ("CDE-000002", "2026-07-01", "2026-12-31", "300000.00")
    for name, start, end, limit in halves:
        path = building.write(root, "credit-decision", id=name, valid_from=start, valid_to=end, approved_limit=limit)
        building.approve(root, path, "credit-decision", role="credit_manager", at="2026-01-05T10:00:00+08:00")
    before = commit(root, FIRST, monkeypatch)
    building.write(root, "customer", id="CUS-000009", legal_name="汀洲泵业有限公司", short_name="汀洲泵业", uscc="91330106FAKE00098F")
    (root / "records/customer/00/CUS-000003.yml").unlink()
    building.edit(root, "customer", building.PROSPECT, lifecycle="target", telephone="0571-5550 0102")
    product = root / "records/product/00/PRD-000001.yml"
    product.write_text(f"# 只是注释\n{product.read_text(encoding='utf-8')}", encoding="utf-8")
    after = commit(root, SECOND, monkeypatch)
    monkeypatch.delenv("GIT_COMMITTER_DATE")
    return before, after


def test_the_sum_comes_first_and_every_record_after_it(commits: tuple[str, str], mingbu: Command) -> None:
    printed = mingbu("diff", *commits)

    assert (printed.status, printed.err) == (0, "")
    lines = printed.out.splitlines()
    assert lines[0] == f"{commits[0][:12]} ({FIRST}) → {commits[1][:12]} ({SECOND})"
    heads = [line for line in lines if line.startswith("[")]
    assert heads == ["[增加的客户]", "[减少的客户]", "[客户的变化]", "[改动的记录]"]
    assert lines[lines.index("[增加的客户]") + 1] == "  CUS-000009  汀洲泵业"
    assert lines[lines.index("[减少的客户]") + 1] == "  CUS-000003  竹屿环保"
    assert "  CUS-000002  云栖电机  客户分类：潜在客户 → 目标客户" in lines
    assert "      电话：没有 → 0571-5550 0102" in lines
    assert lines[-1] == "3 份记录不同：增加 1，减少 1，改动 1"
    assert "PRD-000001" not in printed.out, "a comment is no change of what the record says"
    assert "Customers that came" in mingbu("diff", *commits, "--lang", "en").out


def test_each_moment_is_judged_on_its_own_day(commits: tuple[str, str], mingbu: Command) -> None:
    """Nobody touched the customer or its credit: a decision ran out and the next one, long approved, gives another limit."""
    found = mingbu("diff", "--as-of", FIRST, "--as-of", SECOND, "--format", "json").json

    limit = [effect for effect in found["effects"] if effect["what"] == "credit_limit"]
    assert limit == [{"customer": building.ACTIVE, "what": "credit_limit", "from": "200000.00", "to": "300000.00"}]
    assert building.ACTIVE not in {record["id"] for record in found["records"]}
    assert "信用限度：200,000.00 → 300,000.00" in mingbu("diff", FIRST, SECOND).out
    assert [effect["what"] for effect in mingbu("--on", FIRST, "diff", *commits, "--format", "json").json["effects"]] == ["lifecycle"]


def test_json_names_commits_records_fields_and_effects(commits: tuple[str, str], mingbu: Command) -> None:
    found = mingbu("diff", "--as-of", commits[0], "--as-of", SECOND, "--format", "json", "--lang", "en").json

    assert (found["from"], found["to"]) == commits
    assert [(record["kind"], record["id"], record["change"]) for record in found["records"]] == [
        ("customer", "CUS-000002", "changed"),
        ("customer", "CUS-000003", "removed"),
        ("customer", "CUS-000009", "added"),
    ]
    assert found["records"][0]["changes"] == [
        {"pointer": "/telephone", "label": "Telephone", "from": None, "to": "0571-5550 0102"},
        {"pointer": "/lifecycle", "label": "Lifecycle", "from": "potential", "to": "target"},
    ]
    assert found == mingbu("diff", commits[0], commits[1], "--format", "json", "--lang", "en").json
    back = mingbu("diff", commits[1], commits[0], "--format", "json").json
    assert {record["id"]: record["change"] for record in back["records"]}["CUS-000003"] == "added"


def test_nothing_differs_between_a_moment_and_itself(commits: tuple[str, str], mingbu: Command) -> None:
    same = mingbu("diff", "HEAD", SECOND, "--format", "json").json

    assert (same["records"], same["effects"]) == ([], [])
    assert mingbu("diff", "HEAD", SECOND).out.splitlines()[-1] == "0 份记录不同：增加 0，减少 0，改动 0"


def test_records_that_their_schema_refuses_are_compared_as_they_were_typed(commits: tuple[str, str], register_root: Path, mingbu: Command) -> None:
    path = register_root / "records/credit-decision/00/CDE-000002.yml"
    broken = path.read_text(encoding="utf-8").replace('"300000.00"', "much") + "surprise: {a: [1, 2]}\n"
    path.write_text(broken, encoding="utf-8")
    building.commit_all(register_root)

    printed = mingbu("diff", commits[1], "HEAD")
    assert "300,000.00 → much" in printed.out
    assert "/surprise/a：没有 → [1, 2]" in printed.out
    assert mingbu("diff", commits[1], "HEAD", "--format", "json").status == 0


@pytest.mark.parametrize(
    "arguments",
    [[], ["HEAD"], ["HEAD", "HEAD", "HEAD"], ["--as-of", "HEAD"], ["HEAD", "HEAD", "--as-of", "HEAD"], ["nowhere", "HEAD"], ["HEAD", "2001-01-01"]],
)
def test_anything_but_two_moments_is_refused_in_one_line(arguments: list[str], commits: tuple[str, str], mingbu: Command) -> None:
    refused = mingbu("diff", *arguments)

    assert (refused.status, refused.out) == (2, "")
    assert refused.err.startswith("mingbu: ") and refused.err.count("\n") == 1
