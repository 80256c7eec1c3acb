"""Approvals by their form: what a digest is of, which fields a step covers, what makes one stale, who may give it."""

from __future__ import annotations

import hashlib
import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, BOSS, COMPANY, DECISION, HEAD, KEEPER, OPENING, PROSPECT
from mingbu import approvals, duties, yamlio
from mingbu.register import Policy, Record, Register, open_register
from running import Command

COVERED = [(kind, field.node["x-approval"], field.pointer) for kind in building.SCHEMAS.kinds for field in building.SCHEMAS.kinds[kind].fields
           if "x-approval" in field.node]  # fmt: skip


def decision(**changes: Any) -> Record:
    return building.record("credit-decision", building.fields("credit-decision", **changes))


def facet(kind: str, step: str) -> tuple[str, ...]:
    return approvals.facet(building.SCHEMAS.kinds[kind], step)


@pytest.mark.rule("B20", "E9")
def test_the_digest_is_the_sha256_of_the_canonical_json_of_what_is_covered() -> None:
    """RFC 8785 sorts keys and leaves out spaces; where all is ASCII, json.dumps writes the same bytes."""
    covers = facet("credit-decision", "credit-decision")
    record = decision(id="CDE-00000Z")

    values = {pointer: record.data[pointer[1:]] for pointer in covers if pointer[1:] in record.data}
    content = {"subject": "CDE-00000Z", "schema": "credit-decision/1", "values": values}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    summed = subprocess.run(["sha256sum"], input=canonical.encode("ascii"), capture_output=True, check=True).stdout.decode()

    assert approvals.digest(record, covers) == f"sha256:{summed.split()[0]}"
    assert canonical.startswith('{"schema":"credit-decision/1","subject":"CDE-00000Z","values":{"/approved_grade":"A","/approved_limit":"200000.00"')


def test_chinese_is_hashed_as_utf_8() -> None:
    record = decision(exception_reason="客户扩建", exception_until="2025-12-31")

    values = {"/exception_reason": "客户扩建"}
    content = {"schema": "credit-decision/1", "subject": record.id, "values": values}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert approvals.digest(record, ["/exception_reason"]) == f"sha256:{hashlib.sha256(canonical.encode('utf-8')).hexdigest()}"


def test_the_digest_knows_the_record_and_its_schema() -> None:
    covers = facet("credit-decision", "credit-decision")

    digests = {approvals.digest(decision(**change), covers) for change in ({}, {"id": "CDE-00000Y"}, {"schema": "credit-decision/2"})}

    assert len(digests) == 3


def test_the_order_of_the_covered_fields_makes_no_difference() -> None:
    covers = facet("credit-decision", "credit-decision")

    assert approvals.digest(decision(), covers) == approvals.digest(decision(), covers[::-1])


@pytest.mark.parametrize("step", ["credit-decision", "disposal", "target-customer"])
def test_a_field_without_a_value_is_left_out(step: str) -> None:
    """So that a field which a schema gains later doesn't make earlier approvals stale."""
    covers = facet({"target-customer": "customer"}.get(step, step), step)
    record = decision()

    assert approvals.digest(record, covers) == approvals.digest(record, [pointer for pointer in covers if record.get(pointer) is not None])


def test_an_empty_list_and_a_no_are_values() -> None:
    digests = {approvals.digest(decision(remarks=value), ["/remarks"]) for value in (ABSENT, [], False)}

    assert len(digests) == 3


def test_a_step_covers_the_fields_whose_schema_names_it() -> None:
    expected: dict[tuple[str, str], list[str]] = {}
    for kind, step, pointer in COVERED:
        expected.setdefault((kind, step), []).append(pointer)

    assert {("trade-opening", "trade-opening"), ("disposal", "disposal"), ("customer", "target-customer")} <= set(expected)
    for (kind, step), pointers in expected.items():
        assert list(facet(kind, step)) == [pointer for pointer in pointers if not pointer.endswith("/*")]
    assert facet("customer", "disposal") == ()


@pytest.mark.rule("A11")
def test_what_an_opening_says_of_the_customer_is_approved_with_it() -> None:
    assert {"/legal_name", "/uscc", "/settlement", "/requested_limit", "/proposed_terms_days"} <= set(facet("trade-opening", "trade-opening"))


