"""What a reviewer is told of a proposed change: approvals needed and given, effects, findings, duplicates; judged by the base."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, ACTIVE, HEAD, PROSPECT
from company import DIRECTOR, MANAGER, Company
from running import Command

THEN = ("--on", "2026-06-02")
"""The day after the approvals here were given: one that waits too long to land isn't accepted."""


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Company(tmp_path_factory.mktemp("reviewed") / "register").root


@pytest.fixture
def template(founded: Path) -> Path:
    return founded


@pytest.fixture
def company(register_root: Path) -> Company:
    return Company.of(register_root)


def proposed(company: Company, limit: str = "300000.00", **said: Any) -> Path:
    """A branch with a decision in force today, and its approval unless said=None."""
    company.branch("proposal")
    path = company.decide(limit, valid_from="2026-06-01", valid_to="2026-12-31")
    company.commit("申请")
    return path


@pytest.mark.rule("E9", "B20")
def test_what_it_needs_and_what_is_missing(company: Company, mingbu: Command) -> None:
    path = proposed(company, "800000.00")

    bare = mingbu(*THEN, "review", "main", "HEAD", "--format", "json")
    company.approve(path)
    company.commit("核准", by=MANAGER)
    half = mingbu(*THEN, "review", "main", "HEAD", "--format", "json")
    company.approve(path, "credit-decision-large", by=DIRECTOR, role="general_manager")
    company.commit("核准", by=DIRECTOR)
    whole = mingbu(*THEN, "review", "main", "HEAD", "--format", "json")

    steps = ["credit-decision", "credit-decision-large"]
    assert [[need["step"] for need in review.json["approvals_needed"]] for review in (bare, half, whole)] == [steps] * 3
    assert [[need["given"] is not None for need in review.json["approvals_needed"]] for review in (bare, half, whole)] == [
        [False, False],
        [True, False],
        [True, True],
    ]
    assert [review.status for review in (bare, half, whole)] == [1, 1, 0]
    assert [(given["step"], given["verdict"]) for given in whole.json["approvals_given"]] == [(step, "valid") for step in steps]


@pytest.mark.rule("B20")
def test_a_customer_whose_grade_and_limit_change_is_named_with_the_reason(company: Company, mingbu: Command) -> None:
    path = proposed(company, "300000.00")
    company.approve(path)
    company.commit("核准", by=MANAGER)

    review = mingbu(*THEN, "review", "main", "HEAD", "--format", "json").json

    [limit] = [effect for effect in review["effects"] if effect["what"] == "credit_limit"]
    assert (limit["customer"], limit["from"], limit["to"]) == (ACTIVE, "200000.00", "300000.00")
    assert "CDE-00000A" in limit["because"]
    assert "信用限度：200,000.00 → 300,000.00" in mingbu(*THEN, "review", "main", "HEAD").out


def test_a_decision_that_nobody_approved_changes_nothing(company: Company, mingbu: Command) -> None:
    proposed(company, "300000.00")

    assert mingbu("review", "main", "HEAD", "--format", "json").json["effects"] == []


def test_the_change_is_told_field_by_field_in_words(company: Company, mingbu: Command) -> None:
    company.branch("proposal")
    building.edit(company.root, "product", "PRD-000001", name="多级离心泵", unit="套")
    company.commit()

    [record] = mingbu("review", "main", "HEAD", "--format", "json").json["records"]
    assert (record["id"], record["change"]) == ("PRD-000001", "changed")
    assert ("名称", "离心泵", "多级离心泵") in [(change["label"], change["from"], change["to"]) for change in record["changes"]]
    assert "离心泵 → 多级离心泵" in mingbu("review", "main").out  # the work tree is the proposal by default


