"""Disclosures as check judges them: purposes, mandates, opt-outs and who takes part again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, COMPANY
from mingbu import yamlio
from running import Command

DISCLOSED = "records/disclosure/00/DIS-00000Z.yml"


def state(root: Path, number: int, kind: str, day: str, **changes: Any) -> None:
    """A statement of the customer about marketing: basic data, given and received on the day."""
    times = {"given_at": f"{day}T08:00:00+08:00", "received_at": f"{day}T09:00:00+08:00", "prepared_on": day}
    stopped = {"stopped_at": f"{day}T09:00:00+08:00"} if kind == "opt_out" else {"purposes": ["marketing"]}
    like = "opt-out" if kind == "opt_out" else "minimal"
    told = {"propagated_to": ABSENT} if kind == "opt_out" else {}
    building.write(root, "consent", like=like, **{"id": f"CST-{number:06d}", "statement_kind": kind, **times, **stopped, **told, **changes})


def market(root: Path, day: str, channel: Any = ABSENT) -> None:
    """The customer's basic data went to the company for marketing on the day."""
    day_of = {"disclosed_at": f"{day}T14:00:00+08:00", "prepared_on": day}
    building.write(root, "disclosure", purpose="marketing", channel=channel, consent="CST-000101", **day_of)


def found(mingbu: Command) -> list[tuple[str, str]]:
    """(code, pointer) of what is found about the disclosure; everything else is sound."""
    result = mingbu("check", "--format", "json")
    assert {path for path, *_ in result.findings} <= {DISCLOSED}
    return [(code, pointer) for _, _, code, pointer in result.findings]


@pytest.mark.rule("C4", "C12")
def test_marketing_needs_a_consent_to_it(register_root: Path, mingbu: Command) -> None:
    state(register_root, 101, "consent", "2026-05-20")
    market(register_root, "2026-05-19")

    assert found(mingbu) == [("privacy.no-consent", "/data_categories/0")]


@pytest.mark.rule("C12")
def test_who_agreed_may_be_addressed(register_root: Path, mingbu: Command) -> None:
    state(register_root, 101, "consent", "2026-05-06")
    market(register_root, "2026-05-06", "email")

    assert found(mingbu) == []


OPTED_OUT = [("privacy.opted-out", "/data_categories/0")]


@pytest.mark.rule("C12")
@pytest.mark.parametrize(
    ("channels", "channel", "expected"),
    [
        (ABSENT, "email", OPTED_OUT),
        (ABSENT, ABSENT, OPTED_OUT),
        (["sms"], "sms", OPTED_OUT),
        (["sms"], "email", []),
        (["sms", "email"], "email", OPTED_OUT),
        (["sms"], ABSENT, OPTED_OUT),
    ],
    ids=["of all", "of all, channel unsaid", "of this one", "of another one", "of both", "of one, channel unsaid"],
)
def test_who_opted_out_is_not_addressed(register_root: Path, mingbu: Command, channels: Any, channel: Any, expected: list[tuple[str, str]]) -> None:
    state(register_root, 101, "consent", "2026-05-06")
    state(register_root, 102, "opt_out", "2026-06-01", channels=channels)
    market(register_root, "2026-06-02", channel)

    assert found(mingbu) == expected


@pytest.mark.rule("C12")
@pytest.mark.parametrize(("day", "expected"), [("2026-05-31", []), ("2026-06-01", OPTED_OUT)])
def test_an_opt_out_counts_from_the_day_of_its_receipt(register_root: Path, mingbu: Command, day: str, expected: list[tuple[str, str]]) -> None:
    """Whichever company of the group received it, and however long before it was written."""
    state(register_root, 101, "consent", "2026-05-06")
    state(register_root, 102, "opt_out", "2026-06-01", given_at="2026-05-20T08:00:00+08:00", receiving_entity=building.OFFICE)
    market(register_root, day)

    assert found(mingbu) == expected


@pytest.mark.rule("C12")
def test_who_agrees_again_may_be_addressed_again(register_root: Path, mingbu: Command) -> None:
    state(register_root, 101, "consent", "2026-05-06")
    state(register_root, 102, "opt_out", "2026-06-01")
    state(register_root, 103, "consent", "2026-07-01")
    market(register_root, "2026-07-01", "email")

    assert found(mingbu) == []


