"""Pages of reports that are owed: the list of all of them, what was submitted, and whether the register still agrees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest

import building
from building import BOSS, COMPANY, GROUP
from mingbu.checks import sound_part
from mingbu.cli import main
from mingbu.labels import LANGS, Lang
from mingbu.register import Policy
from mingbu.register.source import Disk
from mingbu.register.tree import read_register
from mingbu.reports import REPORTS
from mingbu.site import pages, reporting
from mingbu.site.reader import Reader

pytestmark = pytest.mark.rule("E8")


def sales(root: Path, amount: str) -> None:
    line = {"customer": building.ACTIVE, "product": "PRD-000001", "date": "2025-06-03", "quantity": 1, "amount": amount, "due_on": "2025-07-03"}
    building.write(root, "sales", id="SAL-00000A", month="2025-06", part=7, lines=[line])


@pytest.fixture
def root(register_root: Path) -> Path:
    """The yearly analysis of 2025, submitted a day late."""
    policy = building.PROJECT / "records/policy/deadlines/2024-01-01.yml"
    building.write_text(register_root, "records/policy/deadlines/2024-01-01.yml", policy.read_bytes())
    text = [{"slot": "summary", "text": "应收平稳。"}]
    measure = [{"content": "逐户约谈", "owner": BOSS, "due_on": "2026-03-31"}]
    building.write(register_root, "report-note", id="RPN-00000A", report="credit-analysis", period="2025", texts=text, measures=measure)
    sales(register_root, "1234.00")
    building.commit_all(register_root)
    options = ["--period", "2025", "--who", COMPANY, "--by", BOSS, "--to", GROUP, "--late-reason", "等对账"]
    assert main(["-C", str(register_root), "--on", "2026-01-11", "submit", "credit-analysis", *options]) == 0
    building.commit_all(register_root)
    return register_root


def reader(root: Path, lang: Lang) -> Reader:
    register = sound_part(read_register(Disk(root), root, building.SCHEMAS))
    return Reader(register, Policy(register, date.fromisoformat(building.TODAY)), lang, None)


def words(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def submission(made: Reader) -> str:
    found = next(one for one in made.register.of("submission") if "figures" in one.data)
    return pages.record_body(made, found).body


def page(made: Reader) -> str:
    return pages.board_body(made, next(reporting.boards(made))).body


@pytest.fixture(params=LANGS)
def made(request: pytest.FixtureRequest, root: Path) -> Iterator[Reader]:
    yield reader(root, request.param)


@pytest.mark.rule("E7", "D10")
def test_the_list_names_every_report_and_how_each_period_stands(made: Reader) -> None:
    html = page(made)

    for report in REPORTS.values():
        assert f'href="{report.name}.html"' in html and made.pick(report.title) in words(html)
    row = next(line for line in html.split("<tr>") if ">2025<" in line)
    assert made.word("reports.state-late-reason", date="2026-01-11") in words(row) and "../submission/SUB-" in row
    assert made.word("reports.state-late") in words(html) and made.word("reports.state-upcoming") in words(html)


def test_the_page_of_a_submission_shows_its_tables_and_that_the_register_agrees(made: Reader) -> None:
    html = words(submission(made))

    assert made.word("submission.agrees", day=building.TODAY) in html
    assert "1,234.00" in html and made.word("yearly.months") in html and "应收平稳。" in html
    assert "[{" not in html and "&#39;rows&#39;" not in submission(made)


def test_what_differs_is_listed_with_the_figures_of_then_and_now(made: Reader, root: Path) -> None:
    sales(root, "2000.00")
    html = words(submission(reader(root, made.lang)))

    assert made.word("submission.agrees", day=building.TODAY) not in html
    assert "1,234.00 2,000.00" in html


def test_the_page_of_the_report_leads_to_what_was_submitted_and_shows_the_texts(made: Reader) -> None:
    html = pages.report_body(made, REPORTS["credit-analysis"]).body

    assert "../submission/SUB-" in html and "等对账" in html and "应收平稳。" in html and "逐户约谈" in html and "index.html" in html