def test_new_findings_and_mended_ones(company: Company, mingbu: Command) -> None:
    building.edit(company.root, "customer", PROSPECT, uscc="91330106FAKE000991")  # the check digit is wrong
    company.commit("有错", at="2026-05-01T10:00:00+08:00")
    company.branch("proposal")
    building.edit(company.root, "customer", PROSPECT, uscc="91330106FAKE00021X")
    building.edit(company.root, "product", "PRD-000001", code=ABSENT)
    company.commit()

    review = mingbu("review", "main", "HEAD", "--format", "json").json

    assert {finding["code"] for finding in review["new_findings"]} == {"schema.required"}
    assert review["mended"] and {finding["record"] for finding in review["mended"]} == {PROSPECT}


def test_main_that_has_moved_on_is_no_part_of_the_change(company: Company, mingbu: Command) -> None:
    proposed(company)
    company.git("checkout", "-q", "main")
    building.edit(company.root, "product", "PRD-000001", unit="套")
    building.write(company.root, "product", id="PRD-0000M2", code="P-M2", name="隔膜泵")
    company.commit("主分支另有改动", at="2026-06-03T10:00:00+08:00")

    review = mingbu("review", "main", "proposal", "--format", "json").json

    assert [record["id"] for record in review["records"]] == ["CDE-00000A"]
    assert "lifecycle.deleted" not in {finding["code"] for finding in review["new_findings"]}
    assert review["base"] == company.git("rev-parse", "main")


def test_people_and_policy_of_the_base_judge_the_change(company: Company, mingbu: Command) -> None:
    path = proposed(company)
    building.edit(company.root, "person", HEAD, posts=[building.post("credit_manager", building.COMPANY)])
    policy = company.root / "records/policy/approvals/2024-01-01.yml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("needed: true", "needed: false"), encoding="utf-8")
    company.commit("给自己任职，免除核准")
    company.approve(path, by=HEAD)
    company.commit("核准", by=HEAD)

    review = mingbu("review", "main", "HEAD", "--format", "json")

    assert [(given["verdict"], given["code"]) for given in review.json["approvals_given"]] == [("refused", "approval.same-change")]
    missing = {(need["subject"], need["step"]) for need in review.json["approvals_needed"] if need["given"] is None}
    assert missing == {("CDE-00000A", "credit-decision"), (HEAD, "appointment"), ("approvals/2024-01-01", "policy")}
    assert review.status == 1


def test_a_likely_duplicate_is_named(company: Company, mingbu: Command) -> None:
    company.branch("proposal")
    building.write(company.root, "customer", id="CUS-0000DP", legal_name="云栖电机有限责任公司", short_name="云栖电机", uscc="91330106FAKE000423")
    company.commit()

    review = mingbu("review", "main", "HEAD", "--format", "json").json

    assert [{pair["a"], pair["b"]} for pair in review["duplicates"]] == [{PROSPECT, "CUS-0000DP"}]


def test_a_merge_queues_commit_is_reviewed_like_a_branch(company: Company, mingbu: Command) -> None:
    """The queue tests a merge of main and the proposal; the base is its first parent."""
    path = proposed(company)
    company.approve(path)
    company.commit("核准", by=MANAGER)
    before = company.git("rev-parse", "main")
    queued = company.merge("proposal")

    review = mingbu(*THEN, "review", before, queued, "--format", "json")

    assert (review.status, [need["given"] is not None for need in review.json["approvals_needed"]]) == (0, [True])


def test_markdown_takes_nothing_from_a_record_for_markup(company: Company, mingbu: Command) -> None:
    company.branch("proposal")
    building.edit(company.root, "product", "PRD-000001", name="[泵](https://evil.example) <img src=x> **粗** @all `x` | a")
    company.commit()

    text = mingbu("review", "main", "HEAD", "--format", "md").out

    assert text.startswith("## 合并请求审阅")
    assert not re.search(r"(?<!\\)[\[\]`*|]|<|@", text.replace("- ", "", 1).partition("记录的改动")[2].replace("\n- ", "\n"))
    assert "\\[泵\\]" in text


@pytest.mark.parametrize("arguments", [["nowhere"], ["main", "nowhere"]])
def test_an_unknown_revision_is_refused_in_one_line(company: Company, mingbu: Command, arguments: list[str]) -> None:
    result = mingbu("review", *arguments)

    assert (result.status, len(result.err.splitlines())) == (2, 1)
