"""By which blocks goods are held back, since when, and what lifts them."""

from __future__ import annotations

from typing import Any

import pytest

import building
import owing
from building import ACTIVE, FILE, TODAY
from mingbu import credit
from mingbu.credit.standing import Block, told
from owing import exception, line

OVER = line("2026-11-03", "250000.00", invoice_no="K1", due_on="2026-12-03")
LATE = line("2026-09-01", "1000.00", invoice_no="K1", due_on="2026-11-05")


def stands(lines: list[dict[str, Any]], *more: Any, day: str = TODAY, **kwargs: Any) -> credit.Standing:
    register = owing.register(lines, *more, **kwargs)
    return credit.standing(register, owing.on(register, day), register.records[FILE])


def codes(found: credit.Standing) -> list[str]:
    return [block.code for block in found.blocks]


def until(block: Block) -> str | None:
    """The day on which what lifts the block ends."""
    return str(block.exception.data["valid_to"]) if block.exception else None


@pytest.mark.rule("B20")
def test_who_keeps_to_limit_and_terms_is_not_stopped() -> None:
    found = stands([line("2026-11-03", "200000.00", due_on="2026-12-03")], owing.decision())

    assert (found.blocks, found.stopped) == ((), False)
    assert found.terms is not None
    assert (found.terms["terms_days"], found.terms["cap"]) == (45, "1500000.00")


@pytest.mark.rule("B20")
def test_above_the_limit_goods_are_held_back_and_the_reason_is_told() -> None:
    found = stands([OVER], owing.decision())

    assert (codes(found), found.stopped) == (["over_limit"], True)
    assert told(found.blocks[0], "zh") == "应收 250,000.00 元，限度 200,000.00 元，超出 50,000.00 元，2026-11-03 起停货"
    assert told(found.blocks[0], "en") == "250,000.00 CNY outstanding, limit 200,000.00, over by 50,000.00: no shipment since 2026-11-03"


@pytest.mark.parametrize(
    ("lines", "since"),
    [
        ([line("2025-12-01", "250000.00")], "2026-01-01"),
        ([line("2026-02-01", "150000.00"), line("2026-03-01", "60000.00")], "2026-03-01"),
        ([line("2026-02-01", "250000.00", paid="100000.00", paid_on="2026-05-01"), line("2026-06-01", "60000.00")], "2026-06-01"),
        ([line("2026-02-01", "250000.00"), line("2026-03-01", "-60000.00"), line("2026-04-01", "20000.00")], "2026-04-01"),
    ],
)
def test_over_the_limit_counts_from_the_day_that_it_was_last_passed(lines: list[dict[str, Any]], since: str) -> None:
    """Not before the decision in force; what was paid or returned meanwhile interrupts it."""
    assert stands(lines, owing.decision()).blocks[0].since == since


def test_over_the_limit_since_the_end_of_a_temporary_one() -> None:
    short = {"amount": "300000.00", "from": "2026-10-01", "to": "2026-11-10", "reason": "旺季备货。"}

    assert stands([line("2026-10-20", "250000.00", due_on="2026-12-20")], owing.decision(temporary_limit=short)).blocks[0].since == "2026-11-11"


@pytest.mark.rule("B20")
@pytest.mark.parametrize(("day", "expected"), [("2026-11-19", []), ("2026-11-20", ["overdue"])])
def test_overdue_stops_on_the_day_that_the_grade_says(day: str, expected: list[str]) -> None:
    """Grade A stops from 15 days overdue; 5 November and 15 days is the 20th."""
    found = stands([LATE], owing.decision(), day=day)

    assert codes(found) == expected
    assert [block.since for block in found.blocks] == ["2026-11-20"] * len(expected)


def test_another_grade_stops_on_another_day() -> None:
    assert codes(stands([LATE], owing.decision(approved_grade="BBB"), day="2026-11-12")) == ["overdue"]
    assert codes(stands([LATE], owing.decision(approved_grade="AAA"))) == []
    assert codes(stands([LATE])) == [], "nobody has been graded"