EDITS = {
    "credit_file": "CRD-00000Y",
    "override_grade": "D",
    "conditions": "现款",
    "approved_grade": "B",
    "approved_limit": "190000.00",
    "terms_days": 20,
    "temporary_limit": {"amount": "260000.00", "from": "2026-02-01", "to": "2026-03-31", "reason": "集中备货"},
    "valid_from": "2026-01-02",
    "valid_to": "2026-12-30",
    "exception_reason": "客户扩建",
    "remarks": "原件存档。",
    "legacy_no": "XS-7",
    "retain_until": "2040-12-31",
}
"""Another value for fields that the approval of a decision covers, and for others."""

WITH: dict[str, dict[str, str]] = {
    "exception_reason": {"exception_until": "2026-12-30"},
    "override_grade": {"override_reason": "失信", "override_until": "2026-12-30"},
}
"""What has to be filled in with a field."""


def test_every_covered_field_of_a_decision_is_tried() -> None:
    assert {pointer[1:] for pointer in facet("credit-decision", "credit-decision")} - set(EDITS) == set().union(*WITH.values())


@pytest.mark.rule("B20", "E9")
@pytest.mark.parametrize("field", EDITS)
def test_an_edit_makes_an_approval_stale_if_it_covers_the_field(register_root: Path, mingbu: Command, field: str) -> None:
    path = register_root / f"records/credit-decision/00/{DECISION}.yml"
    building.approve(register_root, path, "credit-decision", role="credit_manager", at="2026-05-07T10:00:00+08:00")
    building.edit(register_root, "credit-decision", DECISION, **{field: EDITS[field]}, **WITH.get(field, {}))

    covered = f"/{field}" in facet("credit-decision", "credit-decision")
    codes = mingbu("check", "--format", "json", "records/approval").codes

    assert codes == (["approval.stale"] if covered else [])


def test_the_hint_of_a_stale_approval_gives_the_digest_of_now(register_root: Path, mingbu: Command) -> None:
    path = register_root / f"records/credit-decision/00/{DECISION}.yml"
    building.approve(register_root, path, "credit-decision", role="credit_manager", at="2026-05-07T10:00:00+08:00")
    building.edit(register_root, "credit-decision", DECISION, terms_days=20)
    [item] = mingbu("check", "--format", "json", "records/approval").json["findings"]

    again = building.approve(register_root, path, "credit-decision", role="credit_manager", at="2026-05-08T10:00:00+08:00")

    assert again.stem.rpartition("-")[2] in item["hint"]
    assert mingbu("check", "--format", "json", "records/approval").codes == []


@pytest.mark.rule("B20", "E9")
def test_the_newest_statement_counts(register_root: Path) -> None:
    """A refusal after an approval, then an approval again, each of what the decision says by then."""
    path = register_root / f"records/credit-decision/00/{DECISION}.yml"
    standing = []
    for day, terms, decided in ((7, 30, "approved"), (8, 29, "refused"), (9, 28, "approved")):
        building.edit(register_root, "credit-decision", DECISION, terms_days=terms)
        reason = {"reason": "账期过长。"} if decided == "refused" else {}
        at = f"2026-05-0{day}T10:00:00+08:00"
        building.approve(register_root, path, "credit-decision", role="credit_manager", decision=decided, at=at, **reason)
        found = _standing(register_root, DECISION, "credit-decision")
        standing.append(found and found.data["at"][:10])

    assert standing == ["2026-05-07", None, "2026-05-09"]


def _register(root: Path) -> Register:
    return open_register(root, building.SCHEMAS)


def _standing(root: Path, subject: str, step: str) -> Record | None:
    register = _register(root)
    return approvals.standing(register, Policy(register, date.fromisoformat(building.TODAY)), register.records[subject], step)


