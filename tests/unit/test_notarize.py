"""Reviews on the git host become statements under the notary's key: in real repositories, with JSON as GitHub and Gitea give it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from jsonschema import Draft202012Validator

import building
from building import BOSS, CLERK, KEEPER
from chinese import CHINESE
from company import DIRECTOR, MANAGER, NOTARY, Company
from mingbu import outputs, yamlio
from mingbu.demo.keys import key_file
from running import Command, Result

DECISION = "CDE-00000A"
LARGE = "credit-decision-large"
POLICY = "records/policy/approvals/2024-01-01.yml"
Json = dict[str, Any]


@pytest.fixture(scope="session")
def proposed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company where a decision is proposed on a branch, which is checked out."""
    company = Company(tmp_path_factory.mktemp("company") / "register")
    company.branch("proposal")
    company.decide()
    company.commit("申请信用限度")
    building.write_text(company.root, ".git/info/exclude", ".mingbu/\n")
    return company.root


@pytest.fixture
def template(proposed: Path) -> Path:
    return proposed


@pytest.fixture
def company(register_root: Path) -> Company:
    found = Company.__new__(Company)
    found.root, found.genesis = register_root, building.git(register_root, "rev-parse", "main")
    return found


class Forge:
    """The pull request of the branch, as the host's API tells it."""

    def __init__(self, company: Company, folder: Path, mingbu: Command, kind: str = "github") -> None:
        self.company, self.folder, self.mingbu, self.kind = company, folder, mingbu, kind
        self.key = self.key_of(NOTARY)
        self.reviews: list[Json] = []
        self.pull = self.opened()

    def key_of(self, owner: str, number: int = 1) -> Path:
        path = self.folder / f"{owner}-{number}"
        path.write_bytes(key_file(owner, number))
        path.chmod(0o600)
        return path

    def opened(self, author: str = "ji-xiaofeng") -> Json:
        """The pull request as it stands now."""
        head, base = (self.company.git("rev-parse", name) for name in ("proposal", "main"))
        user = {"id": 5, "login": author}
        pull: Json = {"id": 900007, "number": 7, "state": "open", "title": "申请信用限度", "user": user, "merged": False}
        pull |= {"head": {"label": "proposal", "ref": "proposal", "sha": head}, "base": {"label": "main", "ref": "main", "sha": base}}
        return pull | ({"node_id": "PR_kwDO7"} if self.kind == "github" else {"merge_base": base, "mergeable": True})

    def review(self, account: str | None = None, state: str = "APPROVED", at: str = "2026-06-01T12:00:00+08:00", body: str = "", **more: Any) -> Json:
        """One more review of the commit that is proposed now."""
        account = MANAGER.lower() if account is None else account
        row: Json = {"id": 101 + len(self.reviews), "user": {"id": 9, "login": account} if account else None, "body": body, "state": state}
        row |= {"commit_id": self.pull["head"]["sha"], "submitted_at": at}
        row |= {"node_id": "PRR_x", "_links": {}} if self.kind == "github" else {"official": True, "stale": False, "dismissed": False, "team": None}
        self.reviews.append(row | more)
        return self.reviews[-1]

    def files(self) -> list[str]:
        pull, reviews = self.folder / "pull.json", self.folder / "reviews.json"
        pull.write_text(json.dumps(self.pull), encoding="utf-8")
        reviews.write_text(json.dumps(self.reviews), encoding="utf-8")
        return ["--pull", str(pull), "--reviews", str(reviews)]

    def notarize(self, *arguments: str, key: Path | None = None) -> Result:
        return self.mingbu("notarize", *self.files(), "--key", str(key or self.key), *arguments)

    def ask(self, *arguments: str, key: Path | None = None) -> Json:
        """What it prints as JSON, which keeps to its published schema."""
        printed: Json = self.notarize("--format", "json", *arguments, key=key).json
        Draft202012Validator(outputs.schema("notarize")).validate(printed)
        return printed


@pytest.fixture
def forge(company: Company, tmp_path: Path, mingbu: Command) -> Forge:
    return Forge(company, tmp_path, mingbu)


def verdicts(mingbu: Command, genesis: str) -> list[tuple[str, str, str | None]]:
    """(step, verdict, code) of every statement about the proposed decision, in the tree that is checked out."""
    report = mingbu("verify", DECISION, "--format", "json", "--genesis", genesis).json
    assert report["missing"] == [] or any(item["verdict"] != "valid" for item in report["approvals"]) or not report["approvals"]
    assert {item["strength"] for item in report["approvals"]} <= {"attested"}
    return [(item["step"], item["verdict"], item["code"]) for item in report["approvals"]]


def statements(company: Company) -> list[Path]:
    return sorted((company.root / "records/approval").glob(f"*/{DECISION}/*.yml"))


