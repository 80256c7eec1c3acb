"""One customer record, broken in many ways: each time exactly one finding, at the place of the mistake, with a way out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import building
from chinese import CHINESE
from mingbu import yamlio
from running import Command

PATH = "records/customer/00/CUS-00000Z.yml"
SOUND = yamlio.dump(
    building.fields(
        "customer",
        established_on="2010-05-06",
        operating_term_to="2040-05-06",
        registered_capital="5000000.00",
        employee_count=12,
        telephone="0571-5550 0101",
        email="office@linxi.example",
        website="https://linxi.example/",
        main_products="离心泵",
        shareholders=[{"name": "闻笛", "ratio": "60"}, {"name": "时雨", "ratio": "40"}],
        banks=[{"bank_name": "通衢银行", "account_name": "临溪泵业", "account_no_masked": "**** 1234"}],
        remarks="按季度拜访。",
    )
)

# (what, the text replaced, by what, line to look for, column there, code, pointer)
BROKEN = [
    ("letters lost from a key", "short_name:", "shrt_nam_e:", None, 1, "schema.required", "/short_name"),
    ("a key without its colon", "side: sell", "side sell", "side sell", None, "yaml.syntax", ""),
    ("a tab before a key", "remarks:", "\tremarks:", "\tremarks:", 1, "yaml.syntax", ""),
    ("a line indented too far", "side: sell", "  side: sell", "  side: sell", None, "yaml.syntax", ""),
    ("a quote left open", '"**** 1234"', '"**** 1234', "account_no_masked", 24, "yaml.syntax", ""),
    ("a conflict marker left by git", "side: sell", "<<<<<<< HEAD\nside: sell", "<<<<<<< HEAD", None, "yaml.syntax", ""),
    ("a key twice", "is_branch: false", "is_branch: false\nside: buy", "side: buy", 1, "yaml.duplicate-key", "/side"),
    ("a zero-width space in a name", "临溪泵业\n", "临溪\u200b泵业\n", "\u200b", 15, "yaml.character", ""),
    ("a carriage return", "side: sell\n", "side: sell\r\n", "side: sell", 11, "yaml.character", ""),
    ("full-width digits", "临溪路 9 号", "临溪路 ９ 号", "９ 号", 21, "yaml.not-normalised", "/registered_address"),
    ("a Cyrillic look-alike", "main_products: 离心泵", "main_products: P\u0430mp", "main_products", 16, "yaml.mixed-script", "/main_products"),
    ("no value behind a key", "main_products: 离心泵", "main_products:", "main_products:", None, "yaml.type", "/main_products"),
    ("yes for true", "is_branch: false", "is_branch: no", "is_branch", 12, "yaml.type", "/is_branch"),
    (
        "a decimal without quotes",
        'registered_capital: "5000000.00"',
        "registered_capital: 5000000.00",
        "registered_capital",
        21,
        "yaml.type",
        "/registered_capital",
    ),
    ("a leading zero without quotes", "telephone: 0571-5550 0101", "telephone: 057155500101", "telephone", 12, "yaml.number-spelling", "/telephone"),
    ("text that starts with a star", "main_products: 离心泵", "main_products: *离心泵", "main_products", None, "yaml.syntax", ""),
    ("a code without quotes", 'region_code: "330106"', "region_code: 330106", "region_code", 1, "schema.type", "/region_code"),
    ("a number in quotes", "employee_count: 12", 'employee_count: "12"', "employee_count", 1, "schema.type", "/employee_count"),
    ("a required field gone", "side: sell\n", "", None, 1, "schema.required", "/side"),
    ("a field of another kind", "side: sell", "side: sell\nletter: A", "letter", 1, "schema.unknown-key", "/letter"),
    ("a derived field typed", "status: prospect", "credit_limit: '1.00'\nstatus: prospect", "credit_limit", 1, "schema.derived", "/credit_limit"),
    ("an end without an ended state", "status: prospect", "status: prospect\nended_on: 2026-01-01", "ended_on", 1, "schema.not-here", "/ended_on"),
    ("a label instead of a code", "side: sell", "side: 卖出", "side", 1, "schema.enum", "/side"),
    ("a wrong check digit", "FAKE00099X", "FAKE00099Y", "uscc", 1, "schema.uscc", "/uscc"),
    ("a date that doesn't exist", "2010-05-06", "2010-06-31", "established_on", 1, "schema.date", "/established_on"),
    ("a number with an extension", "telephone: 0571-5550 0101", "telephone: 0571-5550 0101 转 8", "telephone", 1, "schema.phone", "/telephone"),
    ("an address without host", "email: office@linxi.example", "email: office@", "email", 1, "schema.email", "/email"),
    ("a link without https", "https://linxi", "http://linxi", "website", 1, "schema.url", "/website"),
    ("a share over a hundred", 'ratio: "40"', 'ratio: "140"', 'ratio: "140"', 5, "schema.percent", "/shareholders/1/ratio"),
    (
        "a share without holder",
        '  - name: 时雨\n    ratio: "40"',
        '  - ratio: "40"',
        '- ratio: "40"',
        None,
        "schema.required",
        "/shareholders/1/name",
    ),
    ("a whole account number", "**** 1234", "6222 1234", "account_no_masked", 5, "schema.masked-account", "/banks/0/account_no_masked"),
    ("a name instead of an id", "department: DEP-000004", "department: 西湖办事处", "department", 1, "schema.reference", "/department"),
    ("an id that nobody has", "custodian: PER-000003", "custodian: PER-00000X", "custodian", 1, "reference.missing", "/custodian"),
    ("a term that ends before it starts", "2040-05-06", "2004-05-06", "operating_term_to", 1, "date.order", "/operating_term_to"),
    ("an establishment in the future", "2010-05-06", "2026-12-01", "established_on", 1, "date.future", "/established_on"),
    ("the code of another customer", "91330106FAKE00099X", "91330106FAKE000133", "uscc", 1, "unique.duplicate", "/uscc"),
    ("another id inside", "id: CUS-00000Z", "id: CUS-00000Y", "id: CUS-00000Y", 1, "id.filename", "/id"),
    ("an id with a letter that ids don't have", "id: CUS-00000Z", "id: CUS-00000O", "id: CUS-00000O", 1, "id.form", "/id"),
    ("another kind's schema", "schema: customer/1", "schema: case/1", "schema", 1, "schema.unknown", "/schema"),
    ("a second document", "remarks: 按季度拜访。", "remarks: 按季度拜访。\n---\nx: 1", "---", 1, "yaml.multi-doc", ""),
]


def broken(old: str, new: str) -> str:
    assert SOUND.count(old) >= 1, old
    return SOUND.replace(old, new, 1)


@pytest.mark.parametrize("row", BROKEN, ids=lambda row: row[0])
def test_each_way_of_breaking_a_record_gives_one_precise_finding(
    row: tuple[str, str, str, str | None, int | None, str, str], register_root: Path, mingbu: Command
) -> None:
    what, old, new, marker, column, code, pointer = row
    text = broken(old, new)
    line = 1 if marker is None else 1 + next(number for number, content in enumerate(text.split("\n")) if marker in content)
    building.write_text(register_root, PATH, text)

    zh, en = ([*mingbu("--lang", lang, "check", "--format", "json").json["findings"]] for lang in ("zh", "en"))

    if what == "letters lost from a key":  # one slip, and both halves of it are said: what is missing, and what it was taken for
        zh, en = ([finding for finding in findings if finding["code"] != "schema.unknown-key"] for findings in (zh, en))
    assert [(f["path"], f["line"], f["code"], f["pointer"]) for f in zh] == [(PATH, line, code, pointer)]
    assert zh[0]["column"] == (column or zh[0]["column"]) >= 1
    assert says_something(zh[0]), zh[0]
    assert says_something(en[0]), en[0]
    assert CHINESE.search(zh[0]["hint"])
    assert not CHINESE.search(en[0]["hint"])


def says_something(finding: dict[str, str]) -> bool:
    """Message and hint are there, on one line, with every hole filled."""
    texts = (finding["message"], finding["hint"])
    return all(text.strip() and text.isprintable() and not re.search(r"[{}]|None|“”|：$|: $|\[\]", text) for text in texts)


def test_at_least_thirty_ways_are_tried() -> None:
    assert len({row[0] for row in BROKEN}) >= 30
    assert len({row[5] for row in BROKEN}) >= 25


def test_the_record_that_is_broken_was_sound(register_root: Path, mingbu: Command) -> None:
    building.write_text(register_root, PATH, SOUND)

    assert mingbu("check", "--format", "json").findings == []
