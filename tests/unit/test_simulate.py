"""Policies tried before they are in force: whom they move, by how much, what check would find; and the same in a review."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import building
from mingbu import credit, yamlio
from mingbu.money import rounded
from mingbu.register import Policy
from mingbu.register.tree import open_register
from running import Command

CREDIT = "records/policy/credit/2026-10-01.yml"
CLASSES = "records/policy/classification/2024-01-01.yml"
LATER = ('effective_from: "2026-10-01"', 'effective_from: "2027-01-01"')


@pytest.fixture(scope="module")
def committed_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company in a repository of its own."""
    root = tmp_path_factory.mktemp("sample") / "sample"
    for folder in ("records", "schemas"):
        shutil.copytree(building.PROJECT / folder, root / folder)
    building.commit(root)
    return root


@pytest.fixture
def sample(committed_sample: Path, register_root: Path) -> Iterator[Path]:
    """The sample where the command runs; what a test commits is taken back."""
    shutil.rmtree(register_root)
    register_root.symlink_to(committed_sample)
    yield committed_sample
    git(committed_sample, "switch", "--quiet", "--force", "main")
    git(committed_sample, "clean", "--quiet", "--force")


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True).stdout


def changed(root: Path, source: str, target: Path, *changes: tuple[str, str]) -> dict[str, Any]:
    """Writes the policy with each text put in the place of another one; its data."""
    text = (root / source).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    target.write_text(text, encoding="utf-8")
    data, faults = yamlio.read(target.read_bytes())
    assert data is not None and not faults
    return data


def by_hand(root: Path, data: dict[str, Any]) -> dict[str, tuple[str, str | None, str]]:
    """Customer → (grade, limit, terms) of every credit file by the policy, from today's facts."""
    register = open_register(root, building.SCHEMAS)
    policy, found = Policy(register, date.fromisoformat(building.TODAY)), {}
    for record in register.of("credit-file"):
        known = credit.known(register, policy, record)
        assert known is not None
        result = credit.calculate(data, known.facts)
        limit = None if result.limit is None else rounded(result.limit)
        found[record.data["customer"]] = (result.grade, limit, str(result.terms_days))
    return found


def expected_moves(before: dict[str, Any], after: dict[str, Any]) -> set[tuple[str, str, str | None, str | None]]:
    names = ("computed_grade", "computed_limit", "computed_terms")
    return {
        (customer, what, old, new)
        for customer in before
        for what, old, new in zip(names, before[customer], after[customer], strict=True)
        if old != new
    }


STRICTER = (('cap: "3000000.00"', 'cap: "200000.00"'), ('min_score: "80"', 'min_score: "84"'))


@pytest.mark.rule("B11", "B20")
def test_exactly_the_customers_that_a_stricter_policy_moves(sample: Path, tmp_path: Path, mingbu: Command) -> None:
    data = changed(sample, CREDIT, tmp_path / "stricter.yml", LATER, *STRICTER)
    present, _ = yamlio.read((sample / CREDIT).read_bytes())
    assert present is not None
    expected = expected_moves(by_hand(sample, present), by_hand(sample, data))

    found = mingbu("simulate", str(tmp_path / "stricter.yml"), "--format", "json").json

    told = {(move["customer"], move["what"], move["from"], move["to"]) for move in found["moved"] if move["what"].startswith("computed_")}
    assert len(expected) > 5 and told == expected
    limits = [move for move in found["moved"] if move["what"] == "computed_limit"]
    assert all(Decimal(move["by"]) == Decimal(move["to"]) - Decimal(move["from"]) < 0 for move in limits)
    assert {move["by"] for move in found["moved"] if move["what"] == "computed_grade"} == {"-1"}
    assert found["replaces"] == "credit/2026-10-01" and found["as_of"] == building.TODAY


