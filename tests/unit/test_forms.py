"""Printed forms: what stands on them, what is refused, and what a company can make its own."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx as word
import pytest

import building
from building import ACTIVE, BOSS, CASE, DECISION
from mingbu.cli.context import Context
from mingbu.documents import forms
from mingbu.documents.forms import ANY, FORMS, Form, Sheet
from mingbu.labels import LANGS, Lang, pick
from mingbu.register import Record
from running import Command

HOSTILE = "{{ 7*7 }} {% raw %} {_{ 7*7 }_} {{ record.id }} <script>alert(1)</script> <w:p/> &amp; & ]]> 𠮷𪚥 " + "长" * 3000
EDITED = r"\2b "
"""The + behind the commit where files were edited since, in a style sheet."""
CHINESE = re.compile("[\u3400-\u9fff]")


class Cells(HTMLParser):
    """The boxes of a page, row by row: (text, columns)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, int]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append(("", int(dict(attributes)["colspan"] or 0)))

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            text, span = self.rows[-1][-1]
            self.rows[-1][-1] = (text + data, span)

    def beside(self, label: str) -> str:
        """What stands in the box to the right of the label."""
        return next(row[at + 1][0].strip() for row in self.rows for at, (text, _) in enumerate(row[:-1]) if text.strip() == label)

    def row(self, label: str) -> list[str]:
        """The boxes of the row that begins with the label."""
        return next([text.strip() for text, _ in row] for row in self.rows if row[0][0].strip() == label)


def words(raw: bytes) -> str:
    """All text of a Word file."""
    file = word.Document(io.BytesIO(raw))
    cells = [cell.text for table in file.tables for row in table.rows for cell in dict.fromkeys(row.cells)]
    return "\n".join([*(paragraph.text for paragraph in file.paragraphs), *cells])


@pytest.fixture(scope="module")
def context(sound_register: Path) -> Context:
    return Context(str(sound_register), "zh", None)


def sheet(context: Context, record: Record, form: Form, lang: Lang) -> Sheet:
    return forms.sheet(context.sound, context.policy, record, pick(form.title, lang), lang, context.revision)


def blank(context: Context, kind: str) -> Record:
    record = forms.blank(context.sound, kind)
    assert record is not None
    return record


def first(context: Context, kind: str) -> Record:
    return next(iter(context.sound.of(kind)))


def pointers(form: Form) -> Iterator[str]:
    for section in form.sections:
        for block in section.blocks:
            yield from (f"{block.each}/*/{cell.at}" if block.each else cell.at for row in block.rows for cell in row)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_made_of_a_record_and_made_alike_twice(context: Context, name: str) -> None:
    form = FORMS[name]
    filled = sheet(context, first(context, form.kind), form, "zh")

    page, file = forms.html(filled, form), forms.docx(filled, form)

    assert form.title[0] in (page if form.letter else words(file))
    assert (page, file) == (forms.html(filled, form), forms.docx(filled, form))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if not form.letter])
def test_every_label_and_box_is_there_on_an_empty_form(context: Context, name: str, lang: Lang) -> None:
    form = FORMS[name]
    empty = sheet(context, blank(context, form.kind), form, lang)

    page, file = Cells(forms.html(empty, form)), forms.docx(empty, form)

    assert {sum(span for _, span in row) for row in page.rows} == {60}
    spans = [cell.width for table in word.Document(io.BytesIO(file)).tables for row in table.rows for cell in dict.fromkeys(row.cells)]
    assert all(spans)
    texts = {text.strip() for row in page.rows for text, _ in row}
    assert texts - {""} <= set(words(file).splitlines()) | {text for text in texts if "☐" in text}
    told = [cell for section in form.sections for block in section.blocks if not block.optional for row in block.rows for cell in row]
    assert len(texts) > len(told) / 2
    assert all(pick(cell.label, lang) in texts for cell in told if cell.label)