VALID = [("credit-decision", "valid", None)]


# --- what counts


@pytest.mark.rule("E9", "B20")
@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
@pytest.mark.parametrize("kind", ["github", "gitea"])
def test_a_review_becomes_a_statement_that_is_valid_however_it_lands(company: Company, tmp_path: Path, mingbu: Command, kind: str, how: str) -> None:
    forge = Forge(company, tmp_path, mingbu, kind)
    review = forge.review(at="2026-06-01T04:00:00Z", body="同意。\r\n注意账期。  ")

    printed = forge.ask()

    [row], head = printed["written"], forge.pull["head"]["sha"]
    said, _ = yamlio.read((company.root / row["path"]).read_bytes())
    assert said is not None and (printed["pull"], printed["head"], printed["ignored"]) == (7, head, [])
    assert said["review"] == {"host": kind, "pull": 7, "review": review["id"], "account": MANAGER.lower(), "commit": head}
    assert (said["at"], said["opinion"], said["by"], said["role"]) == ("2026-06-01T12:00:00+08:00", "同意。\n注意账期。", MANAGER, "credit_manager")
    assert said["base"] == company.genesis
    company.commit("公证评审", by=KEEPER, at="2026-06-01T12:10:00+08:00")
    company.merge("proposal", how=how)
    assert verdicts(mingbu, company.genesis) == VALID
    assert mingbu("check", "--genesis", company.genesis).status == 0


def test_two_reviews_answer_the_two_steps_of_a_large_limit_whoever_came_first(company: Company, forge: Forge, mingbu: Command) -> None:
    company.decide("800000.00")
    company.commit("大额")
    forge.pull = forge.opened()
    forge.review(DIRECTOR.lower())
    forge.review(MANAGER.lower(), at="2026-06-01T12:30:00+08:00")

    printed = forge.ask()

    assert [(row["step"], row["by"], row["role"]) for row in printed["written"]] == [
        ("credit-decision", MANAGER, "credit_manager"),
        (LARGE, DIRECTOR, "general_manager"),
    ]
    company.commit("公证评审", by=KEEPER, at="2026-06-01T12:40:00+08:00")
    company.merge("proposal")
    assert verdicts(mingbu, company.genesis) == [("credit-decision", "valid", None), (LARGE, "valid", None)]


def test_one_person_answers_one_of_two_steps_and_a_second_review_of_a_step_gives_nothing(company: Company, forge: Forge) -> None:
    forge.review(DIRECTOR.lower())
    forge.review(MANAGER.lower())
    printed = forge.ask()
    [written], [ignored] = printed["written"], printed["ignored"]

    assert (written["by"], ignored["review"]) == (DIRECTOR, 102)
    assert "已由高启岱核准" in ignored["reason"]

    company.decide("800000.00")
    company.git("clean", "-qfd", "records/approval")
    company.commit("大额")
    forge.pull, forge.reviews = forge.opened(), []
    forge.review(DIRECTOR.lower())
    assert len(forge.ask()["written"]) == 1


def test_only_the_step_that_is_asked_for_is_notarised(company: Company, forge: Forge) -> None:
    company.decide("800000.00")
    company.commit("大额")
    forge.pull = forge.opened()
    forge.review(DIRECTOR.lower())

    assert [row["step"] for row in forge.ask("--step", LARGE)["written"]] == [LARGE]
    assert forge.ask("--step", "disposal")["written"] == []


def test_nothing_is_written_twice(company: Company, forge: Forge) -> None:
    forge.review()
    first = forge.notarize()
    [path] = statements(company)
    raw = path.read_bytes()

    again = forge.notarize()
    company.commit("公证评审", by=KEEPER, at="2026-06-01T12:10:00+08:00")
    committed = forge.notarize()  # the host doesn't know the new head yet
    forge.pull = forge.opened()
    pushed = forge.notarize()  # now the review is of an earlier commit than the head
    company.merge("proposal", how="squash")
    landed = forge.notarize()

    assert [result.status for result in (first, again, committed, pushed, landed)] == [0] * 5
    assert all("此前已转成核准书" in result.out and "写入 0 份" in result.out for result in (again, committed, pushed, landed))
    assert statements(company) == [path] and path.read_bytes() == raw


def test_a_forged_statement_in_the_proposal_doesnt_stand_in_for_the_review(company: Company, forge: Forge, mingbu: Command) -> None:
    said = {"host": "github", "pull": 7, "review": 101, "account": MANAGER.lower(), "commit": forge.pull["head"]["sha"]}
    company.approve(company.root / "records/credit-decision/00/CDE-00000A.yml", review=said, signed_by="another notary")
    company.commit("伪造", at="2026-06-01T11:00:00+08:00")
    forge.pull = forge.opened()
    forge.review()

    assert len(forge.ask()["written"]) == 1
    company.commit("公证评审", by=KEEPER, at="2026-06-01T12:10:00+08:00")
    company.merge("proposal")
    assert verdicts(mingbu, company.genesis) == VALID


