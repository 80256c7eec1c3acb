"""Dunning: which steps are due on an invoice, what was done, what is late, what comes next."""

from __future__ import annotations

from typing import Any

import pytest

import owing
from building import ACTIVE, TODAY
from mingbu import credit
from owing import dunning, line

OWED = line("2026-07-01", "1000.00", invoice_no="K1", due_on="2026-08-01")
PROOF = {"delivery_proof_ref": "挂号 1"}


def dunned(day: str, *records: Any, lines: list[dict[str, Any]] | None = None) -> list[credit.Dunned]:
    register = owing.register([OWED] if lines is None else lines, *records)
    return credit.dunned(register, owing.on(register, day), ACTIVE)


def states(found: credit.Dunned) -> dict[str, str]:
    return {step.step: step.state for step in found.steps}


@pytest.mark.rule("E10")
@pytest.mark.parametrize(
    ("day", "now", "late", "following"),
    [
        ("2026-07-25", "reminder", [], ("call", "2026-08-02")),
        ("2026-08-01", "reminder", [], ("call", "2026-08-02")),
        ("2026-08-02", "call", ["reminder"], ("first_letter", "2026-08-08")),
        ("2026-08-08", "first_letter", ["reminder", "call"], ("second_letter", "2026-08-16")),
        (
            "2026-11-28",
            "lawyer_letter",
            ["reminder", "call", "first_letter", "second_letter", "stop_shipment", "final_notice"],
            ("legal_action", "2026-11-29"),
        ),
    ],
)
def test_where_nothing_was_done_the_step_of_the_day_is_due_and_the_earlier_ones_are_late(day: str, now: str, late: list[str], following: Any) -> None:
    [found] = dunned(day)

    assert found.now is not None
    assert found.following is not None
    assert (found.now.step, [step.step for step in found.late], (found.following.step, found.following.due_on)) == (now, late, following)


def test_nothing_is_asked_before_the_first_step_is_due() -> None:
    assert dunned("2026-07-24") == []


@pytest.mark.parametrize(("day", "state"), [("2026-11-29", "due"), ("2026-11-30", "late")])
def test_the_last_step_is_late_from_the_day_after_its_own(day: str, state: str) -> None:
    [found] = dunned(day)

    assert (found.now, found.following) == (found.steps[-1], None)
    assert found.steps[-1].state == state


@pytest.mark.rule("E10")
def test_a_step_that_was_taken_is_done_and_makes_up_for_the_earlier_ones() -> None:
    letter = dunning(1, "first_letter", "2026-08-09", **PROOF, next_step_on="2026-08-16")

    [found] = dunned("2026-08-10", letter)

    assert (found.now, found.late, found.last) == (None, (), letter)
    assert states(found)["reminder"] == states(found)["call"] == "covered"
    assert (states(found)["first_letter"], found.steps[2].record, states(found)["second_letter"]) == ("done", letter, "ahead")


def test_what_was_done_later_than_the_day_is_not_known_on_it() -> None:
    letter = dunning(1, "first_letter", "2026-08-09", **PROOF, next_step_on="2026-08-16")

    [found] = dunned("2026-08-08", letter)

    assert found.now is not None
    assert (found.now.step, found.records) == ("first_letter", ())


@pytest.mark.parametrize("step", ["legal_action", "write_off"])
def test_a_suit_or_a_write_off_ends_it(step: str) -> None:
    [found] = dunned("2026-12-31", dunning(1, step, "2026-09-01", next_step_on="2026-10-01"))

    assert (found.ended, found.now, found.late, found.following) == (True, None, (), None)


def test_a_step_on_one_invoice_says_nothing_of_another() -> None:
    other = OWED | {"invoice_no": "K2"}

    found = {
        item.receivable.number: item
        for item in dunned("2026-08-05", dunning(1, "call", "2026-08-02", next_step_on="2026-08-08"), lines=[OWED, other])
    }

    assert (found["K1"].now, states(found["K2"])["call"]) == (None, "due")


def test_an_invoice_with_two_due_dates_is_dunned_for_each() -> None:
    lines = [OWED, OWED | {"amount": "50.00", "due_on": "2026-09-01"}]
    second = dunning(1, "call", "2026-09-02", due_on="2026-09-01", next_step_on="2026-09-08")

    found = {item.receivable.due_on: item for item in dunned("2026-09-05", second, lines=lines)}

    assert (found["2026-09-01"].now, found["2026-08-01"].records) == (None, ())


def test_a_paid_invoice_is_dunned_no_more() -> None:
    paid = OWED | {"paid": "1000.00", "paid_on": "2026-08-20"}

    assert dunned("2026-08-20", lines=[paid]) == []
    assert len(dunned("2026-08-19", lines=[paid])) == 1


@pytest.mark.parametrize(
    ("day", "paid", "broken"),
    [
        ("2026-08-20", None, False),
        ("2026-08-21", None, True),
        ("2026-08-21", ("599.99", "2026-08-18"), True),
        ("2026-08-21", ("600.00", "2026-08-20"), False),
        ("2026-08-22", ("600.00", "2026-08-21"), True),
    ],
)
def test_a_promise_is_broken_when_its_day_has_passed_and_less_came_in(day: str, paid: tuple[str, str] | None, broken: bool) -> None:
    promise = dunning(1, "call", "2026-08-02", promise_amount="600.00", promise_on="2026-08-20", next_step_on="2026-08-21")
    owed = OWED | ({"paid": paid[0], "paid_on": paid[1]} if paid else {})

    [found] = dunned(day, promise, lines=[owed])

    assert found.broken == ((promise,) if broken else ())


def test_without_steps_in_the_policy_what_is_overdue_is_still_told() -> None:
    register = owing.register([OWED], policy={key: value for key, value in owing.rules().items() if key != "dunning"})

    [found] = credit.all_dunned(register, owing.on(register, TODAY))

    assert (found.steps, found.now, found.receivable.number) == ((), None, "K1")
