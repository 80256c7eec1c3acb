"""What needs two records, or a record that was taken away: openings, credit, procedures, qualifications, states, cards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import building
import states
from building import ABSENT, ACTIVE, BOSS, COMPANY, DECISION, FILE, HEAD, KEEPER, NOT_RATED, OPENING, PROSPECT
from mingbu import yamlio
from running import Command

CARD = f"records/customer/00/{ACTIVE}.yml"
OPENED = f"records/trade-opening/00/{OPENING}.yml"
Found = list[tuple[str, str, str]]


def found(mingbu: Command, *arguments: str, on: str = building.TODAY) -> Found:
    """(path, code, pointer) of every finding, on a day."""
    return [(path, code, pointer) for path, _, code, pointer in mingbu("--on", on, "check", "--format", "json", *arguments).findings]


def approval_of(root: Path, subject: str) -> Path:
    """The one approval file of a record."""
    [path] = (root / "records/approval").glob(f"*/{subject}/*.yml")
    return path


def restate(path: Path, **changes: Any) -> None:
    """Writes other fields into an approval and signs it anew."""
    data, faults = yamlio.read(path.read_bytes())
    assert data is not None and not faults
    path.write_text(yamlio.dump(building.SCHEMAS.kinds["approval"].arrange(building.signed(data | changes))), encoding="utf-8")


def take_away(root: Path, *paths: Path | str) -> None:
    """Deletes files and commits, so that the deletion itself isn't what is found."""
    for path in paths:
        (root / path).unlink()
    building.commit_all(root)


# --- trade openings


@pytest.mark.rule("A12")
def test_a_customer_whose_opening_nobody_approved_is_found(register_root: Path, mingbu: Command) -> None:
    take_away(register_root, approval_of(register_root, OPENING))

    assert found(mingbu) == [(CARD, "customer.opening-not-approved", "/trade_opening")]


@pytest.mark.rule("A12")
def test_a_customer_whose_opening_was_refused_is_found(register_root: Path, mingbu: Command) -> None:
    restate(approval_of(register_root, OPENING), decision="refused", reason="信用不足。")

    assert found(mingbu) == [(CARD, "customer.opening-not-approved", "/trade_opening")]


@pytest.mark.rule("A11", "A12")
@pytest.mark.parametrize("change", [{"requested_limit": "900000.00"}, {"legal_name": "另一阀门有限公司"}, {"email": "new@songmo.example"}], ids=str)
def test_an_opening_that_was_edited_after_its_approval_counts_as_not_approved(register_root: Path, mingbu: Command, change: dict[str, str]) -> None:
    building.edit(register_root, "trade-opening", OPENING, **change)

    codes = {code for _, code, _ in found(mingbu)}

    assert codes == {"approval.stale", "customer.opening-not-approved"}


@pytest.mark.rule("A12")
def test_what_the_approval_is_not_about_may_be_edited(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "trade-opening", OPENING, remarks="原件存财务科。", introducer="乐山")

    assert found(mingbu) == []


@pytest.mark.rule("A11", "A12")
def test_an_approver_without_the_post_approves_nothing(register_root: Path, mingbu: Command) -> None:
    path = approval_of(register_root, OPENING)
    restate(path, by=HEAD)

    assert found(mingbu) == [
        (path.relative_to(register_root).as_posix(), "approval.post", "/role"),
        (CARD, "customer.opening-not-approved", "/trade_opening"),
    ]


@pytest.mark.rule("A11", "A12")
def test_a_post_that_may_not_approve_an_opening_approves_nothing(register_root: Path, mingbu: Command) -> None:
    path = approval_of(register_root, OPENING)
    restate(path, role="general_manager")

    assert found(mingbu) == [
        (path.relative_to(register_root).as_posix(), "approval.role", "/role"),
        (CARD, "customer.opening-not-approved", "/trade_opening"),
    ]


@pytest.mark.rule("A11", "A12")
def test_nobody_approves_an_opening_of_his_own(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "trade-opening", OPENING, prepared_by=BOSS)

    assert found(mingbu) == [
        (approval_of(register_root, OPENING).relative_to(register_root).as_posix(), "approval.self", "/by"),
        (CARD, "customer.opening-not-approved", "/trade_opening"),
    ]


