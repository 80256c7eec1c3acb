"""Lifecycles: every step that the policy has is allowed with its evidence, and no other is; changes are judged against a revision."""

from __future__ import annotations

import contextlib
import io
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import building
from mingbu.cli import main
from running import Command, Result
from states import LIFECYCLES, WRITTEN, Trial, label, lay_out, reachable, show_target, states, write

_number = itertools.count(100)
STEPS = [
    Trial(next(_number), name, first, second)
    for name, row in LIFECYCLES.items()
    for first in (None, *states(row))
    for second in states(row)
]  # fmt: skip
"""Every ordered pair of states, and every state as the start of a new record."""


def _asked(row: dict[str, Any], first: str | None, second: str) -> Iterator[tuple[str, Any]]:
    """(form, what is asked) of everything that the step takes, field by field, and a record that is there but not approved."""
    own = [entry["requires"] for entry in row.get("evidence", []) if entry["state"] == second]
    own += [step.get("requires", []) for step in row["steps"] if (step["from"], step["to"]) == (first, second)]
    for form, asked in (pair for requires in own for requirement in requires for pair in requirement.items()):
        yield from ((form, one) for one in (asked if form == "fields" else [asked]))
        if form == "records" and "approved" in asked:
            yield "approved", asked["approved"]


UNPROVEN = [
    Trial(next(_number), name, first, second, missing)
    for name, row in LIFECYCLES.items()
    if not building.SCHEMAS.kinds[row["kind"]].by_pointer[row["field"]].derived
    for first, second in [(None, state) for state in row["initial"]] + [(step["from"], step["to"]) for step in row["steps"]]
    for missing in _asked(row, first, second)
]
"""Every step to a typed state, without one piece of its evidence; a derived state isn't reached without it."""


def check(root: Path, *arguments: str) -> Result:
    """`mingbu check --format json` in the folder."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = main(["-C", str(root), "check", "--format", "json", *arguments])
    return Result(status, out.getvalue(), "")


def about(result: Result, record: str) -> list[dict[str, Any]]:
    """The findings on lifecycles and on the form of the record; a record of wrong form would never reach the lifecycles."""
    mine = [item for item in result.json["findings"] if item["record"] == record]
    return [item for item in mine if item["code"].startswith(("lifecycle.", "schema.", "yaml.", "id."))]


@pytest.fixture(scope="module")
def judged(sound_register: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """One check of a repository in which every trial's record was edited; the records don't touch each other's lifecycle."""
    root = tmp_path_factory.mktemp("lifecycles") / "register"
    shutil.copytree(sound_register, root, symlinks=True)
    lay_out(root, STEPS + UNPROVEN)
    return check(root)


def test_every_lifecycle_has_its_states_written_down() -> None:
    assert set(WRITTEN) == set(LIFECYCLES)


@pytest.mark.rule("A19", "D5", "E11", "F5")
@pytest.mark.parametrize("trial", STEPS, ids=lambda trial: trial.label)
def test_a_step_is_allowed_if_the_policy_has_it(judged: Result, trial: Trial) -> None:
    lifecycle, first = trial.lifecycle, trial.first
    allowed = lifecycle["initial"] if first is None else reachable(lifecycle, first) | {first}

    found = about(judged, trial.id)

    if trial.second in allowed:
        assert found == []
    else:
        [finding] = found
        assert (finding["code"], finding["pointer"]) == ("lifecycle.initial" if first is None else "lifecycle.step", lifecycle["field"])
        following = lifecycle["initial"] if first is None else [step["to"] for step in lifecycle["steps"] if step["from"] == first]
        said = finding["message"] + finding["hint"]
        assert all(f"{label(lifecycle, state)}（{state}）" in said for state in [trial.second, *following])
        assert finding["rules"] == lifecycle["articles"]