def test_a_forged_statement_doesnt_make_an_old_review_count(company: Company, forge: Forge) -> None:
    forge.review()
    said = {"host": "github", "pull": 7, "review": 101, "account": MANAGER.lower(), "commit": forge.pull["head"]["sha"]}
    company.approve(company.decide("310000.00"), review=said, signed_by="another notary", at="2026-06-01T12:30:00+08:00")
    company.commit("伪造", at="2026-06-01T12:30:00+08:00")
    forge.pull = forge.opened()

    result = forge.notarize()

    assert result.status == 1 and "须重新评审" in result.out and "此前已转成核准书" not in result.out


def test_it_commits_what_it_wrote_and_nothing_else(company: Company, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "公证")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "notary@qinglan.example")
    building.write_text(company.root, "draft.txt", "草稿")
    forge.review()

    printed = forge.ask("--commit")

    changed = company.git("-c", "core.quotePath=false", "show", "--format=%an %s", "--name-only", "HEAD").splitlines()
    assert changed == ["公证 公证合并请求 7 的评审：1 份核准书", "", printed["written"][0]["path"]]
    assert company.git("status", "--porcelain") == "?? draft.txt"
    assert forge.notarize("--commit", "-m", "再来").status == 0


# --- where the main line stands


def test_a_proposal_that_lags_behind_the_main_line_is_judged_by_what_the_reviewer_saw(company: Company, forge: Forge, mingbu: Command) -> None:
    company.git("checkout", "-q", "main")
    building.edit(company.root, "product", "PRD-000001", unit="台")
    seen = company.commit("先于评审", at="2026-06-01T11:00:00+08:00")
    forge.pull = forge.opened()
    forge.review()
    building.edit(company.root, "product", "PRD-000001", unit="套")
    company.commit("后于评审", at="2026-06-01T13:00:00+08:00")
    company.git("checkout", "-q", "proposal")

    [row] = forge.ask()["written"]

    said, _ = yamlio.read((company.root / row["path"]).read_bytes())
    assert said is not None and said["base"] == seen
    company.commit("公证评审", by=KEEPER, at="2026-06-01T14:00:00+08:00")
    company.merge("proposal")
    assert verdicts(mingbu, company.genesis) == VALID


def test_what_the_main_line_has_changed_since_the_review_takes_a_new_one(company: Company, forge: Forge) -> None:
    forge.review()
    company.git("checkout", "-q", "main")
    company.decide("100000.00")
    company.commit("另一份", at="2026-06-01T13:00:00+08:00")

    assert "主分支上的内容有改动" in forge.ask()["ignored"][0]["reason"]


@pytest.mark.parametrize("base", ["before", "after"])  # GitHub keeps the base of the time before, Gitea names the branch as it is now
@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_a_review_may_be_notarised_after_the_landing(company: Company, forge: Forge, mingbu: Command, how: str, base: str) -> None:
    forge.review()
    company.merge("proposal", how=how)
    if base == "after":
        forge.pull["base"]["sha"] = company.git("rev-parse", "main")

    written = forge.ask()["written"]

    assert len(written) == 1
    company.commit("公证评审", by=KEEPER, at="2026-06-01T20:00:00+08:00")
    assert verdicts(mingbu, company.genesis) == VALID


def test_a_later_approval_follows_the_last_one(company: Company, forge: Forge, mingbu: Command) -> None:
    forge.review()
    forge.notarize()
    company.commit("公证评审", by=KEEPER, at="2026-06-01T12:10:00+08:00")
    company.merge("proposal")
    company.git("checkout", "-q", "-B", "proposal", "main")
    company.decide("450000.00")
    company.commit("提高", at="2026-06-02T10:00:00+08:00")
    forge.pull, forge.reviews = forge.opened() | {"number": 8}, []
    forge.review(at="2026-06-02T12:00:00+08:00", id=201)

    forge.notarize()

    company.commit("公证评审", by=KEEPER, at="2026-06-02T12:10:00+08:00")
    company.merge("proposal", at="2026-06-02T18:00:00+08:00")
    assert sorted(verdicts(mingbu, company.genesis)) == [("credit-decision", "stale", "approval.superseded"), *VALID]


# --- what gives nothing, and why


def _by(account: str, **more: Any) -> Callable[[Forge], object]:
    return lambda forge: forge.review(account, **more)


