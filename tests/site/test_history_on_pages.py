"""What pages tell of history: the timeline of a record, who wrote each value, what landed lately; whatever commits say."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import markup
import pytest
import yaml
from sites import reader

import building
from building import ACTIVE, CLERK, DECISION, PROSPECT
from company import Company
from mingbu.labels import LANGS, Lang
from mingbu.site import pages

CHINESE = re.compile("[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]")
CUSTOMER = f"customer/{ACTIVE}.html"
TODAY = "2026-11-18T10:00:00+08:00"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company's register with one commit; nobody writes to it."""
    return Company(tmp_path_factory.mktemp("begun") / "register").root


@pytest.fixture
def company(begun: Path, tmp_path: Path) -> Company:
    shutil.copytree(begun, tmp_path / "register", symlinks=True)
    return Company.of(tmp_path / "register")


def page_of(root: Path, path: str, lang: Lang = "zh") -> str:
    """The body of one generated page."""
    [body] = [page.body for page in pages.all_pages(reader(root, lang)) if page.path == path]
    return body


def history_of(html: str) -> str:
    found = re.search(r'<section class="mb-section mb-history".*?</section>', html, re.S)
    return found.group() if found else ""


def entries(html: str) -> list[list[str]]:
    """The texts of each commit in the timeline."""
    return [[text for text, _ in markup.read(part).texts] for part in re.split(r"(?=<li id=)", history_of(html))[1:]]


def marks(html: str) -> dict[str, str]:
    """Label of a field → who wrote it."""
    rows = re.findall(r'<div class="mb-item.*?<dt>(.*?)</dt>(.*?)</dd>', html, re.S)
    found = {label: re.findall(r'class="mb-who".*?<span[^>]*>(.*?)</span>', rest) for label, rest in rows}
    return {label: marks[0] for label, marks in found.items() if marks}


def landed(root: Path, lang: Lang = "zh") -> list[list[str]]:
    """The texts of each line of what landed lately, on the home page."""
    table = re.search(r'<table class="mb-list mb-landings">.*?</table>', page_of(root, "index.html", lang), re.S)
    rows = re.findall(r"<tr><td.*?</tr>", table.group(), re.S) if table else []
    return [[text for text, _ in markup.read(row).texts] for row in rows]


# --- the timeline


def test_a_record_tells_who_changed_what_newest_first(small_register: Path) -> None:
    html = page_of(small_register, f"credit-decision/{DECISION}.html")
    newest, oldest = entries(html)
    line = building.git(small_register, "rev-list", "--reverse", "--topo-order", "HEAD").split()

    assert newest[:5] == ["2026-05-07 11:00", "纪晓风", line[1][:10], "合并", line[2][:10]]
    assert newest[5:11] == ["信用限度改为审批的数额", "核准：", "信用审批", "同意", "高望岳", "有效"]
    assert newest[11:] == ["核定限度", "：", "10,000.00", "→", "200,000.00"]
    assert oldest == ["2026-01-05 09:00", "纪晓风", line[0][:10], "起用名簿", "建立"]
    assert f"../person/{CLERK}.html" in markup.read(history_of(html)).links


def test_who_has_no_registered_address_stands_by_name_and_long_values_are_folded(small_register: Path) -> None:
    html = page_of(small_register, CUSTOMER)
    newest, _ = entries(html)

    assert newest[1] == "外聘文员" and "mailto:" not in history_of(html)
    assert "一段很长的说明。" * 20 in newest
    folded = re.search(r'<details class="mb-long"><summary>(.*?)</summary>', html)
    assert folded and len(folded[1]) < 60 and folded[1].endswith("…")


@pytest.mark.parametrize(
    ("host", "link"),
    [
        ({"kind": "github", "url": "https://git.example/a/b/"}, "https://git.example/a/b/commit/{}"),
        ({"kind": "forgejo", "url": "https://git.example/a/b"}, "https://git.example/a/b/commit/{}"),
        ({"kind": "gitea", "url": "https://git.example/a/b"}, "https://git.example/a/b/commit/{}"),
        ({"kind": "gitlab", "url": "https://git.example/a/b"}, "https://git.example/a/b/-/commit/{}"),
        ({"kind": "none"}, None),
    ],
)
def test_a_commit_is_linked_where_the_git_host_shows_it(company: Company, host: dict[str, str], link: str | None) -> None:
    building.write(company.root, "register", git_host=host)

    links = markup.read(history_of(page_of(company.root, CUSTOMER))).links

    assert [found for found in links if "commit/" in found] == ([link.format(company.genesis)] if link else [])


