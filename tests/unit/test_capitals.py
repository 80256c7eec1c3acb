"""Amounts in capital numerals: by the examples of the banks, and read back by a reader of our own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingbu.capitals import LARGEST, capitals

_DIGITS = {character: number for number, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
_PLACES = {"拾": 10, "佰": 100, "仟": 1000}
MOST = 999_999_999_999_999_999
"""In cents."""


def cents_of(text: str) -> int:
    """What the words say, in cents: read place by place, as a teller reads them."""
    sign = -1 if text.startswith("负") else 1
    found = re.fullmatch(
        r"负?(?:(?P<whole>[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+)元)?零?(?:(?P<tens>[零壹贰叁肆伍陆柒捌玖])角)?零?(?:(?P<ones>[壹贰叁肆伍陆柒捌玖])分)?整?",
        text,
    )
    assert found is not None, text
    tens, ones = (_DIGITS[found[name]] if found[name] else 0 for name in ("tens", "ones"))
    return sign * (_whole(found["whole"] or "零") * 100 + tens * 10 + ones)


def _whole(text: str) -> int:
    """亿 parts 万 from 万, so that 万亿 is read as 万 of 亿."""
    left, hundred_million, right = text.rpartition("亿")
    if hundred_million:
        return _whole(left) * 10**8 + _whole(right)
    left, ten_thousand, right = text.rpartition("万")
    if ten_thousand:
        return _whole(left) * 10**4 + _whole(right)
    total = digit = 0
    for character in text:
        if character in _PLACES:
            total, digit = total + digit * _PLACES[character], 0
        else:
            digit = _DIGITS[character]
    return total + digit


def written(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("10.00", "壹拾元整"),
        ("100.00", "壹佰元整"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("10000.00", "壹万元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("100000000.00", "壹亿元整"),
        ("100000001.01", "壹亿零壹元零壹分"),
        ("-12.30", "负壹拾贰元叁角"),
        ("-0.00", "零元整"),
    ],
)
def test_amounts_are_written_as_a_bank_accepts_them(amount: str, words: str) -> None:
    assert capitals(amount) == words


@given(st.integers(-MOST, MOST) | st.builds(lambda place, digit: digit * 10**place, st.integers(0, 16), st.integers(1, 9)))
@settings(max_examples=300)
def test_the_words_say_the_amount_again(cents: int) -> None:
    words = capitals(written(cents))

    assert cents_of(words) == cents
    assert "零零" not in words
    assert words.endswith("整") == (cents % 100 == 0)
    assert (abs(cents) % 100 < 10 and cents % 100 != 0 and abs(cents) >= 100) == bool(re.search("元零.分$", words))


@pytest.mark.parametrize("amount", ["1", "1.5", "1.005", "01.00", "1,000.00", "", "一元", "1e5", "NaN", "١.٠٠", "10000000000000000.00", " 1.00"])
def test_what_is_no_amount_of_two_digits_is_refused(amount: str) -> None:
    with pytest.raises(ValueError):
        capitals(amount)


def test_the_largest_amount_is_written_in_full() -> None:
    assert cents_of(capitals(LARGEST)) == MOST
