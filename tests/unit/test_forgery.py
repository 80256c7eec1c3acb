"""Forged approvals, each made in a real repository: what must be refused, with which code; and what must not be."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, BOSS, CLERK, HEAD, KEEPER
from company import DIRECTOR, MANAGER, NOTARY, Company, address
from mingbu import approvals, sshsig, yamlio
from running import Command

LATER = "2026-06-02T10:00:00+08:00"
LARGE = "credit-decision-large"


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Company(tmp_path_factory.mktemp("company") / "register").root


@pytest.fixture
def template(founded: Path) -> Path:
    return founded


@pytest.fixture
def company(register_root: Path) -> Company:
    """A company of its own for each test, where the command runs."""
    return Company.of(register_root)


def verdicts(mingbu: Command, *arguments: str) -> list[str]:
    """The code of every statement about the tests' decision that isn't accepted, missing and merged ones included."""
    report = mingbu("verify", "--format", "json", *arguments).json
    ours = {"CDE-00000A", *(item["subject"] for item in report["approvals"] if item["subject"].startswith(("PER-", "credit/")))}
    codes = [item["code"] for item in report["approvals"] if item["subject"] in ours and item["verdict"] != "valid"]
    return [*codes, *("approval.missing" for _ in report["missing"]), *("approval.evil-merge" for _ in report["merges"])]


def landed(company: Company, how: str = "merge", **said: Any) -> Path:
    """A decision and its approval, proposed on a branch and landed."""
    company.branch("proposal")
    path = company.decide()
    company.commit("申请信用限度")
    statement = company.approve(path, **said)
    company.commit("核准", by=said.get("by", MANAGER), at="2026-06-01T12:05:00+08:00")
    company.merge("proposal", how=how)
    return statement


# --- what must be accepted


@pytest.mark.rule("E9", "B20")
@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_an_honest_approval_is_valid_however_it_lands(company: Company, mingbu: Command, how: str) -> None:
    landed(company, how)

    result = mingbu("verify", "CDE-00000A", "--format", "json", "--genesis", company.genesis)

    assert [item["verdict"] for item in result.json["approvals"]] == ["valid"]
    assert (result.status, result.json["missing"], result.json["genesis"]) == (0, [], {"commit": company.genesis, "pinned": True})
    assert mingbu("check", "--genesis", company.genesis).status == 0


def test_a_new_limit_follows_the_last_approval(company: Company, mingbu: Command) -> None:
    landed(company)
    path = company.decide("450000.00")
    company.commit(at=LATER)
    company.approve(path, at="2026-06-02T12:00:00+08:00")
    company.commit("再核准", by=MANAGER, at="2026-06-02T12:05:00+08:00")

    report = mingbu("verify", "--format", "json").json

    assert {item["verdict"] for item in report["approvals"] if item["subject"] == "CDE-00000A"} == {"valid", "stale"}
    assert verdicts(mingbu) == ["approval.superseded"]
    assert mingbu("check").status == 0


def test_a_key_that_was_changed_leaves_old_approvals_standing(company: Company, mingbu: Command) -> None:
    landed(company)
    keys = [{"public_key": building.public_key(MANAGER), "from": "2020-01-01", "to": "2026-06-30"},
            {"public_key": building.public_key(MANAGER, 2), "from": "2026-07-01"}]  # fmt: skip
    person = building.edit(company.root, "person", MANAGER, keys=keys)
    company.commit("换钥匙", at="2026-06-20T10:00:00+08:00")
    company.approve(person, "appointment", by=DIRECTOR, role="general_manager", at="2026-06-20T11:00:00+08:00")
    company.commit("核准公钥", by=DIRECTOR, at="2026-06-20T11:05:00+08:00")
    path = company.decide("450000.00")
    company.commit(at="2026-07-02T10:00:00+08:00")
    company.approve(path, number=2, at="2026-07-02T12:00:00+08:00")
    company.commit(by=MANAGER, at="2026-07-02T12:05:00+08:00")

    assert verdicts(mingbu) == ["approval.superseded"]


@pytest.mark.parametrize(("day", "expected"), [("2026-06-03", []), ("2026-06-12", ["approval.post", "approval.missing"])])
def test_a_deputy_approves_in_his_period_only(company: Company, mingbu: Command, day: str, expected: list[str]) -> None:
    deputies = [{"post": "credit_manager", "person": KEEPER, "from": "2026-06-02", "to": "2026-06-10"}]
    manager = building.edit(company.root, "person", MANAGER, deputies=deputies)
    company.commit("代理", at=f"{day}T08:00:00+08:00")
    company.approve(manager, "appointment", by=DIRECTOR, role="general_manager", at=f"{day}T08:30:00+08:00")
    company.commit("核准代理", by=DIRECTOR, at=f"{day}T08:35:00+08:00")
    path = company.decide()
    company.commit(at=f"{day}T09:00:00+08:00")
    company.approve(path, by=KEEPER, at=f"{day}T12:00:00+08:00")
    company.commit(by=KEEPER, at=f"{day}T12:05:00+08:00")

    assert verdicts(mingbu) == expected


def test_two_people_approve_a_large_limit(company: Company, mingbu: Command) -> None:
    path = company.decide("800000.00")
    company.commit()
    company.approve(path)
    company.commit(by=MANAGER, at="2026-06-01T12:05:00+08:00")
    assert verdicts(mingbu) == ["approval.missing"]

    company.approve(path, LARGE, by=DIRECTOR, role="general_manager", at="2026-06-01T12:06:00+08:00")
    company.commit(by=MANAGER, at="2026-06-01T12:10:00+08:00")

    assert verdicts(mingbu) == []


def test_what_was_brought_in_at_genesis_is_judged_without_clock_and_author(company: Company, mingbu: Command) -> None:
    statement = landed(company, at="2026-05-31T10:00:00+08:00", base=ABSENT, **{"from": ABSENT})
    assert verdicts(mingbu) == ["approval.base", "approval.missing"]

    assert verdicts(mingbu, "--genesis", company.git("rev-parse", "HEAD")) == []
    building.write_text(company.root, statement.relative_to(company.root).as_posix(), statement.read_bytes().replace(b"10:00:00", b"10:00:01"))
    company.commit()
    assert verdicts(mingbu, "--genesis", company.git("rev-parse", "HEAD")) == ["approval.signature", "approval.missing"]


# --- forged statements: each is otherwise in order

REVIEW = {"host": "github", "pull": 7, "review": 11, "account": MANAGER.lower(), "commit": "0" * 40}

FORGED: dict[str, tuple[str, dict[str, Any]]] = {
    "a post that the step isn't open to": ("approval.role", {"by": HEAD, "role": "finance_head"}),
    "a post that he doesn't hold": ("approval.post", {"by": HEAD, "role": "credit_manager"}),
    "the one who prepared it": ("approval.self", {"prepared_by": MANAGER}),
    "another one's key": ("approval.signer", {"signed_by": BOSS}),
    "nobody's key": ("approval.signer", {"signed_by": "somebody"}),
    "no signature": ("approval.unsigned", {"signed_by": "nobody"}),
    "a base from elsewhere": ("approval.base", {"base": "1" * 40}),
    "no base": ("approval.base", {"base": ABSENT}),
    "backdated": ("approval.backdated", {"at": "2026-01-05T08:00:00+08:00", "prepared_on": "2026-01-04"}),
    "postdated": ("approval.postdated", {"at": "2026-06-03T08:00:00+08:00"}),
    "another content before": ("approval.from", {"from": "sha256:" + "0" * 64}),
    "a statement before that there never was": ("approval.replay", {"previous": "sha256:" + "0" * 64}),
    "fewer fields": ("approval.covers", {"covers": ["/approved_grade"]}),
    "a notary that nobody knows": ("approval.notary", {"review": REVIEW, "signed_by": "another notary"}),
    "the approver as his own notary": ("approval.notary", {"review": REVIEW}),
    "a review by another account": ("approval.account", {"review": REVIEW | {"account": "somebody"}, "signed_by": NOTARY}),
}


@pytest.mark.rule("E9", "B20")
@pytest.mark.parametrize("how", ["merge", "squash"])
@pytest.mark.parametrize(("code", "said"), FORGED.values(), ids=FORGED)
def test_a_forged_statement_is_refused(company: Company, mingbu: Command, code: str, said: dict[str, Any], how: str) -> None:
    said = dict(said)
    signed_by = said.pop("signed_by", None)
    content = {key: said.pop(key) for key in ("prepared_by", "prepared_on") if key in said}
    company.branch("proposal")
    path = company.decide(**content)
    company.commit()
    statement = company.statement(path, **said)
    if "covers" in said:
        statement["digest"] = approvals.digest(company.record(path), said["covers"])  # type: ignore[arg-type]
    company.write(statement if signed_by == "nobody" else building.signed(statement, signed_by))
    company.commit(by=said.get("by", MANAGER), at="2026-06-01T12:05:00+08:00")
    company.merge("proposal", how=how)

    assert verdicts(mingbu) == [code, "approval.missing"]
    assert code in mingbu("check", "--format", "json").codes


def test_a_decision_that_nobody_approved_is_found_and_is_not_in_force(company: Company, mingbu: Command) -> None:
    company.decide(valid_from="2026-01-01", valid_to="2026-12-31", approved_limit="990000.00")
    company.commit()

    assert verdicts(mingbu) == ["approval.missing", "approval.missing"]  # it takes two
    assert mingbu("show", building.FILE, "--format", "json").json["derived"]["limit"] == "200000.00"


def test_a_review_that_the_notary_signed_is_valid(company: Company, mingbu: Command) -> None:
    landed(company, review=REVIEW, signed_by=NOTARY)

    report = mingbu("verify", "CDE-00000A", "--format", "json").json

    assert [(item["strength"], item["verdict"]) for item in report["approvals"]] == [("attested", "valid")]


# --- signatures that are moved, altered, made for something else: ssh-keygen says the same


def oracle(root: Path, path: Path, tmp_path: Path) -> bool:
    """Whether ssh-keygen accepts the statement's signature by its approver."""
    data, _ = yamlio.read(path.read_bytes())
    assert data is not None
    signers, signature = tmp_path / "signers", tmp_path / "signature"
    signers.write_text(f"{data['by']} {building.public_key(data['by'])}\n", encoding="utf-8")
    signature.write_text(data["signature"], encoding="utf-8")
    command = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", data["by"], "-n", "mingbu/approval", "-s", str(signature)]
    return subprocess.run(command, input=approvals.payload(data), capture_output=True, check=False).returncode == 0