def _changed_his_mind(forge: Forge) -> None:
    forge.review()
    forge.review(state="CHANGES_REQUESTED" if forge.kind == "github" else "REQUEST_CHANGES", at="2026-06-01T12:30:00+08:00")


def _pushed_since(forge: Forge) -> None:
    forge.review()
    forge.company.decide("310000.00")
    forge.company.commit("又改", at="2026-06-01T12:30:00+08:00")
    forge.pull = forge.opened()


def _own_pull(forge: Forge) -> None:
    forge.pull = forge.opened(author=MANAGER.upper())
    forge.review()


def _wrote_it(forge: Forge) -> None:
    forge.company.decide("310000.00")
    forge.company.commit("代填", by=MANAGER)
    forge.pull = forge.opened()
    forge.review()


def _prepared_it(forge: Forge) -> None:
    forge.company.decide(prepared_by=MANAGER)
    forge.company.commit("代填")
    forge.pull = forge.opened()
    forge.review()


def _nothing_to_approve(forge: Forge) -> None:
    forge.company.git("checkout", "-q", "-B", "proposal", "main")
    building.edit(forge.company.root, "product", "PRD-000001", unit="台")
    forge.company.commit("单位")
    forge.pull = forge.opened()
    forge.review()


REFUSED: dict[str, tuple[str, Callable[[Forge], object]]] = {
    "a remark": ("只是意见", _by(MANAGER.lower(), state="COMMENTED")),
    "a remark on Gitea": ("只是意见", _by(MANAGER.lower(), state="COMMENT")),
    "not sent yet": ("评审尚未提交", _by(MANAGER.lower(), state="PENDING", submitted_at=None)),
    "dismissed": ("评审已被撤销", _by(MANAGER.lower(), state="DISMISSED")),
    "dismissed on Gitea": ("评审已被撤销", _by(MANAGER.lower(), dismissed=True)),
    "stale on Gitea": ("须重新评审", _by(MANAGER.lower(), stale=True)),
    "of an earlier commit": ("须重新评审", _pushed_since),
    "wants changes": ("要求修改", _by(MANAGER.lower(), state="CHANGES_REQUESTED")),
    "wanted changes afterwards": ("以后来的为准", _changed_his_mind),
    "a word that nobody knows": ("不认识的评审结论", _by(MANAGER.lower(), state="SHRUGGED")),
    "an account that is gone": ("账号已不存在", _by("")),
    "nobody's account": ("没有这个账号", _by("mallory")),
    "another post": ("评审当日无权办理“信用审批”", _by(building.ACCOUNT)),
    "his own pull request": ("就是合并请求的提出人", _own_pull),
    "his own commit": ("核准了自己填写的内容", _wrote_it),
    "prepared by himself": ("核准了自己填写的内容", _prepared_it),
    "nothing to approve": ("没有改动可凭评审核准的内容", _nothing_to_approve),
    "before there was a register": ("早于名簿的第一次提交", _by(MANAGER.lower(), at="2025-12-31T09:00:00+08:00")),
    "hidden characters": ("字符", _by(MANAGER.lower(), body="同意\u200b")),
    "half a character": ("UTF-8", _by(MANAGER.lower(), body="同意\ud800")),
    "too long an opinion": ("审批意见", _by(MANAGER.lower(), body="同" * 4001)),
}


@pytest.mark.parametrize(("reason", "act"), REFUSED.values(), ids=REFUSED)
def test_a_review_that_gives_nothing_is_listed_with_its_reason(forge: Forge, reason: str, act: Callable[[Forge], object]) -> None:
    act(forge)

    result, printed = forge.notarize(), forge.ask()

    assert (result.status, printed["written"], statements(forge.company)) == (1, [], [])
    assert [row["review"] for row in printed["ignored"]] == [row["id"] for row in forge.reviews]
    assert reason in printed["ignored"][0]["reason"]
    assert reason in result.out


def test_a_remark_takes_nothing_back_and_a_second_approval_counts_once(forge: Forge) -> None:
    forge.review()
    forge.review(at="2026-06-01T12:10:00+08:00")
    forge.review(state="COMMENTED", at="2026-06-01T12:20:00+08:00", body="又及")

    printed = forge.ask()

    assert [row["review"] for row in printed["written"]] == [102]
    assert [row["review"] for row in printed["ignored"]] == [101, 103]


def test_where_the_first_choice_may_not_the_next_one_answers(company: Company, forge: Forge) -> None:
    company.decide("310000.00")
    company.commit("代填", by=MANAGER)
    forge.pull = forge.opened()
    forge.review(MANAGER.lower())
    forge.review(DIRECTOR.lower())

    printed = forge.ask()

    assert [row["by"] for row in printed["written"]] == [DIRECTOR]
    assert "核准了自己填写的内容" in printed["ignored"][0]["reason"]


