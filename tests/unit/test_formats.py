"""The formats of fields: real examples pass, each kind of slip is caught."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import building
from mingbu.checks.data import organization_code_is_valid
from mingbu.ids import is_id, new_id
from mingbu.schema.validate import all_formats

FORMATS = all_formats(building.SCHEMAS)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "bC9+" * 10 + "xyz"

GOOD = {
    "line": ["临溪路 9 号", "a", "（一）", "x\u3000y"],
    "text": ["一", "第一行\n第二行", " x "],
    "name": ["临溪泵业有限公司", "Linxi Pumps (Hangzhou) Co., Ltd.", "Café", "β-胡萝卜素厂", "阿·买买提"],
    "date": ["2026-11-20", "2024-02-29", "1949-10-01", "9999-12-31"],
    "china-time": ["2026-11-20T09:31:00+08:00", "2024-02-29T23:59:59+08:00"],
    "cny": ["0.00", "-0.50", "1234567890123.45"],
    "cny-unsigned": ["0.00", "500000.00"],
    "decimal": ["0", "-0.39", "1234567.8901", "999999999999999"],
    "percent": ["0", "100", "100.00", "12.5", "99.9999"],
    "uscc": ["91330106FAKE00099X", "N2330100FAKE00136W"],
    "registration-no": ["330106000000013"],
    "phone": ["0571-5550 0123", "057155500123", "138 0000 0000", "+86 571 5550 0123", "+852 2345 6789", "400-000-0000"],
    "extension": ["1", "123456"],
    "email": ["a@x.example", "zeng.shi+crm@mail.linxi.example"],
    "url": ["https://linxi.example/", "https://www.linxi.example:8443/a?b=c#d", "https://xn--fiqs8s.example"],
    "region": ["330106", "110000", "810000"],
    "region-prefix": ["33", "3301", "330106"],
    "postal-code": ["310012"],
    "cnaps": ["102331002029"],
    "masked-account": ["**** 1234"],
    "sha256": ["0" * 64, "0123456789abcdef" * 4],
    "pinyin": ["lin xi beng ye", "zeng shi 2"],
    "currency": ["USD"],
    "industry-class": ["34", "344", "3441"],
    "department-code": ["HZ", "HZ-XH", "YB2", "A1234567-ABC123"],
    "host-team": ["@qinglan/sales", "@a/b_c.d-e"],
    "regulation-letter": ["A", "F"],
    "requirement-id": ["A1", "F12"],
    "contract-no": ["HZ-2026-001", "HZ-XH-2026-12345"],
    "survey-round": ["2026-02", "2026-08"],
    "year-month": ["2026-01", "1999-12"],
    "record-id": ["CUS-7K3QXM", "credit/2024-01-01", "standard-letters/2024-01-01"],
    "digest": ["sha256:" + "0" * 64],
    "commit": ["0123456789" * 4],
    "ssh-public-key": [KEY, KEY + " lin@desk"],
}
BAD = {
    "line": ["", " ", " a", "a ", "a\nb", "a\n", "\u3000a", "a\tb"],
    "text": [" ", "\u3000", "\n \t"],
    "name": ["Acme А", "Аcme", "ΑΒ Co", "a\nb", " a"],
    "date": ["2026-02-30", "2026-2-3", "20261120", "2026-11-20\n", "2026-W47-5", "0999-01-01", "2026-11-20T00:00:00", "２026-11-20", "2025-02-29"],
    "china-time": [
        "2026-11-20T09:31+08:00",
        "2026-11-20 09:31:00+08:00",
        "2026-11-20T09:31:00Z",
        "2026-11-20T24:00:00+08:00",
        "2026-02-30T09:31:00+08:00",
        "2026-11-20T09:31:00+09:00",
        "2026-11-20T09:31:00+08:00\n",
    ],
    "cny": ["1", "1.5", "01.00", "+1.00", "1,000.00", "1.00\n", "1.000", "--1.00", ".50", "12345678901234.00"],
    "cny-unsigned": ["-0.01", "1", ""],
    "percent": ["100.01", "101", "-1", "1.23456", "01", "5%", "1."],
    "decimal": ["1,000", "1.23456", "01", "+1", ".5", "1.", "1e5", "NaN", "1000000000000000", "1\n"],
    "uscc": ["91330106FAKE000990", "91330106fake00099x", "91330106FAKE00099", "X1330106FAKE00099X", "91330106FAKE00099X ", "91330106FAKI00099X"],
    "registration-no": ["330106000000012", "33010600000001", "３30106000000013"],
    "phone": [
        "123",
        "0571-5550 0123 转 8",
        "0571-5550 0123 ext. 8",
        "(0571) 5550 0123",
        "0571-5550 0123;ext=8",
        "1-",
        "+",
        "",
        "0571-5550 0123\n",
        "１38 0000 0000",
    ],
    "extension": ["", "a", "1234567", "1\n"],
    "email": ["a", "a@", "@x.example", "a b@x.example", "a@x", "A@X.EXAMPLE", "a@x.example\n", "a@x..example", '"<b>"@x.example', "名@x.example"],
    "url": [
        "http://linxi.example/",
        "https://u@linxi.example/",
        "https://u:p@linxi.example/",
        "javascript:alert(1)",
        "https:/linxi.example",
        "https://",
        "https://linxi.example\\@evil.test",
        "https://192.168.0.1/",
        "https://localhost/",
        "https://linxi.example:x/",
        "https://例子.example/",
        "https://linxi.example/ a",
        "https://linxi.example/\n",
        "HTTPS://linxi.example/",
        "//linxi.example",
        "data:text/html,x",
    ],
    "region": ["990000", "33010", "3301060", "330106\n"],
    "region-prefix": ["3", "330", "33010", "3301061"],
    "postal-code": ["31001", "3100120", "31001a"],
    "cnaps": ["10233100202", "1023310020299"],
    "masked-account": ["6222 1234", "****1234", "**** 12345", "1234"],
    "sha256": ["0" * 63, "A" * 64, "0" * 64 + "\n"],
    "pinyin": ["Lin Xi", "lin  xi", "lín", " lin"],
    "currency": ["usd", "US", "USDT"],
    "industry-class": ["3", "34411", "C34"],
    "department-code": ["hz", "H", "HZ-", "HZ-XH-1", "1A"],
    "host-team": ["sales", "@sales", "qinglan/sales", "@qinglan/sales/x", "@-a/b"],
    "regulation-letter": ["G", "a", "AB"],
    "requirement-id": ["G1", "A0", "A123", "a1", "A"],
    "contract-no": ["HZ-2026-01", "HZ-26-001", "2026-001", "HZ-2026-123456", "hz-2026-001", "HZ-2026-001\n"],
    "survey-round": ["2026-03", "2026-2", "2026-08-01", "02"],
    "year-month": ["2026-13", "2026-00", "2026-1", "26-01", "2026-01\n"],
    "record-id": ["CUS-7K3QX", "cus-7K3QXM", "CUS-7K3QXI", "credit", "credit/2024-1-1", "../register", "CUS-7K3QXM\n"],
    "digest": ["0" * 64, "sha256:" + "A" * 64, "sha1:" + "0" * 40, "sha256:" + "0" * 63],
    "commit": ["0" * 39, "0" * 41, "g" * 40, "HEAD"],
    "ssh-public-key": ["ssh-rsa AAAAB3NzaC1yc2E", KEY[:-1], KEY + "\nssh-ed25519", KEY + " " + "x" * 81, "-----BEGIN OPENSSH PRIVATE KEY-----"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in GOOD.items() for value in values])
def test_an_example_that_is_right_passes(name: str, value: str) -> None:
    assert FORMATS[name](value)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_an_example_that_is_wrong_is_caught(name: str, value: str) -> None:
    assert not FORMATS[name](value)


def test_every_format_has_examples_of_both() -> None:
    named = {name for name in FORMATS if ":" not in name}  # id:… and pattern:… are made from the schemas

    assert set(GOOD) == set(BAD) == named


def test_every_format_takes_any_text() -> None:
    for name, accepts in FORMATS.items():
        for text in ("", " ", "\n", "客户", "\ud800", "\0", "９", "²", "a" * 5000, "@", "+", "-", "https://[", "+86", "ssh-ed25519 "):
            assert accepts(text) in {True, False}, (name, text)


_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("code", GOOD["uscc"])
def test_every_single_wrong_character_of_a_social_credit_code_is_caught(code: str) -> None:
    slips = [code[:place] + other + code[place + 1 :] for place in range(18) for other in _USCC_ALPHABET if other != code[place]]

    assert len(slips) == 18 * 30
    assert [slip for slip in slips if FORMATS["uscc"](slip)] == []


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9), st.sampled_from("123459ANY"))
def test_a_social_credit_code_with_its_computed_check_digit_passes(body: str, first: str) -> None:
    """GB 32100-2015: weights 3^(i-1) mod 31, computed here on its own."""
    code = f"{first}1330106{body}"
    total = sum(_USCC_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(code))

    assert FORMATS["uscc"](code + _USCC_ALPHABET[-total % 31])


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))
def test_exactly_one_check_digit_fits_an_organization_code(body: str) -> None:
    assert sum(organization_code_is_valid(body + digit) for digit in "0123456789X") == 1


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_of_the_calendar_is_a_date(day: date) -> None:
    assert FORMATS["date"](day.isoformat())
    assert FORMATS["china-time"](f"{day.isoformat()}T23:59:59+08:00")


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)))
def test_the_day_after_the_end_of_a_month_is_no_date(day: date) -> None:
    last = day.replace(day=28) + timedelta(days=4)
    days = (last - timedelta(days=last.day)).day

    assert not FORMATS["date"](f"{day:%Y-%m}-{days + 1}")


@given(st.integers(0, 10**15 - 1))
def test_every_amount_of_whole_cents_passes(cents: int) -> None:
    amount = f"{cents // 100}.{cents % 100:02}"

    assert FORMATS["cny"](amount)
    assert FORMATS["cny-unsigned"](amount)
    assert FORMATS["cny"](f"-{amount}")


def test_ids_are_of_their_kind_and_have_no_letters_that_look_like_digits() -> None:
    customer = building.SCHEMAS.kinds["customer"]

    assert FORMATS["id:customer"]("CUS-7K3QXM")
    assert not any(
        FORMATS["id:customer"](text) for text in ("PER-7K3QXM", "CUS-7K3QX", "CUS-7K3QXI", "CUS-7k3qxm", "CUS-7K3QXM\n", "cus-7K3QXM", "澄岚")
    )
    assert FORMATS["id:policy-credit"]("credit/2026-01-01")
    assert not is_id(customer, 7)


@given(st.integers(0, 10**6))
def test_a_new_id_is_one_that_nobody_has(seed: int) -> None:
    random, taken = Random(seed), set()
    for _ in range(20):
        fresh = new_id("CUS", taken.__contains__, random.choice)
        assert fresh not in taken
        assert is_id(building.SCHEMAS.kinds["customer"], fresh)
        taken.add(fresh)


def test_an_id_that_exists_is_drawn_again() -> None:
    drawn = iter("AAAAAA" + "BBBBBB")

    assert new_id("CUS", {"CUS-AAAAAA"}.__contains__, lambda alphabet: next(drawn)) == "CUS-BBBBBB"
