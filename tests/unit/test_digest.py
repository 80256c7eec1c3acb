"""The weekly digest, and issues of what is late: against a small git host on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

import building
from building import CLERK, KEEPER
from running import Command, Result

CONTRACT = "CON-00000Z"
WORKFLOW = building.PROJECT / ".github/workflows/digest.yml"
ISSUES = "/api/repos/qinglan/register/issues"


def contract(root: Path, *days: str, paid: str | None = None) -> None:
    milestones = [{"due_on": day, "amount": "60000.00"} | ({"paid_on": paid, "paid": "60000.00"} if paid else {}) for day in days]
    event = {"kind": "signing", "formalities_done_on": "2026-10-12", "handed_over_on": "2026-11-02", "handed_over_by": CLERK, "received_by": KEEPER}
    building.write(root, "contract", like="signed", payment_milestones=milestones, events=[event], handler=CLERK, title="阀门 @all 合同")
    building.commit_all(root)


# --- the text


def test_nothing_is_said_where_there_is_nothing_to_say(mingbu: Command) -> None:
    assert [(result.status, result.out, result.err) for result in (mingbu("digest"), mingbu("digest", "--format", "text"))] == [(0, "", "")] * 2


def test_who_owes_what_the_late_first(register_root: Path, mingbu: Command) -> None:
    contract(register_root, "2026-11-10", "2026-11-24", "2026-11-28")

    text, markdown = (mingbu("digest", "--format", name).out.splitlines() for name in ("text", "md"))

    assert "逾期 1 项，即将到期 1 项" in text[0]
    assert text[2:] == ["纪晓风", f"  逾期 10 天：合同付款节点，阀门 @all 合同（{CONTRACT}），2026-11-10 到期",
                        f"  还有 4 天：合同付款节点，阀门 @all 合同（{CONTRACT}），2026-11-24 到期"]  # fmt: skip
    assert markdown[0].startswith("## ") and markdown[2] == "**纪晓风**" and markdown[4].startswith("- 逾期 10 天：")
    assert "@all" not in "\n".join(markdown)


@pytest.mark.parametrize(("within", "count"), [("3d", 1), ("4d", 2), ("8d", 3)])
def test_how_far_it_looks_ahead(register_root: Path, mingbu: Command, within: str, count: int) -> None:
    contract(register_root, "2026-11-10", "2026-11-24", "2026-11-28")

    assert mingbu("digest", "--within", within).out.count(CONTRACT) == count


def test_it_speaks_english(register_root: Path, mingbu: Command) -> None:
    contract(register_root, "2026-11-10")

    assert "- 10 d late: Payment milestone, " in mingbu("--lang", "en", "digest").out


@pytest.mark.parametrize("arguments", [["--dry-run"], ["--within", "x"]])
def test_what_makes_no_sense_is_refused_in_one_line(mingbu: Command, arguments: list[str]) -> None:
    result = mingbu("digest", *arguments)

    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)


# --- issues


class Host:
    """A git host: keeps issues, lists them page by page, remembers what was sent."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.sent: list[tuple[str, str, Any]] = []
        self.tokens: set[str | None] = set()
        self.status, self.size = 0, 2
        host = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = int(parse_qs(urlsplit(self.path).query)["page"][0])
                assert parse_qs(urlsplit(self.path).query)["state"] == ["all"]
                rows = host.rows[(page - 1) * host.size : page * host.size]
                self.give(200, rows, {"Link": '<x>; rel="next"'} if page * host.size < len(host.rows) else {})

            def do_POST(self) -> None:
                data = self.read()
                if self.path == ISSUES:
                    host.rows.append({"number": len(host.rows) + 1, "state": "open", **data})
                self.give(201, host.rows[-1] if self.path == ISSUES else {})

            def do_PATCH(self) -> None:
                number = int(self.path.rpartition("/")[2])
                host.rows[number - 1] |= self.read()
                self.give(200, host.rows[number - 1])

            def read(self) -> Any:
                data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                host.sent.append((self.command, self.path, data))
                return data

            def give(self, status: int, data: Any, headers: dict[str, str] | None = None) -> None:
                host.tokens.add(self.headers["Authorization"])
                self.send_response(host.status or status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(json.dumps(data).encode())

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/api"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def open(self) -> list[int]:
        return [row["number"] for row in self.rows if row["state"] == "open" and "pull_request" not in row]


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    found = Host()
    for name, value in {"API_URL": found.url, "REPOSITORY": "qinglan/register", "TOKEN": "t0ken"}.items():
        monkeypatch.delenv(f"GITEA_{name}", raising=False)
        monkeypatch.setenv(f"GITHUB_{name}", value)
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_an_issue_is_opened_once_for_each_item_that_is_late(register_root: Path, mingbu: Command, host: Host) -> None:
    contract(register_root, "2026-11-10", "2026-11-12", "2026-11-24")
    host.rows = [{"number": 1, "state": "open", "title": "别的", "body": None}, {"number": 2, "state": "open", "body": "x", "pull_request": {}}]

    first, again = mingbu("digest", "--issues"), mingbu("digest", "--issues")

    assert (first.status, again.status, again.out) == (0, 0, "")
    assert [path for _, path, _ in host.sent] == [ISSUES, ISSUES]
    assert first.out.count("\n") == 2 and host.open == [1, 3, 4]
    assert host.tokens == {"Bearer t0ken"} and "t0ken" not in first.out + first.err


def test_an_issue_holds_what_is_owed_and_nothing_else_of_the_register(register_root: Path, mingbu: Command, host: Host) -> None:
    building.edit(register_root, "person", CLERK, host_account="ji-xiaofeng")
    contract(register_root, "2026-11-10")

    mingbu("digest", "--issues")

    [(_, _, data)] = host.sent
    assert data["title"] == f"逾期：合同付款节点 {CONTRACT}（2026-11-10 到期）"
    assert "@ji-xiaofeng" in data["body"] and f"contract.payment/{CONTRACT}/payment_milestones/0 2026-11-10" in data["body"]
    assert not any(word in data["title"] + data["body"] for word in ("纪晓风", "阀门", "60000", "松墨", "@all"))


def test_a_dry_run_sends_nothing(register_root: Path, mingbu: Command, host: Host) -> None:
    contract(register_root, "2026-11-10")

    result = mingbu("digest", "--issues", "--dry-run")

    assert (result.status, host.sent) == (0, []) and CONTRACT in result.out


def test_one_that_was_closed_by_hand_isnt_opened_again_while_the_same_is_late(register_root: Path, mingbu: Command, host: Host) -> None:
    contract(register_root, "2026-11-10")
    mingbu("digest", "--issues")
    host.rows[0]["state"] = "closed"

    same = mingbu("digest", "--issues")
    contract(register_root, "2026-11-18")  # put off, and late anew
    anew = mingbu("digest", "--issues")

    assert same.out == "" and "已开议题 2" in anew.out and host.open == [2]


def test_what_was_marked_done_by_mistake_gets_another_issue(register_root: Path, mingbu: Command, host: Host) -> None:
    contract(register_root, "2026-11-10")
    mingbu("digest", "--issues")
    contract(register_root, "2026-11-10", paid="2026-11-19")
    mingbu("digest", "--issues")
    contract(register_root, "2026-11-10")

    opened, again = mingbu("digest", "--issues"), mingbu("digest", "--issues")

    assert "已开议题 2" in opened.out and host.open == [2] and again.out == ""


def test_a_record_with_an_error_keeps_its_issue_and_is_told_to_be_left_out(register_root: Path, mingbu: Command, host: Host) -> None:
    contract(register_root, "2026-11-10")
    mingbu("digest", "--issues")
    [path] = [path for path in (register_root / "records/contract").rglob("*.yml") if "@all" in path.read_text(encoding="utf-8")]
    sound = path.read_text(encoding="utf-8")

    for broken in (sound + "foo: bar\n", sound + "foo: [\n"):
        path.write_text(broken, encoding="utf-8")
        for command in (("digest", "--issues"), ("due",), ("report", "contract-ledger")):
            assert "1 个文件有错误" in mingbu(*command).err, command
        assert host.open == [1]


def test_without_a_sound_policy_nobody_is_told_that_nothing_is_owed(register_root: Path, mingbu: Command) -> None:
    for path in (register_root / "records/policy/deadlines").iterdir():
        path.write_text(path.read_text(encoding="utf-8") + "foo: bar\n", encoding="utf-8")

    for command in (("due",), ("due", "--format", "ics"), ("digest",)):
        said = mingbu(*command)
        assert (said.status, said.out, said.err) == (1, "", "mingbu: 没有现行的期限政策\n"), command


def test_an_issue_is_closed_with_a_comment_once_it_is_done(register_root: Path, mingbu: Command, host: Host) -> None:
    contract(register_root, "2026-11-10")
    mingbu("digest", "--issues")
    host.sent.clear()
    contract(register_root, "2026-11-10", paid="2026-11-19")

    dry = mingbu("digest", "--issues", "--dry-run").out
    closed, again = mingbu("digest", "--issues"), mingbu("digest", "--issues")

    assert [(method, path) for method, path, _ in host.sent] == [("POST", f"{ISSUES}/1/comments"), ("PATCH", f"{ISSUES}/1")]
    assert host.sent[0][2] == {"body": "2026-11-19 已办。"} and host.open == []
    assert "会关闭议题 1" in dry and "已关闭议题 1" in closed.out and again.out == ""


def test_an_issue_is_closed_too_when_the_item_isnt_late_any_more(register_root: Path, mingbu: Command, host: Host) -> None:
    contract(register_root, "2026-11-10")
    mingbu("digest", "--issues")
    contract(register_root, "2026-12-10")

    mingbu("digest", "--issues")

    assert host.open == [] and host.sent[1][2] == {"body": "2026-11-20 起不再逾期。"}


@pytest.mark.parametrize(("missing", "status"), [("GITHUB_TOKEN", 0), ("GITHUB_REPOSITORY", 0), (None, 403)])
def test_a_host_that_cant_be_asked_is_said_in_one_line(
    register_root: Path, mingbu: Command, host: Host, monkeypatch: pytest.MonkeyPatch, missing: str | None, status: int
) -> None:
    contract(register_root, "2026-11-10")
    host.status = status
    if missing:
        monkeypatch.delenv(missing)

    result = mingbu("digest", "--issues")

    assert (result.status, result.out, host.sent, result.err.count("\n")) == (2, "", [], 1) and "t0ken" not in result.err


# --- the workflow


def jobs() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]
    return found