@pytest.mark.rule("B11", "B20")
def test_what_the_decisions_in_force_would_break(sample: Path, tmp_path: Path, mingbu: Command) -> None:
    changed(sample, CREDIT, tmp_path / "stricter.yml", LATER, *STRICTER)
    in_force = {row["customer"]: row for row in mingbu("list", "credit-file", "--format", "json").json["rows"]}
    above = {name for name, row in in_force.items() if row.get("grade") == "AA" and Decimal(row["limit"]) > 200_000}

    found = mingbu("simulate", str(tmp_path / "stricter.yml"), "--format", "json").json

    assert above and {move["customer"] for move in found["moved"] if move["what"] == "beyond" and move["to"] == "limit"} == above
    assert "policy.example" in {finding["code"] for finding in found["new_findings"]}
    assert "approval.missing" not in {finding["code"] for finding in found["new_findings"]}


@pytest.mark.rule("B10", "B11")
def test_a_classification_policy_moves_the_customers_between_the_two_shares(sample: Path, tmp_path: Path, mingbu: Command) -> None:
    changed(sample, CLASSES, tmp_path / "classes.yml", ('at_least: "4"', 'at_least: "5.5"'))

    found = mingbu("simulate", str(tmp_path / "classes.yml"), "--format", "json").json

    shares = {}
    for row in mingbu("list", "customer", "--format", "json").json["rows"]:
        lines = [line for record in sample.glob("records/sales/*/*.yml") for line in sales(record) if line["customer"] == row["id"]]
        shares[row["id"]] = sum((Decimal(line["amount"]) for line in lines if "2025-11-20" <= line["date"] <= building.TODAY), Decimal(0))
    whole = sum(shares.values())
    between = {name for name, amount in shares.items() if Decimal(4) <= 100 * amount / whole < Decimal("5.5")}
    assert between and {(move["customer"], move["what"], move["from"], move["to"]) for move in found["moved"]} == {
        (name, "market_position", "key", "general") for name in between
    }
    assert {finding["code"] for finding in found["new_findings"]} >= {"class.disagrees"}


_READ: dict[Path, list[dict[str, Any]]] = {}


def sales(path: Path) -> list[dict[str, Any]]:
    if path not in _READ:
        data, _ = yamlio.read(path.read_bytes())
        assert data is not None
        _READ[path] = data["lines"]
    return _READ[path]


def test_the_policy_in_force_moves_nobody_and_nothing_is_written(sample: Path, mingbu: Command) -> None:
    same = mingbu("simulate", str(sample / CREDIT), "--format", "json").json

    assert (same["moved"], same["new_findings"], same["mended"]) == ([], [], [])
    assert git(sample, "status", "--porcelain") == ""


def test_text_says_it_in_both_languages(sample: Path, tmp_path: Path, mingbu: Command) -> None:
    changed(sample, CREDIT, tmp_path / "stricter.yml", LATER, *STRICTER)

    chinese = mingbu("simulate", str(tmp_path / "stricter.yml")).out
    english = mingbu("--lang", "en", "simulate", str(tmp_path / "stricter.yml")).out

    assert "核算等级：AA级 → A级（-1）" in chinese and "限度超过等级上限" in chinese
    assert "Grade worked out: AA → A (-1)" in english and "limit above the grade's cap" in english


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schema: customer/1\n", "不是政策文件"),
        ("schema: policy-nothing/1\n", "不是政策文件"),
        ("hello\n", ":1:1"),
        ("schema: policy-credit/1\nweights: [1]\n", ":2:"),
        ("", ":1:1"),
    ],
)
def test_what_is_no_policy_is_refused_in_a_line(text: str, said: str, register_root: Path, tmp_path: Path, mingbu: Command) -> None:
    (tmp_path / "policy.yml").write_text(text, encoding="utf-8")

    refused = mingbu("simulate", str(tmp_path / "policy.yml"))
    absent = mingbu("simulate", str(tmp_path / "absent.yml"))

    assert refused.status == 1 and said in refused.err and refused.out == ""
    assert absent.status in {1, 2} and len(absent.err.splitlines()) == 1