@pytest.mark.rule("A12")
@pytest.mark.parametrize(
    ("at", "codes"),
    [("2024-03-01T23:59:00+08:00", []), ("2024-03-02T00:00:00+08:00", ["customer.opening-late"])],
    ids=["on the day of the first trade", "the day after"],
)
def test_an_opening_is_approved_before_the_first_trade(register_root: Path, mingbu: Command, at: str, codes: list[str]) -> None:
    restate(approval_of(register_root, OPENING), at=at)

    assert [code for _, code, _ in found(mingbu)] == codes


@pytest.mark.rule("A11")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-03-01", []),
        ("2024-03-02", [(OPENED, "opening.not-reported", "/chairman_reported_on")]),
        (ABSENT, [(OPENED, "opening.not-reported", "/chairman_reported_on")]),
    ],
    ids=["on the day of the first trade", "the day after", "never"],
)
def test_an_opening_is_reported_to_the_chairman_before_the_first_trade(register_root: Path, mingbu: Command, day: Any, expected: Found) -> None:
    building.edit(register_root, "trade-opening", OPENING, chairman_reported_on=day)

    assert found(mingbu) == expected


# --- credit


@pytest.mark.rule("E9")
@pytest.mark.parametrize(("on", "codes"), [("2026-12-31", []), ("2027-01-01", ["credit.file-in-force"])])
def test_a_credit_file_has_a_decision_in_force_while_we_trade(mingbu: Command, on: str, codes: list[str]) -> None:
    assert [code for _, code, _ in found(mingbu, "records/credit-file", on=on)] == codes


@pytest.mark.rule("E9")
def test_who_applied_for_credit_does_not_approve_it(register_root: Path, mingbu: Command) -> None:
    early = {"prepared_on": "2025-12-20", "customer_declaration_signed_on": "2025-12-19"}
    building.edit(register_root, "credit-application", "CAP-000001", applicant_staff=BOSS, **early)
    decision = register_root / f"records/credit-decision/00/{DECISION}.yml"
    approval = building.approve(register_root, decision, "credit-decision", role="credit_manager", at="2026-05-07T10:00:00+08:00")

    assert found(mingbu) == [(approval.relative_to(register_root).as_posix(), "credit.self-approved", "/by")]


@pytest.mark.rule("E9")
def test_an_application_made_after_a_decision_began_has_nothing_to_do_with_it(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "credit-application", "CAP-000001", applicant_staff=BOSS)
    decision = register_root / f"records/credit-decision/00/{DECISION}.yml"
    building.approve(register_root, decision, "credit-decision", role="credit_manager", at="2026-05-07T10:00:00+08:00")

    assert found(mingbu) == []


@pytest.mark.rule("E9")
@pytest.mark.parametrize("kind", ["standard-letter", "credit-line"])
def test_a_letter_or_a_line_rests_on_a_decision_of_its_own_file(register_root: Path, mingbu: Command, kind: str) -> None:
    building.write(register_root, "credit-file", customer=NOT_RATED)
    path = building.write(register_root, kind, credit_file="CRD-00000Z", decision_ref=DECISION)

    assert found(mingbu) == [(path.relative_to(register_root).as_posix(), "credit.other-file", "/decision_ref")]


@pytest.mark.rule("E9")
@pytest.mark.parametrize("kind", ["standard-letter", "credit-line"])
def test_a_letter_or_a_line_may_rest_on_a_decision_of_its_file(register_root: Path, mingbu: Command, kind: str) -> None:
    building.write(register_root, kind, credit_file=FILE, decision_ref=DECISION)

    assert found(mingbu) == []


# --- procedures, safeguards, archivists


@pytest.mark.rule("B25")
@pytest.mark.parametrize(("change", "missing"), [({"ended_on": "2026-11-19"}, True), ({"ended_on": building.TODAY}, False)])
def test_a_department_of_its_level_has_the_procedure_in_force(register_root: Path, mingbu: Command, change: dict[str, str], missing: bool) -> None:
    building.edit(register_root, "procedure", "PRO-000001", **change)

    expected = [(f"records/department/00/{COMPANY}.yml", "procedure.missing", "")] if missing else []
    assert found(mingbu) == expected