# --- what the pull request says of people, policy and schemas isn't believed


def _account_of_another(company: Company) -> None:
    building.edit(company.root, "person", MANAGER, host_account="mallory")


def _post_of_another(company: Company) -> None:
    building.edit(company.root, "person", CLERK, posts=[building.post("credit_manager", building.COMPANY)], host_account="mallory")


def _fewer_fields(company: Company) -> None:
    path = company.root / "schemas/credit-decision.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("x-approval: credit-decision", "x-approval: nothing"), encoding="utf-8")


def _other_main(company: Company) -> None:
    building.edit(company.root, "register", "register", git_host={"kind": "github", "branch": "proposal"})


@pytest.mark.parametrize("change", [_account_of_another, _post_of_another])
def test_an_account_counts_only_as_the_main_line_has_it(company: Company, forge: Forge, change: Callable[[Company], None]) -> None:
    change(company)
    company.commit("一并改")
    forge.pull = forge.opened()
    forge.review("mallory")

    assert "没有这个账号" in forge.ask()["ignored"][0]["reason"]


@pytest.mark.parametrize("change", [_fewer_fields, _other_main])
def test_a_proposal_cannot_make_less_be_approved(company: Company, forge: Forge, change: Callable[[Company], None]) -> None:
    change(company)
    company.commit("一并改")
    forge.pull = forge.opened()
    forge.review()

    [row] = forge.ask()["written"]

    said, _ = yamlio.read((company.root / row["path"]).read_bytes())
    assert said is not None and len(said["covers"]) > 3 and said["base"] == company.genesis


def _policy(company: Company, **changes: Any) -> None:
    path = company.root / POLICY
    data, _ = yamlio.read(path.read_bytes())
    assert data is not None
    path.write_text(yamlio.dump(data | changes), encoding="utf-8")


def test_a_key_that_only_the_proposal_calls_the_notarys_is_refused(company: Company, forge: Forge) -> None:
    _policy(company, notaries=[{"public_key": building.public_key("mallory"), "from": "2020-01-01"}])
    company.commit("换公证密钥")
    forge.pull = forge.opened()
    forge.review()

    result = forge.notarize(key=forge.key_of("mallory"))

    assert (result.status, result.out, result.err.count("\n")) == (1, "", 1)
    assert "不是主分支政策登记的公证密钥" in result.err
    assert statements(company) == []


@pytest.mark.parametrize(
    ("times", "reason"), [({"to": "2026-05-31"}, "approval.key-expired"), ({"revoked_from": "2026-05-31"}, "approval.key-revoked")]
)
def test_a_notarys_key_that_had_its_time_signs_nothing(company: Company, forge: Forge, times: Json, reason: str) -> None:
    company.git("checkout", "-q", "main")
    _policy(company, notaries=[{"public_key": building.public_key(NOTARY), "from": "2024-01-08"} | times])
    company.commit("公证密钥到期", at="2026-05-31T09:00:00+08:00")
    company.approve(company.root / "records/policy/approvals/2024-01-01.yml", "policy", by=BOSS, role="board", at="2026-05-31T09:10:00+08:00")
    company.commit("核准政策", by=BOSS, at="2026-05-31T09:15:00+08:00")
    company.git("checkout", "-q", "proposal")
    forge.pull = forge.opened()
    forge.review()

    printed = forge.ask()

    assert (printed["written"], statements(company)) == ([], [])
    catalogue = yaml.safe_load((building.PROJECT / "tools/mingbu/catalogue/findings.yml").read_text(encoding="utf-8"))
    assert printed["ignored"][0]["reason"].startswith(catalogue[reason]["zh"][0].partition("{")[0])


# --- in words


@pytest.mark.parametrize("name", REFUSED)
def test_every_sentence_is_wholly_in_the_language_asked_for(forge: Forge, name: str) -> None:
    forge.review(DIRECTOR.lower())
    REFUSED[name][1](forge)

    zh, en, reasons = forge.notarize(), forge.notarize("--lang", "en"), forge.ask("--lang", "en")["ignored"]

    assert reasons and not CHINESE.search(re.sub(r"葛慎之|高启岱|林知秋", "", json.dumps(reasons, ensure_ascii=False)))
    assert not CHINESE.search(re.sub(r"葛慎之|高启岱|林知秋|审批意见", "", en.out))
    words = re.sub(r"records/\S+|[A-Z]{3}-\w+|\([\w-]+\)|（[\w-]+）|SHA256:\S+", "", zh.out)
    assert not re.search(r"[A-Za-z]{3,}", words), words
    assert "合并请求 7：" in zh.out and "pull request 7: " in en.out


# --- wrong usage, wrong files


