"""Every good and bad record under tests/cases, checked within a small sound register."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

import building
from chinese import not_a_value
from mingbu.trace import EXPECTATION
from running import Command, Result

CASES = Path(__file__).parents[1] / "cases"
GOOD = sorted(CASES.glob("*/good/*.yml"))
BAD = sorted(CASES.glob("*/bad/*.yml"))
STEPS = yaml.safe_load((building.PROJECT / "records" / "policy" / "approvals" / "2024-01-01.yml").read_text(encoding="utf-8"))["steps"]
BROUGHT_IN = {row["kind"] for row in STEPS if row.get("unless_brought_in")}
"""Kinds whose records need an approval unless they were there when trust began; test_needed_approvals tries what does."""
CATALOGUE = building.PROJECT / "tools" / "mingbu" / "catalogue" / "findings.yml"

EXERCISED_ELSEWHERE = {
    "what the file system shows: tests/corpus, test_check": {
        "file.unreadable",
        "file.not-regular",
        "file.mode",
        "file.path",
        "file.name",
        "file.unknown-kind",
        "file.size",
        "file.missing-register",
        "file.no-git",
    },
    "the reader's refusals: tests/corpus, test_reader": {
        "yaml.encoding",
        "yaml.bom",
        "yaml.character",
        "yaml.mixed-script",
        "yaml.empty",
        "yaml.range",
        "yaml.alias",
        "yaml.tag",
        "yaml.merge-key",
        "yaml.directive",
        "yaml.multi-doc",
        "yaml.key-type",
        "yaml.depth",
        "yaml.size",
        "yaml.length",
    },
    "needs two files: test_check": {"id.duplicate"},
    "needs what stood there before: test_lifecycles, test_what_stays, test_case_course": {
        "case.reopening-forgets",
        "case.other-office",
        "lifecycle.step",
        "lifecycle.frozen",
        "lifecycle.deleted",
        "lifecycle.id-changed",
    },
    "needs two records, or one that was taken away: test_rules": {
        "customer.opening-not-approved",
        "customer.opening-late",
        "opening.not-reported",
        "credit.self-approved",
        "credit.other-file",
        "procedure.missing",
        "safeguard.missing",
        "qualification.late",
        "qualification.expired",
        "state.unproven",
        "state.no-dealings",
        "reference.forwarded",
        "approval.self",
    },
    "needs another policy than the small one of the tests: test_classification": {"class.disagrees"},
    "needs another name, or another policy: test_approvals": {"approval.name", "approval.strength"},
    "needs sales, a policy of stops and dunning, and a day: test_receivables_checks": {
        "credit.over-limit",
        "credit.overdue-stop",
        "credit.exception-self-approved",
        "dunning.late",
    },
    "why a statement counts no more, which is no finding: test_approvals": {"approval.superseded", "approval.behind"},
    "needs commits: test_forgery, test_forged_histories": {
        "approval.landed-late",
        "approval.removed",
        "approval.same-change",
        "approval.author",
        "approval.base",
        "approval.backdated",
        "approval.postdated",
        "approval.replay",
        "approval.from",
        "approval.evil-merge",
        "approval.facet",
        "history.rewritten",
        "history.shallow",
    },
    "needs a policy with methods, or another day: test_credit_decisions": {
        "credit.above-cap",
        "credit.above-computed",
        "credit.not-computed",
        "credit.exception-over",
    },
    "needs somebody who has left: test_submissions": {"report-note.owner-left"},
    "needs another day: test_deadlines": {"survey.missing", "calendar.unknown-year"},
    "needs statements of a customer, or another policy: test_disclosures": {"privacy.opted-out", "privacy.purpose"},
    "needs the folder of attachments: test_attachments": {
        "attachment.missing",
        "attachment.changed",
        "attachment.no-digest",
    },
    "no schema uses const but for the key schema, which schema.unknown reports": {"schema.constant"},
    "faults of the schemas themselves: their own tests": {
        "schema.file-invalid",
        "schema.file-keyword",
        "schema.file-category",
        "schema.file-key",
        "schema.file-pattern",
        "schema.file-label",
        "schema.file-reference",
        "schema.file-format",
        "schema.file-prefix",
        "schema.file-unusable",
    },
}


@dataclass(frozen=True)
class Header:
    """The comments at the top of a case: what is expected, where the file goes, which record is taken away, who approves it."""

    expected: list[tuple[int, str, str, tuple[str, ...]]]
    at: str | None
    without: str | None
    approved: list[tuple[str, str, str, str]]


def header_of(text: str) -> Header:
    """Raises AssertionError for a bad case whose first line doesn't say what is expected."""
    expected = [(int(line), code, pointer, tuple(rules.split(",")) if rules else ()) for line, code, pointer, rules in EXPECTATION.findall(text)]
    named = dict(re.findall(r"^# (at|without): (\S+)$", text, re.M))
    approved = re.findall(r"^# approved: (\S+) (\S+) (\S+) (\S+)$", text, re.M)
    return Header(expected, named.get("at"), named.get("without"), approved)


