"""Frozen reports: what `mingbu submit` writes, refuses and keeps, and what check says when the register moves on."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

import building
from building import BOSS, CLERK, COMPANY, GROUP, HEAD, OFFICE
from mingbu import yamlio
from running import Command

pytestmark = pytest.mark.rule("E8", "D10")

SUBMIT = ("submit", "credit-analysis", "--period", "2025", "--who", COMPANY, "--by", BOSS)
TEXTS = [{"slot": "risks", "text": "工程类客户回款慢。"}, {"slot": "summary", "text": "应收平稳，逾期一户。"}]
MEASURE = {"content": "逾期客户逐户约谈", "owner": CLERK, "due_on": "2026-03-31"}


@pytest.fixture
def written(register_root: Path) -> Path:
    """The texts are there, sales of 2025 that are still owed, and the deadlines of the sample from their first day on."""
    shutil.copytree(building.PROJECT / "records/policy/deadlines", register_root / "records/policy/deadlines", dirs_exist_ok=True)
    building.write(register_root, "report-note", id="RPN-00000A", report="credit-analysis", period="2025", texts=TEXTS, measures=[MEASURE],
                   prepared_on="2026-01-05")  # fmt: skip
    sales(register_root, "1000.00")
    building.commit_all(register_root)
    return register_root


def sales(root: Path, amount: str) -> None:
    line = {"customer": building.ACTIVE, "product": "PRD-000001", "date": "2025-06-03", "quantity": 1, "amount": amount, "due_on": "2025-07-03"}
    building.write(root, "sales", id="SAL-00000A", month="2025-06", part=7, lines=[line])


def submit(mingbu: Command, root: Path, *more: str, on: str = "2026-01-09") -> Path:
    """The submission's file, after it was written and committed."""
    done = mingbu("--on", on, *SUBMIT, "--to", GROUP, "--format", "json", *more)
    assert done.status == 0, done.err
    building.commit_all(root)
    return root / str(done.json["path"])


def of(path: Path) -> dict[str, Any]:
    return dict(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))


def findings(mingbu: Command, on: str = building.TODAY) -> list[tuple[str, str]]:
    """(code, pointer) of what check says about submissions and texts."""
    told = mingbu("--on", on, "check", "--format", "json").json["findings"]
    return [(one["code"], one["pointer"]) for one in told if one["code"].startswith(("submission.", "report-note.", "lifecycle."))]


@pytest.mark.rule("E7")
def test_a_submission_holds_figures_texts_commit_and_a_digest_that_anybody_can_work_out(written: Path, mingbu: Command) -> None:
    head = building.git(written, "rev-parse", "HEAD")
    data = of(submit(mingbu, written))

    said = {key: data[key] for key in ("report", "period", "department", "as_of", "figures", "texts")}
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    assert hashlib.sha256(canonical).hexdigest() == data["sha256"]
    assert (data["as_of"], data["submitted_on"], data["submitted_to"], data["commit"]) == ("2025-12-31", "2026-01-09", GROUP, head)
    assert data["texts"] == [
        "综述：应收平稳，逾期一户。",
        "主要风险：工程类客户回款慢。",
        "措施：逾期客户逐户约谈（负责人 纪晓风，2026-03-31 前完成）",
    ]
    assert data["summary"] == "应收平稳，逾期一户。" and data["confidentiality"] == "secret" and "late_reason" not in data
    assert findings(mingbu) == []


@pytest.mark.rule("E7")
def test_the_frozen_figures_are_those_of_the_report_also_when_it_is_made_again_later(written: Path, mingbu: Command) -> None:
    data = of(submit(mingbu, written))

    for day in ("2026-01-09", "2026-11-20"):
        tables = mingbu("--on", day, "report", "credit-analysis", "--period", "2025", "--who", COMPANY, "--format", "json").json["tables"]
        again = [
            {"table": table["name"], "columns": [column["key"] for column in table["columns"]],
             "rows": [["" if row[column["key"]] is None else str(row[column["key"]]) for column in table["columns"]] for row in table["rows"]]}
            for table in tables
        ]  # fmt: skip
        assert again == [{key: part[key] for key in ("table", "columns", "rows")} for part in data["figures"]]


def test_the_record_is_written_as_the_formatter_writes_and_the_next_step_is_said(written: Path, mingbu: Command) -> None:
    shown = mingbu("--on", "2026-01-09", *SUBMIT, "--to", GROUP, "--dry-run")
    done = mingbu("--on", "2026-01-09", *SUBMIT, "--to", GROUP)

    assert shown.status == done.status == 0 and "git add" in done.out
    path = re.findall(r"records/submission/\S+?\.yml", done.out)[0]
    assert mingbu("fmt", "--check", path).status == 0
    masked = [text.replace(yaml.safe_load(text)["id"], "SUB") for text in (shown.out, (written / path).read_text(encoding="utf-8"))]
    assert masked[0] == masked[1]
    assert "信用政策执行情况" in done.err and "不一致" not in done.err, "empty slots are named; the one for later differences isn't asked for"