def test_of_many_revisions_the_newest_are_shown_and_the_others_folded(company: Company) -> None:
    for number in range(3):
        building.edit(company.root, "customer", PROSPECT, employee_count=100 + number)
        company.commit(f"第 {number} 次", at=f"2026-06-0{number + 1}T10:00:00+08:00")
    building.write(company.root, "policy-site", history_shown=1)

    html = history_of(page_of(company.root, f"customer/{PROSPECT}.html"))

    shown, folded = html.split('<details class="mb-folded">')
    assert "第 2 次" in shown and "第 1 次" not in shown
    assert "更早的 3 次修订" in folded and "第 1 次" in folded and "起用名簿" in folded


def test_an_approval_that_landed_by_itself_is_told(company: Company) -> None:
    path = company.decide()
    company.commit("审批", at="2026-06-01T10:00:00+08:00")
    company.approve(path, at="2026-06-02T09:00:00+08:00")
    company.commit("核准", at="2026-06-02T10:00:00+08:00")

    newest, oldest = entries(page_of(company.root, f"credit-decision/{path.stem}.html"))

    assert newest[0] == "2026-06-02 10:00" and {"信用审批", "同意", "葛慎之", "有效"} <= set(newest)
    assert oldest[-1] == "建立"


# --- who wrote each value


def test_each_value_says_who_wrote_it_and_derived_ones_say_nothing(small_register: Path) -> None:
    found = marks(page_of(small_register, f"credit-decision/{DECISION}.html"))
    first, limit, *_ = building.git(small_register, "rev-list", "--reverse", "--topo-order", "HEAD").split()

    assert found["核定限度"] == f"纪晓风 于 2026-05-07 11:00 填写（提交 {limit[:10]}）"
    assert found["失效日期"] == f"纪晓风 于 2026-01-05 09:00 填写（提交 {first[:10]}）"
    english = page_of(small_register, CUSTOMER, "en")
    assert 'role="note"><span lang="zh">Written by 纪晓风 on 2026-01-05 09:00' in english
    assert not [label for label in marks(english) if "*" in label], "nobody wrote a derived value"


def test_what_is_not_committed_has_no_writer(company: Company) -> None:
    building.edit(company.root, "customer", ACTIVE, short_name="还没有提交", main_products="离心泵")
    building.write(company.root, "product", id="PRD-00000Y", code="NEW1", name="新品")

    html = page_of(company.root, CUSTOMER)

    assert "有尚未提交的修改" in html
    assert "客户简称" not in marks(html) and "客户全称" in marks(html)
    fresh = page_of(company.root, "product/PRD-00000Y.html")
    assert not marks(fresh) and not history_of(fresh)


def test_a_line_of_a_table_says_who_wrote_it(company: Company) -> None:
    people = [{"name": "吴", "title": "总经理"}, {"name": "郑", "title": "总工"}]
    building.edit(company.root, "customer", PROSPECT, contacts=people[:1])
    company.commit("一人", at="2026-06-01T10:00:00+08:00")
    building.edit(company.root, "customer", PROSPECT, contacts=people)
    company.commit("两人", at="2026-06-02T10:00:00+08:00")

    html = page_of(company.root, f"customer/{PROSPECT}.html")

    lines = re.findall(r"<tr>(.*?)</tr>", html, re.S)
    assert [re.findall("2026-06-0. 10:00", line) for line in lines if ">吴<" in line or ">郑<" in line] == [
        ["2026-06-01 10:00"],
        ["2026-06-02 10:00"],
    ]


def test_without_git_there_is_no_history_and_nothing_else_is_missing(company: Company) -> None:
    shutil.rmtree(company.root / ".git")

    html = page_of(company.root, CUSTOMER)

    assert not history_of(html) and not marks(html) and "松墨阀门" in html
    building.edit(company.root, "case", building.CASE, submitted_at="2026-11-19T10:00:00+08:00")
    home = page_of(company.root, "index.html")
    assert "mb-landings" not in home and ">提报<" in home


# --- the home page


