"""Decisions beside what was worked out for their day: what needs a reason, and what is in force once an exception has ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_credit_calculation import POLICY
from test_credit_gathering import sell, sold, use_sample_policy

import building
from running import Command

EARLY = building.CREDIT_POLICY.partition("/")[2]


@pytest.fixture
def root(register_root: Path) -> Path:
    """The sample company's policy in the place of the small one, sales of 120,000 a month, no statements: BBB, 70,000 for the decision."""
    use_sample_policy(register_root, EARLY, limit=POLICY["limit"] | {"exceeding_needs_reason": True})
    months = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13)][:16]
    sell(register_root, *(sold(f"{month}-05", "120000.00", paid="120000.00", paid_on=f"{month}-28") for month in months))
    for kind in ("financial-statement", "credit-line"):
        for path in (register_root / "records" / kind).rglob("*.yml"):
            path.unlink()
    building.commit_all(register_root)
    return register_root


def decide(root: Path, **changes: Any) -> None:
    """Writes the decision anew and approves it by everybody who could have to."""
    path = building.edit(root, "credit-decision", building.DECISION, **changes)
    building.approve(root, path, "credit-decision", role="credit_manager", at="2026-05-07T10:00:00+08:00")
    building.approve(root, path, "credit-exception", by=building.HEAD, role="chairman", at="2026-05-08T10:00:00+08:00")
    building.commit_all(root)


def found(mingbu: Command, *more: str) -> list[tuple[str, str]]:
    """(code, pointer) of every finding about decisions."""
    items = mingbu(*more, "check", "--format", "json").json["findings"]
    return [(item["code"], item["pointer"]) for item in items if item["code"].startswith("credit.") and "credit-decision" in item["path"]]


@pytest.mark.rule("B20", "E9")
def test_a_grade_that_passes_over_a_cap_is_an_override(root: Path, mingbu: Command) -> None:
    assert found(mingbu) == [("credit.above-cap", "/approved_grade")]
    message = mingbu("check").out
    assert "高于当日封顶后的 BBB（没有财务报表）" in message

    override = {"override_grade": "A", "override_reason": "集团担保", "override_until": "2026-12-31"}
    decide(root, approved_limit="140000.00", **override)
    assert found(mingbu) == [], "by grade A it is 120,000 × 45 ÷ 30 × 0.80 = 144,000"


@pytest.mark.rule("B20")
def test_a_limit_above_the_one_worked_out_is_an_exception(root: Path, mingbu: Command) -> None:
    decide(root, approved_grade="BBB", approved_limit="70000.00")
    assert found(mingbu) == []
    decide(root, approved_grade="BBB", approved_limit="70000.01")
    assert found(mingbu) == [("credit.above-computed", "/approved_limit")]
    decide(root, approved_grade="BBB", approved_limit="70000.01", exception_reason="客户扩建", exception_until="2026-12-31")
    assert found(mingbu) == []


def test_a_decision_that_has_run_out_is_left_alone(root: Path, mingbu: Command) -> None:
    assert ("credit.above-cap", "/approved_grade") in found(mingbu, "--on", "2026-12-31")
    assert found(mingbu, "--on", "2027-01-01") == []


def test_a_limit_that_could_not_be_worked_out_says_what_it_rests_on(root: Path, mingbu: Command) -> None:
    building.write(
        root,
        "financial-statement",
        id="FIN-000001",
        credit_file=building.FILE,
        total_liabilities="17000000.00",
        current_liabilities="9000000.00",
        net_assets="-1000000.00",
    )
    decide(root, approved_limit="140000.00")
    assert found(mingbu) == [("credit.not-computed", "/approved_limit")]
    assert "净资产不为正数" in mingbu("check").out
    decide(root, approved_limit="140000.00", conditions="股东保证")
    assert found(mingbu) == []
    decide(root, approved_limit="0.00", conditions=building.ABSENT)
    assert found(mingbu) == []


@pytest.mark.rule("B20", "E9")
def test_after_an_exception_the_standard_of_the_grade_counts_again(root: Path, mingbu: Command) -> None:
    decide(root, approved_grade="B", approved_limit="400000.00", terms_days=60, exception_reason="客户扩建", exception_until="2026-09-30")

    def in_force(day: str) -> tuple[str, int]:
        shown = mingbu("--on", day, "show", building.FILE, "--format", "json").json["derived"]
        return shown["limit"], shown["terms_days"]

    assert in_force("2026-09-30") == ("400000.00", 60)
    assert in_force("2026-10-01") == ("70000.00", 15), "the cap of B is 100,000; 70,000 was worked out"
    assert found(mingbu, "--on", "2026-09-30") == []
    assert found(mingbu) == [("credit.exception-over", "/exception_until")]


@pytest.mark.rule("B20", "E9")
def test_after_an_exception_within_the_cap_the_limit_is_what_was_worked_out(root: Path, mingbu: Command) -> None:
    """The cap of BBB is 800,000: it is the sum that the exception exceeds."""

    def limits() -> list[str]:
        shown = [mingbu("--on", day, "credit", building.ACTIVE, "--format", "json").json for day in ("2026-09-30", "2026-10-01")]
        return [str(one["decision"]["limit"]) for one in shown]

    exception = {"exception_reason": "客户扩建", "exception_until": "2026-09-30"}
    decide(root, approved_grade="BBB", approved_limit="400000.00", **exception)
    assert limits() == ["400000.00", "70000.00"]
    use_sample_policy(root, EARLY, limit=POLICY["limit"] | {"exceeding_needs_reason": False})
    building.commit_all(root)
    assert limits() == ["400000.00", "400000.00"], "what is worked out is guidance only"


@pytest.mark.rule("B20")
def test_a_temporary_limit_counts_from_its_first_day_to_its_last(root: Path, mingbu: Command) -> None:
    short = {"amount": "300000.00", "from": "2026-10-01", "to": "2026-11-30", "reason": "旺季备货"}
    decide(root, approved_grade="BBB", approved_limit="70000.00", temporary_limit=short)

    def limit(day: str) -> str:
        return str(mingbu("--on", day, "credit", building.ACTIVE, "--format", "json").json["decision"]["limit"])

    assert [limit(day) for day in ("2026-09-30", "2026-10-01", "2026-11-30", "2026-12-01")] == ["70000.00", "300000.00", "300000.00", "70000.00"]
    assert "限度 300,000.00（临时，至 2026-11-30）" in mingbu("credit", building.ACTIVE).out