@pytest.mark.rule("B25")
def test_a_procedure_of_another_department_does_not_serve(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "procedure", "PRO-000002", department=COMPANY)

    assert found(mingbu) == [(f"records/department/00/{building.BRANCH}.yml", "procedure.missing", "")]


@pytest.mark.rule("C8", "C9")
@pytest.mark.parametrize("number", range(1, 10))
def test_every_safeguard_of_the_policy_was_attested(register_root: Path, mingbu: Command, number: int) -> None:
    take_away(register_root, f"records/attestation/00/ATT-00000{number}.yml")

    assert found(mingbu) == [("records/policy/privacy/2024-01-01.yml", "safeguard.missing", "/measures")]


@pytest.mark.rule("E13", "E14")
@pytest.mark.parametrize(("day", "codes"), [("2023-01-01", []), ("2023-01-02", ["qualification.late"])])
def test_an_archivist_passed_before_duty_began(register_root: Path, mingbu: Command, day: str, codes: list[str]) -> None:
    building.edit(register_root, "qualification", "QUA-000001", passed_on=day)

    assert [(code, pointer) for _, code, pointer in found(mingbu, f"records/person/00/{KEEPER}.yml")] == [(code, "/posts/2/from") for code in codes]


@pytest.mark.rule("E13")
@pytest.mark.parametrize(("on", "codes"), [("2026-12-20", []), ("2026-12-21", ["qualification.expired"])])
def test_an_archivist_on_duty_has_a_certificate_that_holds(register_root: Path, mingbu: Command, on: str, codes: list[str]) -> None:
    building.edit(register_root, "qualification", "QUA-000001", valid_to="2026-12-20")

    assert [code for _, code, _ in found(mingbu, "records/person", on=on)] == codes


@pytest.mark.rule("E13")
def test_a_renewed_certificate_takes_the_place_of_the_one_that_ran_out(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "qualification", "QUA-000001", valid_to="2026-06-30")
    later = {"completed_on": "2026-06-01", "passed_on": "2026-06-05", "valid_to": "2029-06-30"}
    building.write(register_root, "qualification", certificate_no="XY-2026-003", **later)

    assert found(mingbu) == []


@pytest.mark.rule("E13")
def test_who_left_the_archive_needs_no_certificate(register_root: Path, mingbu: Command) -> None:
    posts = [building.post("customer_file_keeper"), building.post("archivist", COMPANY, "2023-01-01") | {"to": "2026-06-29"}]
    building.edit(register_root, "person", KEEPER, posts=posts)
    building.edit(register_root, "qualification", "QUA-000001", valid_to="2026-06-30")
    building.commit_all(register_root)

    assert found(mingbu, "records/person") == []


# --- states that lost what they have to show


@pytest.fixture
def target(register_root: Path) -> str:
    """A target customer with its visit and its approval, all committed; the path of its card."""
    card = states.write(register_root, states.WRITTEN["customer-class"]("target"))
    states.show_target(register_root, card, visited=True, approved=True)
    building.commit_all(register_root)
    return card.relative_to(register_root).as_posix()


@pytest.mark.rule("F2")
def test_a_target_customer_keeps_what_it_has_to_show(target: str, mingbu: Command) -> None:
    assert found(mingbu, target) == []


@pytest.mark.rule("F2")
def test_a_target_customer_whose_visit_was_taken_away_is_found(target: str, register_root: Path, mingbu: Command) -> None:
    take_away(register_root, "records/visit-report/00/VIS-00000Z.yml")

    assert found(mingbu) == [(target, "state.unproven", "/lifecycle")]


@pytest.mark.rule("F2")
def test_a_target_customer_whose_approval_was_taken_away_is_found(target: str, register_root: Path, mingbu: Command) -> None:
    take_away(register_root, approval_of(register_root, "CUS-00000Z"))

    assert found(mingbu) == [(target, "approval.missing", ""), (target, "state.unproven", "/lifecycle")]


