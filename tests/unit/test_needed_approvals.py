"""Which records need an approval, and whose: large limits two people's, people and policies when they change."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, BOSS, CLERK, COMPANY, DECISION, HEAD
from mingbu import yamlio
from running import Command

LARGE = {"approved_limit": "500000.01", "exception_reason": "客户扩建", "exception_until": "2026-12-31"}


def large(root: Path, by: str, role: str) -> list[Path]:
    """A limit above the bound, as an exception, for which one person gives the second and third approval."""
    path = building.edit(root, "credit-decision", DECISION, **LARGE)
    first = building.approve(root, path, "credit-decision", role="credit_manager", at="2026-05-07T10:00:00+08:00")
    steps = ("credit-decision-large", "credit-exception")
    return [first, *(building.approve(root, path, step, by=by, role=role, at="2026-05-08T10:00:00+08:00") for step in steps)]


@pytest.mark.rule("B20", "E9")
def test_one_person_is_not_both_people_of_a_large_limit(register_root: Path, mingbu: Command) -> None:
    """He holds both posts, and each statement would be good on its own."""
    path = f"records/credit-decision/00/{DECISION}.yml"
    _, *second = large(register_root, BOSS, "general_manager")

    findings = mingbu("check", "--format", "json", "records/approval", path).findings

    refused = [(place.relative_to(register_root).as_posix(), "approval.same-person", "/by") for place in second]
    assert [(place, code, pointer) for place, _, code, pointer in findings] == [*refused, *[(path, "approval.missing", "")] * 2]


@pytest.mark.rule("B20", "E9")
def test_two_people_are(register_root: Path, mingbu: Command) -> None:
    large(register_root, HEAD, "chairman")

    assert mingbu("check", "--format", "json", "records/approval", "records/credit-decision", "records/credit-file").codes == []


@pytest.mark.rule("B11", "B20")
def test_a_bound_that_cannot_be_judged_asks_for_the_approval(register_root: Path, mingbu: Command) -> None:
    """A policy that compares the grade with an amount is at fault; until it is mended nothing slips through."""
    path = register_root / "records/policy/approvals/2024-01-01.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("pointer: /approved_limit", "pointer: /approved_grade"), encoding="utf-8")
    building.commit_all(register_root)

    result = mingbu("check", "--format", "json", "records/credit-decision", "records/policy")

    assert [(place, code) for place, _, code, _ in result.findings] == [
        (f"records/credit-decision/00/{DECISION}.yml", "approval.missing"),
        ("records/policy/approvals/2024-01-01.yml", "policy.no-amount"),
    ]


# --- people and policies


@pytest.mark.rule("B23")
@pytest.mark.parametrize(
    "edit",
    [{"posts": [{"post": "salesperson", "department": COMPANY, "from": "2020-01-01"}]}, {"emails": ["ji.xf@qinglan.example"]}, {"keys": ABSENT}],
)
def test_who_holds_which_post_and_key_is_approved_when_it_changes(register_root: Path, mingbu: Command, edit: dict[str, Any]) -> None:
    path = building.edit(register_root, "person", CLERK, **edit)
    before = mingbu("check", "--format", "json", "records/person")
    building.approve(register_root, path, "appointment", role="general_manager", at="2026-05-07T10:00:00+08:00")

    assert before.findings == [(f"records/person/00/{CLERK}.yml", 1, "approval.missing", "")]
    assert mingbu("check", "--format", "json", "records/person", "records/approval").codes == []


@pytest.mark.rule("B23")
def test_a_telephone_number_needs_no_approval(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "person", CLERK, telephone="0571-5550 0199")

    assert mingbu("check", "--format", "json").codes == []


@pytest.mark.rule("B23")
def test_a_new_person_is_approved_by_another(register_root: Path, mingbu: Command) -> None:
    path = building.write(register_root, "person")
    before = mingbu("check", "--format", "json").codes
    building.approve(register_root, path, "appointment", role="general_manager", at="2026-05-07T10:00:00+08:00")

    assert (before, mingbu("check", "--format", "json").codes) == (["approval.missing"], [])


POLICIES = {
    "approvals": "board",
    "classification": "general_manager",
    "credit": "general_manager",
    "privacy": "board",
    "lifecycles": "general_manager",
    "duties": "general_manager",
    "deadlines": "general_manager",
    "profiles": "general_manager",
    "duplicates": "general_manager",
    "owners": "general_manager",
}
"""The topics that the boss may decide, and as what."""


def change_policy(root: Path, topic: str) -> Path:
    path = max((root / "records/policy" / topic).iterdir())
    policy, _ = yamlio.read(path.read_bytes())
    assert policy is not None
    path.write_text(yamlio.dump(policy | {"title_en": "As of now"}), encoding="utf-8")
    return path


@pytest.mark.rule("B11")
@pytest.mark.parametrize("topic", POLICIES)
def test_a_policy_is_approved_when_it_changes(register_root: Path, mingbu: Command, topic: str) -> None:
    path = change_policy(register_root, topic)
    before = mingbu("check", "--format", "json")
    building.approve(register_root, path, "policy", role=POLICIES[topic], at="2026-05-07T10:00:00+08:00")

    assert before.findings == [(path.relative_to(register_root).as_posix(), 1, "approval.missing", "")]
    assert mingbu("check", "--format", "json").codes == []


@pytest.mark.rule("B11")
def test_every_policy_takes_an_approval(register_root: Path, mingbu: Command) -> None:
    topics = sorted(path.name for path in (register_root / "records/policy").iterdir())
    changed = [change_policy(register_root, topic).relative_to(register_root).as_posix() for topic in topics]

    assert set(POLICIES) | {"site"} == set(topics)
    assert [(path, code) for path, _, code, _ in mingbu("check", "--format", "json", "records/policy").findings] == [
        (path, "approval.missing") for path in changed
    ]


def test_without_a_history_what_is_there_was_brought_in(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "person", CLERK, emails=["ji.xf@qinglan.example"])
    shutil.rmtree(register_root / ".git")

    assert mingbu("check", "--format", "json").codes == ["file.no-git"]