@pytest.mark.parametrize("name", ["trade-opening-000000000000", "other-step-{digest}"], ids=["of another digest", "of another step"])
def test_an_approval_is_named_after_its_step_and_content(register_root: Path, mingbu: Command, name: str) -> None:
    [path] = register_root.glob(f"records/approval/00/{OPENING}/*.yml")
    wrong = path.with_name(name.format(digest=path.stem.rpartition("-")[2]) + ".yml")
    path.rename(wrong)

    items = mingbu("check", "--format", "json", "records/approval").json["findings"]

    named = [item for item in items if item["code"] == "approval.name"]
    assert [(item["path"], item["pointer"]) for item in named] == [(wrong.relative_to(register_root).as_posix(), "/digest")]
    assert path.relative_to(register_root).as_posix() in named[0]["hint"]


def test_an_approval_stands_below_its_subject(register_root: Path, mingbu: Command) -> None:
    [path] = register_root.glob(f"records/approval/00/{OPENING}/*.yml")
    building.write_text(register_root, f"records/approval/00/TRO-000003/{path.name}", path.read_bytes())

    result = mingbu("check", "--format", "json")

    assert result.findings == [(f"records/approval/00/TRO-000003/{path.name}", 2, "approval.name", "/subject")]


# --- who may


POST = {"post": "credit_manager", "department": COMPANY}
DAYS = ("2026-04-30", "2026-05-01", "2026-05-31", "2026-06-01")


def holds(root: Path, person: str, day: str) -> bool:
    return duties.holds(_register(root), person, ["credit_manager"], f"{day}T10:00:00+08:00")


@pytest.mark.rule("E9")
def test_a_post_is_held_from_its_first_to_its_last_day(register_root: Path) -> None:
    building.edit(register_root, "person", KEEPER, posts=[POST | {"from": "2026-05-01", "to": "2026-05-31"}])

    assert [holds(register_root, KEEPER, day) for day in DAYS] == [False, True, True, False]


@pytest.mark.rule("E9")
def test_who_left_holds_no_post_after_the_day(register_root: Path) -> None:
    building.edit(register_root, "person", KEEPER, posts=[POST | {"from": "2026-05-01"}], left_on="2026-05-31")

    assert [holds(register_root, KEEPER, day) for day in DAYS] == [False, True, True, False]


def deputise(root: Path, **changes: str) -> None:
    """The office head stands in for the credit manager in May."""
    entry = {"post": "credit_manager", "person": HEAD, "from": "2026-05-01", "to": "2026-05-31"}
    building.edit(root, "person", BOSS, deputies=[entry | changes])


@pytest.mark.rule("E9")
def test_a_deputy_stands_in_on_the_days_that_are_named(register_root: Path) -> None:
    deputise(register_root)

    assert [holds(register_root, HEAD, day) for day in DAYS] == [False, True, True, False]


def test_a_deputy_stands_in_for_the_post_that_is_named(register_root: Path) -> None:
    deputise(register_root, post="general_manager")

    assert not holds(register_root, HEAD, "2026-05-15")
    assert duties.deputised(_register(register_root), HEAD, "2026-05-15") == ["general_manager"]


def test_nobody_stands_in_for_a_post_that_the_other_does_not_hold(register_root: Path) -> None:
    deputise(register_root)
    building.edit(register_root, "person", BOSS, posts=[POST | {"from": "2020-01-01", "to": "2026-05-14"}])

    assert [holds(register_root, HEAD, day) for day in ("2026-05-14", "2026-05-15")] == [True, False]


def test_a_deputy_has_no_deputy(register_root: Path) -> None:
    deputise(register_root)
    building.edit(register_root, "person", HEAD, deputies=[{"post": "credit_manager", "person": KEEPER, "from": "2026-05-01", "to": "2026-05-31"}])

    assert not holds(register_root, KEEPER, "2026-05-15")


NOT_APPROVED = ["approval.post", "approval.missing", "credit.file-in-force"]
"""What check says of a decision whose one approval is by somebody without the post."""


@pytest.mark.rule("E9")
@pytest.mark.parametrize(("day", "codes"), [("2026-05-31", []), ("2026-06-01", NOT_APPROVED)])
def test_a_deputy_approves_while_standing_in(register_root: Path, mingbu: Command, day: str, codes: list[str]) -> None:
    deputise(register_root)
    building.commit_all(register_root)
    path = register_root / f"records/credit-decision/00/{DECISION}.yml"
    building.approve(register_root, path, "credit-decision", by=HEAD, role="credit_manager", at=f"{day}T10:00:00+08:00")

    assert mingbu("check", "--format", "json").codes == codes
    assert (_standing(register_root, DECISION, "credit-decision") is not None) is (codes == [])