@pytest.mark.rule("F2")
def test_a_visit_to_another_customer_shows_nothing(target: str, register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "visit-report", "VIS-00000Z", lines=building.MINIMAL["visit-report"]["lines"])

    assert found(mingbu) == [(target, "state.unproven", "/lifecycle")]


@pytest.mark.rule("F1")
def test_a_potential_customer_whose_check_was_taken_away_is_found(register_root: Path, mingbu: Command) -> None:
    card = building.edit(register_root, "customer", PROSPECT, preliminary_check=ABSENT)
    building.commit_all(register_root)

    assert found(mingbu) == [(card.relative_to(register_root).as_posix(), "state.unproven", "/lifecycle")]


@pytest.mark.rule("F3")
@pytest.mark.parametrize(("on", "codes"), [("2027-04-12", []), ("2027-04-13", ["state.no-dealings"])])
def test_an_existing_customer_has_a_dealing_within_six_months(mingbu: Command, on: str, codes: list[str]) -> None:
    """Its last dealing is a line of sales of 12 October 2026; the same day six months later is still within."""
    assert [code for _, code, _ in found(mingbu, CARD, on=on) if code.startswith("state.")] == codes


@pytest.mark.rule("F3")
def test_a_dealing_on_the_card_counts_as_well(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "customer", ACTIVE, dealings=[{"date": "2026-11-19", "note": "续订合同。"}])
    building.commit_all(register_root)

    assert [code for _, code, _ in found(mingbu, CARD, on="2027-05-19") if code.startswith("state.")] == []
    assert [code for _, code, _ in found(mingbu, CARD, on="2027-05-20") if code.startswith("state.")] == ["state.no-dealings"]


# --- cards


@pytest.mark.rule("A2")
@pytest.mark.parametrize("name", ["松墨 阀门有限公司", "松墨阀门（有限）公司", "松墨阀门有限公司。"])
def test_one_company_has_one_card_however_its_name_is_written(register_root: Path, mingbu: Command, name: str) -> None:
    card = building.write(register_root, "customer", legal_name=name, short_name="另写")

    assert (card.relative_to(register_root).as_posix(), "unique.duplicate", "/legal_name") in found(mingbu)


@pytest.mark.rule("A2")
def test_a_card_that_was_merged_is_no_second_card_and_nothing_points_to_it(register_root: Path, mingbu: Command) -> None:
    building.write(register_root, "customer", uscc="91330106FAKE000133")
    building.commit_all(register_root)
    building.edit(register_root, "customer", "CUS-00000Z", status="merged", merged_into=ACTIVE, lifecycle=ABSENT)
    notice = building.write(register_root, "change-notice", customer="CUS-00000Z")

    assert found(mingbu) == [(notice.relative_to(register_root).as_posix(), "reference.forwarded", "/customer")]


def _profiles() -> list[tuple[str, str]]:
    """(nature, pointer) of everything that the sample's policy asks of customers of one nature."""
    data, faults = yamlio.read((building.PROJECT / "records/policy/profiles/2024-01-01.yml").read_bytes())
    assert data is not None and not faults
    return [(row["nature"], pointer) for row in data["profiles"] for pointer in row["pointers"]]


@pytest.mark.rule("B9")
@pytest.mark.parametrize(("nature", "pointer"), _profiles())
def test_a_customer_of_a_nature_has_what_its_nature_asks(register_root: Path, mingbu: Command, nature: str, pointer: str) -> None:
    key, _, inner = pointer.removeprefix("/").partition("/")
    demand = {"nature": "季节性", "mode": "招标", "volume": "每年 20 台"}
    without = {name: value for name, value in demand.items() if name != inner} if inner else ABSENT
    building.edit(register_root, "customer", ACTIVE, customer_nature=nature, demand=demand, relation_history="2024 年起")
    sound = [code for _, code, _ in found(mingbu) if code == "customer.profile"]
    building.edit(register_root, "customer", ACTIVE, **{key: without})

    assert sound == []
    assert [(path, code, at) for path, code, at in found(mingbu) if code == "customer.profile"] == [(CARD, "customer.profile", pointer)]


def test_the_register_that_these_tests_start_from_is_sound(mingbu: Command) -> None:
    assert found(mingbu) == []