def _altered(key: str, value: Any) -> Callable[[Company, dict[str, Any], Path], dict[str, Any]]:
    return lambda company, statement, path: statement | {key: value}


def _from_another_record(company: Company, statement: dict[str, Any], path: Path) -> dict[str, Any]:
    other = building.signed(statement | {"subject": building.DECISION})
    return statement | {"signature": other["signature"]}


def _for_another_purpose(company: Company, statement: dict[str, Any], path: Path) -> dict[str, Any]:
    key = building.private_key(MANAGER)
    return statement | {"signature": sshsig.sign(key, approvals.payload(statement), "git")}


MOVED: dict[str, tuple[str, Callable[[Company, dict[str, Any], Path], dict[str, Any]]]] = {
    "untouched": ("", lambda company, statement, path: statement),
    "an opinion put in": ("approval.signature", _altered("opinion", "同意提高。")),
    "another time": ("approval.signature", _altered("at", "2026-06-01T12:01:00+08:00")),
    "another post": ("approval.signature", _altered("role", "general_manager")),
    "another approver": ("approval.signer", lambda company, statement, path: building.signed(statement | {"by": DIRECTOR}, MANAGER)),
    "from another record": ("approval.signature", _from_another_record),
    "for another purpose": ("approval.namespace", _for_another_purpose),
    "no signature at all": ("approval.signature-form", _altered("signature", "同意，葛慎之。")),
    "a signature cut short": ("approval.signature-form", lambda c, s, p: s | {"signature": s["signature"][:200]}),
}