def _cut(*names: str, value: Any = None) -> Callable[[Forge], object]:
    def act(forge: Forge) -> None:
        target: Any = {"pull": forge.pull, "reviews": forge.reviews}
        for name in names[:-1]:
            target = target[int(name) if name.isdigit() else name]
        target[names[-1]] = value

    return act


BAD: dict[str, tuple[int, str, Callable[[Forge], object]]] = {
    "a head that isn't a commit": (2, "head.sha", _cut("pull", "head", "sha", value="main")),
    "no number": (2, "number", _cut("pull", "number", value="7")),
    "no base": (2, "base.sha", _cut("pull", "base", value=[])),
    "a review without id": (2, "id", _cut("reviews", "0", "id")),
    "a review without time": (2, "submitted_at", _cut("reviews", "0", "submitted_at", value="2026-06-01T12:00:00")),
    "a review of no commit": (2, "commit_id", _cut("reviews", "0", "commit_id")),
    "a commit that isn't here": (1, "git fetch origin pull/7/head", _cut("pull", "head", "sha", value="1" * 40)),
    "a base that isn't here": (1, "git fetch origin main", _cut("pull", "base", "sha", value="1" * 40)),
    "another branch": (1, "主分支", _cut("pull", "base", "ref", value="proposal")),
    "a base off the main line": (1, "主分支", lambda forge: _cut("pull", "base", "sha", value=forge.pull["head"]["sha"])(forge)),
}


@pytest.mark.parametrize(("status", "word", "act"), BAD.values(), ids=BAD)
def test_json_that_says_something_else_is_refused_in_one_line(forge: Forge, status: int, word: str, act: Callable[[Forge], object]) -> None:
    forge.review()
    act(forge)

    result = forge.notarize()

    assert (result.status, result.out, result.err.count("\n")) == (status, "", 1)
    assert word in result.err


@pytest.mark.parametrize("text", ["", "{", "[1]", '"x"', "[" * 100_000])
def test_files_that_hold_no_such_json_are_refused(forge: Forge, mingbu: Command, text: str) -> None:
    files = forge.files()
    for position in (1, 3):
        Path(files[position]).write_text(text, encoding="utf-8")
        result = mingbu("notarize", *files, "--key", str(forge.key))
        assert (result.status, result.err.count("\n")) == (2, 1)
        forge.files()


def test_without_a_source_a_key_or_a_history_nothing_happens(company: Company, forge: Forge, mingbu: Command, tmp_path: Path) -> None:
    files, key = forge.files(), ["--key", str(forge.key)]

    assert [mingbu("notarize", *some).status for some in (key, files, [*files[:2], *key], [*files, "--from-api", "7", *key])] == [2, 2, 2, 2]
    assert mingbu("notarize", *files, "--key", str(tmp_path / "none")).status == 2
    company.git("clone", "-q", "--depth", "1", f"file://{company.root}", str(tmp_path / "shallow"))
    shallow = mingbu("-C", str(tmp_path / "shallow"), "notarize", *files, *key)
    assert (shallow.status, shallow.err.count("\n")) == (1, 1)


def test_the_host_is_told_by_the_option_the_register_or_the_json(company: Company, forge: Forge, mingbu: Command) -> None:
    review = forge.review()
    del review["node_id"], forge.pull["node_id"]

    assert forge.notarize().status == 2

    [row] = forge.ask("--host", "gitea")["written"]
    assert "host: gitea" in (company.root / row["path"]).read_text(encoding="utf-8")


# --- the host's API


class Host:
    """A git host on this machine: answers below /api, page by page, and remembers who asked."""

    def __init__(self, forge: Forge) -> None:
        self.forge, self.asked = forge, list[tuple[str, str | None]]()
        self.size, self.lies = 2, dict[str, tuple[int, dict[str, str], bytes]]()
        host = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append((self.path, self.headers["Authorization"]))
                status, headers, body = host.answer(self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, target: str) -> tuple[int, dict[str, str], bytes]:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if path in self.lies:
            return self.lies[path]
        repository = {"head": self.forge.pull["head"] | {"repo": {"full_name": "qinglan/register"}}}
        pull = self.forge.pull | repository
        known = {"/api/repos/qinglan/register/pulls": [pull], "/api/repos/qinglan/register/pulls/7": pull}
        if path in known:
            return 200, {}, json.dumps(known[path]).encode()
        if path != "/api/repos/qinglan/register/pulls/7/reviews":
            return 404, {}, b"{}"
        page = int(query["page"][0])
        rows = self.forge.reviews[(page - 1) * self.size : page * self.size]
        more = page * self.size < len(self.forge.reviews)
        link = {"Link": f'<https://elsewhere.invalid/?page={page + 1}>; rel="next"'} if more else {}
        headers = link if self.forge.kind == "github" else {"X-Total-Count": str(len(self.forge.reviews))}
        return 200, headers, json.dumps(rows).encode()


