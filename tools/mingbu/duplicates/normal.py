"""The one spelling in which names are taken apart: NFKC, simplified characters, lower case, no spaces, brackets kept."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


@lru_cache(maxsize=65536)
def spelled(text: str) -> str:
    """Half-width, simplified, lower case; every kind of bracket is ( or ); other punctuation and spaces go.

    One space stays between two Latin words, so that "ltd" is a word and not the end of one.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not plain.isascii():
        plain = str(_converter().convert(plain))
    kept: list[str] = []
    gap = False
    for char in plain:
        category = unicodedata.category(char)
        if char.isalnum():
            if gap and kept and is_latin(kept[-1]) and is_latin(char):
                kept.append(" ")
            kept.append(char)
            gap = False
        elif category in {"Ps", "Pi"} or char in "<«":
            kept.append("(")
        elif category in {"Pe", "Pf"} or char in ">»":
            kept.append(")")
        else:
            gap = True
    return "".join(kept)


def is_latin(char: str) -> bool:
    """A letter or digit that is written in words with spaces between them."""
    return char.isalnum() and ord(char) < 0x2E80


def bare(text: str) -> str:
    """The name's letters and characters alone: names that differ in spaces, brackets or width are the same."""
    return "".join(char for char in spelled(text) if char not in "() ")


def bracketed(text: str) -> tuple[str, list[tuple[int, str]]]:
    """(the name without its brackets, [(place in it, what the brackets held)]); an unmatched bracket is dropped."""
    plain: list[str] = []
    found: list[tuple[int, str]] = []
    rest = text
    while rest:
        before, opening, rest = rest.partition("(")
        if plain and before and is_latin(plain[-1]) and is_latin(before[0]):
            plain.append(" ")
        plain.extend(char for char in before if char != ")")
        if opening:
            inside, _, rest = rest.partition(")")
            found.append((len(plain), inside.replace("(", "").strip()))
    return "".join(plain), [(place, inside) for place, inside in found if inside]


def number_of(numerals: str) -> int | None:
    """12 for 12, 十二 or 一二; None for what is no number."""
    if numerals.isascii() and numerals.isdigit():
        return int(numerals)
    total = current = 0
    for char in numerals:
        value = int(unicodedata.numeric(char, -1))
        if not 0 <= value <= 100:
            return None
        if value >= 10:
            total += max(current, 1) * value
            current = 0
        else:
            current = current * 10 + value
    return total + current


def is_numeral(char: str) -> bool:
    """A digit or a Chinese numeral up to 百."""
    return 0 <= unicodedata.numeric(char, -1) <= 100