def test_with_commit_the_submission_is_committed(written: Path, mingbu: Command) -> None:
    building.git(written, "config", "user.name", "Test")
    building.git(written, "config", "user.email", "ji@qinglan.example")

    done = mingbu("--on", "2026-01-09", *SUBMIT, "--to", GROUP, "--format", "json", "--commit")

    assert done.json["written"] and building.git(written, "status", "--porcelain") == ""


REFUSED = {
    "no report": (["submit", "nothing", *SUBMIT[2:]], 2),
    "a report that nobody owes": (["submit", "ageing", *SUBMIT[2:]], 1),
    "no period": ([*SUBMIT[:3], "2025-13", *SUBMIT[4:]], 2),
    "a month of a yearly report": ([*SUBMIT[:3], "2025-12", *SUBMIT[4:]], 1),
    "a year that isn't over": ([*SUBMIT[:3], "2026", *SUBMIT[4:]], 1),
    "an office that doesn't owe it": ([*SUBMIT[:5], OFFICE, *SUBMIT[6:]], 1),
    "no department": ([*SUBMIT[:5], "DEP-ZZZZZZ", *SUBMIT[6:]], 1),
    "a person as department": ([*SUBMIT[:5], HEAD, *SUBMIT[6:]], 1),
    "nobody": ([*SUBMIT[:7], "PER-ZZZZZZ"], 1),
    "to nobody": ([*SUBMIT, "--to", "DEP-ZZZZZZ"], 1),
    "to whom nobody has said": ([*SUBMIT], 2),
    "no text": ([*SUBMIT[:3], "2024", *SUBMIT[4:], "--to", GROUP, "--late-reason", "补报"], 1),
    "a correction of nothing": ([*SUBMIT, "--to", GROUP, "--corrects", "SUB-000001", "--reason", "改"], 1),
    "a reason without a correction": ([*SUBMIT, "--to", GROUP, "--reason", "改"], 2),
    "a reason of lateness in time": ([*SUBMIT, "--to", GROUP, "--late-reason", "忙"], 1),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_submitted_is_refused_in_one_line(what: str, written: Path, mingbu: Command) -> None:
    arguments, status = REFUSED[what]

    for lang in ("zh", "en"):
        done = mingbu("--lang", lang, "--on", "2026-01-10", *arguments)
        assert (done.status, done.out, done.err.count("\n")) == (status, "", 1), done.err
    assert building.git(written, "status", "--porcelain") == ""


def test_after_the_deadline_a_reason_is_asked_for(written: Path, mingbu: Command) -> None:
    """Due on 10 January: the day itself is in time."""
    assert mingbu("--on", "2026-01-10", *SUBMIT, "--to", GROUP, "--dry-run").status == 0
    late = mingbu("--on", "2026-01-11", *SUBMIT, "--to", GROUP)
    assert late.status == 1 and "2026-01-10" in late.err

    data = of(submit(mingbu, written, "--late-reason", "等子公司对账", on="2026-01-11"))

    assert data["late_reason"] == "等子公司对账" and data["submitted_on"] == "2026-01-11"


def test_nothing_is_frozen_over_uncommitted_edits_or_by_who_has_left(written: Path, mingbu: Command) -> None:
    sales(written, "1200.00")
    edited = mingbu("--on", "2026-01-09", *SUBMIT, "--to", GROUP)
    building.git(written, "checkout", "-q", ".")
    building.edit(written, "person", CLERK, left_on="2025-12-31")
    building.commit_all(written)
    left = mingbu("--on", "2026-01-09", *SUBMIT[:7], CLERK, "--to", GROUP)

    assert edited.status == left.status == 1 and "2025-12-31" in left.err and "提交" in edited.err


@pytest.mark.rule("D9")
def test_a_correction_stands_in_place_of_the_first_which_stays(written: Path, mingbu: Command) -> None:
    first = submit(mingbu, written)
    before = first.read_bytes()
    again = mingbu("--on", "2026-02-01", *SUBMIT)
    sales(written, "1300.00")
    building.commit_all(written)
    assert findings(mingbu) == [("submission.figures-changed", "/figures")]

    second = submit(mingbu, written, "--corrects", of(first)["id"], "--reason", "漏记运费三百元", on="2026-02-01")

    assert again.status == 1 and of(first)["id"] in again.err
    assert first.read_bytes() == before and of(second)["corrects"] == of(first)["id"] and findings(mingbu) == []
    assert mingbu("--on", "2026-02-02", *SUBMIT, "--corrects", of(first)["id"], "--reason", "再改").status == 1, "that one doesn't stand any more"
    assert "没有可更正的" in mingbu("--on", "2026-02-02", *SUBMIT, "--corrects", of(second)["id"], "--reason", "再改").err
    items = mingbu("due", "--format", "json").json["items"] if (building.PROJECT / "tools/mingbu/cli/due.py").exists() else []
    assert not any(one["what"] == "credit.yearly-analysis" and "2025" in one["uid"] and one["state"] == "late" for one in items)


@pytest.mark.rule("D9")
def test_what_the_register_says_otherwise_later_is_told_until_a_reason_is_written(written: Path, mingbu: Command) -> None:
    submit(mingbu, written)
    sales(written, "1300.00")
    told = [one for one in mingbu("--lang", "en", "check", "--format", "json").json["findings"] if one["code"] == "submission.figures-changed"]
    assert len(told) == 1 and "1000.00 → 1300.00" in told[0]["message"] and told[0]["severity"] == "warning" and told[0]["rules"] == ["E8"]

    reason = [{"slot": "differences", "text": "补记运费三百元。"}]
    note = {"id": "RPN-00000B", "report": "credit-analysis", "period": "2026", "texts": reason, "department": COMPANY}
    building.write(written, "report-note", **note | {"prepared_on": "2026-01-08"})
    assert findings(mingbu) == [("submission.figures-changed", "/figures")], "written before it was submitted"
    building.write(written, "report-note", **note | {"department": GROUP, "prepared_on": "2026-02-01"})
    assert findings(mingbu) == [("submission.figures-changed", "/figures")], "of another department"
    building.write(written, "report-note", **note | {"prepared_on": "2026-02-01"})
    assert findings(mingbu) == []


def test_business_after_the_period_changes_nothing(written: Path, mingbu: Command) -> None:
    submit(mingbu, written)
    line = {"customer": building.ACTIVE, "product": "PRD-000001", "date": "2026-02-03", "quantity": 1, "amount": "9.00", "due_on": "2026-03-03"}
    building.write(written, "sales", id="SAL-00000B", month="2026-02", part=8, lines=[line])

    assert findings(mingbu) == []


@pytest.mark.rule("E7")
def test_figures_and_texts_are_not_edited_afterwards(written: Path, mingbu: Command) -> None:
    path = submit(mingbu, written)
    data = of(path)
    data["figures"][0]["rows"][0][2] = "999.00"
    path.write_text(yamlio.dump(data), encoding="utf-8")

    found = findings(mingbu)

    assert ("submission.digest", "/sha256") in found and ("lifecycle.frozen", "/figures") in found


def test_texts_come_first_and_belong_to_who_is_here(written: Path, mingbu: Command) -> None:
    building.edit(written, "person", CLERK, left_on="2026-05-31")
    assert ("report-note.owner-left", "/measures/0/owner") in findings(mingbu)
    assert ("report-note.owner-left", "/measures/0/owner") not in findings(mingbu, on="2026-05-31")

    building.edit(written, "report-note", "RPN-00000A", measures=[MEASURE | {"done_on": "2026-03-01"}])
    assert ("report-note.owner-left", "/measures/0/owner") not in findings(mingbu)


class Cases:
    """One case of an intake desk, taken in on 1 June 2026; the month was submitted on 7 July."""

    def __init__(self, root: Path, mingbu: Command, like: str) -> None:
        self.root, self.mingbu = root, mingbu
        self.write(like)
        building.write(root, "report-note", id="RPN-00000C", report="case-analysis", period="2026-06", texts=TEXTS[1:], prepared_on="2026-07-06")
        building.commit_all(root)
        done = mingbu("--on", "2026-07-07", "submit", "case-analysis", "--period", "2026-06", "--who", COMPANY, "--by", BOSS, "--to", GROUP)
        assert done.status == 0, done.err
        building.commit_all(root)

    def write(self, like: str, **changes: Any) -> None:
        building.write(self.root, "case", like=like, **changes)

    @property
    def found(self) -> list[tuple[str, str]]:
        return [one for one in findings(self.mingbu) if one[0].startswith("submission.")]


@pytest.mark.rule("D9")
def test_a_case_closed_with_a_day_before_the_freeze_is_told(register_root: Path, mingbu: Command) -> None:
    cases = Cases(register_root, mingbu, "minimal")
    assert cases.found == []

    cases.write("lost")

    assert cases.found == [("submission.figures-changed", "/figures")]


@pytest.mark.rule("D9")
def test_a_case_closed_or_reopened_in_a_later_month_is_no_difference(register_root: Path, mingbu: Command) -> None:
    cases = Cases(register_root, mingbu, "lost")
    undone = {"date": "2026-08-03", "reason": "对方重新询价", "closed_on": "2026-06-03", "outcome": "lost", "closing_reason": "price"}
    open_again = dict.fromkeys(("closed_on", "lose_reason", "cause_detail"), building.ABSENT) | {"state": "negotiating"}

    cases.write("lost", reopened=[undone], **open_again)
    assert cases.found == []
    cases.write("lost", reopened=[undone], closed_on="2026-09-04")
    assert cases.found == []
