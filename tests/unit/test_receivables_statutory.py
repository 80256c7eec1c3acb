"""Statutory terms with interest, and grades year on year."""

from __future__ import annotations

from typing import Any

import pytest

import building
import owing
from building import ABSENT, ACTIVE
from mingbu import credit
from mingbu.money import rounded
from owing import line

LARGE = {"customer_nature": "ordinary", "enterprise_size": "large"}
SALE = line("2026-06-01", "200000.00", invoice_no="K1", due_on="2026-12-31")


def owed(day: str, *more: Any, customer: dict[str, Any] | None = None, sale: dict[str, Any] = SALE, **kwargs: Any) -> list[credit.Statutory]:
    register = owing.register([sale], *more, customer=customer or LARGE, **kwargs)
    return credit.all_statutory(register, owing.on(register, day))


def contract(number: int = 1, **changes: Any) -> Any:
    """A contract of sale in force from May 2026 on."""
    dates = {"signed_on": "2026-05-01", "effective_on": "2026-05-01", "performance_from": "2026-05-01", "performance_to": "2027-04-30"}
    paid = {"payment_milestones": [{"due_on": "2026-09-09", "amount": "1.00"}]}
    said = {"id": f"CON-00000{number}", "customer": ACTIVE, "side": "sell", "status": "performing", "terms_days": 90, **dates, **paid, **changes}
    return building.record("contract", building.fields("contract", **said))


@pytest.mark.rule("B20")
def test_a_large_enterprise_owes_interest_from_the_61st_day_on() -> None:
    """1 June and 60 days is 31 July; 45 days later 200,000 × 0.05 % × 45 = 4,500.00."""
    [on_time], [late] = owed("2026-07-31"), owed("2026-09-14")

    assert (on_time.due_on, on_time.days_late, rounded(on_time.interest)) == ("2026-07-31", 0, "0.00")
    assert (late.days_late, rounded(late.interest)) == (45, "4500.00")


@pytest.mark.parametrize(
    ("nature", "size", "days"), [("government", "not_applicable", 30), ("government", "large", 30), ("special_relation", "large", 60)]
)
def test_the_first_class_of_debtors_that_fits_counts(nature: str, size: str, days: int) -> None:
    [found] = owed("2026-09-14", customer={"customer_nature": nature, "enterprise_size": size})

    assert found.days == days


@pytest.mark.parametrize(
    "customer", [{"customer_nature": "ordinary", "enterprise_size": "medium"}, {"customer_nature": "ordinary", "enterprise_size": ABSENT}]
)
def test_other_debtors_owe_no_interest_by_law(customer: dict[str, Any]) -> None:
    assert owed("2026-12-31", customer=customer) == []


def test_only_where_the_policy_turns_it_on() -> None:
    terms = owing.rules()["statutory"] | {"in_use": False}

    assert owed("2026-12-31", policy=owing.rules(statutory=terms)) == []


@pytest.mark.parametrize(("nature", "days"), [("ordinary", 90), ("government", 60)])
def test_a_contract_sets_the_days_as_far_as_the_law_lets_it(nature: str, days: int) -> None:
    [found] = owed("2026-12-31", contract(), customer=LARGE | {"customer_nature": nature})

    assert found.contract is not None
    assert (found.days, found.contract.id) == (days, "CON-000001")


def test_a_payment_that_the_contract_dates_is_owed_on_its_day() -> None:
    kept_back = contract(payment_milestones=[{"due_on": "2026-12-31", "amount": "200000.00"}])

    [found] = owed("2026-12-31", kept_back)

    assert found.due_on == "2026-12-31"


@pytest.mark.parametrize(
    "changes",
    [
        {"side": "buy"}, {"performance_from": "2026-06-02"}, {"performance_to": "2026-05-31"}, {"signed_on": "2026-06-02"},
        {"status": "voided", "voided_on": "2026-05-20", "voided_reason": "误签。"},
        {"status": "terminated", "changes": [{"kind": "termination", "date": "2026-05-20", "agreement_ref": "J1"}]},
    ],
)  # fmt: skip
def test_a_contract_that_does_not_cover_the_sale_sets_nothing(changes: dict[str, Any]) -> None:
    [found] = owed("2026-12-31", contract(**changes))

    assert (found.days, found.contract) == (60, None)


def test_the_size_at_signing_counts_before_that_on_the_card() -> None:
    grown = contract(enterprise_size_at_signing="medium")

    assert owed("2026-12-31", grown) == []
    [found] = owed("2026-12-31", contract(enterprise_size_at_signing="large"), customer=LARGE | {"enterprise_size": "medium"})
    assert found.size == "large"


def test_what_was_paid_bears_no_more_interest() -> None:
    assert owed("2026-12-31", sale=SALE | {"paid": "200000.00", "paid_on": "2026-11-01"}) == []


# --- migration of grades


def moves(*decisions: Any, day: str = "2026-11-20") -> list[tuple[str | None, str | None, str]]:
    register = owing.register([], *decisions)
    found = credit.migration(register, owing.on(register, day))
    assert sum(found.matrix.values()) == len(found.moves)
    return [(before, after, found.direction(before, after)) for _, before, after in found.moves]


@pytest.mark.parametrize(("then", "now", "direction"), [("A", "AA", "up"), ("AA", "A", "down"), ("A", "A", "same")])
def test_a_grade_is_compared_with_that_of_the_same_day_a_year_ago(then: str, now: str, direction: str) -> None:
    earlier = owing.decision(id="CDE-000002", approved_grade=then, valid_from="2025-11-20", valid_to="2026-11-19")

    assert moves(earlier, owing.decision(approved_grade=now, valid_from="2026-11-20")) == [(then, now, direction)]


def test_a_file_may_be_new_or_out_of_force_or_never_graded() -> None:
    assert moves(owing.decision()) == [(None, "A", "new")]
    assert moves(owing.decision(), day="2027-06-30") == [("A", None, "ended")]
    assert moves() == []
