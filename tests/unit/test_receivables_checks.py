"""`mingbu check` on what is owed: stops without an exception, dunning that is late, exceptions that one approves for oneself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, ACTIVE, BOSS, CREDIT_POLICY, FILE, PROSPECT
from owing import line
from running import Command

CARD = f"records/credit-file/00/{FILE}.yml"
RUNS = {"valid_from": "2026-11-01", "valid_to": "2026-11-20"}


def found(mingbu: Command, *arguments: str) -> list[tuple[str, str]]:
    """(path, code) of every finding."""
    return [(path, code) for path, _, code, _ in mingbu(*arguments, "check", "--format", "json").findings]


@pytest.fixture
def root(register_root: Path) -> Path:
    """Grade A stops from 15 days overdue, goods stop above the limit of 200,000; a call is due after a day, a letter after a week."""
    grades = [dict(row) for row in building.MINIMAL["policy-credit"]["grades"]]
    grades[0]["stop_overdue_days"] = 15
    steps = [{"step": "call", "days": 1}, {"step": "first_letter", "days": 7}]
    since = CREDIT_POLICY.partition("/")[2]
    building.write(register_root, "policy-credit", effective_from=since, grades=grades, over_limit_above="100", dunning=steps)
    owes(register_root, line("2026-10-12", "72000.00", invoice_no="K1", due_on="2026-12-12"))
    return register_root


def owes(root: Path, *lines: dict[str, Any]) -> None:
    """Replaces what the register's customer bought; the policy is what was there when trust began."""
    building.edit(root, "sales", "SAL-000001", lines=list(lines), month="2026-10")
    building.commit_all(root)


def allow(root: Path, block: str, by: str = BOSS, **changes: Any) -> Path:
    """An exception with its approval; the path of the approval."""
    path = building.write(root, "credit-exception", id="CEX-000002", credit_file=FILE, block=block, **RUNS | changes)
    return building.approve(root, path, "credit-block-exception", by=by, role="credit_manager", at="2026-11-02T10:00:00+08:00")


@pytest.mark.rule("B20")
def test_a_customer_within_its_limit_and_terms_is_not_found(root: Path, mingbu: Command) -> None:
    assert found(mingbu) == []


@pytest.mark.rule("B20")
def test_a_limit_that_is_passed_is_found_until_an_exception_is_approved(root: Path, mingbu: Command) -> None:
    owes(root, line("2026-10-12", "210000.00", invoice_no="K1", due_on="2026-12-12"))
    assert found(mingbu) == [(CARD, "credit.over-limit")]

    allow(root, "over_limit", up_to="210000.00")

    assert found(mingbu) == []
    assert found(mingbu, "--on", "2026-11-21") == [(CARD, "credit.over-limit")]
    assert "exception CEX-000002 no longer covers it (it ran until 2026-11-20)" in mingbu("--lang", "en", "--on", "2026-11-21", "check").out


@pytest.mark.rule("B20")
def test_an_overdue_customer_is_found_once_the_exception_has_ended(root: Path, mingbu: Command) -> None:
    """The register has an approved one for November; 5 November and 15 days is the 20th."""
    owes(root, line("2026-10-02", "72000.00", invoice_no="K1", due_on="2026-11-05"))
    written = {"credit_file": FILE, "invoice_no": "K1", "due_on": "2026-11-05", "step": "first_letter", "acted_on": "2026-11-13"}
    building.write(root, "dunning", id="DUN-000002", **written, delivery_proof_ref="挂号 1", next_step_on="2026-11-25")

    assert found(mingbu, "--on", "2026-11-30") == []
    assert found(mingbu, "--on", "2026-12-01") == [(CARD, "credit.overdue-stop")]


@pytest.mark.rule("E10")
@pytest.mark.parametrize(("day", "codes"), [("2026-11-26", []), ("2026-11-27", ["dunning.late"])])
def test_a_step_is_late_when_the_next_one_is_due(root: Path, mingbu: Command, day: str, codes: list[str]) -> None:
    owes(root, line("2026-10-02", "72000.00", invoice_no="K1", due_on="2026-11-20"))

    result = mingbu("--lang", "en", "--on", day, "check", "--format", "json")

    assert [item["code"] for item in result.json["findings"]] == codes
    assert [item["message"] for item in result.json["findings"]] == [
        "invoice K1, 72000.00 CNY open: “Telephone call” was due on 2026-11-21 and no record says that it was taken" for _ in codes
    ]


def test_a_customer_without_a_credit_file_has_no_place_for_dunning(root: Path, mingbu: Command) -> None:
    owes(root, line("2026-10-02", "72000.00", invoice_no="K1", due_on="2026-10-05") | {"customer": PROSPECT})

    assert {code for _, code in found(mingbu)} & {"dunning.late", "credit.overdue-stop"} == set()


@pytest.mark.rule("B20", "E9")
def test_nobody_approves_the_exception_that_he_applied_for(root: Path, mingbu: Command) -> None:
    approval = allow(root, "overdue", applicant_staff=BOSS)

    assert found(mingbu) == [(approval.relative_to(root).as_posix(), "credit.exception-self-approved")]


def test_a_stop_of_a_customer_we_do_not_trade_with_is_no_finding(root: Path, mingbu: Command) -> None:
    owes(root, line("2026-10-12", "210000.00", invoice_no="K1", due_on="2026-12-12"))
    building.edit(root, "customer", ACTIVE, status="suspended", ended_on="2026-11-01", ended_reason="terminated", lifecycle=ABSENT)

    assert (CARD, "credit.over-limit") not in found(mingbu)