@pytest.mark.parametrize("name", FORMS)
def test_every_pointer_of_a_layout_is_a_field(context: Context, name: str) -> None:
    form = FORMS[name]
    empty = sheet(context, blank(context, form.kind), form, "zh")

    assert all(empty.label(pointer) for pointer in pointers(form))
    assert not form.date or empty.label(form.date)
    assert all(0 < len(row) <= form.pairs for s in form.sections for block in s.blocks if not block.table for row in block.rows)


def test_english_forms_have_no_chinese_words(context: Context) -> None:
    for form in FORMS.values():
        empty = sheet(context, blank(context, form.kind), form, "en")
        text = words(forms.docx(empty, form)) + re.sub("<style>.*?</style>", "", forms.html(empty, form), flags=re.DOTALL)

        assert not CHINESE.search(text.replace(empty.head.company, "")), form.name


def test_any_record_has_a_form(context: Context) -> None:
    for kind in context.schemas.kinds.values():
        for record in list(context.sound.of(kind.name))[:1]:
            form = forms.form_of(ANY, kind, "zh")
            page = forms.html(sheet(context, record, form, "zh"), form)
            assert kind.title[0] in page
            assert {sum(span for _, span in row) for row in Cells(page).rows} == {60}
            assert "（英文）" not in page


def test_any_record_has_a_word_file_too(context: Context) -> None:
    for name in ("contract", "financial-statement", "register", "policy-credit"):
        form = forms.form_of(ANY, context.schemas.kinds[name], "en")
        assert pick(form.title, "en") in words(forms.docx(sheet(context, first(context, name), form, "en"), form))


@pytest.mark.rule("A6")
def test_a_customer_card_says_what_the_customer_is(mingbu: Command) -> None:
    result = mingbu("report", "customer-card", "--who", ACTIVE)

    page = Cells(result.out)
    assert result.status == 0
    assert page.beside("客户全称") == "松墨阀门有限公司"
    assert page.beside("统一社会信用代码") == "91330106FAKE000133"
    assert page.row("填表人签字") == ["填表人签字", "", "", "", "", ""]


@pytest.mark.rule("B20")
def test_amounts_are_written_in_capitals_in_chinese_alone(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "case", CASE, estimated_amount="12000.00")

    chinese, english = mingbu("report", "case-form", "--who", CASE), mingbu("--lang", "en", "report", "case-form", "--who", CASE)

    assert Cells(chinese.out).beside("预估金额") == "人民币壹万贰仟元整（¥12,000.00）"
    assert Cells(english.out).beside("Estimated amount") == "CNY 12,000.00"


@pytest.mark.rule("B20")
def test_a_proved_approval_stands_in_its_box_and_one_of_other_words_does_not(register_root: Path, mingbu: Command) -> None:
    signed = Cells(mingbu("report", "credit-approval-form", "--who", DECISION).out).row("信用审批")
    building.edit(register_root, "credit-decision", DECISION, conditions="改过")
    changed = Cells(mingbu("report", "credit-approval-form", "--who", DECISION).out).row("信用审批")

    assert signed == ["信用审批", "同意", "高望岳", "信用主管", "2026-05-07", ""]
    assert changed == ["信用审批", "", "", "", "", ""]


def test_choices_are_ticked(register_root: Path, mingbu: Command) -> None:
    case = Cells(mingbu("report", "case-form", "--who", CASE).out)

    assert case.beside("状态") == "☑接洽　☐成交　☐未成交（LOSE）"
    assert "abnormal" not in building.fields("case")
    assert case.beside("异常") == "☐是　☐否"


