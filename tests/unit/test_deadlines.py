"""What time brings: rounds, limits over weekends and holidays, months that are clipped, years without a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, ACTIVE, HEAD, KEEPER
from mingbu import yamlio
from running import Command


def late(mingbu: Command, on: str, folder: str) -> list[tuple[str, str]]:
    """(code, message) of what is found below the folder on a day, but for what the day itself makes odd."""
    items = mingbu("--on", on, "check", "--format", "json", folder).json["findings"]
    return [(item["code"], item["message"]) for item in items if item["code"] != "date.future"]


def received(root: Path, day: str, **changes: Any) -> None:
    """A case that reached the office on the day; nobody signed yet."""
    times = {key: f"{day}T{hour}:00:00+08:00" for key, hour in (("submitted_at", "08"), ("routed_at", "09"), ("dispatched_at", "10"))}
    routed = {"routed_to_branch": building.BRANCH, "assigned_office": building.OFFICE}
    building.write(root, "case", **{**times, **routed, "received_at": f"{day}T23:59:00+08:00", "prepared_on": day, **changes})


SIGN_BACK = [
    ("2026-11-18", "2026-11-19", "Wednesday"),
    ("2026-11-20", "2026-11-23", "Friday: the weekend doesn't count"),
    ("2026-02-13", "2026-02-14", "Friday before a Saturday at work"),
    ("2026-02-14", "2026-02-24", "the last day before the Spring Festival"),
    ("2026-09-30", "2026-10-08", "the last day before the National Day"),
    ("2026-10-10", "2026-10-12", "a Saturday at work"),
]


@pytest.mark.rule("D6")
@pytest.mark.parametrize(("day", "due"), [row[:2] for row in SIGN_BACK], ids=[row[2] for row in SIGN_BACK])
def test_a_case_is_signed_back_by_the_end_of_the_next_working_day(register_root: Path, mingbu: Command, day: str, due: str) -> None:
    received(register_root, day)

    after = (date.fromisoformat(due) + timedelta(days=1)).isoformat()
    [(code, message)] = late(mingbu, after, "records/case/00/CAS-00000Z.yml")

    assert late(mingbu, due, "records/case/00/CAS-00000Z.yml") == []
    assert code == "case.signed-late"
    assert due in message


@pytest.mark.rule("D6")
def test_signing_late_needs_a_reason_and_the_reason_silences_it(register_root: Path, mingbu: Command) -> None:
    signed = {"signed_by": HEAD, "signed_at": "2026-02-15T00:00:00+08:00", "first_contact_at": "2026-02-24T09:00:00+08:00"}
    codes = {}
    for reason in (ABSENT, "主管出差，次日补签。"):
        received(register_root, "2026-02-13", **signed, late_reason=reason)
        codes[reason] = [code for code, _ in late(mingbu, building.TODAY, "records/case/00/CAS-00000Z.yml")]

    assert list(codes.values()) == [["case.signed-late"], []]


@pytest.mark.rule("D6")
def test_a_reason_does_not_stand_for_a_signature(register_root: Path, mingbu: Command) -> None:
    received(register_root, "2026-02-13", late_reason="主管出差。")

    assert [code for code, _ in late(mingbu, building.TODAY, "records/case/00/CAS-00000Z.yml")] == ["case.signed-late"]


@pytest.mark.rule("A13")
@pytest.mark.parametrize(
    ("on", "missing"),
    [
        ("2026-08-31", "2026-02"),
        ("2026-09-01", "2026-08"),
        ("2027-02-28", "2026-08"),
        ("2027-03-01", "2027-02"),
    ],
)
def test_every_active_customer_is_surveyed_in_the_last_round_that_is_over(register_root: Path, mingbu: Command, on: str, missing: str) -> None:
    (register_root / "records/survey/00/SUR-000001.yml").unlink()
    building.commit_all(register_root)

    messages = [message for code, message in late(mingbu, on, f"records/customer/00/{ACTIVE}.yml") if code == "survey.missing"]

    assert [missing in message for message in messages] == [True]


@pytest.mark.rule("A13")
@pytest.mark.parametrize(("since", "codes"), [("2026-07-31", ["survey.missing"]), ("2026-08-01", [])])
def test_who_began_to_trade_after_a_round_opened_waits_for_the_next(register_root: Path, mingbu: Command, since: str, codes: list[str]) -> None:
    (register_root / "records/survey/00/SUR-000001.yml").unlink()
    building.edit(register_root, "customer", ACTIVE, first_trade_on=since)
    building.commit_all(register_root)

    assert [code for code, _ in late(mingbu, building.TODAY, "records/customer") if code == "survey.missing"] == codes


def contract(root: Path, **changes: Any) -> None:
    building.write(root, "contract", like="signed", **changes)


CLIPPED = [("2026-01-31", "2026-02-28"), ("2024-01-31", "2024-02-29"), ("2026-08-31", "2026-09-30"), ("2025-12-31", "2026-01-31")]


@pytest.mark.rule("E5")
@pytest.mark.parametrize(("done", "due"), CLIPPED)
def test_a_contract_file_is_handed_over_within_a_month_clipped_at_its_end(register_root: Path, mingbu: Command, done: str, due: str) -> None:
    first = {"contract_no": "HZ-2024-001", "signed_on": "2024-01-08", "effective_on": "2024-01-08"}
    found = {}
    for handed in (due, (date.fromisoformat(due) + timedelta(days=1)).isoformat()):
        people = {"handed_over_by": building.CLERK, "received_by": KEEPER}
        contract(register_root, **first, events=[{"kind": "signing", "formalities_done_on": done, "handed_over_on": handed, **people}])
        found[handed] = late(mingbu, building.TODAY, "records/contract/00/CON-00000Z.yml")

    [in_time, [(code, message)]] = found.values()
    assert in_time == []
    assert code == "contract.handover-late"
    assert due in message


@pytest.mark.rule("E6")
@pytest.mark.parametrize(("done", "due"), CLIPPED)
def test_a_contract_file_is_archived_within_a_month_of_its_verification(register_root: Path, mingbu: Command, done: str, due: str) -> None:
    event = {"kind": "signing", "formalities_done_on": "2024-01-10", "handed_over_on": "2024-01-20"}
    signed = {"contract_no": "HZ-2024-001", "signed_on": "2024-01-08", "effective_on": "2024-01-08"}
    early = {**signed, "events": [event | {"handed_over_by": building.CLERK, "received_by": KEEPER}]}
    verified = {"verified_on": done, "verified_by": KEEPER, "archived_by": KEEPER, "archive_no": "HT-2026-0009"}
    found = {}
    for archived in (due, (date.fromisoformat(due) + timedelta(days=1)).isoformat()):
        contract(register_root, **early, **verified, archived_on=archived)
        found[archived] = late(mingbu, building.TODAY, "records/contract/00/CON-00000Z.yml")

    [in_time, [(code, message)]] = found.values()
    assert in_time == []
    assert code == "contract.archive-late"
    assert due in message


@pytest.mark.rule("E5", "E6")
def test_a_reason_silences_what_was_handed_over_and_archived_late(register_root: Path, mingbu: Command) -> None:
    event = {"kind": "signing", "formalities_done_on": "2026-01-10", "handed_over_on": "2026-06-20"}
    archive = {"verified_on": "2026-06-30", "verified_by": KEEPER, "archived_on": "2026-10-01", "archived_by": KEEPER, "archive_no": "HT-2026-0009"}
    codes = {}
    for reason in (ABSENT, "承办人长期外派。"):
        people = {"handed_over_by": building.CLERK, "received_by": KEEPER}
        contract(register_root, events=[event | people], **archive, late_reason=reason)
        codes[reason] = {code for code, _ in late(mingbu, building.TODAY, "records/contract/00/CON-00000Z.yml")}

    assert list(codes.values()) == [{"contract.handover-late", "contract.archive-late"}, set()]


@pytest.mark.rule("E5")
def test_a_change_that_was_never_handed_over_falls_due_on_its_day(register_root: Path, mingbu: Command) -> None:
    change = {"kind": "change", "date": "2026-10-30", "agreement_ref": "补1", "formalities_done_on": "2026-10-31"}
    contract(register_root, changes=[change])

    assert late(mingbu, "2026-11-30", "records/contract/00/CON-00000Z.yml") == []
    assert [code for code, _ in late(mingbu, "2026-12-01", "records/contract/00/CON-00000Z.yml")] == ["contract.handover-late"]


# --- years that no calendar is known for


def own_calendar(root: Path, year: int, holidays: list[str], workdays: list[str]) -> None:
    """The sample's deadlines again, from the year on, with its days off."""
    data, faults = yamlio.read((building.PROJECT / "records/policy/deadlines/2024-01-01.yml").read_bytes())
    assert data is not None and not faults
    calendars = [{"year": year, "holidays": holidays, "workdays": workdays}]
    building.write(root, "policy-deadlines", **data | {"effective_from": f"{year}-01-01", "calendars": calendars})