def place(root: Path, case: Path, header: Header) -> str:
    """Puts the case into the register; the path below root. A person or policy is put in as what was there when trust began."""
    kind, text = case.parts[-3], case.read_text(encoding="utf-8")
    named = dict(re.findall(r"^(id|effective_from|subject|step|digest): (.*)$", text, re.M))
    path = header.at or building.path_of(kind, {key: value.strip('"') for key, value in named.items()})
    written = building.write_text(root, path, text)
    for step, by, role, at in header.approved:
        building.approve(root, written, step, by=by, role=role, at=at)
    if header.without:
        (root / header.without).unlink()
    if header.without or kind in BROUGHT_IN:
        building.commit_all(root)
    return path


def name_of(case: Path) -> str:
    return f"{case.parts[-3]}/{case.stem}"


@pytest.mark.parametrize("case", GOOD, ids=name_of)
def test_a_good_case_has_no_finding(case: Path, register_root: Path, mingbu: Command) -> None:
    place(register_root, case, header_of(case.read_text(encoding="utf-8")))

    result = mingbu("check", "--format", "json")

    assert result.findings == []
    assert result.status == 0


@pytest.mark.parametrize("case", GOOD, ids=name_of)
def test_a_good_case_is_written_the_way_the_formatter_writes(case: Path, register_root: Path, mingbu: Command) -> None:
    path = place(register_root, case, header_of(case.read_text(encoding="utf-8")))

    result = mingbu("fmt", "--check", path)

    assert (result.status, result.out) == (0, "")


@pytest.mark.parametrize("case", BAD, ids=name_of)
def test_a_bad_case_has_exactly_the_findings_that_it_states(case: Path, register_root: Path, mingbu: Command) -> None:
    header = header_of(case.read_text(encoding="utf-8"))
    path = place(register_root, case, header)

    result = mingbu("--lang", "en", "check", "--format", "json")

    assert sorted(result.findings) == sorted((path, line, code, pointer) for line, code, pointer, _ in header.expected)
    assert {found for found in named(result) if found[3]} == {(line, code, pointer, rules) for line, code, pointer, rules in header.expected if rules}
    assert result.status == (1 if result.json["errors"] else 0)
    assert not_a_value(result.out, register_root) == set()


def named(result: Result) -> set[tuple[int, str, str, tuple[str, ...]]]:
    """(line, code, pointer, requirements) of every finding."""
    return {(item["line"], item["code"], item["pointer"], tuple(item["rules"])) for item in result.json["findings"]}


@pytest.mark.parametrize("case", BAD, ids=name_of)
def test_a_bad_case_says_in_its_first_line_what_is_expected(case: Path) -> None:
    first = case.read_text(encoding="utf-8").partition("\n")[0]

    assert header_of(first).expected


def test_every_kind_has_good_and_bad_cases() -> None:
    kinds = set(building.SCHEMAS.kinds)

    assert {case.parts[-3] for case in GOOD} == kinds
    assert all(sum(case.parts[-3] == kind for case in BAD) >= 4 for kind in kinds)
    assert {path.name for path in CASES.iterdir()} == kinds


def test_every_finding_code_is_exercised() -> None:
    codes = set(yaml.safe_load(CATALOGUE.read_text(encoding="utf-8")))
    by_cases = {code for case in BAD for _, code, _, _ in header_of(case.read_text(encoding="utf-8")).expected}
    elsewhere = set().union(*EXERCISED_ELSEWHERE.values())

    assert codes - by_cases - elsewhere == set()
    assert by_cases & elsewhere == set(), "listed as exercised elsewhere, but a case has it"
    assert elsewhere <= codes