def test_what_a_record_says_is_never_run(register_root: Path, mingbu: Command, tmp_path: Path) -> None:
    building.edit(register_root, "customer", ACTIVE, remarks=HOSTILE, problems="{% for x in range(9) %}", image="{{ letter }}\n\n{# no #}")

    for arguments in (("customer-card",), (ANY,)):
        page = mingbu("report", *arguments, "--who", ACTIVE).out
        made = mingbu("report", *arguments, "--who", ACTIVE, "--output", str(tmp_path / f"{arguments[0]}.docx"))
        text = words((tmp_path / f"{arguments[0]}.docx").read_bytes())

        assert made.status == 0
        assert "<script" not in page
        assert Cells(page).beside("备注") == HOSTILE.strip()
        for said in (HOSTILE, "{% for x in range(9) %}", "{{ letter }}\n\n{# no #}"):
            assert said in text


REFUSED: list[tuple[list[str], int, str]] = [
    (["customer-card"], 2, "--who"),
    (["customer-card", "--who", "CUS-999999"], 1, "CUS-999999"),
    (["customer-card", "--who", "../../etc/passwd"], 1, "passwd"),
    (["customer-card", "--who", CASE], 1, "有望顾客提报"),
    (["customer-card", "--who", ACTIVE, "--period", "2026"], 2, "--period"),
    (["customer-card", "--who", ACTIVE, "--by", "area"], 2, "--by"),
    (["customer-card", "--who", ACTIVE, "--top", "3"], 2, "--top"),
    *((["customer-card", "--who", ACTIVE, "--format", name], 2, name) for name in ("md", "json", "csv", "xlsx", "text")),
    (["customer-card", "--template", "card.pdf"], 2, ".html.j2"),
    (["customer-card", "--template", "card.docx", "--format", "docx"], 2, "--format"),
    (["customer-card", "--template", "card.docx", "--output", "x.docx"], 2, "--output"),
    (["record-form", "--template", "any.docx"], 2, "--who"),
    (["potential", "--template", "x.docx"], 2, "potential"),
    (["customer-cards", "--who", ACTIVE], 2, "record-form"),
]


def test_what_makes_no_form_is_refused_on_one_line(mingbu: Command) -> None:
    for arguments, status, said in REFUSED:
        result = mingbu("report", *arguments)

        assert (result.status, result.out) == (status, ""), arguments
        assert said in result.err
        assert result.err.count("\n") == 1


def test_a_record_that_the_schema_refuses_is_refused(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "customer", ACTIVE, established_on="gestern")

    result = mingbu("report", "customer-card", "--who", ACTIVE)

    assert (result.status, result.out) == (1, "")
    assert ACTIVE in result.err


def test_a_file_that_is_there_stays_unless_forced(register_root: Path, mingbu: Command) -> None:
    file = register_root / "card.docx"
    file.write_text("mine")

    refused = mingbu("report", "customer-card", "--who", ACTIVE, "--output", "card.docx")
    template = mingbu("report", "customer-card", "--template", "card.docx")
    assert (refused.status, template.status, file.read_text()) == (2, 2, "mine")

    assert mingbu("report", "customer-card", "--who", ACTIVE, "--output", "card.docx", "--force").status == 0
    assert "松墨阀门有限公司" in words(file.read_bytes())


def test_forms_are_listed_after_the_reports(mingbu: Command) -> None:
    chinese, english = (mingbu("--lang", lang, "report", "--list").out.splitlines() for lang in LANGS)

    assert [line.split()[0] for line in chinese][-len(FORMS) - 1 :] == [*FORMS, ANY]
    assert "customer-card  交易往来客户档案卡  (A6, B13)" in chinese
    assert not any(CHINESE.search(line) for line in english)


def test_a_page_of_the_company_takes_the_place_of_ours(register_root: Path, mingbu: Command) -> None:
    said = '{{ value("/legal_name") }}|{{ label("/uscc") }}|{{ value("/remarks") }}|{{ raw("/merged_into") }}'
    own = f'{{% extends "page.html.j2" %}}{{% block body %}}<p>{said}</p>{{% endblock %}}'
    building.write_text(register_root, "schemas/forms/customer-card.html.j2", own)
    building.edit(register_root, "customer", ACTIVE, remarks="<b>{{ 7*7 }}</b>")

    result = mingbu("report", "customer-card", "--who", ACTIVE)

    assert "<p>松墨阀门有限公司|统一社会信用代码|&lt;b&gt;{{ 7*7 }}&lt;/b&gt;|</p>" in result.out
    assert mingbu("check").status == 0