@pytest.fixture
def host(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """The host, and the environment that its continuous integration gives a job."""
    found = Host(forge)
    for name in ("API_URL", "REPOSITORY", "TOKEN"):
        monkeypatch.delenv(f"GITEA_{name}", raising=False)
    monkeypatch.setenv("GITHUB_API_URL", f"{found.url}/api")
    monkeypatch.setenv("GITHUB_REPOSITORY", "qinglan/register")
    monkeypatch.setenv("GITHUB_TOKEN", "secret-token")
    yield found
    found.server.shutdown()
    found.server.server_close()


REVIEWS = "/api/repos/qinglan/register/pulls/7/reviews"


@pytest.mark.parametrize("kind", ["github", "gitea"])
def test_the_host_is_asked_for_every_page(forge: Forge, host: Host, mingbu: Command, kind: str) -> None:
    forge.kind, forge.pull = kind, Forge(forge.company, forge.folder, mingbu, kind).pull
    for number in range(4):
        forge.review(state="COMMENTED", body=str(number))
    forge.review()

    result = mingbu("notarize", "--from-api", "7", "--key", str(forge.key), "--format", "json")

    assert (result.status, [row["review"] for row in result.json["written"]]) == (0, [105])
    assert [parse_qs(urlsplit(path).query).get("page") for path, _ in host.asked] == [None, ["1"], ["2"], ["3"]]
    assert {token for _, token in host.asked} == {"Bearer secret-token"}


LIES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "forbidden": (403, {}, b"{}"),
    "not there": (404, {}, b"{}"),
    "broken": (500, {}, b"secret-token"),
    "no JSON": (200, {}, b"<html>"),
    "not UTF-8": (200, {}, b"\xff\xfe\xfd"),
    "cut off": (200, {"Content-Length": "1000"}, b"["),
    "no list": (200, {}, b"{}"),
    "on and on": (200, {"Link": '<x>; rel="next"'}, b"[{}]"),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_an_answer_that_is_none_is_refused_in_one_line(forge: Forge, host: Host, mingbu: Command, lie: tuple[int, dict[str, str], bytes]) -> None:
    forge.review()
    host.lies[REVIEWS] = lie

    result = mingbu("notarize", "--from-api", "7", "--key", str(forge.key))

    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)
    assert "Traceback" not in result.err and "secret-token" not in result.err


def test_the_token_goes_nowhere_else(forge: Forge, host: Host, mingbu: Command) -> None:
    other = Host(forge)
    host.lies[REVIEWS] = (302, {"Location": f"{other.url}{REVIEWS}?page=1"}, b"")

    result = mingbu("notarize", "--from-api", "7", "--key", str(forge.key))
    other.server.shutdown()
    other.server.server_close()

    assert (result.status, other.asked) == (2, [])
    assert "HTTP 302" in result.err


@pytest.mark.parametrize(("name", "value"), [("TOKEN", ""), ("REPOSITORY", "../x"), ("API_URL", "file:///etc"), ("API_URL", "http://127.0.0.1:1")])
def test_outside_of_continuous_integration_no_host_is_asked(
    forge: Forge, host: Host, mingbu: Command, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"GITHUB_{name}", value)

    result = mingbu("notarize", "--from-api", "7", "--key", str(forge.key))

    assert (result.status, result.out, result.err.count("\n"), host.asked if name != "TOKEN" else []) == (2, "", 1, [])


# --- the workflow

WORKFLOW = building.PROJECT / ".github" / "workflows" / "notarize.yml"


def job() -> Json:
    found: Json = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    return found["jobs"]["notarize"] | {"on": found[True]}  # YAML 1.1 readers take the key `on` for true


def test_the_workflow_runs_mains_own_code_with_the_key_of_a_protected_environment() -> None:
    found = job()
    scripts = [step["run"] for step in found["steps"] if "run" in step]
    with_secrets = [step["name"] for step in found["steps"] if "secrets." in json.dumps(step)]

    assert set(found["on"]) == {"workflow_dispatch", "schedule"}
    assert (found["if"], found["environment"]) == ("github.ref == 'refs/heads/main'", "notary")
    assert found["permissions"] == {"contents": "write", "pull-requests": "read"}
    assert [step["with"]["ref"] for step in found["steps"] if "checkout" in step.get("uses", "")] == ["main"]
    assert with_secrets == [found["steps"][-1]["name"]]
    assert not any("${{" in script for script in scripts)
    assert "secrets" not in json.dumps(found["env"]) and found["env"]["PYTHONSAFEPATH"] == "1"