def test_home_tells_who_did_what_to_which_records(company: Company) -> None:
    building.edit(company.root, "customer", PROSPECT, employee_count=9)
    building.write(company.root, "product", id="PRD-00000Y", code="NEW1", name="新品")
    company.commit("上月", at="2026-10-01T10:00:00+08:00")
    company.branch("work")
    (company.root / building.path_of("product", {"id": "PRD-00000Y"})).unlink()
    path = company.decide()
    company.approve(path, at="2026-11-17T09:00:00+08:00")
    company.commit("审批", at="2026-11-17T10:00:00+08:00")
    company.merge("work", at=TODAY)
    company.commit("明年", at="2027-01-01T10:00:00+08:00")

    [line] = landed(company.root)

    assert line[:2] == ["2026-11-18 10:00", "纪晓风"]
    assert "".join(line[2:]) == "建立 信用审批：松墨阀门删除 商品：PRD-00000Y核准 信用审批：松墨阀门"


def test_home_counts_what_it_does_not_list(company: Company) -> None:
    building.write(company.root, "policy-site", changes_max=1)
    for customer in (ACTIVE, PROSPECT):
        building.edit(company.root, "customer", customer, employee_count=9)
    company.commit(at="2026-11-17T10:00:00+08:00")
    building.edit(company.root, "customer", ACTIVE, employee_count=10)
    building.edit(company.root, "customer", PROSPECT, employee_count=10)
    company.commit(at=TODAY)

    [line] = landed(company.root)

    assert line[0] == "2026-11-18 10:00" and "松墨阀门" in line and line[-1].strip() == "等，共 2 份"


# --- whatever commits say


def commit_raw(company: Company, number: int, name: str, message: str) -> str:
    """A customer's page after a commit whose author is called anything, as no git would write it."""
    building.edit(company.root, "customer", PROSPECT, employee_count=number)
    company.git("add", "-A", ".")
    tree, parent, stamp = company.git("write-tree"), company.git("rev-parse", "HEAD"), "<x@example.example> 1780000000 +0800"
    raw = f"tree {tree}\nparent {parent}\nauthor {name} {stamp}\ncommitter {name} {stamp}\n\n{message}\n".encode("utf-8", "surrogateescape")
    command = ["git", "-C", str(company.root), "hash-object", "-t", "commit", "-w", "--stdin", "--literally"]
    made = subprocess.run(command, input=raw, capture_output=True, check=True).stdout.decode().strip()
    company.git("update-ref", "refs/heads/main", made)
    html = page_of(company.root, f"customer/{PROSPECT}.html")
    company.git("reset", "-q", "--hard", parent)
    return html


def test_hostile_names_and_messages_are_shown_as_text(company: Company) -> None:
    plain = commit_raw(company, 8, "Someone", "something")
    name = "\"A\" & 'B' {{ 7*7 }} \x1b[31m\u202e\udcff"
    message = "<script>alert(1)</script></li><!--mingbu:banner--> \x07\u200b" + "长" * 200

    html = commit_raw(company, 9, name, message)

    shown = markup.read(html)
    assert shown.tags == markup.read(plain).tags and shown.links == markup.read(plain).links
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\u200b]", html) and "<!--mingbu" not in html
    assert [text for text, _ in shown.texts if text.startswith("\"A\" & 'B' {{ 7*7 }} \\u001b[31m\\u202e")]
    assert [text for text, _ in shown.texts if text.startswith("<script>alert(1)</script></li>") and text.endswith("长…")]


# --- languages, and how git is asked


@pytest.mark.parametrize("path", ["index.html", CUSTOMER, f"credit-decision/{DECISION}.html"])
def test_each_page_speaks_its_language(small_register: Path, path: str) -> None:
    english = markup.read(page_of(small_register, path, "en"))
    assert {text for text, lang in english.texts if CHINESE.search(text) and lang != "zh"} == set()

    words: dict[str, Any] = yaml.safe_load((building.PROJECT / "tools/mingbu/catalogue/words.yml").read_text(encoding="utf-8"))
    labels = {pair[1] for key, pair in words.items() if key.startswith(("history.", "verify.", "site.", "home.")) and pair[0] != pair[1]}
    assert {text for text, _ in markup.read(page_of(small_register, path)).texts} & labels == set()


def test_git_is_asked_a_few_times_however_many_records_there_are(company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company.branch("work")
    for path in (company.root / "records/customer").rglob("*.yml"):
        path.write_bytes(path.read_bytes() + b"employee_count: 7\n")
    company.commit("职工人数")
    company.merge("work")
    trace = tmp_path / "trace"

    made = {lang: reader(company.root, lang) for lang in LANGS}
    monkeypatch.setenv("GIT_TRACE", str(trace))
    for lang in LANGS:
        assert len([page for page in pages.all_pages(made[lang]) if history_of(page.body)]) > 50
    monkeypatch.delenv("GIT_TRACE")

    assert trace.read_text(encoding="utf-8").count("trace: built-in: git") <= 8