@pytest.mark.parametrize(("code", "forge"), MOVED.values(), ids=MOVED)
def test_a_signature_holds_for_its_statement_alone(
    company: Company, mingbu: Command, tmp_path: Path, code: str, forge: Callable[[Company, dict[str, Any], Path], dict[str, Any]]
) -> None:
    path = company.decide()
    company.commit()
    written = company.write(forge(company, building.signed(company.statement(path)), path))
    company.commit(by=MANAGER, at="2026-06-01T12:05:00+08:00")

    assert verdicts(mingbu) == ([code, "approval.missing"] if code else [])
    assert oracle(company.root, written, tmp_path) == (code == "")


@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
def test_other_kinds_of_keys_are_verified_too(company: Company, mingbu: Command, tmp_path: Path, kind: str) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(tmp_path / "key")], check=True)
    public = (tmp_path / "key.pub").read_text(encoding="utf-8").strip()
    person = building.edit(company.root, "person", MANAGER, keys=[{"public_key": public, "from": "2020-01-01"}])
    company.approve(person, "appointment", by=DIRECTOR, role="general_manager", at="2026-02-01T11:00:00+08:00")
    company.commit(at="2026-02-01T12:00:00+08:00")
    path = company.decide()
    company.commit()
    bare = company.statement(path)
    sign = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(tmp_path / "key"), "-n", "mingbu/approval"]
    signature = subprocess.run(sign, input=approvals.payload(bare), capture_output=True, check=True).stdout.decode()
    company.write(bare | {"signature": signature})
    company.commit(by=MANAGER, at="2026-06-01T12:05:00+08:00")
    assert verdicts(mingbu) == []

    company.write(bare | {"opinion": "同意", "signature": signature})
    company.commit(by=MANAGER, at="2026-06-01T12:05:00+08:00")

    assert "approval.signature" in verdicts(mingbu)