@pytest.fixture
def origin(forge: Forge, host: Host, tmp_path: Path) -> Path:
    """The host's repository with the pull request's reference, and a checkout of main, as the job finds them."""
    bare, work = tmp_path / "origin.git", tmp_path / "work"
    git = forge.company.git
    git("clone", "-q", "--bare", str(forge.company.root), str(bare))
    git("clone", "-q", "--branch", "main", str(bare), str(work))
    git("-C", str(bare), "update-ref", "refs/pull/7/head", forge.pull["head"]["sha"])
    git("-C", str(bare), "config", "receive.advertisePushOptions", "false")
    return bare


def run_job(tmp_path: Path, host: Host, **given: str) -> Result:
    """Runs the job's last script as the host would; its checkout is there already."""
    plain = {key: value for key, value in job()["env"].items() if "${{" not in value}
    environment = {key: value for key, value in os.environ.items() if key != "MINGBU_LANG"} | plain
    environment |= {"GITHUB_SERVER_URL": "https://git.invalid", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), "PULL": "", "PUSH_TOKEN": "t"}
    environment |= {"NOTARY_KEY": key_file(NOTARY).decode(), "PYTHONPATH": str(building.PROJECT / "tools"), "MINGBU_GENESIS": ""} | given
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    script = job()["steps"][-1]["run"]
    done = subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path / "work", env=environment, capture_output=True, text=True, check=False)
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("pull", ["", "7"])
def test_the_job_pushes_the_approvals_onto_the_proposal_and_checks_nothing_out(
    company: Company, forge: Forge, host: Host, origin: Path, mingbu: Command, tmp_path: Path, pull: str
) -> None:
    building.write_text(company.root, "tools/mingbu/__init__.py", "raise SystemExit('from the proposal')\n")
    company.commit("陷阱", at="2026-06-01T11:00:00+08:00")
    company.git("push", "-q", str(origin), "proposal", "proposal:refs/pull/7/head")
    forge.pull = forge.opened()
    forge.review()

    first = run_job(tmp_path, host, PULL=pull)
    tip = company.git("-C", str(origin), "rev-parse", "proposal")
    reviewed = forge.pull["head"]["sha"]
    company.git("-C", str(origin), "update-ref", "refs/pull/7/head", tip)  # as the host does after a push
    forge.pull["head"]["sha"] = tip
    again = run_job(tmp_path, host, PULL=pull)

    assert (first.status, again.status, first.err, again.err) == (0, 0, "", "")
    pushed = company.git("-C", str(origin), "log", "--format=%an %s %P", "--name-only", "main..proposal").splitlines()
    assert pushed[0] == f"notary 公证合并请求 7 的评审 {reviewed}"
    assert company.git("-C", str(origin), "rev-parse", "proposal") == tip
    assert len([line for line in pushed if line.startswith("records/approval/")]) == 1
    assert company.git("-C", str(tmp_path / "work"), "status", "--porcelain").replace("?? .mingbu/", "") == ""
    company.git("fetch", "-q", str(origin), "+proposal:landing")
    company.git("checkout", "-q", "landing")
    company.merge("landing", how="merge", at="2099-01-01T00:00:00+08:00")
    assert verdicts(mingbu, company.genesis) == VALID


def test_the_job_leaves_other_repositories_alone_and_says_what_to_do(forge: Forge, host: Host, origin: Path, tmp_path: Path) -> None:
    forge.review()
    fork = forge.pull | {"head": forge.pull["head"] | {"repo": {"full_name": "fork/register"}}}
    host.lies["/api/repos/qinglan/register/pulls/7"] = (200, {}, json.dumps(fork).encode())

    result = run_job(tmp_path, host)

    assert result.status == 0
    assert "mingbu approve" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert forge.company.git("-C", str(origin), "rev-parse", "proposal") == forge.pull["head"]["sha"]


def test_the_job_fails_with_a_key_that_is_no_notarys(forge: Forge, host: Host, origin: Path, tmp_path: Path) -> None:
    forge.review()

    result = run_job(tmp_path, host, NOTARY_KEY=key_file("mallory").decode())

    assert result.status == 1 and "不是主分支政策登记的公证密钥" in result.err
    assert "PRIVATE KEY" not in result.out + result.err


@pytest.mark.parametrize("lie", [(500, {}, b""), (200, {}, b"{")])
def test_the_job_fails_where_the_host_gives_no_answer(
    forge: Forge, host: Host, origin: Path, tmp_path: Path, lie: tuple[int, dict[str, str], bytes]
) -> None:
    host.lies["/api/repos/qinglan/register/pulls"] = lie

    assert run_job(tmp_path, host).status != 0
    assert not (tmp_path / "summary.md").exists()
