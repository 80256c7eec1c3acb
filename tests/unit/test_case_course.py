"""The course of a case against what stood there before: a closing that was undone leaves its trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, BRANCH, CASE, OFFICE
from running import Command

LOST = {"state": "lost", "closed_on": "2026-07-01", "lose_reason": "price", "cause_detail": "价格高"}
OPEN = dict.fromkeys(("closed_on", "lose_reason", "cause_detail"), ABSENT) | {"state": "negotiating"}
UNDONE = {"date": "2026-08-01", "reason": "重新接洽"}
KEPT = UNDONE | {"closed_on": "2026-07-01", "outcome": "lost"}


@pytest.mark.rule("D9", "D10")
@pytest.mark.parametrize(
    ("change", "forgotten"),
    [
        (OPEN | {"reopened": [KEPT]}, []),
        (OPEN | {"reopened": [UNDONE]}, ["case.reopening-forgets"]),
        (OPEN | {"reopened": [KEPT | {"closed_on": "2026-07-02"}]}, ["case.reopening-forgets"]),
        (OPEN, ["case.reopening-forgets"]),
        (LOST | {"closed_on": "2026-09-01", "reopened": [KEPT]}, []),
        (LOST | {"closed_on": "2026-09-01", "reopened": [UNDONE]}, ["case.reopening-forgets"]),
        (LOST | {"closed_on": "2026-07-02"}, []),
        (LOST | {"reopened": [KEPT | {"closed_on": "2026-06-20", "date": "2026-06-25"}]}, []),
    ],
    ids=[
        "kept",
        "nothing kept",
        "another day",
        "no entry",
        "closed again",
        "closed again, forgotten",
        "a date put right",
        "an earlier one filed later",
    ],
)
def test_a_reopened_case_keeps_the_closing_that_the_base_has(
    register_root: Path, mingbu: Command, change: dict[str, Any], forgotten: list[str]
) -> None:
    building.edit(register_root, "case", CASE, **LOST)
    building.commit_all(register_root)
    building.edit(register_root, "case", CASE, **change)

    assert [code for code in mingbu("check", "--format", "json", "--base", "HEAD").codes if code == "case.reopening-forgets"] == forgotten


@pytest.mark.rule("D4", "D5")
def test_a_case_at_an_office_that_does_not_serve_its_region_says_why(register_root: Path, mingbu: Command) -> None:
    other = "DEP-000014"
    building.write(register_root, "department", id=other, code="HZ-YH", name="余杭办事处", level="office", parent=BRANCH, regions=["330110"])
    times = {"routed_at": "2026-11-19T10:00:00+08:00", "dispatched_at": "2026-11-19T11:00:00+08:00", "submitted_at": "2026-11-19T09:00:00+08:00"}
    building.edit(register_root, "case", CASE, routed_to_branch=BRANCH, assigned_office=other, **times)
    assert mingbu("check", "--format", "json").codes == ["case.other-office"]

    building.edit(register_root, "case", CASE, remarks="客户指定由余杭办事处联系")
    assert mingbu("check", "--format", "json").codes == []
    building.edit(register_root, "case", CASE, remarks=ABSENT, assigned_office=OFFICE)
    assert mingbu("check", "--format", "json").codes == []