# --- keys that had their time


@pytest.mark.parametrize(
    ("keys", "at", "code"),
    [
        ({"from": "2020-01-01", "to": "2026-05-31"}, "2026-06-01T12:00:00+08:00", "approval.key-expired"),
        ({"from": "2026-06-02"}, "2026-06-01T12:00:00+08:00", "approval.key-expired"),
        ({"from": "2020-01-01", "revoked_from": "2026-06-01"}, "2026-06-01T12:00:00+08:00", "approval.key-revoked"),
        ({"from": "2020-01-01", "revoked_from": "2026-06-01"}, "2026-05-31T23:00:00+08:00", "approval.key-revoked"),  # landed after: no proof
    ],
)
def test_a_key_counts_in_its_time_only(company: Company, mingbu: Command, keys: dict[str, str], at: str, code: str) -> None:
    listed = [{"public_key": building.public_key(MANAGER), **keys}]
    person = building.edit(company.root, "person", MANAGER, keys=listed)
    company.approve(person, "appointment", by=DIRECTOR, role="general_manager", at="2026-05-20T11:00:00+08:00")
    company.commit("公钥", at="2026-05-20T12:00:00+08:00")
    landed(company, at=at)

    assert verdicts(mingbu) == [code, "approval.missing"]


def test_a_revocation_reaches_back_to_its_day(company: Company, mingbu: Command) -> None:
    """The key was lost on the first, somebody signed with it on the first, and the loss was recorded on the fifth."""
    landed(company)
    listed = [{"public_key": building.public_key(MANAGER), "from": "2020-01-01", "revoked_from": "2026-06-01"}]
    person = building.edit(company.root, "person", MANAGER, keys=listed)
    company.approve(person, "appointment", by=DIRECTOR, role="general_manager", at="2026-06-05T11:00:00+08:00")
    company.commit("丢失钥匙", at="2026-06-05T12:00:00+08:00")

    assert verdicts(mingbu) == ["approval.key-revoked", "approval.missing"]


