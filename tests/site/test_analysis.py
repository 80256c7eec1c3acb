"""The pages of analysis: charts beside their tables, figures that are those of the reports, and why a limit is what it is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import markup
import pytest
from sites import PROJECT, reader

import building
from building import ACTIVE
from mingbu import credit
from mingbu.labels import LANGS, Lang
from mingbu.money import rounded
from mingbu.reports import REPORTS, Asked, Table
from mingbu.site import analysis, pages
from mingbu.site.reader import Reader

Pages = dict[Lang, dict[str, str]]


@pytest.fixture(scope="session")
def sample() -> dict[Lang, Reader]:
    """The sample company as its readers see it; one register for both languages, as in a build."""
    made = reader(PROJECT, "zh")
    return {"zh": made, "en": Reader(made.register, made.policy, "en", made.revision)}


@pytest.fixture(scope="session")
def boards(sample: dict[Lang, Reader]) -> Pages:
    """Path → body of every page of analysis."""
    return {lang: {page.path: page.body for page in pages.section_pages(made)} for lang, made in sample.items()}


def table_of(made: Reader, report: str, name: str, by: str | None = None) -> Table:
    [found] = [table for table in REPORTS[report].tables(made.register, made.policy, Asked(by=by)) if table.name == name]
    return found


def texts(html: str) -> list[str]:
    return [text for text, _ in markup.read(html).texts]


def wan(amount: object) -> str:
    """An amount of the report in 万元, rounded as on the pages."""
    digits = 0 if abs(Decimal(str(amount))) >= 10_000_000 else 1
    return f"{Decimal(rounded(Decimal(str(amount)) / 10_000, digits)):,}"


# --- charts


class Section(HTMLParser):
    """The texts of a section's charts, and those of its tables."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.drawn: list[str] = []
        self.listed: list[str] = []
        self._in: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"svg", "table", "text", "desc", "td", "th"}:
            self._in.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._in and tag == self._in[-1]:
            self._in.pop()

    def handle_data(self, data: str) -> None:
        if "text" in self._in:
            self.drawn.append(data.strip())
        elif "table" in self._in and data.strip():
            self.listed.append(data.strip())


def sections(html: str) -> Iterator[str]:
    return (found.group() for found in re.finditer(r"<section.*?</section>", html, re.S))


@pytest.mark.parametrize("lang", LANGS)
def test_every_chart_has_a_title_a_description_and_a_table_beside_it_with_its_rows(boards: Pages, lang: Lang) -> None:
    drawn = 0
    for path, html in boards[lang].items():
        for section in sections(html):
            for svg in re.findall(r"<svg.*?</svg>", section, re.S):
                drawn += 1
                assert 'role="img"' in svg, path
                told = re.search(r'aria-labelledby="(\S+) (\S+)"', svg)
                assert told, path
                for which, tag in ((told[1], "title"), (told[2], "desc")):
                    assert re.search(rf'<{tag} id="{which}">[^<]+</{tag}>', svg), (path, which)
                assert len(svg.encode()) < 5000, path
            read = Section(section)
            labels = {text for text in read.drawn if not re.search(r"\d", text) and not text.endswith("…")}
            assert labels <= {*read.listed, ""}, path
            assert not read.drawn or read.listed, path
    assert drawn > 30


def test_no_two_charts_of_a_page_share_their_names(boards: Pages) -> None:
    for path, html in boards["zh"].items():
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert sorted({one for one in ids if ids.count(one) > 1}) == [], path


# --- figures


def test_the_overview_says_what_the_reports_say(sample: dict[Lang, Reader], boards: Pages) -> None:
    made, shown = sample["zh"], texts(boards["zh"]["analysis/index.html"])
    sales = table_of(made, "composition", "customer", by="customer")
    first = {row["key"]: row["value"] for row in table_of(made, "composition", "concentration", by="customer").rows}
    owed, aged = table_of(made, "exposure", "customers"), table_of(made, "ageing", "summary").rows[0]
    watched = table_of(made, "watch-list", "customers")

    assert {wan(sales.totals["amount"]), f"{first['top5']}%"} <= set(shown)
    assert f"+{rounded(Decimal(sales.totals['growth']), 1)}%" in shown
    assert {wan(owed.totals["outstanding"]), wan(owed.totals["overdue"]), wan(aged["provision"]), aged["dso"]} <= set(shown)
    assert str(sum(row["stop"][0] == "停货" for row in owed.rows)) in shown
    assert str(len({row["customer"] for row in watched.rows})) in shown