def own_word(*lines: str) -> bytes:
    """A Word file that somebody wrote these lines in."""
    file = word.Document()
    for line in lines:
        file.add_paragraph(line)
    made = io.BytesIO()
    file.save(made)
    return made.getvalue()


def test_a_word_file_of_the_company_takes_the_place_of_ours(register_root: Path, mingbu: Command) -> None:
    lines = (
        '本公司卡片：{{ value("/legal_name") }}',
        '{%p for item in rows("/contacts") %}',
        "{{ item.n }}、{{ item.name }}",
        "{%p endfor %}",
        '空{{ raw("/merged_into") }}',
    )
    building.write_text(register_root, "schemas/forms/customer-card.docx", own_word(*lines))

    made = [mingbu("report", "customer-card", "--who", ACTIVE, "--output", f"{name}.docx").status for name in "ab"]

    first, second = ((register_root / f"{name}.docx").read_bytes() for name in "ab")
    contacts = building.fields("customer", like="full")["contacts"]
    named = [f"{number}、{contact['name']}" for number, contact in enumerate(contacts, 1)]
    assert made == [0, 0]
    assert words(first).splitlines() == ["本公司卡片：松墨阀门有限公司", *named, "空"]
    assert first == second


BROKEN = [
    ("{% for %}", "1"),
    ("<p>\n{{ value('/no_such_field') }}", "/no_such_field"),
    ("{{ nobody }}", "nobody"),
    ("{{ ''.__class__.__mro__ }}", "__class__"),
    ("{{ boxes('/legal_name') }}", "/legal_name"),
    ("{{ capital('/legal_name') }}", "/legal_name"),
    ("{{ 1 / 0 }}", "zero"),
    ("{% for i in range(10 ** 9) %}{% endfor %}", "range"),
    ('{% include "/etc/passwd" %}', "passwd"),
    ('{% extends "customer-card.html.j2" %}', ""),
]


def test_a_broken_page_of_the_company_is_named_on_one_line(register_root: Path, mingbu: Command) -> None:
    for own, said in BROKEN:
        building.write_text(register_root, "schemas/forms/customer-card.html.j2", own)

        result = mingbu("report", "customer-card", "--who", ACTIVE)

        assert (result.status, result.out) == (1, ""), own
        assert "customer-card.html.j2" in result.err
        assert said in result.err
        assert result.err.count("\n") == 1


def test_a_broken_word_file_of_the_company_is_named_on_one_line(register_root: Path, mingbu: Command) -> None:
    for own in (b"no Word file", b"", own_word("{{ nobody }}"), own_word("{% for x %}"), own_word('{{ value("/nothing") }}')):
        building.write_text(register_root, "schemas/forms/customer-card.docx", own)

        result = mingbu("report", "customer-card", "--who", ACTIVE, "--output", "card.docx")

        assert result.status == 1, own
        assert "customer-card.docx" in result.err
        assert result.err.count("\n") == 1
        assert not (register_root / "card.docx").exists()


@pytest.mark.parametrize("name", ["customer-card", "standard-letter"])
def test_our_templates_are_a_start_for_ones_own(register_root: Path, mingbu: Command, name: str) -> None:
    who = {"customer-card": ACTIVE, "standard-letter": "LTR-000001"}[name]
    assert mingbu("report", name, "--who", who, "--output", "before.docx").status == 0
    before: Any = mingbu("report", name, "--who", who).out
    (register_root / "schemas/forms").mkdir()

    for ending in (".docx", ".html.j2"):
        assert mingbu("report", name, "--template", f"schemas/forms/{name}{ending}").status == 0
    assert mingbu("report", name, "--who", who, "--output", "after.docx").status == 0

    assert words((register_root / "after.docx").read_bytes()) == words((register_root / "before.docx").read_bytes())
    assert mingbu("report", name, "--who", who).out.replace(EDITED, "") == before


