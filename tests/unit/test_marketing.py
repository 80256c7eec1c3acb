"""`mingbu list customer --marketing` and `mingbu consent`: who may be addressed, and what may be passed on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, ACTIVE, COMPANY, NOT_RATED, PROSPECT
from running import Command

ASKED = ("--category", "basic", "--recipient", COMPANY, "--purpose", "product_improvement")


def state(root: Path, number: int, customer: str, **changes: Any) -> None:
    """A consent of the customer to be addressed for marketing, from 2026-05-06 on; or what the changes make of it."""
    said: dict[str, Any] = {"customer": customer, "purposes": ["marketing"], "statement_kind": "consent"}
    building.write(root, "consent", **{"id": f"CST-{number:06d}", **said, **changes})


def opt_out(root: Path, number: int, customer: str, **changes: Any) -> None:
    """From 2026-06-01 on."""
    times = {"given_at": "2026-06-01T08:00:00+08:00", "received_at": "2026-06-01T09:00:00+08:00", "stopped_at": "2026-06-01T09:00:00+08:00"}
    building.write(root, "consent", like="opt-out", **{"id": f"CST-{number:06d}", "customer": customer, "propagated_to": ABSENT, **times, **changes})


@pytest.fixture
def root(register_root: Path) -> Path:
    """ACTIVE agreed; PROSPECT agreed and opted out of text messages; NOT_RATED was never asked."""
    state(register_root, 11, ACTIVE)
    state(register_root, 12, PROSPECT)
    opt_out(register_root, 13, PROSPECT, channels=["sms"])
    return register_root


def listed(mingbu: Command, channel: str, *arguments: str) -> list[str]:
    result = mingbu(*arguments, "list", "customer", "--marketing", "--channel", channel, "--format", "json")
    assert result.status == 0
    return [row["id"] for row in result.json["rows"]]


@pytest.mark.rule("C11", "C12")
def test_the_list_holds_only_who_agreed_and_did_not_opt_out(root: Path, mingbu: Command) -> None:
    assert listed(mingbu, "email") == [ACTIVE, PROSPECT]
    assert listed(mingbu, "sms") == [ACTIVE]

    opt_out(root, 14, ACTIVE)

    assert listed(mingbu, "email") == [PROSPECT]
    assert listed(mingbu, "sms") == []


@pytest.mark.rule("C12")
def test_the_list_is_that_of_the_day(root: Path, mingbu: Command) -> None:
    assert listed(mingbu, "sms", "--on", "2026-05-05") == []
    assert listed(mingbu, "sms", "--on", "2026-05-31") == [ACTIVE, PROSPECT]
    assert listed(mingbu, "sms", "--on", "2026-06-01") == [ACTIVE]


def test_the_list_can_be_narrowed_and_shown_like_any_other(root: Path, mingbu: Command) -> None:
    assert listed(mingbu, "email") != [PROSPECT]
    narrowed = mingbu(
        "list", "customer", "--marketing", "--channel", "email", "--where", "status=prospect", "--columns", "short_name", "--format", "csv"
    )

    assert narrowed.out == "编号,客户简称\nCUS-000002,云栖电机\n"


@pytest.mark.parametrize(
    "arguments", [["customer"], ["customer", "--channel", "pigeon"], ["product", "--channel", "sms"], ["consent", "--channel", "sms"]]
)
def test_without_a_channel_or_for_another_kind_there_is_no_such_list(arguments: list[str], mingbu: Command) -> None:
    result = mingbu("list", *arguments, "--marketing")

    assert (result.status, result.out, len(result.err.splitlines())) == (2, "", 1)


@pytest.mark.rule("C12")
def test_a_list_that_somebody_made_is_judged_name_by_name(root: Path, mingbu: Command, tmp_path: Path) -> None:
    """Whatever the file looks like: what counts is which ids stand in it."""
    made = tmp_path / "list.csv"
    made.write_text(f"\ufeff编号;名称\n{ACTIVE};松墨\n“{PROSPECT}”\n{NOT_RATED},{PROSPECT}\nCUS-ZZZZZZ\n", encoding="utf-8")

    result = mingbu("list", "customer", "--channel", "sms", "--verify", str(made))

    *lines, summary = result.out.splitlines()
    assert result.status == 1
    assert [line.split() for line in lines] == [
        [PROSPECT, "云栖电机", "客户已退出共同营销"],
        [NOT_RATED, "竹屿环保", "没有同意"],
        ["CUS-ZZZZZZ", "没有这位客户"],
    ]
    assert "3" in summary


def test_a_list_that_keeps_to_the_rules_passes(root: Path, mingbu: Command, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{ACTIVE}\n{ACTIVE}\n", encoding="utf-8")

    assert mingbu("list", "customer", "--channel", "sms", "--verify", str(tmp_path / "list.txt")).status == 0
    assert mingbu("list", "customer", "--channel", "sms", "--verify", str(tmp_path / "nowhere")).status == 2
    assert mingbu("list", "product", "--channel", "sms", "--verify", str(tmp_path / "list.txt")).status == 2


@pytest.mark.rule("C4")
def test_what_is_allowed_is_said_with_the_statement_that_allows_it(mingbu: Command) -> None:
    result = mingbu("consent", ACTIVE, *ASKED)

    assert (result.status, result.out) == (0, "可以  同意有效  CST-000001\n")
    assert mingbu("--lang", "en", "consent", ACTIVE, *ASKED).out == "allowed  a consent is in force  CST-000001\n"
    assert mingbu("consent", ACTIVE, *ASKED, "--format", "json").json == {
        "schema": "mingbu/consent/1",
        "allowed": True,
        "ground": "consent",
        "statement": "CST-000001",
        "reason": "同意有效",
    }


@pytest.mark.rule("C4")
def test_what_is_not_allowed_is_exit_status_1_with_the_reason(root: Path, mingbu: Command) -> None:
    silent = mingbu("consent", NOT_RATED, *ASKED)
    out = mingbu("consent", PROSPECT, *ASKED[:-1], "marketing", "--channel", "sms")

    assert (silent.status, silent.out) == (1, "不可以  没有同意\n")
    assert (out.status, out.out) == (1, "不可以  客户已退出共同营销  CST-000013\n")
    assert mingbu("consent", NOT_RATED, *ASKED, "--format", "json").json == {
        "schema": "mingbu/consent/1",
        "allowed": False,
        "ground": None,
        "statement": None,
        "reason": "没有同意",
    }


def test_the_day_may_be_said_before_or_behind_the_command(mingbu: Command) -> None:
    assert mingbu("consent", ACTIVE, *ASKED, "--on", "2026-05-05").status == 1
    assert mingbu("consent", ACTIVE, *ASKED, "--on", "2026-05-06").status == 0
    assert mingbu("--on", "2026-05-05", "consent", ACTIVE, *ASKED).status == 1
    assert mingbu("consent", ACTIVE, *ASKED, "--on", "6 May").status == 2


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((ACTIVE, "--category", "basic", "--purpose", "marketing"), 2),
        ((ACTIVE, "--category", "secret", *ASKED[2:]), 2),
        ((ACTIVE, *ASKED[:-1], "fun"), 2),
        ((ACTIVE, *ASKED, "--channel", "pigeon"), 2),
        (ASKED, 2),
        (("CUS-ZZZZZZ", *ASKED), 1),
        (("PRD-000001", *ASKED), 1),
        ((ACTIVE, *ASKED[:2], "--recipient", "RCP-ZZZZZZ", *ASKED[4:]), 1),
        ((ACTIVE, *ASKED[:2], "--recipient", "PRD-000001", *ASKED[4:]), 1),
    ],
)
def test_a_question_about_nobody_or_nothing_is_one_line(arguments: tuple[str, ...], status: int, mingbu: Command) -> None:
    result = mingbu("consent", *arguments)

    assert (result.status, result.out, len(result.err.splitlines())) == (status, "", 1)