def test_every_figure_of_the_overview_leads_to_its_page(boards: Pages) -> None:
    for lang in LANGS:
        figures = re.findall(r'<ul class="mb-figures".*?</ul>', boards[lang]["analysis/index.html"], re.S)
        assert len(figures) == 1
        links = [link.partition("#")[0] for link in markup.read(figures[0]).links]
        assert len(links) >= 8
        assert {f"analysis/{link}" for link in links} <= set(boards[lang])


@pytest.mark.parametrize("axis", ["customer", "product", "category", "region", "department", "grade", "nature", "position"])
def test_a_composition_shows_the_reports_rows_and_the_rest_and_adds_up(sample: dict[Lang, Reader], boards: Pages, axis: str) -> None:
    table = table_of(sample["zh"], "composition", axis, by=axis)
    html = boards["zh"][f"analysis/composition-{axis}.html"]
    [section] = [section for section in sections(html) if 'id="to-date"' in section]
    cells = [re.findall(r"<td.*?</td>", row, re.S) for row in re.findall(r"<tr>.*?</tr>", section, re.S)]
    rows = [[re.sub(r"<.*?>", "", cell).strip() for cell in row] for row in cells if row]
    *listed, total = rows

    for row, shown in zip(table.rows[:10], listed, strict=False):
        assert f"{Decimal(row['amount']):,}" == shown[1]
        assert f"{row['share']}%" == shown[2]
    assert sum(Decimal(row[1].replace(",", "")) for row in listed) == Decimal(total[1].replace(",", "")) == Decimal(table.totals["amount"])
    assert sum(Decimal(row[2].removesuffix("%")) for row in listed) == 100
    assert len(listed) <= 11


def test_the_ledger_stands_on_the_page_with_no_difference(boards: Pages) -> None:
    [section] = [section for section in sections(boards["zh"]["analysis/composition-product.html"]) if 'id="ledger"' in section]

    assert "差额" in texts(section) and "0.00" in texts(section)


# --- pages


def test_the_pages_are_the_same_in_both_languages(boards: Pages) -> None:
    assert list(boards["zh"]) == list(boards["en"])
    wanted = {"index", "composition", "credit", "watch", "dunning", "classes", "routes", "composition-credit-grade", "composition-credit-ageing"}
    assert {f"analysis/{name}.html" for name in wanted} <= set(boards["zh"])


def test_reports_and_pages_of_analysis_lead_to_each_other(sample: dict[Lang, Reader], boards: Pages) -> None:
    made = sample["zh"]
    report_pages = {page.path: page.body for page in pages.report_pages(made)}

    for name, page in analysis.SECTION.drawn.items():
        assert f"../{page}" in markup.read(report_pages[f"report/{name}.html"]).links, name
        assert page.partition("#")[0] in boards["zh"], name
        assert page.partition("#")[2] in markup.read(boards["zh"][page.partition("#")[0]]).ids | {""}, name


def test_what_isnt_known_is_blank_in_a_report(sample: dict[Lang, Reader]) -> None:
    for page in pages.report_pages(sample["en"]):
        assert "None" not in texts(page.body), page.path


def test_the_home_page_has_the_figures_of_money_and_risk(sample: dict[Lang, Reader]) -> None:
    for made in sample.values():
        home = pages.home_page(made).body
        assert {"analysis/index.html", "analysis/watch.html"} <= {link.partition("#")[0] for link in markup.read(home).links}
        assert made.word("figure.watched") in texts(home)


# --- classes and routes


@pytest.mark.rule("B3", "B4", "B10")
def test_an_axis_says_how_it_is_judged_and_who_is_in_each_class(sample: dict[Lang, Reader], boards: Pages) -> None:
    html = boards["zh"]["analysis/classes-market-position.html"]
    shown, table = texts(html), table_of(sample["zh"], "classification", "market_position")

    assert "销售占比（%） 不低于 4" in shown
    assert "../policy-classification/2024-01-01.html#axis-3-rule-0" in markup.read(html).links
    for row in table.rows:
        assert {row["value"][0], str(row["customers"]), f"{Decimal(row['sales']):,}"} <= set(shown)
    listed = {link for link in markup.read(html).links if link.startswith("../customer/CUS-")}
    assert len(listed) == table.totals["customers"]


