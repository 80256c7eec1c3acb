"""What was written stays: records aren't taken away, moved or renamed, and what somebody declared isn't rewritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT
from mingbu import yamlio
from running import Command
from states import LIFECYCLES, write


@pytest.mark.rule("A20")
def test_a_deleted_record_is_a_finding_at_its_old_place(register_root: Path, mingbu: Command) -> None:
    path = "records/dunning/00/DUN-000001.yml"
    (register_root / path).unlink()

    result = mingbu("check", "--format", "json")

    assert (result.status, result.findings) == (1, [(path, 1, "lifecycle.deleted", "")])
    assert (result.json["findings"][0]["record"], result.json["findings"][0]["rules"]) == ("DUN-000001", ["A20"])


@pytest.mark.rule("A20")
def test_a_committed_deletion_shows_against_the_base(register_root: Path, mingbu: Command) -> None:
    (register_root / "records/dunning/00/DUN-000001.yml").unlink()
    building.commit_all(register_root)

    assert mingbu("check", "--format", "json").codes == []
    assert mingbu("check", "--format", "json", "--base", "HEAD~1").codes == ["lifecycle.deleted"]


@pytest.mark.rule("A20")
def test_a_record_that_an_approved_disposal_names_may_go(register_root: Path, mingbu: Command) -> None:
    """CUS-000003 is named by the register's one disposal, which the general manager approved."""
    (register_root / f"records/customer/00/{building.NOT_RATED}.yml").unlink()

    assert mingbu("check", "--format", "json").findings == []


@pytest.mark.rule("A20")
@pytest.mark.parametrize("change", [{"decision": "refused", "reason": "尚有恢复可能"}, None], ids=["refused", "not approved"])
def test_a_disposal_that_does_not_stand_lets_nothing_go(register_root: Path, mingbu: Command, change: dict[str, str] | None) -> None:
    approved = next(register_root.glob("records/approval/00/DSP-000001/*.yml"))
    text = approved.read_text(encoding="utf-8")
    approved.unlink()
    if change:
        data, _ = yamlio.read(text.encode("utf-8"))
        approved.write_text(yamlio.dump((data or {}) | change), encoding="utf-8")
    building.commit_all(register_root)
    (register_root / f"records/customer/00/{building.NOT_RATED}.yml").unlink()

    assert "lifecycle.deleted" in mingbu("check", "--format", "json").codes


@pytest.mark.rule("A20")
@pytest.mark.parametrize("approved", [True, False], ids=["with an approved disposal", "with a disposal that nobody approved"])
def test_references_to_a_disposed_record_stay(register_root: Path, mingbu: Command, approved: bool) -> None:
    """Its id remains in what was written about it; without the approval both the deletion and the reference are findings."""
    disposal = building.write(register_root, "disposal", subjects=[building.PROSPECT])
    building.write(register_root, "change-notice", customer=building.PROSPECT)
    if approved:
        building.approve(register_root, disposal, "disposal", role="general_manager", at="2026-05-07T10:00:00+08:00")
    building.commit_all(register_root)
    (register_root / f"records/customer/00/{building.PROSPECT}.yml").unlink()

    codes = mingbu("check", "--format", "json").codes

    assert codes == ([] if approved else ["reference.missing", "lifecycle.deleted", "approval.missing"])


def test_a_moved_file_is_told_to_go_back(register_root: Path, mingbu: Command) -> None:
    source, target = register_root / "records/product/00/PRD-000001.yml", register_root / "records/product/11/PRD-000001.yml"
    target.parent.mkdir()
    source.rename(target)

    result = mingbu("check", "--format", "json")

    assert result.findings == [("records/product/11/PRD-000001.yml", 2, "id.place", "/id")]
    assert "records/product/00/PRD-000001.yml" in result.json["findings"][0]["hint"]