def test_a_notarys_lost_key_attests_nothing_from_its_day_on(company: Company, mingbu: Command) -> None:
    """However early the review is said to have been: it landed after the loss."""
    landed(company, review=REVIEW, signed_by=NOTARY)
    assert verdicts(mingbu) == []
    path = company.root / "records/policy/approvals/2024-01-01.yml"
    data, _ = yamlio.read(path.read_bytes())
    assert data is not None
    data["notaries"][0]["revoked_from"] = "2026-06-01"
    path.write_text(yamlio.dump(data), encoding="utf-8")
    company.commit("公证密钥丢失", at="2026-06-05T12:00:00+08:00")

    assert verdicts(mingbu, "CDE-00000A") == ["approval.key-revoked", "approval.missing"]


# --- the content and its order


@pytest.mark.rule("B20")
def test_an_edit_after_the_approval_is_named_from_what_to_what(company: Company, mingbu: Command) -> None:
    landed(company)
    company.decide("450000.00")
    company.commit(at=LATER)

    [finding] = [item for item in mingbu("check", "--format", "json").json["findings"] if item["code"] == "approval.stale"]

    assert "核定限度 300,000.00 → 450,000.00" in finding["message"]
    assert "Approved limit 300,000.00 → 450,000.00" in mingbu("--lang", "en", "check").out
    assert verdicts(mingbu) == ["approval.stale", "approval.missing"]


def test_an_edit_of_what_is_not_covered_leaves_the_approval_standing(company: Company, mingbu: Command) -> None:
    landed(company)
    company.decide(remarks="原件存档。")
    company.commit(at=LATER)

    assert verdicts(mingbu) == []


def raised(company: Company) -> tuple[Path, bytes]:
    """300 was approved, then 450 was; the first statement's path and bytes."""
    first = landed(company)
    old = first.read_bytes()
    path = company.decide("450000.00")
    company.commit(at=LATER)
    company.approve(path, at="2026-06-02T12:00:00+08:00")
    company.commit(by=MANAGER, at="2026-06-02T12:05:00+08:00")
    return first, old


def test_an_old_approval_is_no_approval_of_going_back(company: Company, mingbu: Command) -> None:
    raised(company)
    company.decide("300000.00")
    company.commit(at="2026-06-03T10:00:00+08:00")

    assert sorted(verdicts(mingbu)) == ["approval.missing", "approval.stale", "approval.superseded"]


def test_taking_the_later_statement_away_brings_nothing_back(company: Company, mingbu: Command) -> None:
    first, _ = raised(company)
    [later] = [path for path in first.parent.glob("*.yml") if path != first]
    later.unlink()
    company.decide("300000.00")
    company.commit(at="2026-06-03T10:00:00+08:00")

    assert verdicts(mingbu) == ["approval.replay", "approval.removed", "approval.missing"]


def test_the_cycle_300_450_300_450_passes_no_old_statement(company: Company, mingbu: Command) -> None:
    """Each time the file of the old statement is taken away and put back, so that it lands anew."""
    first, old = raised(company)
    [later] = [path for path in first.parent.glob("*.yml") if path != first]
    for day, path, statement, limit in [("03", first, old, "300000.00"), ("04", later, later.read_bytes(), "450000.00")]:
        company.decide(limit)
        path.unlink()
        company.commit(at=f"2026-06-{day}T10:00:00+08:00")
        path.write_bytes(statement)
        company.commit(at=f"2026-06-{day}T11:00:00+08:00")

        assert {"approval.replay", "approval.missing"} <= set(verdicts(mingbu)), limit


def test_going_back_with_a_new_approval_is_in_order(company: Company, mingbu: Command) -> None:
    """The content is the same as once before, and so is the file's name; the statement is a new one and follows the last."""
    raised(company)
    path = company.decide("300000.00")
    company.commit(at="2026-06-03T10:00:00+08:00")
    company.approve(path, at="2026-06-03T12:00:00+08:00")
    company.commit(by=MANAGER, at="2026-06-03T12:05:00+08:00")

    assert verdicts(mingbu) == ["approval.superseded"]


