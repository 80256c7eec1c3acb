"""`mingbu complete`: points for what is filled in, stricter for key customers, and what each file still lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, ACTIVE, NOT_RATED, PROSPECT
from mingbu import yamlio
from running import Command

POLICY = "records/policy/profiles/2024-01-01.yml"
KEY = "CUS-000004"
COUNTED = [
    {"pointer": "/telephone", "points": 3},
    {"pointer": "/email", "points": 2},
    {"pointer": "/main_products", "points": 1},
    {"pointer": "/shareholders", "points": 4, "key_only": True},
]


@pytest.fixture
def root(register_root: Path) -> Path:
    """Six points for every customer and four more for key ones; three customers with some of them, and a key one."""
    data, faults = yamlio.read((register_root / POLICY).read_bytes())
    assert data is not None and not faults
    data["completeness"] |= {"fields": COUNTED, "least": "50", "key_least": "70"}
    (register_root / POLICY).write_text(yamlio.dump(data), encoding="utf-8")
    nothing: dict[str, Any] = dict.fromkeys(("telephone", "email", "main_products", "shareholders"), ABSENT)
    shareholders = [{"name": "竹心", "ratio": "100"}]
    building.edit(register_root, "customer", ACTIVE, **nothing | {"telephone": "0571-5550 0190", "email": "a@songmo.example"})
    building.edit(register_root, "customer", PROSPECT, **nothing | {"email": "b@yunxi.example", "shareholders": shareholders})
    ended = {"status": "past", "ended_on": "2026-01-05", "ended_reason": "dissolved", "trade_opening": "TRO-000002", "lifecycle": ABSENT}
    building.edit(register_root, "customer", NOT_RATED, **nothing | ended | {"main_products": "滤料"})
    everything = {"telephone": "0571-5550 0191", "shareholders": shareholders}
    building.write(register_root, "customer", id=KEY, short_name="重点泵业", market_position="key", **nothing | everything)
    return register_root


def incomplete(mingbu: Command) -> list[tuple[str, list[str]]]:
    """(customer, requirements) of every file that check finds too incomplete."""
    return [(item["record"], item["rules"]) for item in mingbu("check", "--format", "json").json["findings"] if item["code"] == "customer.incomplete"]


@pytest.mark.rule("B6", "B10")
def test_the_score_is_the_share_of_the_points_and_key_customers_need_more(root: Path, mingbu: Command) -> None:
    """ACTIVE has 3 + 2 of 6 points; PROSPECT 2 of 6, shareholders don't count for it; KEY 3 + 4 of 10."""
    found = mingbu("complete", "--format", "json").json

    assert found == {
        "schema": "mingbu/complete/1",
        "customers": [
            {"id": ACTIVE, "name": "松墨阀门", "percent": "83.3", "least": "50", "key": False, "missing": ["/main_products"]},
            {"id": PROSPECT, "name": "云栖电机", "percent": "33.3", "least": "50", "key": False, "missing": ["/telephone", "/main_products"]},
            {"id": KEY, "name": "重点泵业", "percent": "70.0", "least": "70", "key": True, "missing": ["/email", "/main_products"]},
        ],
    }


def test_an_empty_list_counts_as_not_filled_in(root: Path, mingbu: Command) -> None:
    building.edit(root, "customer", KEY, shareholders=[])

    [score] = mingbu("complete", KEY, "--format", "json").json["customers"]

    assert (score["percent"], score["missing"]) == ("30.0", ["/email", "/main_products", "/shareholders"])


@pytest.mark.rule("B6", "B10")
def test_what_is_too_incomplete_is_what_check_finds(root: Path, mingbu: Command) -> None:
    """Only active customers are held to it: the prospect below half is still being got to know."""
    building.edit(root, "customer", ACTIVE, telephone=ABSENT, email=ABSENT)

    assert incomplete(mingbu) == [(ACTIVE, ["B6"])]

    building.edit(root, "customer", ACTIVE, market_position="key", telephone="0571-5550 0190", email="a@songmo.example")

    assert incomplete(mingbu) == [(ACTIVE, ["B6", "B10"])]


def test_the_table_begins_with_the_least_complete_file(root: Path, mingbu: Command) -> None:
    *lines, summary = mingbu("complete").out.splitlines()

    assert lines[0].split() == ["编号", "客户", "完整度", "要求", "缺少"]
    assert [line.split() for line in lines[1:]] == [
        [PROSPECT, "云栖电机", "33.3%", "50%", "电话、主营产品"],
        [KEY, "重点泵业", "70.0%", "70%", "电子邮箱、主营产品"],
        [ACTIVE, "松墨阀门", "83.3%", "50%", "主营产品"],
    ]
    assert summary == "共 3 位客户，1 位低于要求"


def test_one_customer_is_shown_with_what_is_missing(root: Path, mingbu: Command) -> None:
    assert mingbu("complete", PROSPECT).out.splitlines() == ["CUS-000002 云栖电机  完整度 33.3%，要求 50%；缺少：", "  电话", "  主营产品"]
    assert mingbu("--lang", "en", "complete", PROSPECT).out.splitlines() == [
        "CUS-000002 云栖电机  33.3% complete, 50% asked; missing:",
        "  Telephone",
        "  Main products",
    ]


def test_a_customer_that_ended_is_scored_only_when_asked_for(root: Path, mingbu: Command) -> None:
    assert NOT_RATED not in mingbu("complete").out
    assert mingbu("complete", NOT_RATED, "--format", "json").json["customers"][0]["percent"] == "16.7"


@pytest.mark.parametrize("record_id", ["CUS-ZZZZZZ", "PRD-000001", ""])
def test_an_unknown_customer_is_one_line_and_exit_status_1(record_id: str, mingbu: Command) -> None:
    result = mingbu("complete", record_id)

    assert (result.status, result.out, len(result.err.splitlines())) == (1, "", 1)
    assert record_id in result.err


def test_before_there_was_a_policy_nothing_can_be_said(root: Path, mingbu: Command) -> None:
    for arguments in ((), (ACTIVE,), ("--format", "json")):
        result = mingbu("--on", "2023-12-31", "complete", *arguments)

        assert (result.status, result.out, len(result.err.splitlines())) == (1, "", 1)