@pytest.mark.rule("A20")
def test_a_changed_id_is_told_from_a_deletion(register_root: Path, mingbu: Command) -> None:
    old = register_root / "records/dunning/00/DUN-000001.yml"
    text = old.read_text(encoding="utf-8")
    old.unlink()
    building.write_text(register_root, "records/dunning/7K/DUN-7K3QXM.yml", text.replace("DUN-000001", "DUN-7K3QXM"))

    [finding] = mingbu("check", "--format", "json").json["findings"]

    assert (finding["path"], finding["code"]) == ("records/dunning/00/DUN-000001.yml", "lifecycle.id-changed")
    assert "DUN-7K3QXM" in finding["message"]


def test_a_record_that_became_unreadable_is_not_taken_for_deleted(register_root: Path, mingbu: Command) -> None:
    building.write_text(register_root, "records/dunning/00/DUN-000001.yml", "schema: [\n")

    assert mingbu("check", "--format", "json").codes == ["yaml.syntax"]


OTHERWISE: dict[str, Any] = {
    "/customer": building.PROSPECT,
    "/subject_name": "他人",
    "/subject_kind": "natural_person",
    "/statement_kind": "separate_consent",
    "/data_categories": ["basic", "account"],
    "/purposes": ["marketing"],
    "/recipients": ["DEP-000001"],
    "/channels": ["email"],
    "/notice_version": "2026-02",
    "/given_at": "2026-05-06T10:01:00+08:00",
    "/method": "online",
    "/evidence_sha256": "0" * 64,
    "/valid_to": "2028-05-06",
    "/received_at": "2026-05-06T10:06:00+08:00",
    "/received_by": building.KEEPER,
    "/receiving_entity": "DEP-000003",
}
"""Another valid value of each field of a statement."""


@pytest.mark.rule("C4")
def test_what_was_declared_is_never_rewritten(register_root: Path, mingbu: Command) -> None:
    """One statement for each field, in which that field and no other is changed."""
    frozen = LIFECYCLES["consent"]["frozen"]
    consent = building.fields("consent", channels=["email", "sms"], valid_to="2027-05-06")
    statements = {pointer: consent | {"id": f"CST-{number:06d}"} for number, pointer in enumerate(frozen, 100)}
    for statement in statements.values():
        write(register_root, statement)
    building.commit_all(register_root)
    for pointer, statement in statements.items():
        write(register_root, statement | {pointer.removeprefix("/"): OTHERWISE[pointer]})

    findings = mingbu("check", "--format", "json").json["findings"]

    codes = ("lifecycle.frozen", "schema.")
    found = {(item["record"], item["code"], item["pointer"]) for item in findings if item["code"].startswith(codes)}
    assert found == {(statement["id"], "lifecycle.frozen", pointer) for pointer, statement in statements.items()}


@pytest.mark.rule("C4")
def test_nothing_is_added_to_or_left_out_of_what_was_declared(register_root: Path, mingbu: Command) -> None:
    consent = building.fields("consent", channels=["email"], valid_to=ABSENT)
    write(register_root, consent)
    building.commit_all(register_root)
    write(register_root, building.fields("consent", channels=ABSENT, valid_to="2026-06-01"))

    frozen = [(code, pointer) for _, _, code, pointer in mingbu("check", "--format", "json").findings if code == "lifecycle.frozen"]
    assert sorted(frozen) == [("lifecycle.frozen", "/channels"), ("lifecycle.frozen", "/valid_to")]


@pytest.mark.rule("C11", "C12")
def test_carrying_out_a_statement_changes_nothing_that_was_declared(register_root: Path, mingbu: Command) -> None:
    statement = building.fields("consent", like="opt-out", stopped_at=ABSENT, propagated_to=ABSENT)
    write(register_root, statement)
    building.commit_all(register_root)
    write(register_root, building.fields("consent", like="opt-out", remarks="已通知各单位。"))

    assert mingbu("check", "--format", "json").findings == []