@pytest.mark.rule("C12")
def test_who_agrees_again_to_one_channel_is_addressed_by_that_one_only(register_root: Path, mingbu: Command) -> None:
    state(register_root, 101, "consent", "2026-05-06")
    state(register_root, 102, "opt_out", "2026-06-01")
    state(register_root, 103, "consent", "2026-07-01", channels=["email"])
    codes = {}
    for channel in ("email", "sms"):
        market(register_root, "2026-07-02", channel)
        codes[channel] = found(mingbu)

    assert codes == {"email": [], "sms": OPTED_OUT}


@pytest.mark.rule("C1")
def test_a_stricter_policy_finds_purposes_that_it_no_longer_allows(register_root: Path, mingbu: Command) -> None:
    """What was disclosed under the earlier policy stays judged by it."""
    data, faults = yamlio.read((building.PROJECT / "records/policy/privacy/2024-01-01.yml").read_bytes())
    assert data is not None and not faults
    purposes = [purpose for purpose in data["purposes"] if purpose != "product_improvement"]
    building.write(register_root, "policy-privacy", **data | {"effective_from": "2026-06-01", "purposes": purposes})
    building.commit_all(register_root)
    building.write(register_root, "disclosure", disclosed_at="2026-06-01T09:00:00+08:00", prepared_on="2026-06-01")

    result = mingbu("check", "--format", "json")

    assert [(path, code, pointer) for path, _, code, pointer in result.findings] == [
        ("records/consent/00/CST-000001.yml", "privacy.purpose", "/purposes/0"),
        (DISCLOSED, "privacy.purpose", "/purpose"),
        ("records/recipient/00/RCP-000001.yml", "privacy.purpose", "/purposes/0"),
    ]
    assert [item["rules"] for item in result.json["findings"]] == [["C1"]] * 3


@pytest.mark.rule("C5")
@pytest.mark.parametrize(
    ("mandate", "day", "allowed"),
    [
        ({}, "2026-06-30", True),
        ({"mandate_to": "2026-06-30"}, "2026-06-30", True),
        ({"mandate_to": "2026-06-29"}, "2026-06-30", False),
        ({"mandate_from": "2026-06-30"}, "2026-06-30", True),
        ({"mandate_from": "2026-07-01"}, "2026-06-30", False),
        ({"revoked_on": "2026-07-01"}, "2026-06-30", True),
        ({"revoked_on": "2026-06-30"}, "2026-06-30", False),
        ({"data_categories": ["account"]}, "2026-06-30", False),
        ({"purposes": ["marketing"]}, "2026-06-30", False),
    ],
    ids=str,
)
def test_a_third_party_receives_data_while_its_mandate_lasts(
    register_root: Path, mingbu: Command, mandate: dict[str, Any], day: str, allowed: bool
) -> None:
    building.write(register_root, "recipient", like="entrusted", **mandate)
    building.write(register_root, "consent", recipients=["RCP-00000Z"])
    made = {"disclosed_at": f"{day}T09:00:00+08:00", "prepared_on": day}
    building.write(register_root, "disclosure", recipient="RCP-00000Z", consent="CST-00000Z", **made)

    assert found(mingbu) == ([] if allowed else [("privacy.recipient", "/recipient")])


@pytest.mark.rule("C5")
@pytest.mark.parametrize("duty", [True, False], ids=["for a legal duty", "for a purpose of ours"])
def test_an_authority_receives_data_for_a_legal_duty_only(register_root: Path, mingbu: Command, duty: bool) -> None:
    building.write(register_root, "recipient", relation="authority", department=ABSENT, name="税务局", purposes=["legal_duty"])
    ground: dict[str, Any] = {"purpose": "legal_duty", "legal_basis": "税收征收管理法第五十七条", "consent": ABSENT} if duty else {}
    building.write(register_root, "disclosure", recipient="RCP-00000Z", **ground)

    assert found(mingbu) == ([] if duty else [("privacy.recipient", "/recipient"), ("privacy.no-consent", "/data_categories/0")])


@pytest.mark.rule("C4")
def test_a_disclosure_is_judged_by_the_customers_statements_not_by_the_one_it_names(register_root: Path, mingbu: Command) -> None:
    building.write(register_root, "disclosure", data_categories=["basic", "account"], recipient=COMPANY)

    assert found(mingbu) == [("privacy.no-consent", "/data_categories/1")]
