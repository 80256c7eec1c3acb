"""The sample company as a repository: the same commits every time, proved approvals, and what went wrong on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import building
from mingbu import yamlio
from running import Command

RECORDS = building.PROJECT / "records"
LATE = {"2025-01-04": "PER-YH6H6B", "2025-04-05": "CDE-ZX2BR8", "2026-04-11": "CDE-FVQTHB"}
"""Days on which something stood in the register that was approved some days later."""
REFUSED = "CDE-AAXV38"


@dataclass(frozen=True)
class Demo:
    """The sample's repository, and what the command said when it had written it."""

    root: Path
    said: str

    def git(self, *arguments: str) -> list[str]:
        return subprocess.run(["git", "-C", str(self.root), *arguments], check=True, capture_output=True, text=True).stdout.splitlines()

    def mingbu(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run("-C", str(self.root), *arguments)

    def findings(self, *arguments: str) -> list[dict[str, Any]]:
        """The errors that check finds."""
        found = json.loads(self.mingbu("check", "--format", "json", *arguments).stdout)["findings"]
        return [finding for finding in found if finding["severity"] == "error"]

    def statements(self, subject: str) -> list[dict[str, Any]]:
        """The approvals of a record, by the time at which they were made."""
        found = [yamlio.read(path.read_bytes())[0] for path in (self.root / "records/approval").glob(f"*/{subject}/*.yml")]
        return sorted((data for data in found if data), key=lambda data: str(data["at"]))

    @property
    def genesis(self) -> str:
        return self.git("rev-list", "--max-parents=0", "HEAD")[0]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mingbu", *arguments]


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, env=os.environ | env, check=False, timeout=120)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Written once for all tests, which only look at it."""
    root = tmp_path_factory.mktemp("demo") / "company"
    done = run("-C", str(building.PROJECT), "--lang", "en", "demo", str(root), "--history")
    assert done.returncode == 0, done.stderr
    return Demo(root, done.stdout)


# --- the repository


def test_every_run_makes_the_same_commits_whatever_the_user_has_set(demo: Demo, tmp_path: Path) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[user]\nname = x\nemail = x@x.example\n[commit]\ngpgsign = true\n[core]\nautocrlf = true\nhooksPath = /nowhere\n"
        "[init]\ndefaultBranch = trunk\ntemplateDir = /nowhere\n[fastimport]\nunpackLimit = 1\n[i18n]\ncommitEncoding = GBK\n"
    )
    own = {
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_AUTHOR_NAME": "x",
        "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z",
        "GIT_DIR": "/nowhere",
        "TZ": "UTC",
    }
    done = run("-C", str(building.PROJECT), "demo", str(tmp_path / "again"), "--history", **own)

    assert done.returncode == 0, done.stderr
    assert Demo(tmp_path / "again", "").git("rev-parse", "HEAD") == demo.git("rev-parse", "HEAD")


def test_it_is_a_clean_repository_on_main(demo: Demo) -> None:
    assert demo.git("symbolic-ref", "HEAD") == ["refs/heads/main"]
    assert demo.git("for-each-ref", "--format=%(refname)") == ["refs/heads/main"]
    assert demo.git("status", "--short", "--ignored") in ([], ["!! .mingbu/"])
    assert demo.git("fsck", "--strict", "--no-dangling") == []
    assert [path.name for path in demo.root.parent.iterdir()] == [demo.root.name]


def test_several_hundred_commits_by_most_of_its_people(demo: Demo) -> None:
    commits = demo.git("log", "--format=%H")
    authors = set(demo.git("log", "--format=%ae"))
    registered = {address for path in RECORDS.glob("person/*/*.yml") for address in (yamlio.read(path.read_bytes())[0] or {}).get("emails", [])}

    assert 500 <= len(commits) <= 1000
    assert len(authors) >= 50
    assert authors | set(demo.git("log", "--format=%ce")) <= registered
    assert f"{len(commits)} commits, {len(authors)} people" in demo.said


def test_work_lands_by_merges_some_squashed_some_rebased(demo: Demo) -> None:
    merges = [line.split() for line in demo.git("log", "--merges", "--format=%H %P")]
    moved = [merge for merge, ours, theirs in merges if demo.git("merge-base", ours, theirs) != [ours]]
    line = [text.split("|") for text in demo.git("log", "--first-parent", "--no-merges", "--format=%ae|%ce")]
    squashed = demo.git("log", "--first-parent", "--no-merges", "--grep=^[*] ", "--format=%H")

    assert len(merges) >= 50
    assert moved, "main went on while some branch was open"
    assert len(squashed) >= 5
    assert len([author for author, committer in line if author != committer]) >= 50
    times = [int(text) for text in demo.git("log", "--first-parent", "--reverse", "--format=%ct")]
    assert times == sorted(times)


def test_it_is_worked_on_from_the_first_day_to_the_last(demo: Demo) -> None:
    days = demo.git("log", "--format=%cd", "--date=format-local:%Y-%m-%d", "--first-parent")
    zones = set(demo.git("log", "--format=%ad%cd", "--date=format:%z"))

    assert (days[-1], days[0], zones) == ("2024-11-25", "2026-11-20", {"+0800+0800"})
    months = Counter(day[:7] for day in days)
    assert len(months) == 25 and min(months.values()) >= 1


# --- its records


def texts(root: Path) -> dict[str, bytes]:
    """Path → content of every record but the approvals."""
    found = (path for path in root.rglob("*.yml") if "approval" not in path.relative_to(root).parts[:1])
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def test_its_records_end_as_the_samples(demo: Demo) -> None:
    assert texts(demo.root / "records") == texts(RECORDS)


def test_the_samples_approvals_are_all_there_and_approve_the_same(demo: Demo) -> None:
    for path in RECORDS.glob("approval/*/*/*.yml"):
        sample, made = (yamlio.read((root / path.relative_to(RECORDS)).read_bytes())[0] for root in (RECORDS, demo.root / "records"))
        assert sample and made, path
        added = {"base", "from", "previous", "signature"}
        assert {key: made[key] for key in made.keys() - added} == {key: sample[key] for key in sample.keys() - added}, path
        assert ("base" in made) == (sample["at"] > "2024-11-26"), path


def test_it_has_no_error_and_every_approval_is_proved(demo: Demo) -> None:
    assert demo.findings() == []
    done = demo.mingbu("verify", "--genesis", demo.genesis, "--format", "json")
    report = json.loads(done.stdout)

    assert (done.returncode, report["missing"], report["merges"]) == (0, [], [])
    assert {(item["verdict"], item["code"]) for item in report["approvals"]} == {("valid", None), ("stale", "approval.superseded")}
    assert {item["strength"] for item in report["approvals"]} == {"signed", "attested", "committed"}
    assert report["genesis"]["commit"] == demo.genesis


@pytest.mark.rule("E9")
@pytest.mark.parametrize("day", LATE)
def test_what_was_approved_late_lacked_its_approval_until_then(demo: Demo, day: str) -> None:
    missing = [finding["record"] for finding in demo.findings("--as-of", day) if finding["code"] == "approval.missing"]

    assert missing == [LATE[day]]


@pytest.mark.parametrize(
    ("day", "meant"),
    [
        ("2024-12-31", {"approval.missing", "procedure.missing"}),  # a posting approved late; no procedure yet
        ("2025-06-30", set()),
        ("2025-12-31", set()),
        ("2026-05-31", {"credit.line-over-limit"}),  # suspended in June
        ("2026-08-31", set()),
    ],
)
def test_at_month_ends_only_what_really_went_wrong_is_found(demo: Demo, day: str, meant: set[str]) -> None:
    assert {finding["code"] for finding in demo.findings("--as-of", day)} == meant


def test_one_proposal_was_refused_and_approved_at_a_lower_limit(demo: Demo) -> None:
    refused, approved = demo.statements(REFUSED)

    assert [refused["decision"], approved["decision"]] == ["refused", "approved"]
    assert refused["reason"]
    assert refused["digest"] != approved["digest"]
    shown = demo.mingbu("--lang", "en", "history", REFUSED).stdout
    assert "480,000.00 → 340,000.00" in shown


def test_one_approval_was_made_of_a_review_on_the_git_host(demo: Demo) -> None:
    [attested] = [
        data for path in (demo.root / "records/approval").glob("*/*/*.yml") if "review" in (data := yamlio.read(path.read_bytes())[0] or {})
    ]

    assert attested["review"]["host"] == "github"


# --- how records grew


@pytest.mark.rule("D5")
def test_a_case_went_through_the_hands_of_several_people(demo: Demo) -> None:
    people = demo.git("log", "--no-merges", "--reverse", "--format=%an", "--", "records/case/3J/CAS-3J2AQ4.yml")

    assert people[0] == "那文轩"  # handed in by the salesperson, dispatched by the branch, signed by the head of the office
    assert people.index("穆春晓") < people.index("关雪松") < len(people) - 1
    shown = demo.mingbu("--lang", "en", "history", "CAS-3J2AQ4").stdout
    assert all(person in shown for person in set(people))


def test_many_cards_were_changed_field_by_field(demo: Demo) -> None:
    changed = Counter(line for line in demo.git("log", "--no-merges", "--name-only", "--format=", "--", "records/customer") if line)

    assert len([path for path, count in changed.items() if count > 1]) >= 50
    assert "0516-5550 0049 → 0516-5550 0043" in demo.mingbu("history", "CUS-ZCHWWA").stdout


def test_amounts_of_cases_were_estimated_lower_at_first(demo: Demo) -> None:
    changes = demo.git("log", "-p", "-U0", "--no-merges", "--format=", "--", "records/case")
    amounts = [line for line in changes if "estimated_amount:" in line]

    assert len([line for line in amounts if line.startswith("-")]) >= 10


def test_posts_keys_and_deputies_came_when_they_did(demo: Demo) -> None:
    def person(name: str, day: str) -> str:
        return demo.mingbu("--as-of", day, "show", name).stdout

    assert "2026-01-09" not in person("PER-1KB3MT", "2026-01-07")
    assert "2026-01-09" in person("PER-1KB3MT", "2026-01-12")
    assert demo.mingbu("--as-of", "2026-02-20", "show", "PER-6X9K6K").returncode == 1  # not yet with the company


# --- refusals


def test_without_history_it_is_refused(tmp_path: Path) -> None:
    done = run("-C", str(building.PROJECT), "demo", str(tmp_path / "new"))

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_is_there_stays(tmp_path: Path, what: str) -> None:
    place = tmp_path / "there"
    kept = place if what == "file" else place / "kept.txt"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("keep")

    done = run("-C", str(building.PROJECT), "demo", str(place), "--history")

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert kept.read_text() == "keep"
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_another_register_has_no_such_history(mingbu: Command, tmp_path: Path) -> None:
    result = mingbu("demo", str(tmp_path / "new"), "--history")

    assert (result.status, len(result.err.splitlines())) == (2, 1)
    assert not (tmp_path / "new").exists()


def test_a_killed_run_leaves_nothing_that_looks_finished(tmp_path: Path) -> None:
    place = tmp_path / "new"
    started = subprocess.Popen(command("-C", str(building.PROJECT), "demo", str(place), "--history"), stdout=subprocess.DEVNULL)
    while started.poll() is None and not any(tmp_path.iterdir()):
        time.sleep(0.01)
    started.send_signal(signal.SIGKILL)
    started.wait()

    assert not place.exists()
