"""mingbu approve as approvers use it: with a key file, an agent or a commit of their own; what it says, asks and refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

import building
from building import BOSS, HEAD, PROSPECT
from company import DIRECTOR, MANAGER, Company, address
from mingbu import approvals, yamlio
from mingbu.demo.keys import key_file
from running import Command

DECISION = "CDE-00000A"


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    company = Company(tmp_path_factory.mktemp("approving") / "register")
    company.git("config", "user.name", "葛慎之")
    company.git("config", "user.email", address(MANAGER))
    company.decide()
    company.commit("申请信用限度")
    return company.root


@pytest.fixture
def template(founded: Path) -> Path:
    return founded


@pytest.fixture
def company(register_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A decision that waits for its approval; nobody's keys at hand but those of the test."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return Company.of(register_root)


def key(tmp_path: Path, person: str, number: int = 1) -> str:
    path = tmp_path / f"{person}-{number}"
    path.write_bytes(key_file(person, number))
    path.chmod(0o600)
    return str(path)


def statements(company: Company, subject: str = DECISION) -> list[dict[str, str]]:
    found = [company.record(path) for path in (company.root / "records/approval").glob(f"*/{subject}/*.yml")]
    return sorted((dict(record.data) for record in found if record), key=lambda data: data["at"])


@pytest.mark.rule("E9", "B20")
def test_a_key_file_signs_what_ssh_keygen_and_verify_accept(company: Company, mingbu: Command, tmp_path: Path) -> None:
    result = mingbu("approve", DECISION, "--key", key(tmp_path, MANAGER), "--opinion", "同意。", "--yes", "--commit")

    [statement] = statements(company)
    assert (result.status, statement["by"], statement["role"], statement["opinion"]) == (0, MANAGER, "credit_manager", "同意。")
    assert statement["base"] == company.git("rev-parse", "HEAD~1") and "previous" not in statement
    signers, signature = tmp_path / "signers", tmp_path / "signature"
    signers.write_text(f"{MANAGER} {building.public_key(MANAGER)}\n", encoding="utf-8")
    signature.write_text(statement["signature"], encoding="utf-8")
    command = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", MANAGER, "-n", "mingbu/approval", "-s", str(signature)]
    assert subprocess.run(command, input=approvals.payload(statement), capture_output=True, check=False).returncode == 0
    assert mingbu("verify", DECISION).status == 0
    assert company.git("status", "--porcelain") == ""
    assert "核准信用审批：松墨阀门" in company.git("log", "-1", "--format=%s")


def test_history_tells_who_approved_though_the_approval_landed_by_itself(company: Company, mingbu: Command, tmp_path: Path) -> None:
    mingbu("approve", DECISION, "--key", key(tmp_path, MANAGER), "--yes", "--commit")

    [revision] = mingbu("history", DECISION, "--format", "json").json["revisions"]

    assert [(said["step"], said["decision"], said["by"]) for said in revision["approvals"]] == [("credit-decision", "approved", MANAGER)]
    assert "核准：信用审批  同意  葛慎之  信用主管" in mingbu("history", DECISION).out


def test_it_says_every_field_with_what_it_was_and_is(company: Company, mingbu: Command, tmp_path: Path) -> None:
    company.decide("450000.00")

    zh = mingbu("approve", DECISION, "--key", key(tmp_path, MANAGER), "--yes").out

    assert "核定限度: 300,000.00 → 450,000.00" in zh and "核定等级: A级" in zh
    assert "核准人: 葛慎之" in zh and "职务: 信用主管" in zh


def test_an_agent_signs_without_the_private_key_at_hand(company: Company, mingbu: Command, tmp_path: Path, agent: None) -> None:
    subprocess.run(["ssh-add", "-q", key(tmp_path, MANAGER)], check=True)
    (tmp_path / f"{MANAGER}-1").unlink()

    assert mingbu("approve", DECISION, "--yes").status == 0

    assert statements(company)[0]["by"] == MANAGER
    assert mingbu("verify", DECISION).status == 0


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    started = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    facts = dict(part.split("=", 1) for line in started.splitlines() for part in [line.partition(";")[0]] if "=" in part)
    for name, value in facts.items():
        monkeypatch.setenv(name, value)
    yield
    os.kill(int(facts["SSH_AGENT_PID"]), signal.SIGTERM)


@pytest.mark.parametrize(("answer", "written"), [("y", 1), ("是", 1), ("n", 0), ("", 0)])
def test_on_a_terminal_it_asks_and_only_a_yes_signs(company: Company, tmp_path: Path, answer: str, written: int) -> None:
    command = ["-m", "mingbu", "approve", DECISION, "--key", key(tmp_path, MANAGER)]
    terminal = pexpect.spawn(sys.executable, command, cwd=str(company.root), encoding="utf-8", timeout=60)
    terminal.expect("签署吗")
    assert "300,000.00" in terminal.before
    terminal.sendline(answer)
    terminal.expect(pexpect.EOF)
    terminal.close()

    assert (len(statements(company)), terminal.exitstatus) == (written, 1 - written)


def test_a_passphrase_is_asked_for_by_ssh_keygen(company: Company, tmp_path: Path) -> None:
    path = key(tmp_path, MANAGER)
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", "geheim", "-f", path], check=True)
    Path(f"{path}.pub").write_text(building.public_key(MANAGER), encoding="utf-8")
    terminal = pexpect.spawn(
        sys.executable, ["-m", "mingbu", "approve", DECISION, "--key", path, "--yes"], cwd=str(company.root), encoding="utf-8", timeout=60
    )
    terminal.expect("passphrase")
    terminal.sendline("geheim")
    terminal.expect(pexpect.EOF)
    terminal.close()

    assert (terminal.exitstatus, len(statements(company))) == (0, 1)


def test_a_refusal_is_a_statement_too_and_the_next_one_follows_it(company: Company, mingbu: Command, tmp_path: Path) -> None:
    assert mingbu("approve", DECISION, "--refuse", "--yes", "--key", key(tmp_path, MANAGER)).status == 2
    assert statements(company) == []

    assert mingbu("approve", DECISION, "--refuse", "--reason", "超过付款能力。", "--yes", "--commit", "--key", key(tmp_path, MANAGER)).status == 0
    assert mingbu("verify", DECISION).status == 1  # valid, and no approval
    company.decide("200000.00")
    company.commit("改低")
    assert mingbu("approve", DECISION, "--yes", "--commit", "--key", key(tmp_path, MANAGER)).status == 0

    refused, approved = statements(company)
    assert (refused["decision"], refused["reason"], approved["previous"]) == ("refused", "超过付款能力。", approvals.chained(refused))
    assert mingbu("verify", DECISION).status == 0


def test_going_back_to_what_was_approved_before_takes_a_new_statement_in_the_same_file(company: Company, mingbu: Command, tmp_path: Path) -> None:
    for limit in ("300000.00", "450000.00", "300000.00"):
        company.decide(limit)
        company.commit(limit)
        assert mingbu("approve", DECISION, "--yes", "--commit", "--key", key(tmp_path, MANAGER)).status == 0

    assert len(statements(company)) == 2
    assert mingbu("verify", DECISION).status == 0


REFUSED = {
    "another's key that is registered": (DECISION, ["--key", HEAD], 1, "无权核准"),
    "a key that nobody has registered": (DECISION, ["--key", "somebody"], 1, "没有找到"),
    "no key at all": (DECISION, [], 1, "没有找到"),
    "a post that he doesn't hold": (DECISION, ["--key", MANAGER, "--role", "general_manager"], 1, "无权核准"),
    "another person than the key's": (DECISION, ["--key", MANAGER, "--by", BOSS], 1, "没有找到"),
    "a step that the record hasn't": (DECISION, ["--key", MANAGER, "--step", "disposal"], 1, "没有核准事项 disposal"),
    "unsigned where a signature counts": (DECISION, ["--unsigned", "--by", MANAGER], 1, "没有签名"),
    "unsigned by nobody": (DECISION, ["--unsigned"], 2, "--by"),
    "a record that isn't there": ("CDE-0000ZZ", ["--key", MANAGER], 1, "CDE-0000ZZ"),
    "a key file that isn't there": (DECISION, ["--key", "/nowhere"], 2, "/nowhere"),
}


@pytest.mark.parametrize(("subject", "arguments", "status", "said"), REFUSED.values(), ids=REFUSED)
def test_what_would_not_count_is_not_written(
    company: Company, mingbu: Command, tmp_path: Path, subject: str, arguments: list[str], status: int, said: str
) -> None:
    given = [
        key(tmp_path, part) if before == "--key" and not part.startswith("/") else part
        for before, part in zip(["", *arguments], arguments, strict=False)
    ]

    result = mingbu("approve", subject, *given, "--yes")

    assert (result.status, said in result.err, len(result.err.splitlines())) == (status, True, 1)
    assert statements(company) == []


def test_the_one_who_prepared_it_cannot_sign(company: Company, mingbu: Command, tmp_path: Path) -> None:
    company.decide(prepared_by=MANAGER)
    company.commit()

    result = mingbu("approve", DECISION, "--key", key(tmp_path, MANAGER), "--yes")

    assert (result.status, statements(company)) == (1, [])
    assert "自己填写" in result.err


def test_without_a_terminal_a_yes_has_to_be_given(company: Company, mingbu_process: Command, tmp_path: Path) -> None:
    result = mingbu_process("approve", DECISION, "--key", key(tmp_path, MANAGER))

    assert (result.status, "--yes" in result.err, statements(company)) == (2, True, [])


def test_of_several_open_steps_one_has_to_be_named(company: Company, mingbu: Command, tmp_path: Path) -> None:
    company.decide("800000.00")
    company.commit()

    both = mingbu("approve", DECISION, "--key", key(tmp_path, DIRECTOR), "--yes")
    named = mingbu("approve", DECISION, "--key", key(tmp_path, DIRECTOR), "--yes", "--step", "credit-decision-large", "--commit")
    rest = mingbu("approve", DECISION, "--key", key(tmp_path, MANAGER), "--yes", "--commit")

    assert (both.status, "credit-decision-large" in both.err) == (1, True)
    assert (named.status, rest.status, mingbu("verify", DECISION).status) == (0, 0, 0)


@pytest.mark.rule("F2")
def test_where_the_policy_lets_it_count_ones_own_commit_is_enough(company: Company, mingbu: Command) -> None:
    company.appoint(BOSS, emails=[address(BOSS)], at="2026-06-02T09:00:00+08:00")
    building.edit(company.root, "customer", PROSPECT, lifecycle="target")
    company.commit()
    company.git("config", "user.email", address(BOSS))

    assert mingbu("approve", PROSPECT, "--unsigned", "--by", BOSS, "--yes", "--commit", "--step", "target-customer").status == 0

    assert [item["verdict"] for item in mingbu("verify", PROSPECT, "--format", "json").json["approvals"]] == ["valid"]


def test_a_policy_is_approved_by_its_body(company: Company, mingbu: Command, tmp_path: Path) -> None:
    path = company.root / "records/policy/duplicates/2024-01-01.yml"
    data, _ = yamlio.read(path.read_bytes())
    assert data is not None
    path.write_text(yamlio.dump(data | {"title": "查重办法（修订）"}), encoding="utf-8")
    company.commit("修订政策")

    assert [row["step"] for row in mingbu("verify", "--format", "json").json["missing"]] == ["credit-decision", "policy"]
    assert mingbu("approve", "duplicates/2024-01-01", "--key", key(tmp_path, DIRECTOR), "--yes", "--commit").status == 0
    assert [row["step"] for row in mingbu("verify", "--format", "json").json["missing"]] == ["credit-decision"]
