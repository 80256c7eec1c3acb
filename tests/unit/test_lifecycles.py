"""Lifecycles: every step that the policy has is allowed with its evidence, no other is, and nothing is taken away."""

from __future__ import annotations

import contextlib
import io
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import building
import states
from building import ABSENT
from mingbu import yamlio
from mingbu.cli import main
from running import Command, Result

LIFECYCLES = {row["name"]: row for row in states.lifecycles()}
PAIRS = [(name, first, second) for name, row in LIFECYCLES.items() for first in (None, *states.states(row)) for second in states.states(row)]
Lifecycle = Mapping[str, Any]


@pytest.fixture(scope="module")
def shared(sound_register: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One repository for all pairs; `desk` gives it back as it was."""
    root = tmp_path_factory.mktemp("lifecycles") / "register"
    shutil.copytree(sound_register, root, symlinks=True)
    states.surroundings(root)
    building.commit_all(root)
    return root


@pytest.fixture
def desk(shared: Path) -> Iterator[Path]:
    """The shared repository without what another test left uncommitted."""
    yield shared
    building.git(shared, "checkout", "-q", "--", ".")
    building.git(shared, "clean", "-fdq")


def check(root: Path, *arguments: str) -> Result:
    """`mingbu check --format json` in the folder."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = main(["-C", str(root), "check", "--format", "json", *arguments])
    return Result(status, out.getvalue(), "")


def written(lifecycle: Lifecycle, state: str) -> dict[str, Any]:
    return states.WRITTEN[lifecycle["name"]](state)


def put(root: Path, data: dict[str, Any]) -> Path:
    kind = data["schema"].partition("/")[0]
    return building.write_text(root, building.path_of(kind, data), yamlio.dump(data))


def stand(root: Path, lifecycle: Lifecycle, state: str | None) -> None:
    """The record is at HEAD in the state, or isn't there at all."""
    path = put(root, written(lifecycle, state or states.states(lifecycle)[0]))
    if state is None:
        path.unlink()
    if building.git(root, "status", "--porcelain"):
        building.commit_all(root)


def about(result: Result, record: str) -> list[dict[str, Any]]:
    """The findings on lifecycles and on the form of the record; a record of wrong form would never reach the lifecycles."""
    mine = [item for item in result.json["findings"] if item["record"] == record]
    return [item for item in mine if item["code"].startswith(("lifecycle.", "schema.", "yaml.", "id."))]


def test_every_lifecycle_has_its_states_written_down() -> None:
    assert set(states.WRITTEN) == set(LIFECYCLES)


@pytest.mark.rule("A19", "D5", "E11", "F5")
@pytest.mark.parametrize(("name", "first", "second"), PAIRS)
def test_a_step_is_allowed_if_the_policy_has_it(desk: Path, name: str, first: str | None, second: str) -> None:
    lifecycle = LIFECYCLES[name]
    allowed = lifecycle["initial"] if first is None else states.reachable(lifecycle, first) | {first}
    stand(desk, lifecycle, first)
    record = put(desk, written(lifecycle, second)).stem

    found = about(check(desk), record)

    if second in allowed:
        assert found == []
    else:
        [finding] = found
        assert (finding["code"], finding["pointer"]) == ("lifecycle.initial" if first is None else "lifecycle.step", lifecycle["field"])
        following = lifecycle["initial"] if first is None else [step["to"] for step in lifecycle["steps"] if step["from"] == first]
        said = finding["message"] + finding["hint"]
        assert all(f"{states.label(lifecycle, state)}（{state}）" in said for state in [second, *following])
        assert finding["rules"] == list(lifecycle["articles"])


def _asked() -> Iterator[tuple[str, str | None, str, str, Any]]:
    """(lifecycle, first, second, form, what is asked) of everything that entering a typed state takes, field by field."""
    for name, row in LIFECYCLES.items():
        for first, second in [(None, state) for state in row["initial"]] + [(step["from"], step["to"]) for step in row["steps"]]:
            own = [entry["requires"] for entry in row.get("evidence", []) if entry["state"] == second]
            own += [step.get("requires", []) for step in row["steps"] if (step["from"], step["to"]) == (first, second)]
            for form, asked in (pair for requires in own for requirement in requires for pair in requirement.items()):
                for one in asked if form == "fields" else [asked]:
                    if not building.SCHEMAS.kinds[row["kind"]].by_pointer[row["field"]].derived:
                        yield name, first, second, form, one


def take_away(root: Path, data: dict[str, Any], form: str, asked: Any) -> dict[str, Any]:
    """The record without a field that was asked for, or the register without the record or the approval."""
    if form in {"fields", "dealings_within_months"}:
        key = asked.removeprefix("/") if form == "fields" else "dealings"
        return {name: value for name, value in data.items() if name != key}
    folder = f"approval/*/{data['id']}/{asked}-*" if form == "approval" else f"{asked['kind']}/*/*Z"
    for file in (root / "records").glob(f"{folder}.yml"):
        file.unlink()
    return data


@pytest.mark.rule("A16", "A19", "F1", "F2", "F3", "F4", "F5")
@pytest.mark.parametrize(("name", "first", "second", "form", "asked"), list(_asked()), ids=str)
def test_a_step_without_its_evidence_is_refused(desk: Path, name: str, first: str | None, second: str, form: str, asked: Any) -> None:
    """By the lifecycle, or already by the schema where the form itself asks for the field."""
    lifecycle = LIFECYCLES[name]
    stand(desk, lifecycle, first)
    record = put(desk, take_away(desk, written(lifecycle, second), form, asked)).stem

    found = {(item["code"], item["pointer"]) for item in about(check(desk), record)}

    assert found in ({("lifecycle.evidence", lifecycle["field"])}, {("schema.required", asked)} if form == "fields" else set())


@pytest.mark.rule("F2")
def test_what_is_missing_is_named_in_words(desk: Path) -> None:
    stand(desk, LIFECYCLES["customer-class"], "potential")
    for file in [*desk.glob("records/visit-report/*/*Z.yml"), *desk.glob(f"records/approval/*/{states.SUBJECT}/*.yml")]:
        file.unlink()
    put(desk, written(LIFECYCLES["customer-class"], "target"))

    found = about(check(desk), states.SUBJECT)

    assert [item["code"] for item in found] == ["lifecycle.evidence"] * 2
    assert {word for word in ("客户访问日报", "目标客户核定") for item in found if word in item["message"]} == {"客户访问日报", "目标客户核定"}
    assert found[0]["rules"] == ["F2"]


@pytest.mark.rule("D5")
def test_several_steps_at_once_need_the_evidence_of_each(desk: Path) -> None:
    stand(desk, LIFECYCLES["case-stage"], "dispatched")
    case = written(LIFECYCLES["case-stage"], "contacted")
    record = put(desk, {key: value for key, value in case.items() if key not in {"received_at", "signed_by", "signed_at", "returned_at"}}).stem

    found = about(check(desk), record)

    assert {item["code"] for item in found} == {"lifecycle.evidence"}
    skipped = [states.label(LIFECYCLES["case-stage"], state) for state in ("received", "signed", "contacted")]
    assert [any(label in item["message"] for item in found) for label in skipped] == [True] * 3


@pytest.mark.rule("C12")
def test_units_are_told_only_after_the_use_was_stopped(desk: Path) -> None:
    stand(desk, LIFECYCLES["consent"], "received")
    statement = written(LIFECYCLES["consent"], "propagated")
    record = put(desk, {key: value for key, value in statement.items() if key != "stopped_at"}).stem

    assert {item["code"] for item in about(check(desk), record)} == {"lifecycle.evidence"}


def test_changes_are_judged_against_the_revision_that_is_named(desk: Path) -> None:
    stand(desk, LIFECYCLES["contract"], "draft")
    before = building.git(desk, "rev-parse", "HEAD")
    stand(desk, LIFECYCLES["contract"], "signed")
    stand(desk, LIFECYCLES["contract"], "performing")

    steps = {base: [item["code"] for item in about(check(desk, *base), "CON-00000Z")] for base in ((), ("--base", "HEAD~1"), ("--base", before))}

    assert steps == {(): [], ("--base", "HEAD~1"): [], ("--base", before): ["lifecycle.step"]}


def test_a_branch_and_a_tag_are_revisions_too(desk: Path) -> None:
    stand(desk, LIFECYCLES["contract"], "draft")
    building.git(desk, "branch", "-f", "earlier")
    building.git(desk, "-c", "tag.gpgsign=false", "tag", "-f", "-a", "-m", "Draft", "drafted")
    stand(desk, LIFECYCLES["contract"], "completed")

    for revision in ("earlier", "drafted"):
        assert [item["code"] for item in about(check(desk, "--base", revision), "CON-00000Z")] == ["lifecycle.step"]


@pytest.mark.parametrize("revision", ["nowhere", "", "HEAD~99", "--help", "0" * 40, "HEAD:records", "HEAD; true", "行"])
def test_an_unknown_revision_is_one_line_and_exit_status_2(mingbu_process: Command, revision: str) -> None:
    result = mingbu_process("check", f"--base={revision}")

    assert (result.status, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1
    assert revision in result.err


def test_a_revision_without_git_is_one_line_and_exit_status_2(register_root: Path, mingbu_process: Command) -> None:
    shutil.rmtree(register_root / ".git")

    result = mingbu_process("check", "--base", "HEAD")

    assert (result.status, result.out, len(result.err.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("without", [".git", ".git/refs/heads/main"], ids=["no repository", "no commit"])
def test_where_there_is_nothing_to_compare_with_no_step_is_judged(register_root: Path, mingbu: Command, without: str) -> None:
    building.write(register_root, "contract", like="signed", status="disputed")
    path = register_root / without
    shutil.rmtree(path) if path.is_dir() else path.unlink()

    codes = mingbu("check", "--format", "json").codes

    assert [code for code in codes if code.startswith("lifecycle.")] == []


@pytest.mark.rule("A20")
def test_a_deleted_record_is_a_finding_at_its_old_place(register_root: Path, mingbu: Command) -> None:
    path = "records/survey/00/SUR-000001.yml"
    (register_root / path).unlink()

    result = mingbu("check", "--format", "json", path)

    assert (result.status, result.findings) == (1, [(path, 1, "lifecycle.deleted", "")])
    assert (result.json["findings"][0]["record"], result.json["findings"][0]["rules"]) == ("SUR-000001", ["A20"])


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
def test_references_to_a_disposed_record_dangle(register_root: Path, mingbu: Command) -> None:
    """A disposal lets the record go, not what points to it: whoever keeps the reference is told."""
    disposal = building.write(register_root, "disposal", subjects=["CUS-000002"])
    building.approve(register_root, disposal, "disposal", role="general_manager", at="2026-05-07T10:00:00+08:00")
    notice = building.write(register_root, "change-notice", customer="CUS-000002")
    building.commit_all(register_root)
    (register_root / "records/customer/00/CUS-000002.yml").unlink()

    result = mingbu("check", "--format", "json")

    assert result.findings == [(str(notice.relative_to(register_root)), 3, "reference.missing", "/customer")]


def test_a_moved_file_is_told_to_go_back(register_root: Path, mingbu: Command) -> None:
    source, target = register_root / "records/product/00/PRD-000001.yml", register_root / "records/product/11/PRD-000001.yml"
    target.parent.mkdir()
    source.rename(target)

    result = mingbu("check", "--format", "json")

    assert result.findings == [("records/product/11/PRD-000001.yml", 2, "id.place", "/id")]
    assert "records/product/00/PRD-000001.yml" in result.json["findings"][0]["hint"]


@pytest.mark.rule("A20")
def test_a_changed_id_is_told_from_a_deletion(register_root: Path, mingbu: Command) -> None:
    old = register_root / "records/survey/00/SUR-000001.yml"
    text = old.read_text(encoding="utf-8")
    old.unlink()
    building.write_text(register_root, "records/survey/7K/SUR-7K3QXM.yml", text.replace("SUR-000001", "SUR-7K3QXM"))

    [finding] = mingbu("check", "--format", "json").json["findings"]

    assert (finding["path"], finding["code"]) == ("records/survey/00/SUR-000001.yml", "lifecycle.id-changed")
    assert "SUR-7K3QXM" in finding["message"]


def test_a_record_that_became_unreadable_is_not_taken_for_deleted(register_root: Path, mingbu: Command) -> None:
    building.write_text(register_root, "records/survey/00/SUR-000001.yml", "schema: [\n")

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
@pytest.mark.parametrize("pointer", LIFECYCLES["consent"]["frozen"])
def test_what_was_declared_is_never_rewritten(desk: Path, pointer: str) -> None:
    consent = building.fields("consent", channels=["email", "sms"], valid_to="2027-05-06")
    put(desk, consent)
    if building.git(desk, "status", "--porcelain"):
        building.commit_all(desk)
    put(desk, consent | {pointer.removeprefix("/"): OTHERWISE[pointer]})

    found = about(check(desk), consent["id"])

    assert [(item["code"], item["pointer"], item["rules"]) for item in found] == [("lifecycle.frozen", pointer, ["C4"])]


@pytest.mark.rule("C4")
def test_nothing_is_added_to_or_left_out_of_what_was_declared(desk: Path) -> None:
    consent = building.fields("consent", channels=["email"], valid_to=ABSENT)
    put(desk, consent)
    building.commit_all(desk)
    put(desk, building.fields("consent", channels=ABSENT, valid_to="2026-06-01"))

    assert {item["pointer"] for item in about(check(desk), consent["id"])} == {"/channels", "/valid_to"}


@pytest.mark.rule("C11", "C12")
def test_carrying_out_a_statement_changes_nothing_that_was_declared(desk: Path) -> None:
    statement = building.fields("consent", like="opt-out", stopped_at=ABSENT, propagated_to=ABSENT)
    path = put(desk, statement).relative_to(desk).as_posix()
    building.commit_all(desk)
    put(desk, building.fields("consent", like="opt-out", remarks="已通知各单位。"))

    assert check(desk, path).findings == []