@pytest.mark.rule("B14", "B18")
def test_a_route_sheet_has_what_a_salesperson_needs_and_room_to_write(sample: dict[Lang, Reader], boards: Pages) -> None:
    made = sample["zh"]
    tables = REPORTS["route-sheet"].tables(made.register, made.policy, Asked())
    assert tables
    for table in tables:
        html = boards["zh"][f"analysis/{table.name}.html"]
        shown = texts(html)
        for row in table.rows:
            assert {made.register.name_of(row["customer"]), row["address"], row["contact"]} <= set(shown)
            assert any(text.startswith(row["why"][0]) for text in shown)
            assert row["agreed"] in {*shown, ""}
        assert {"到访时间", "结果", made.policy.today.isoformat()} <= set(shown)
        assert html.count('mb-write"></td>') + html.count('mb-time-of-visit"></td>') == 2 * len(table.rows)


# --- why


@pytest.mark.rule("B20")
def test_a_customer_says_how_its_limit_comes_about(sample: dict[Lang, Reader]) -> None:
    """The steps end with the limit that mingbu credit gives; folded away until somebody asks."""
    made = sample["zh"]
    credit_file = made.register.of("credit-file")[0]
    customer = made.register.records[credit_file.data["customer"]]
    found = credit.today(made.register, made.policy, credit_file)
    assert found is not None

    html = pages.record_body(made, customer).body

    [panel] = re.findall(r'<details class="mb-explain" id="explain-limit">.*?</details>', html, re.S)
    shown = texts(panel)
    for step in found.steps:
        if step.name not in {"cap", "refer"}:
            assert made.word(f"sum.{step.name}") in shown
    if found.limit is not None:
        assert f"{Decimal(rounded(found.limit)):,}" in shown
    assert 'id="explain-classes"' in html


def test_a_decision_shows_the_sum_of_its_day(sample: dict[Lang, Reader]) -> None:
    made = sample["zh"]
    decision = next(one for one in made.register.of("credit-decision") if credit.calculated(made.register, one))
    found = credit.calculated(made.register, decision)
    assert found is not None

    shown = texts(pages.record_body(made, decision).body)

    assert f"信用核算（{decision.data['prepared_on']}）" in shown
    assert rounded(found.score) in shown


def test_the_lines_of_the_policy_that_a_customer_names_are_there(sample: dict[Lang, Reader]) -> None:
    made = sample["zh"]
    bodies = {f"../{record.kind.name}/{record.id.rpartition('/')[2]}.html": record for record in made.register.of("policy-classification")}
    ids = {page: markup.read(pages.record_body(made, record).body).ids for page, record in bodies.items()}
    for customer in made.register.of("customer")[:10]:
        links = markup.read(pages.record_body(made, customer).body).links
        for link in links:
            page, _, anchor = link.partition("#")
            assert page not in ids or anchor in ids[page] | {""}, link


def test_a_customer_without_a_credit_file_has_no_sum(small_register: Path) -> None:
    made = reader(small_register, "zh")
    html = {customer.id: pages.record_body(made, customer).body for customer in made.register.of("customer")}

    assert 'id="explain-limit"' in html[ACTIVE]
    assert 'id="explain-limit"' not in html[building.PROSPECT]


# --- policies


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("topic", ["credit", "classification"])
def test_a_policy_works_its_examples_out_and_speaks_in_words(sample: dict[Lang, Reader], topic: str, lang: Lang) -> None:
    made = sample[lang]
    policy = made.policy.in_force(topic)
    assert policy is not None

    shown = texts(pages.record_body(made, policy).body)

    for example in policy.data["examples"]:
        assert made.pick((example["title"], example["title_en"])) in shown
    right = f"✓ {made.word('policy.right')}"
    assert shown.count(right) == len(policy.data["examples"])
    assert [text for text in shown if re.search(r"\b[a-z]+_[a-z]+\b", text) and "/" not in text] == []


def test_an_example_that_comes_out_otherwise_is_marked(register_root: Path) -> None:
    path = "records/policy/classification/2024-01-01.yml"
    text = (PROJECT / path).read_text(encoding="utf-8")
    (register_root / path).write_text(text.replace("      time_series: new\n", "      time_series: old\n", 1), encoding="utf-8")
    made = reader(register_root, "zh")

    shown = texts(pages.record_body(made, made.register.records["classification/2024-01-01"]).body)

    assert "✗ 不符" in shown and "实算 新客户" in shown


# --- little to show


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "gone", [("sales",), ("policy/credit",), ("policy/classification",), ("sales", "policy/credit", "policy/classification", "dunning")]
)
def test_a_register_with_little_in_it_has_its_pages_too(register_root: Path, gone: tuple[str, ...], lang: Lang) -> None:
    for folder in gone:
        shutil.rmtree(register_root / "records" / folder)

    made = {page.path: page.body for page in pages.all_pages(reader(register_root, lang))}

    assert set(analysis.SECTION.navigation) <= set(made)
    assert texts(made["analysis/index.html"])