@pytest.mark.rule("A16", "A19", "F1", "F2", "F3", "F4", "F5")
@pytest.mark.parametrize("trial", UNPROVEN, ids=lambda trial: trial.label)
def test_a_step_without_its_evidence_is_refused(judged: Result, trial: Trial) -> None:
    """By the lifecycle, or already by the schema where the form itself asks for the field."""
    assert trial.without is not None
    form, asked = trial.without
    field = trial.lifecycle["field"]

    found = {(item["code"], item["pointer"]) for item in about(judged, trial.id) if item["pointer"] in {field, asked if form == "fields" else ""}}

    by_form = [{("schema.required", asked)}] if form == "fields" else []
    assert found in [{("lifecycle.evidence", field)}, *by_form]


def stand(root: Path, name: str, state: str) -> None:
    """The record is at HEAD in the state."""
    write(root, WRITTEN[name](state))
    building.commit_all(root)


@pytest.mark.rule("F2")
def test_what_is_missing_is_named_in_words(register_root: Path) -> None:
    stand(register_root, "customer-class", "potential")
    record = write(register_root, WRITTEN["customer-class"]("target")).stem

    found = about(check(register_root), record)

    assert [item["code"] for item in found] == ["lifecycle.evidence"] * 2
    assert {word for word in ("客户访问日报", "目标客户核定") for item in found if word in item["message"]} == {"客户访问日报", "目标客户核定"}
    assert found[0]["rules"] == ["F2"]


@pytest.mark.rule("F2")
def test_a_visited_and_approved_customer_becomes_a_target(register_root: Path, mingbu: Command) -> None:
    stand(register_root, "customer-class", "potential")
    card = write(register_root, WRITTEN["customer-class"]("target"))
    show_target(register_root, card, visited=True, approved=True)

    assert mingbu("check", "--format", "json").findings == []


@pytest.mark.rule("D5")
def test_several_steps_at_once_need_the_evidence_of_each(register_root: Path) -> None:
    stand(register_root, "case-stage", "dispatched")
    without = {"received_at", "signed_by", "signed_at", "returned_at"}
    case = {key: value for key, value in WRITTEN["case-stage"]("contacted").items() if key not in without}
    record = write(register_root, case).stem

    found = about(check(register_root), record)

    assert {item["code"] for item in found} == {"lifecycle.evidence"}
    passed = [label(LIFECYCLES["case-stage"], state) for state in ("received", "signed", "contacted")]
    assert [any(state in item["message"] for item in found) for state in passed] == [True] * 3


@pytest.mark.rule("C12")
def test_units_are_told_only_after_the_use_was_stopped(register_root: Path) -> None:
    stand(register_root, "consent", "received")
    statement = {key: value for key, value in WRITTEN["consent"]("propagated").items() if key != "stopped_at"}
    record = write(register_root, statement).stem

    found = about(check(register_root), record)

    assert {item["code"] for item in found} == {"lifecycle.evidence"}


def test_changes_are_judged_against_the_revision_that_is_named(register_root: Path) -> None:
    stand(register_root, "contract", "draft")
    before = building.git(register_root, "rev-parse", "HEAD")
    stand(register_root, "contract", "signed")
    stand(register_root, "contract", "performing")

    steps = {
        base: [item["code"] for item in about(check(register_root, *base), "CON-00000Z")] for base in ((), ("--base", "HEAD~1"), ("--base", before))
    }

    assert steps == {(): [], ("--base", "HEAD~1"): [], ("--base", before): ["lifecycle.step"]}


def test_a_branch_and_a_tag_are_revisions_too(register_root: Path) -> None:
    stand(register_root, "contract", "draft")
    building.git(register_root, "branch", "-f", "earlier")
    building.git(register_root, "-c", "tag.gpgsign=false", "tag", "-f", "-a", "-m", "Draft", "drafted")
    stand(register_root, "contract", "completed")

    for revision in ("earlier", "drafted"):
        assert [item["code"] for item in about(check(register_root, "--base", revision), "CON-00000Z")] == ["lifecycle.step"]


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
