"""What pages say of requirements, figures, approvals, lifecycles, merged cards and marketing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import markup
import pytest
from sites import reader

import building
from building import ACTIVE, OPENING, PROSPECT
from mingbu.checks import run
from mingbu.labels import LANGS, Lang
from mingbu.merging import merged
from mingbu.register import open_register
from mingbu.reports import REPORTS, Asked, CannotReport
from mingbu.site import pages
from mingbu.trace import trace

CHINESE = re.compile("[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]")
SITE = building.PROJECT / "tools/mingbu/catalogue"


def page_of(root: Path, path: str, lang: Lang = "zh") -> str:
    """The body of one generated page."""
    [body] = [page.body for page in pages.all_pages(reader(root, lang)) if page.path == path]
    return body


def rows_of(root: Path, path: str) -> list[list[object]]:
    """The rows behind a register page."""
    return list(json.loads(dict(pages.rows_files(reader(root, "zh")))[path])["rows"])


def texts(html: str) -> list[str]:
    return [text for text, _ in markup.read(html).texts]


def row_of(html: str, requirement: str) -> str:
    """The part of the page of traceability that is about one requirement."""
    found = re.search(rf'<details id="{requirement}".*?</details>', html, re.S)
    assert found
    return found.group()


# --- traceability


def test_every_requirement_stands_on_the_page_with_its_state(small_register: Path) -> None:
    html = page_of(small_register, "dictionary/trace.html")
    made = reader(small_register, "zh")
    found = trace(made.register, made.policy, ())

    assert re.findall(r'<details id="([A-F]\d+)"', html) == [requirement.id for requirement in found]
    for requirement in found:
        state = "原文缺失" if requirement.source_missing else {"met": "已落实", "open": "未落实"}[requirement.state]
        shown = texts(row_of(html, requirement.id))
        assert shown[:3] == [requirement.id, requirement.title[0], state]
        assert {*requirement.fields, *requirement.checks, *requirement.reports} <= {
            text.removeprefix("report/").removesuffix(".html") for text in shown
        }


def test_what_is_wrong_now_is_counted_on_the_page(register_root: Path) -> None:
    building.edit(register_root, "customer", PROSPECT, custodian=building.CLERK)
    made = reader(register_root, "zh")
    with_findings = replace(made, findings=tuple(run(made.register, made.policy.today)))

    [html] = [page.body for page in pages.all_pages(with_findings) if page.path == "dictionary/trace.html"]

    assert "现有问题 1" in texts(row_of(html, "B23"))
    assert "现有问题" not in row_of(html, "A1")


def test_what_a_requirement_names_is_linked(small_register: Path) -> None:
    """Reports, pages of policies and finding codes lead to where they are explained; the built site proves that they exist."""
    html = page_of(small_register, "dictionary/trace.html")

    assert "../report/potential.html" in markup.read(row_of(html, "B22")).links
    assert "findings.html#case-signed-late" in markup.read(row_of(html, "D6")).links
    assert "../policy-deadlines/2024-01-01.html" in markup.read(row_of(html, "D6")).links


def test_the_english_page_holds_no_chinese_but_values(small_register: Path) -> None:
    page = markup.read(page_of(small_register, "dictionary/trace.html", "en"))

    assert {text for text, lang in page.texts if CHINESE.search(text) and lang != "zh"} == set()


# --- reports


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_has_a_page_with_its_tables_and_the_requirements_that_it_serves(name: str, lang: Lang, small_register: Path) -> None:
    html = page_of(small_register, f"report/{name}.html", lang)
    report, made = REPORTS[name], reader(small_register, lang)
    asked = report.meant(Asked(), made.policy.today)
    try:
        tables = report.tables(made.register, made.policy, asked)
    except CannotReport:
        tables = []

    shown, page = texts(html), markup.read(html)
    assert made.pick(report.title) in shown
    assert {made.pick(table.title) for table in tables} <= set(shown)
    assert {f"../dictionary/trace.html#{rule}" for rule in report.rules} <= set(page.links)
    own = html.split('<section class="mb-section" aria-labelledby=')[0]  # below stand the frozen copies, and what people wrote
    assert own.count("<tr>") == sum(1 + len(table.rows) + bool(table.totals) for table in tables)


def test_a_report_links_its_customers_and_separates_its_amounts(register_root: Path) -> None:
    building.edit(register_root, "case", building.CASE, estimated_amount="1234567.00")

    assert "1,234,567.00" in texts(page_of(register_root, "report/potential.html"))
    assert f"../customer/{PROSPECT}.html" in markup.read(page_of(register_root, "report/completeness.html")).links


# --- approvals


@pytest.mark.rule("A11")
def test_a_record_shows_its_approval_and_whether_the_content_has_changed_since(register_root: Path) -> None:
    before = page_of(register_root, f"trade-opening/{OPENING}.html")
    building.edit(register_root, "trade-opening", OPENING, requested_limit="900000.00")

    after = page_of(register_root, f"trade-opening/{OPENING}.html")

    assert {"核准", "高望岳", "单位主管", "2024-02-01 10:00", "有效", "本人签名"} <= set(texts(before))
    assert "失效" not in texts(before)
    assert "失效" in texts(after) and "有效" not in texts(after)
    assert "松墨阀门 在核准后有改动（申请额度 100,000.00 → 900,000.00），核准失效" in texts(after)
    assert {"stale", "signed"} <= set(texts(page_of(register_root, f"trade-opening/{OPENING}.html", "en")))


def test_a_refusal_is_shown_with_its_reason(register_root: Path) -> None:
    path = register_root / "records/trade-opening/00/TRO-000002.yml"
    for old in (register_root / "records/approval/00/TRO-000002").iterdir():
        old.unlink()
    building.approve(register_root, path, "trade-opening", decision="refused", reason="付款记录不良。")

    shown = texts(page_of(register_root, "trade-opening/TRO-000002.html"))

    assert {"不同意", "付款记录不良。"} <= set(shown) or {"退回", "付款记录不良。"} <= set(shown)


def test_a_record_that_nobody_approves_has_no_such_part(small_register: Path) -> None:
    assert 'id="approvals"' not in page_of(small_register, "product/PRD-000001.html")


# --- lifecycles


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_of_the_lifecycles_speaks_in_labels(small_register: Path, lang: Lang) -> None:
    """Neither the codes of states nor the pointers of fields are shown, and every state of the policy is."""
    made = reader(small_register, lang)
    shown = texts(page_of(small_register, "policy-lifecycles/2024-01-01.html", lang))
    policy = made.register.records["lifecycles/2024-01-01"]
    which = LANGS.index(lang)

    for lifecycle in policy.data["lifecycles"]:
        assert lifecycle["title" if lang == "zh" else "title_en"] in shown
        if "field" in lifecycle:
            codes = made.register.schemas.kinds[lifecycle["kind"]].by_pointer[lifecycle["field"]].node["x-enum"]
            states = {*lifecycle["initial"], *(step["from"] for step in lifecycle["steps"]), *(step["to"] for step in lifecycle["steps"])}
            assert {codes[state][which] for state in states} <= set(shown)
            assert {code for code in states if code not in {pair[which] for pair in codes.values()}} & set(shown) == set()
    assert [text for text in shown if re.match("/[a-z]", text) or re.search("[a-z]_[a-z]", text)] == []


# --- navigation


def test_kinds_with_several_pages_are_sections_and_the_policies_are_one(small_register: Path) -> None:
    from mingbu.site.plan import navigation

    nav = {key: value for entry in navigation(reader(small_register, "zh")) for key, value in entry.items()}
    customers = {key: value for entry in nav["客户"] for key, value in entry.items()}

    assert customers["客户"][0] == {"客户名簿": "customer/index.md"}
    assert len(customers["客户"]) == len(building.SCHEMAS.kinds["customer"].views)
    assert {"潜在市场分析": "report/potential.md"} in nav["报表"]
    assert {"dictionary/index.md", "dictionary/findings.md", "dictionary/trace.md"} == {page for entry in nav["资料"] for page in entry.values()}
    policies = [value for group in nav.values() if isinstance(group, list) for entry in group if isinstance(entry, dict) for value in entry.values()]
    sections = [section for section in policies if isinstance(section, list) and "policy-" in str(section)]
    assert len(sections) == 1
    assert len(sections[0]) == sum(len(kind.views) for kind in building.SCHEMAS.kinds.values() if kind.name.startswith("policy-"))


def test_every_generated_shell_is_in_the_navigation_once(small_register: Path) -> None:
    from mingbu.site.plan import navigation, shell_pages

    def leaves(node: object) -> list[str]:
        if isinstance(node, str):
            return [node]
        entries = node.values() if isinstance(node, dict) else node
        return [leaf for entry in entries for leaf in leaves(entry)]  # type: ignore[attr-defined]

    made = reader(small_register, "zh")
    named = [page.removesuffix(".md") + ".html" for page in leaves(navigation(made)) if not page.startswith(("guide/", "changelog"))]

    assert sorted(named) == sorted(shell_pages(made))


# --- home


@pytest.mark.rule("B17")
def test_an_urgent_report_stands_on_the_home_page_until_it_is_answered(register_root: Path) -> None:
    assert "mb-urgent" not in page_of(register_root, "index.html")

    report = building.write(register_root, "info-report", like="urgent", customer=ACTIVE, answered_on=building.ABSENT, answer=building.ABSENT)

    for lang, heading in (("zh", "紧急报告，尚未答复"), ("en", "Urgent reports not answered yet")):
        home = page_of(register_root, "index.html", lang)
        assert heading in texts(home)
        assert f"info-report/{report.stem}.html" in markup.read(home).links
        assert "松墨阀门" in texts(home)

    building.edit(register_root, "info-report", report.stem, answered_on="2026-11-19", answer="同意。")

    assert "mb-urgent" not in page_of(register_root, "index.html")


# --- customers


@pytest.mark.rule("A2")
def test_a_merged_customer_is_in_no_list_and_keeps_its_page(register_root: Path) -> None:
    register = open_register(register_root, building.SCHEMAS)
    for path, text in merged(register, register.records[ACTIVE], register.records[PROSPECT]).items():
        building.write_text(register_root, path, text)

    made = reader(register_root, "zh")
    rows = {path: text for path, text in pages.rows_files(made) if path.startswith("customer/")}
    paths = {page.path for page in pages.all_pages(made)}

    assert f"customer/{ACTIVE}.html" in paths
    assert [path for path, text in rows.items() if ACTIVE in text] == []
    assert PROSPECT in rows["customer/index.rows.json"]
    page = page_of(register_root, f"customer/{ACTIVE}.html")
    assert {"并入", "已并入"} <= set(texts(page))
    assert f"{PROSPECT}.html" in markup.read(page).links


@pytest.mark.rule("A17", "A19")
def test_ended_customers_are_kept_apart_from_those_of_today(register_root: Path) -> None:
    ended = {"ended_on": "2026-01-05", "ended_reason": "dissolved", "lifecycle": building.ABSENT}
    building.edit(register_root, "customer", PROSPECT, status="suspended", **ended)
    building.edit(register_root, "customer", building.NOT_RATED, status="past", **ended)

    listed = {name: {row[0]["t"] for row in rows_of(register_root, f"customer/{name}.rows.json")} for name in ("index", "suspended", "past")}  # type: ignore[index]

    assert listed == {"index": {"松墨阀门"}, "suspended": {"云栖电机"}, "past": {"竹屿环保"}}


@pytest.mark.rule("C11")
def test_every_list_of_customers_shows_who_agreed_to_marketing(register_root: Path) -> None:
    building.write(register_root, "consent", customer=ACTIVE, purposes=["marketing"])
    building.write(register_root, "consent", like="opt-out", id="CST-000009", customer=PROSPECT)
    made = reader(register_root, "zh")

    lists = {path: json.loads(text) for path, text in pages.rows_files(made) if path.startswith("customer/")}

    assert {path for path, table in lists.items() if "marketing" not in [column["key"] for column in table["columns"]]} == set()
    table = lists["customer/index.rows.json"]
    place = [column["key"] for column in table["columns"]].index("marketing")
    labels = {row[0]["t"]: row[place]["t"] for row in table["rows"]}
    codes = building.SCHEMAS.kinds["customer"].by_pointer["/marketing"].node["x-enum"]
    assert labels == {"松墨阀门": codes["agreed"][0], "云栖电机": codes["opted_out"][0], "竹屿环保": codes["not_asked"][0]}
