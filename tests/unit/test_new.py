"""`mingbu new --from`: a customer's card takes over what its trade opening says, and names it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, CLERK, COMPANY, KEEPER
from mingbu import yamlio
from running import Command

OPENING = "TRO-000003"
CARD = {
    "customer_rank": "b",
    "market_position": "general",
    "time_series": "new",
    "trade_stage": "future",
    "status": "prospect",
    "custodian": KEEPER,
    "owner_department": COMPANY,
    "prepared_by": CLERK,
    "lifecycle": "potential",
    "/preliminary_check/checked_on": "2026-04-20",
    "/preliminary_check/checked_by": CLERK,
    "/preliminary_check/latent_need": "设备年底到期。",
}


def make(mingbu: Command, source: str, **changes: str) -> Any:
    values = [part for key, value in (CARD | changes).items() for part in ("--set", f"{key}={value}")]
    return mingbu("new", "customer", "--from", source, *values)


def cards(root: Path) -> set[Path]:
    return set((root / "records/customer").rglob("*.yml"))


@pytest.fixture
def opening(register_root: Path) -> dict[str, Any]:
    """An approved opening with everything that a form may hold, of a company that has no card yet."""
    other = dict.fromkeys(("legacy_no", "parent_customer", "registration_no", "former_names", "english_name"), ABSENT)
    named = {"id": OPENING, "legal_name": "松鹤泵业有限公司", "short_name": "松鹤泵业", "uscc": "91330106FAKE00099X"}
    path = building.write(register_root, "trade-opening", like="full", **other | named)
    building.approve(register_root, path, "trade-opening")
    building.commit_all(register_root)
    data, faults = yamlio.read(path.read_bytes())
    assert data is not None and not faults
    return data


@pytest.mark.rule("A12")
def test_a_card_takes_over_everything_that_the_opening_says_of_the_customer(register_root: Path, mingbu: Command, opening: dict[str, Any]) -> None:
    before = cards(register_root)
    carries = building.SCHEMAS.kinds["trade-opening"].spec["carries"]

    result = make(mingbu, OPENING)

    assert (result.status, result.err) == (0, "")
    [path] = cards(register_root) - before
    card, _ = yamlio.read(path.read_bytes())
    assert card is not None
    taken = {key for key in card if key in carries["keys"]}
    assert {key: card[key] for key in taken} == {key: opening[key] for key in carries["keys"] if key in opening}
    assert len(taken) >= 20
    assert card["trade_opening"] == OPENING
    assert card["id"] == path.stem != OPENING
    assert card["schema"] == "customer/1"
    assert "applicant_staff" not in card
    assert mingbu("check", "--format", "json").findings == []
    assert mingbu("fmt", "--check").status == 0


def test_what_is_set_stands_before_what_is_taken_over(register_root: Path, mingbu: Command, opening: dict[str, Any]) -> None:
    before = cards(register_root)

    make(mingbu, OPENING, telephone="0571-5550 0177")

    [path] = cards(register_root) - before
    assert "telephone: 0571-5550 0177\n" in path.read_text(encoding="utf-8")


@pytest.mark.rule("A2")
def test_one_opening_makes_one_card(register_root: Path, mingbu: Command, opening: dict[str, Any]) -> None:
    make(mingbu, OPENING)
    before = cards(register_root)

    again = make(mingbu, OPENING)

    assert again.status == 1
    assert "unique.duplicate" in again.err
    assert cards(register_root) == before


@pytest.mark.parametrize("source", ["CUS-000001", "CAS-000001", "TRO-ZZZZZZ", "x", ""])
def test_what_is_no_source_of_a_card_is_one_line_and_exit_status_1(source: str, register_root: Path, mingbu: Command) -> None:
    before = cards(register_root)

    result = make(mingbu, source or "TRO-00000Y")

    assert (result.status, result.out, len(result.err.splitlines())) == (1, "", 1)
    assert (source or "TRO-00000Y") in result.err
    assert cards(register_root) == before


def test_an_opening_makes_no_record_of_another_kind(mingbu: Command, opening: dict[str, Any]) -> None:
    result = mingbu("--lang", "en", "new", "product", "--from", OPENING, "--set", "code=P-9")

    assert (result.status, result.err) == (1, f"mingbu: {OPENING} isn't a form that a Product can be made from\n")