@pytest.mark.rule("D6")
def test_a_year_without_a_calendar_is_said_and_not_guessed(register_root: Path, mingbu: Command) -> None:
    received(register_root, "2040-03-02")

    assert [code for code, _ in late(mingbu, "2040-03-30", "records/case/00/CAS-00000Z.yml")] == ["calendar.unknown-year"]


@pytest.mark.rule("C10")
def test_an_answer_that_falls_into_a_year_without_a_calendar_is_not_guessed(register_root: Path, mingbu: Command) -> None:
    building.write(register_root, "correction-request", received_at="2040-03-02T10:20:00+08:00", prepared_on="2040-03-02")

    assert [code for code, _ in late(mingbu, "2040-06-30", "records/correction-request/00/COR-00000Z.yml")] == ["calendar.unknown-year"]


@pytest.mark.rule("D6")
@pytest.mark.parametrize(
    ("holidays", "workdays", "due"),
    [([], [], "2040-03-05"), (["2040-03-05"], [], "2040-03-06"), ([], ["2040-03-03"], "2040-03-03"), (["2040-03-05"], ["2040-03-04"], "2040-03-04")],
    ids=["weekdays", "Monday off", "Saturday at work", "Sunday at work for Monday"],
)
def test_a_calendar_in_the_policy_cures_it(register_root: Path, mingbu: Command, holidays: list[str], workdays: list[str], due: str) -> None:
    """2 March 2040 is a Friday."""
    received(register_root, "2040-03-02")
    own_calendar(register_root, 2040, holidays, workdays)

    after = (date.fromisoformat(due) + timedelta(days=1)).isoformat()
    [(code, message)] = late(mingbu, after, "records/case/00/CAS-00000Z.yml")

    assert late(mingbu, due, "records/case/00/CAS-00000Z.yml") == []
    assert (code, due in message) == ("case.signed-late", True)