def test_a_link_among_the_templates_leads_nowhere(register_root: Path, mingbu: Command, tmp_path: Path) -> None:
    building.write_text(tmp_path, "secret.txt", "secret")
    (register_root / "schemas/forms").mkdir()
    (register_root / "schemas/forms/customer-card.html.j2").symlink_to(tmp_path / "secret.txt")

    result = mingbu("report", "customer-card", "--who", ACTIVE)

    assert (result.status, result.out) == (1, "")
    assert "secret" not in result.err


def test_what_was_approved_needs_no_signature_on_paper(register_root: Path, mingbu: Command) -> None:
    def signatures() -> list[str]:
        rows = Cells(mingbu("report", "access-slip", "--who", "ACC-000001").out).rows
        return [row[0][0].strip() for row in rows[[row[0][0].strip() for row in rows].index("签字栏") + 2 :]]

    assert signatures() == ["查阅人签字", "批准人签字", "档案管理员签字", "归还核对签字"]

    path = building.edit(register_root, "access-request", "ACC-000001", is_responsible=False, approver=BOSS, approved_on="2026-05-07")
    building.approve(register_root, path, "access", role="finance_head", at="2026-05-07T10:00:00+08:00")
    assert signatures() == ["查阅同意", "查阅人签字", "档案管理员签字", "归还核对签字"]


def test_a_form_goes_without_the_fields_that_a_company_has_taken_out_of_its_schemas(register_root: Path, mingbu: Command) -> None:
    schema = register_root / "schemas/case.yml"
    schema.write_text(re.sub("(?m)^  (needs|contact_extension): .*\n", "", schema.read_text(encoding="utf-8")), encoding="utf-8")

    page = mingbu("report", "case-form", "--who", CASE)
    made = mingbu("report", "case-form", "--who", CASE, "--output", "case.docx")
    template = mingbu("report", "case-form", "--template", "own.docx")

    assert [page.status, made.status, template.status] == [0, 0, 0]
    assert "需求情况" not in page.out
    assert len(Cells(page.out).row("联系电话")) == 2
    assert {sum(span for _, span in row) for row in Cells(page.out).rows} == {60}


@pytest.mark.rule("E9")
def test_a_letter_is_worded_by_its_kind(context: Context) -> None:
    letter, form = first(context, "standard-letter"), FORMS["standard-letter"]
    assert form.letter is not None
    assert set(form.letter.texts) == set(context.schemas.codes["credit_letter_kind"])

    for kind in form.letter.texts:
        granted = kind in {"agree", "partly", "adjust"}
        data = {key: value for key, value in letter.data.items() if granted or key not in {"limit", "terms_days"}}
        filled = sheet(context, building.record("standard-letter", data | {"letter_kind": kind}), form, "zh")
        text, page = words(forms.docx(filled, form)), forms.html(filled, form)

        assert "松墨阀门有限公司：" in text
        assert form.letter.texts[kind][0][0] in text
        assert ("人民币贰拾万元整（¥200,000.00）" in text, "账期30天" in page) == (granted, granted)
        assert "2026年5月10日" in text
        assert "____" not in page

    without = {key: value for key, value in letter.data.items() if key != "limit"}
    assert "信用限度________，账期30天" in forms.html(sheet(context, building.record("standard-letter", without), form, "zh"), form)


@pytest.mark.slow
def test_every_record_of_the_sample_has_its_form() -> None:
    sample = Context(str(building.PROJECT), "zh", None)
    made = 0
    for form in FORMS.values():
        for number, record in enumerate(sample.sound.of(form.kind)):
            lang = LANGS[number % 2]
            filled = sheet(sample, record, form, lang)
            assert pick(form.title, lang) in forms.html(filled, form)
            if number % 10 == 0:
                assert words(forms.docx(filled, form))
            made += 1
    assert made > 500