@pytest.mark.rule("B20")
@pytest.mark.parametrize(
    ("first", "last", "lifted"),
    [
        ("2026-11-01", "2026-11-20", True),
        ("2026-11-20", "2026-11-30", True),
        ("2026-11-01", "2026-11-19", False),
        ("2026-11-21", "2026-11-30", False),
    ],
)
def test_an_exception_lifts_the_block_while_it_runs(first: str, last: str, lifted: bool) -> None:
    found = stands([LATE], owing.decision(), exception(1, "overdue", first, last))

    assert (codes(found), found.stopped, until(found.blocks[0])) == (["overdue"], not lifted, last if lifted else None)


def test_an_exception_that_has_ended_is_named() -> None:
    found = stands([LATE], owing.decision(), exception(1, "overdue", "2026-11-01", "2026-11-19"))

    assert told(found.blocks[0], "zh").endswith("起停货；例外 CEX-000011 已不适用（至 2026-11-19）")


@pytest.mark.parametrize(("up_to", "lifted"), [("250000.00", True), ("249999.99", False)])
def test_an_exception_from_the_limit_goes_up_to_its_amount(up_to: str, lifted: bool) -> None:
    found = stands([OVER], owing.decision(), exception(1, "over_limit", "2026-11-01", "2026-11-30", up_to=up_to))

    assert found.stopped is not lifted


def test_an_exception_lifts_the_block_that_it_names_and_no_other() -> None:
    found = stands([OVER, LATE | {"invoice_no": "K2"}], owing.decision(), exception(1, "overdue", "2026-11-01", "2026-11-30"))

    assert [(block.code, until(block)) for block in found.blocks] == [("over_limit", None), ("overdue", "2026-11-30")]
    assert found.stopped


@pytest.mark.rule("B20")
def test_an_exception_that_nobody_approved_lifts_nothing() -> None:
    step = {"step": "credit-block-exception", "title": "停货例外审批", "title_en": "Exception", "kind": "credit-exception"}
    steps = building.record("policy-approvals", building.fields("policy-approvals", steps=[step | _WHO]))

    found = stands([LATE], owing.decision(), exception(1, "overdue", "2026-11-01", "2026-11-30"), steps)

    assert found.stopped


_WHO = {"posts": ["credit_manager"], "strengths": ["signed"], "needed": True, "articles": ["B20"]}


def test_a_final_notice_suspends_the_limit_until_its_invoice_is_paid() -> None:
    sent = owing.dunning(1, "final_notice", "2026-10-01", delivery_proof_ref="挂号 1", next_step_on="2026-11-01")
    owed = line("2026-07-01", "1000.00", invoice_no="K1", due_on="2026-08-01")

    found = stands([owed], sent)

    assert [(block.code, block.since, block.evidence) for block in found.blocks] == [("final_notice", "2026-10-01", sent)]
    assert stands([owed], sent, day="2026-09-30").blocks == ()
    assert stands([owed | {"paid": "1000.00", "paid_on": "2026-10-20"}], sent).blocks == ()
    assert stands([owed | {"invoice_no": "K2"}], sent).blocks == ()


def test_a_suspended_credit_line_stops_until_it_is_active_again() -> None:
    said = {"id": "CLN-000001", "credit_file": FILE, "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    suspended = {"state": "suspended", "suspended_on": "2026-10-01", "suspended_reason": "逾期。"}

    found = stands([], building.record("credit-line", building.fields("credit-line", **said, **suspended)))

    assert [(block.code, block.since) for block in found.blocks] == [("line_suspended", "2026-10-01")]
    assert stands([], building.record("credit-line", building.fields("credit-line", **said, state="active"))).blocks == ()


def test_a_customer_and_its_credit_file_stand_alike() -> None:
    register = owing.register([OVER], owing.decision())
    policy = owing.on(register)

    assert credit.standing(register, policy, register.records[ACTIVE]) == credit.standing(register, policy, register.records[FILE])