def test_only_the_job_of_issues_may_write_and_issues_only() -> None:
    assert jobs()["digest"]["permissions"] == {"contents": "read"}
    assert jobs()["issues"]["permissions"] == {"contents": "read", "issues": "write"}
    assert "vars.MINGBU_DUE_ISSUES == 'on'" in jobs()["issues"]["if"]
    assert all("main" in job["if"] for job in jobs().values())
    assert "TOKEN" not in str(jobs()["digest"]) and [step.get("env") for step in jobs()["issues"]["steps"] if "run" in step] == [
        None,
        {"GITHUB_TOKEN": "${{ github.token }}"},
    ]


def run_job(root: Path, work: Path) -> tuple[Result, str, str]:
    """Runs the job's script in the register; what it printed, the summary, and the outputs for the next step."""
    summary, output = work / "summary.md", work / "output"
    environment = {key: value for key, value in os.environ.items() if key != "MINGBU_LANG"}
    environment |= {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output), "PYTHONPATH": str(building.PROJECT / "tools")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    [script] = [step["run"] for step in jobs()["digest"]["steps"] if step.get("id") == "digest"]
    done = subprocess.run(["bash", "-e", "-c", script], cwd=root, env=environment, capture_output=True, text=True, timeout=60, check=False)
    read = [path.read_text(encoding="utf-8") if path.is_file() else "" for path in (summary, output)]
    return Result(done.returncode, done.stdout, done.stderr), read[0], read[1]


def test_the_job_writes_a_summary_only_when_there_is_something_to_say(register_root: Path, tmp_path: Path) -> None:
    quiet = run_job(register_root, tmp_path)
    contract(register_root, "2026-11-10")
    loud = run_job(register_root, tmp_path)

    assert quiet == (Result(0, "", ""), "", "")
    assert (loud[0].status, loud[2]) == (0, "found=true\n") and CONTRACT in loud[1]
    [kept] = [step for step in jobs()["digest"]["steps"] if "upload-artifact" in step.get("uses", "")]
    assert "steps.digest.outputs.found == 'true'" in kept["if"] and kept["with"]["path"] == "digest.md"