# --- people and policy that change together with what they approve


def _post(company: Company) -> None:
    building.edit(company.root, "person", HEAD, posts=[building.post("credit_manager", building.COMPANY)])


def _key(company: Company) -> None:
    building.edit(company.root, "person", MANAGER, keys=[{"public_key": building.public_key(MANAGER, 2), "from": "2020-01-01"}])


def _policy(company: Company) -> None:
    path = company.root / "records/policy/approvals/2024-01-01.yml"
    data, _ = yamlio.read(path.read_bytes())
    assert data is not None
    for row in data["steps"]:
        if row["step"] == "credit-decision":
            row["posts"].append("office_head")
    path.write_text(yamlio.dump(data), encoding="utf-8")


TOGETHER: dict[str, tuple[Callable[[Company], None], dict[str, Any]]] = {
    "a post": (_post, {"by": HEAD}),
    "a key": (_key, {"number": 2}),
    "a policy": (_policy, {"by": HEAD, "role": "office_head"}),
}


@pytest.mark.parametrize("how", ["merge", "squash"])
@pytest.mark.parametrize(("change", "said"), TOGETHER.values(), ids=TOGETHER)
def test_people_and_policy_are_read_as_they_were_before(
    company: Company, mingbu: Command, change: Callable[[Company], None], said: dict[str, Any], how: str
) -> None:
    company.branch("proposal")
    change(company)
    path = company.decide()
    company.commit()
    company.approve(path, **said)
    company.commit(by=said.get("by", MANAGER), at="2026-06-01T12:05:00+08:00")

    assert "approval.same-change" in mingbu("check", "--base", "main", "--format", "json").codes
    company.merge("proposal", how=how)

    assert verdicts(mingbu) == ["approval.same-change", "approval.missing", "approval.missing"]


def test_a_rebased_change_of_people_is_seen_by_the_base_that_was_signed(company: Company, mingbu: Command) -> None:
    company.branch("proposal")
    _post(company)
    company.commit("任职")
    path = company.decide()
    company.commit()
    company.approve(path, by=HEAD)
    company.commit(by=HEAD, at="2026-06-01T12:05:00+08:00")
    company.merge("proposal", how="rebase")

    assert "approval.same-change" in verdicts(mingbu)


def test_a_base_inside_the_proposal_is_no_base(company: Company, mingbu: Command) -> None:
    company.branch("proposal")
    _post(company)
    inside = company.commit("任职")
    path = company.decide()
    company.approve(path, by=HEAD, base=inside, **{"from": ABSENT})
    company.commit(by=HEAD, at="2026-06-01T12:05:00+08:00")

    codes = mingbu("check", "--base", "main", "--format", "json").codes
    assert {"approval.same-change", "approval.base"} & set(codes)
    company.merge("proposal")

    assert {"approval.same-change", "approval.base"} & set(verdicts(mingbu))


def test_nobody_approves_his_own_post(company: Company, mingbu: Command) -> None:
    posts = [building.post(post, building.COMPANY) for post in ("general_manager", "credit_manager")]
    person = building.edit(company.root, "person", DIRECTOR, posts=posts)
    company.commit()
    company.approve(person, "appointment", by=DIRECTOR, role="general_manager")
    company.commit(by=DIRECTOR, at="2026-06-01T12:05:00+08:00")

    assert verdicts(mingbu) == ["approval.own-post", "approval.missing"]


def test_a_person_or_policy_that_changes_without_approval_is_found(company: Company, mingbu: Command) -> None:
    _post(company)
    _policy(company)
    company.commit()

    assert verdicts(mingbu) == ["approval.missing", "approval.missing"]


# --- who wrote what


