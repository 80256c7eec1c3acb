"""Attacks by way of history: powers held for a moment, clocks turned back, approvals taken away, junk; and honest histories that look alike."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, BOSS, CLERK, HEAD
from company import DIRECTOR, MANAGER, Company
from mingbu import sshsig, yamlio
from running import Command

DECISION = "CDE-00000A"
POLICY = "records/policy/approvals/2024-01-01.yml"


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Company(tmp_path_factory.mktemp("attacked") / "register", landing_days=31).root


@pytest.fixture
def template(founded: Path) -> Path:
    return founded


@pytest.fixture
def company(register_root: Path) -> Company:
    return Company.of(register_root)


def found(mingbu: Command, genesis: str) -> set[str]:
    """Every code that verify has against the register."""
    report = mingbu("verify", "--format", "json", "--genesis", genesis).json
    codes = {item["code"] for item in report["approvals"] if item["code"] not in {None, "approval.superseded"}}
    return codes | {"approval.missing" for _ in report["missing"]}


def approved(company: Company, limit: str = "300000.00", day: str = "2026-06-01", **said: Any) -> Path:
    """The decision with this limit and its approval, straight on the branch that is checked out."""
    path = company.decide(limit)
    company.commit(at=f"{day}T10:00:00+08:00")
    statement = company.approve(path, **{"at": f"{day}T12:00:00+08:00"} | said)
    company.commit(by=said.get("by", MANAGER), at=f"{day}T12:05:00+08:00")
    return statement


def rewrite_policy(company: Company, **steps: dict[str, Any]) -> None:
    """Other words for some steps of the policy, uncommitted."""
    path = company.root / POLICY
    data, _ = yamlio.read(path.read_bytes())
    assert data is not None
    for row in data["steps"]:
        row.update(steps.get(row["step"].replace("-", "_"), {}))
    path.write_text(yamlio.dump(data), encoding="utf-8")


@pytest.mark.parametrize("power", ["key", "post", "policy"])
def test_a_power_that_was_held_for_a_moment_has_approved_nothing(company: Company, mingbu: Command, power: str) -> None:
    """It came without approval, was used, and was put back: afterwards the register looks as if nothing had been."""
    before = {path: path.read_bytes() for path in (company.root / POLICY, company.root / f"records/person/00/{MANAGER}.yml",
                                                   company.root / f"records/person/00/{HEAD}.yml")}  # fmt: skip
    said: dict[str, Any] = {"by": HEAD}
    if power == "key":
        building.edit(company.root, "person", MANAGER, keys=[{"public_key": building.public_key(MANAGER, 2), "from": "2020-01-01"}])
        said = {"number": 2}
    elif power == "post":
        building.edit(company.root, "person", HEAD, posts=[building.post("credit_manager", building.COMPANY)])
    else:
        rewrite_policy(company, credit_decision={"posts": ["credit_manager", "office_head"]})
        said = {"by": HEAD, "role": "office_head"}
    company.commit("临时", at="2026-06-01T08:00:00+08:00")
    approved(company, **said)
    for path, text in before.items():
        path.write_bytes(text)
    company.commit("改回", at="2026-06-01T13:00:00+08:00")

    assert "approval.missing" in found(mingbu, company.genesis)
    assert mingbu("check", "--genesis", company.genesis).status == 1


def test_a_power_that_was_approved_first_counts(company: Company, mingbu: Command) -> None:
    company.appoint(HEAD, posts=[building.post("credit_manager", building.COMPANY)])
    approved(company, by=HEAD)

    assert found(mingbu, company.genesis) == set()


def test_a_policy_does_not_excuse_itself(company: Company, mingbu: Command) -> None:
    rewrite_policy(company, **{step: {"needed": False} for step in ("credit_decision", "credit_decision_large", "policy", "appointment")})
    company.decide("990000.00")
    company.commit(at="2026-06-01T10:00:00+08:00")

    assert {row["step"] for row in mingbu("verify", "--format", "json").json["missing"]} == {"credit-decision", "credit-decision-large", "policy"}


def test_a_policy_that_its_body_approved_is_in_charge(company: Company, mingbu: Command) -> None:
    rewrite_policy(company, credit_decision={"needed": False})
    company.commit("修订", at="2026-06-01T10:00:00+08:00")
    company.decide()
    company.commit(at="2026-06-01T10:30:00+08:00")
    assert len(mingbu("verify", "--format", "json").json["missing"]) == 2
    company.approve(company.root / POLICY, "policy", by=BOSS, role="board", at="2026-06-01T11:00:00+08:00")
    company.commit("核准政策", by=BOSS, at="2026-06-01T11:05:00+08:00")

    assert found(mingbu, company.genesis) == set()


def test_going_back_to_the_beginning_takes_an_approval_too(company: Company, mingbu: Command) -> None:
    """A lost key was revoked; the revocation and its approval are taken away again."""
    original = (company.root / f"records/person/00/{MANAGER}.yml").read_bytes()
    lost = [{"public_key": building.public_key(MANAGER), "from": "2020-01-01", "revoked_from": "2026-05-01"}]
    company.appoint(MANAGER, keys=lost, at="2026-05-02T09:00:00+08:00")
    assert found(mingbu, company.genesis) == set()
    (company.root / f"records/person/00/{MANAGER}.yml").write_bytes(original)
    [approval] = (company.root / "records/approval").glob(f"*/{MANAGER}/*.yml")
    approval.unlink()
    company.commit("整理", at="2026-05-20T09:00:00+08:00")
    approved(company)

    assert {"approval.missing", "approval.removed", "approval.same-change"} <= found(mingbu, company.genesis)
    assert {"approval.missing", "approval.removed"} <= set(mingbu("check", "--format", "json").codes)


@pytest.mark.parametrize(
    "change", [{"left_on": "2026-04-30"}, {"keys": [{"public_key": building.public_key(MANAGER), "from": "2020-01-01", "to": "2026-04-30"}]}]
)
def test_nobody_signs_for_a_time_that_is_long_past(company: Company, mingbu: Command, change: dict[str, Any]) -> None:
    company.appoint(MANAGER, at="2026-04-29T09:00:00+08:00", **change)
    path = company.decide()
    company.commit(at="2026-07-01T10:00:00+08:00")
    company.approve(path, at="2026-04-29T12:00:00+08:00", base=company.genesis, **{"from": ABSENT})
    company.commit(by=MANAGER, at="2026-07-01T12:05:00+08:00")

    assert found(mingbu, company.genesis) == {"approval.landed-late", "approval.missing"}


def test_a_commit_that_turns_its_clock_back_gains_no_time(company: Company, mingbu: Command) -> None:
    lost = [{"public_key": building.public_key(MANAGER), "from": "2020-01-01", "revoked_from": "2026-06-01"}]
    company.appoint(MANAGER, keys=lost, at="2026-06-02T09:00:00+08:00")
    path = company.decide()
    company.commit(at="2026-05-20T10:00:00+08:00")
    company.approve(path, at="2026-05-20T12:00:00+08:00", base=company.genesis, **{"from": ABSENT})
    company.commit(by=MANAGER, at="2026-05-20T12:05:00+08:00")

    assert found(mingbu, company.genesis) == {"approval.key-revoked", "approval.missing"}


def test_a_commit_that_says_2099_spoils_no_approval(company: Company, mingbu: Command) -> None:
    company.commit("时钟错了", at="2099-01-01T00:00:00+08:00")
    approved(company)

    assert found(mingbu, company.genesis) == set()


def test_a_pull_that_swapped_the_parents_spoils_no_approval(company: Company, mingbu: Command) -> None:
    """`git pull` on a branch that lags behind, pushed as main: what was the main line is a second parent now."""
    start = company.git("rev-parse", "HEAD")
    approved(company)
    company.git("checkout", "-q", "-b", "local", start)
    building.edit(company.root, "product", "PRD-000001", unit="套")
    company.commit("本地改动", at="2026-06-01T11:00:00+08:00")
    company.git("merge", "-q", "--no-ff", "-m", "Merge main", "main", at="2026-06-02T09:00:00+08:00")
    company.git("checkout", "-q", "main")
    company.git("merge", "-q", "--ff-only", "local")

    assert "approval.base" not in found(mingbu, company.genesis)


def test_undoing_and_doing_again_lands_an_approval_once(company: Company, mingbu: Command) -> None:
    statement = approved(company)
    text = statement.read_bytes()
    statement.unlink()
    company.commit("误删", at="2026-06-02T10:00:00+08:00")
    assert "approval.removed" in found(mingbu, company.genesis)
    statement.write_bytes(text)
    company.commit("恢复", at="2026-06-02T11:00:00+08:00")

    assert found(mingbu, company.genesis) == set()


@pytest.mark.parametrize("junk", ["unsigned", "by somebody without the post"])
def test_a_junk_statement_does_not_break_the_chain(company: Company, mingbu: Command, junk: str) -> None:
    path = company.decide("310000.00")
    bare = company.statement(path, by=HEAD, role="office_head")
    company.write(bare if junk == "unsigned" else building.signed(bare))
    company.commit("假的", at="2026-06-01T09:00:00+08:00")
    building.git(company.root, "rm", "-q", "-r", "--cached", f"records/approval/00/{DECISION}")
    shutil.rmtree(company.root / f"records/approval/00/{DECISION}")
    company.commit("删去", at="2026-06-01T09:30:00+08:00")
    approved(company)

    assert found(mingbu, company.genesis) == set()


def test_a_forged_author_after_the_landing_makes_no_one_his_own_approver(company: Company, mingbu: Command) -> None:
    approved(company)
    company.decide("310000.00")
    company.commit(at="2026-06-02T10:00:00+08:00")
    company.decide("300000.00")
    company.commit(by=MANAGER, at="2026-06-02T11:00:00+08:00")

    assert found(mingbu, company.genesis) == set()


def test_one_key_is_one_person(company: Company, mingbu: Command) -> None:
    shared = [{"public_key": f"{' '.join(building.public_key(MANAGER).split()[:2])} another", "from": "2020-01-01"}]
    company.appoint(MANAGER, keys=[{"public_key": building.public_key(MANAGER), "from": "2020-01-01"}])
    person = building.edit(company.root, "person", DIRECTOR, keys=shared)
    company.commit(at="2026-02-01T09:00:00+08:00")
    company.approve(person, "appointment", by=BOSS, role="general_manager", at="2026-02-01T10:00:00+08:00")
    company.commit(by=BOSS, at="2026-02-01T10:05:00+08:00")
    path = company.decide("800000.00")
    company.commit()
    company.approve(path)
    company.approve(path, "credit-decision-large", by=DIRECTOR, role="general_manager", signed_by=MANAGER)
    company.commit(by=CLERK, at="2026-06-01T12:05:00+08:00")

    assert "approval.same-person" in found(mingbu, company.genesis)


def test_a_signature_with_letters_that_are_none_is_no_signature(company: Company, mingbu: Command) -> None:
    path = company.decide()
    signed = building.signed(company.statement(path))
    company.write(signed | {"signature": signed["signature"].replace("U1NIU0lH", "签名SIU0lH")})
    company.commit(at="2026-06-01T12:05:00+08:00")

    assert found(mingbu, company.genesis) == {"approval.signature-form", "approval.missing"}
    with pytest.raises(sshsig.SignatureError):
        sshsig.parse("-----BEGIN SSH SIGNATURE-----\n签\n-----END SSH SIGNATURE-----\n")