@pytest.mark.rule("C14")
def test_a_step_belongs_to_the_first_line_whose_conditions_hold(register_root: Path, mingbu: Command) -> None:
    """A regulation of the board isn't approved by the general manager, though one man may hold both posts."""
    board = building.write(register_root, "regulation", like="board")
    approved = building.approve(register_root, board, "regulation", role="general_manager", at="2026-05-07T10:00:00+08:00")

    result = mingbu("check", "--format", "json", approved.relative_to(register_root).as_posix())

    assert result.codes == ["approval.role"]


@pytest.mark.rule("B11", "E9")
@pytest.mark.parametrize(
    ("strengths", "accepted"), [(["signed"], ["signed"]), (["attested"], ["attested"]), (["attested", "signed"], ["signed", "attested"])]
)
def test_the_policy_says_how_a_step_may_be_proved(register_root: Path, mingbu: Command, strengths: list[str], accepted: list[str]) -> None:
    _allow(register_root, "credit-decision-large", strengths)
    found = {}
    for name in ("second-person", "reviewed"):
        written, _ = yamlio.read((building.CASES / "approval" / "good" / f"{name}.yml").read_bytes())
        assert written is not None
        building.write_text(register_root, building.path_of("approval", written), yamlio.dump(written))
        found[approvals.strength(written)] = mingbu("check", "--format", "json").codes

    assert found == {strength: [] if strength in accepted else ["approval.strength"] for strength in ("signed", "attested")}


def _allow(root: Path, step: str, strengths: list[str]) -> None:
    """The policy of approvals lets these strengths count in the step."""
    path = root / "records/policy/approvals/2024-01-01.yml"
    policy, _ = yamlio.read(path.read_bytes())
    assert policy is not None
    next(row for row in policy["steps"] if row["step"] == step)["strengths"] = strengths
    path.write_text(yamlio.dump(policy), encoding="utf-8")
    building.commit_all(root)


# --- what became of a statement


def verdict_of(root: Path, statement: Path) -> tuple[str, str | None, bool]:
    """(verdict, code of the reason, whether it is the last word) of a statement."""
    register = _register(root)
    record = next(record for record in register.of("approval") if root / record.path == statement)
    verdict = approvals.verdict_on(register, Policy(register, date.fromisoformat(building.TODAY)), record)
    assert verdict is not None
    return verdict.name, verdict.problem.code if verdict.problem else None, verdict.newest


@pytest.mark.rule("B20", "E9")
def test_a_statement_that_another_followed_is_stale_without_a_finding(register_root: Path, mingbu: Command) -> None:
    [first] = (register_root / f"records/approval/00/{DECISION}").iterdir()
    path = building.edit(register_root, "credit-decision", DECISION, terms_days=20)
    second = building.approve(register_root, path, "credit-decision", role="credit_manager", at="2026-05-08T10:00:00+08:00")

    assert verdict_of(register_root, first) == ("stale", "approval.superseded", False)
    assert verdict_of(register_root, second) == ("valid", None, True)
    assert mingbu("check", "--format", "json").codes == []


@pytest.mark.rule("F2")
def test_a_statement_about_a_state_that_is_past_is_stale_without_a_finding(register_root: Path, mingbu: Command) -> None:
    """Approved as a target customer, the card was moved on: what was approved needn't fit it any more."""
    path = building.edit(register_root, "customer", PROSPECT, lifecycle="target")
    approved = building.approve(register_root, path, "target-customer", role="branch_manager", at="2026-05-07T10:00:00+08:00")
    assert verdict_of(register_root, approved) == ("valid", None, True)
    building.edit(register_root, "customer", PROSPECT, lifecycle="potential")

    assert verdict_of(register_root, approved) == ("stale", "approval.behind", True)
    assert mingbu("check", "--format", "json", "records/approval").codes == []