def test_who_wrote_the_content_does_not_approve_it(company: Company, mingbu: Command) -> None:
    """`prepared_by` names the clerk; the commit says who really wrote it."""
    path = company.decide()
    company.commit(by=MANAGER)
    company.approve(path)
    company.commit(by=MANAGER, at="2026-06-01T12:05:00+08:00")

    assert verdicts(mingbu) == ["approval.self", "approval.missing"]


def target(company: Company, *, by: str) -> Path:
    """An unsigned approval of a target customer, committed by somebody."""
    card = building.edit(company.root, "customer", building.PROSPECT, lifecycle="target")
    company.commit()
    statement = company.write(company.statement(card, "target-customer", by=BOSS, role="branch_manager"))
    company.commit(by=by, at="2026-06-01T12:05:00+08:00")
    return statement


@pytest.mark.rule("F2")
@pytest.mark.parametrize(("by", "code"), [(BOSS, None), (CLERK, "approval.author")])
def test_where_the_policy_lets_it_count_the_commit_has_to_be_the_approvers(company: Company, mingbu: Command, by: str, code: str | None) -> None:
    company.appoint(BOSS, emails=[address(BOSS)])
    target(company, by=by)

    report = mingbu("verify", building.PROSPECT, "--format", "json").json

    assert [(item["strength"], item["code"]) for item in report["approvals"]] == [("committed", code)]


@pytest.mark.parametrize(("how", "code"), [("merge", None), ("rebase", None), ("squash", "approval.author")])
def test_who_merges_is_not_who_approves(company: Company, mingbu: Command, how: str, code: str | None) -> None:
    """A squashed commit is by somebody else; there an approval needs a signature."""
    company.appoint(BOSS, emails=[address(BOSS)])
    company.branch("proposal")
    target(company, by=BOSS)
    company.merge("proposal", how=how)

    report = mingbu("verify", building.PROSPECT, "--format", "json").json

    assert [item["code"] for item in report["approvals"]] == [code]


def test_one_person_is_not_two(company: Company, mingbu: Command) -> None:
    path = company.decide("800000.00")
    company.commit()
    company.approve(path, by=BOSS)
    company.approve(path, LARGE, by=BOSS, role="general_manager")
    company.commit(by=BOSS, at="2026-06-01T12:05:00+08:00")

    assert verdicts(mingbu) == ["approval.same-person", "approval.missing"]


# --- merges