@pytest.mark.rule("B11", "B20")
def test_a_review_shows_exactly_whom_a_changed_policy_moves(sample: Path, tmp_path: Path, mingbu: Command) -> None:
    git(sample, "switch", "--quiet", "--create", "proposal")
    target = sample / "records/policy/credit/2027-01-01.yml"
    changed(sample, CREDIT, target, LATER, *STRICTER)
    git(sample, "add", "records")
    git(sample, "-c", "user.name=林", "-c", "user.email=lin@yunheng.example", "commit", "--quiet", "-m", "收紧 AA 级")

    found = mingbu("review", "main", "HEAD", "--format", "json").json
    text = mingbu("review", "main", "HEAD").out
    simulated = mingbu("simulate", str(target), "--format", "json").json
    moves = {(move["customer"], move["what"], move["from"], move["to"]) for move in simulated["moved"]}
    assert moves and {(effect["customer"], effect["what"], effect["from"], effect["to"]) for effect in found["effects"]} == moves
    assert {tuple(effect["because"]) for effect in found["effects"]} == {("credit/2027-01-01",)}
    assert [(need["subject"], need["step"], need["given"]) for need in found["approvals_needed"]] == [("credit/2027-01-01", "policy", None)]
    assert "政策施行后客户的变动" in text and "核算等级：AA级 → A级（-1）" in text


def test_each_move_names_the_policy_that_it_comes_from(sample: Path, mingbu: Command) -> None:
    git(sample, "switch", "--quiet", "--create", "both")
    changed(sample, CREDIT, sample / CREDIT, *STRICTER)
    changed(sample, CLASSES, sample / CLASSES, ('at_least: "4"', 'at_least: "8"'))
    git(sample, "-c", "user.name=林", "-c", "user.email=lin@yunheng.example", "commit", "--quiet", "--all", "-m", "两项政策")

    effects = mingbu("review", "main", "HEAD", "--format", "json").json["effects"]

    expected = {"market_position": ["classification/2024-01-01"], "computed_grade": ["credit/2026-10-01"]}
    assert {effect["what"]: effect["because"] for effect in effects if effect["what"] in expected} == expected


@pytest.mark.rule("B11", "B20")
def test_a_version_that_another_one_has_followed_moves_nobody(sample: Path, mingbu: Command) -> None:
    git(sample, "switch", "--quiet", "--create", "old")
    changed(sample, "records/policy/credit/2024-01-01.yml", sample / "records/policy/credit/2024-01-01.yml", *STRICTER)
    git(sample, "-c", "user.name=林", "-c", "user.email=lin@yunheng.example", "commit", "--quiet", "--all", "-m", "改已失效的政策")

    found = mingbu("review", "main", "HEAD", "--format", "json").json

    moved = [effect for effect in found["effects"] if effect["what"].startswith("computed_")]
    assert found["records"] and moved == []


def test_decisions_to_come_are_no_finding_of_a_trial(sample: Path, tmp_path: Path, mingbu: Command) -> None:
    """A decision of the sample that counts from 25 November names the policy that is in force then."""
    changed(sample, CREDIT, tmp_path / "p.yml", LATER)

    found = mingbu("simulate", str(tmp_path / "p.yml"), "--format", "json").json

    assert (found["moved"], found["new_findings"]) == ([], [])


def test_a_changed_policy_that_moves_nobody_says_so(sample: Path, mingbu: Command) -> None:
    git(sample, "switch", "--quiet", "--create", "harmless")
    changed(sample, CREDIT, sample / "records/policy/credit/2027-01-01.yml", LATER, ("优先供货", "先供货"))
    git(sample, "add", "records")
    git(sample, "-c", "user.name=林", "-c", "user.email=lin@yunheng.example", "commit", "--quiet", "-m", "改一个说法")

    found = mingbu("review", "main", "HEAD")

    assert "没有客户会变动" in found.out
    assert mingbu("review", "main", "HEAD", "--format", "json").json["effects"] == []