def sides(company: Company, theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    """An approved decision that a branch and main have changed differently; the merge is begun."""
    landed(company)
    company.branch("other")
    company.decide(**theirs)
    company.commit(at=LATER)
    company.git("checkout", "-q", "main")
    company.decide(**ours)
    company.commit(at="2026-06-02T11:00:00+08:00")
    merge = ["git", "-C", str(company.root), "-c", "user.name=x", "-c", "user.email=x@x.example", "merge", "-q", "--no-commit", "--no-ff", "other"]
    subprocess.run(merge, capture_output=True, check=False)


def test_a_merge_that_makes_up_a_limit_is_found(company: Company, mingbu: Command) -> None:
    sides(company, {"remarks": "甲"}, {"legacy_no": "XS-7"})
    company.decide("990000.00", remarks="甲", legacy_no="XS-7")
    evil = company.commit("合并 other", at="2026-06-02T12:00:00+08:00")

    report = mingbu("verify", "--format", "json").json

    assert report["merges"] == [{"commit": evil, "subject": "CDE-00000A", "pointers": ["/approved_limit"]}]
    assert "approval.evil-merge" in mingbu("check", "--format", "json").codes


def test_it_is_found_also_when_the_limit_is_put_back(company: Company, mingbu: Command) -> None:
    sides(company, {"remarks": "甲"}, {"legacy_no": "XS-7"})
    company.decide("990000.00", remarks="甲", legacy_no="XS-7")
    company.commit("合并 other", at="2026-06-02T12:00:00+08:00")
    company.decide(remarks="甲", legacy_no="XS-7")
    company.commit("改回", at="2026-06-02T13:00:00+08:00")

    assert verdicts(mingbu) == ["approval.evil-merge"]


def test_an_ordinary_merge_passes(company: Company, mingbu: Command) -> None:
    sides(company, {"remarks": "甲"}, {"legacy_no": "XS-7"})
    company.commit("合并 other", at="2026-06-02T12:00:00+08:00")

    assert verdicts(mingbu) == []


def test_resolving_a_conflict_to_one_side_passes(company: Company, mingbu: Command) -> None:
    sides(company, {"remarks": "甲", "approved_limit": "310000.00"}, {"remarks": "乙"})
    company.decide(remarks="甲乙")
    company.commit("合并 other", at="2026-06-02T12:00:00+08:00")

    assert verdicts(mingbu) == []


def test_resolving_a_conflict_to_something_else_does_not(company: Company, mingbu: Command) -> None:
    sides(company, {"approved_limit": "310000.00"}, {"approved_limit": "320000.00"})
    company.decide("330000.00")
    company.commit("合并 other", at="2026-06-02T12:00:00+08:00")

    assert "approval.evil-merge" in verdicts(mingbu)


def test_a_merge_that_was_approved_afterwards_is_settled(company: Company, mingbu: Command) -> None:
    sides(company, {"remarks": "甲"}, {"legacy_no": "XS-7"})
    path = company.decide("450000.00", remarks="甲", legacy_no="XS-7")
    company.commit("合并 other", at="2026-06-02T12:00:00+08:00")
    company.approve(path, at="2026-06-02T13:00:00+08:00")
    company.commit(by=MANAGER, at="2026-06-02T13:05:00+08:00")

    assert verdicts(mingbu) == ["approval.superseded"]


# --- history itself


def test_a_rewritten_main_branch_is_found(company: Company, mingbu: Command) -> None:
    landed(company)
    assert mingbu("check").status == 0
    gone = company.git("rev-parse", "HEAD")
    company.git("reset", "-q", "--hard", company.genesis)
    company.commit("另写", at=LATER)

    result = mingbu("check", "--format", "json")

    assert ("history.rewritten", gone[:12]) in [(item["code"], gone[:12]) for item in result.json["findings"] if gone[:12] in item["message"]]


def test_without_the_whole_history_nothing_is_proved(company: Company, mingbu: Command, tmp_path: Path) -> None:
    landed(company)
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{company.root}", str(tmp_path / "shallow")], check=True)

    result = mingbu("-C", str(tmp_path / "shallow"), "verify")

    assert (result.status, "git fetch --unshallow" in result.err) == (2, True)
    assert "history.shallow" in mingbu("-C", str(tmp_path / "shallow"), "check", "--format", "json").codes


# --- work on a branch


@pytest.mark.parametrize("moved", [False, True], ids=["main stands", "main has moved on"])
def test_an_approval_on_a_branch_is_judged_there_as_it_will_be_on_main(company: Company, mingbu: Command, moved: bool) -> None:
    company.branch("proposal")
    path = company.decide()
    company.commit(at="2026-11-18T10:00:00+08:00")
    company.approve(path, at="2026-11-18T12:00:00+08:00")
    company.commit(by=MANAGER, at="2026-11-18T12:05:00+08:00")
    if moved:
        company.git("checkout", "-q", "main")
        building.edit(company.root, "product", "PRD-000001", unit="套")
        company.commit("另有改动", at="2026-11-18T13:00:00+08:00")
        company.git("checkout", "-q", "proposal")

    assert verdicts(mingbu) == []
    assert mingbu("check", "--base", "main").status == 0
    company.merge("proposal", at="2026-11-18T18:00:00+08:00")
    assert verdicts(mingbu) == []


def test_on_a_branch_a_power_that_the_branch_gives_itself_is_seen_without_naming_a_base(company: Company, mingbu: Command) -> None:
    company.branch("proposal")
    _post(company)
    inside = company.commit("任职")
    path = company.decide()
    company.approve(path, by=HEAD, base=inside, **{"from": ABSENT})
    company.commit(by=HEAD, at="2026-06-01T12:05:00+08:00")

    assert "approval.same-change" in verdicts(mingbu)
