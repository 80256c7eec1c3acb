"""Which characters a record may hold, and in which form. Unicode 14 as Python 3.11 knows it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

# Default ignorables and fillers that Unicode files as letters or marks: they show as nothing.
_INVISIBLE = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u034f") | {chr(c) for c in range(0xFE00, 0xFE10)}
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FULLWIDTH = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff0b\uff0d\uff1d\uff20\uff5e\uff61-\uff9f\uffe0-\uffee]")
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=65536)
def _verdict(char: str) -> str:
    """'' for an ordinary character, 'look-alike' for one like a Latin letter, else why it may not stand."""
    if char == "\n":
        return ""
    category = unicodedata.category(char)
    if category in _REFUSED_CATEGORIES or char in _INVISIBLE or (0xE0100 <= ord(char) <= 0xE01EF):
        return "character"
    if category == "Zs" and char not in " \u3000":
        return "character"
    if _FULLWIDTH.match(char) or _is_compatibility_ideograph(char):
        return "not-normalised"
    return "" if char.isascii() or _script(char) in {"", "latin"} else "look-alike"


def _is_compatibility_ideograph(char: str) -> bool:
    point = ord(char)
    if not (0xF900 <= point <= 0xFAFF or 0x2F800 <= point <= 0x2FA1F or 0x2E80 <= point <= 0x2FDF):
        return False
    return unicodedata.normalize("NFKC", char) != char


def suspicious(text: str) -> frozenset[str]:
    """The kinds of trouble ('character', 'not-normalised', 'look-alike') that some character of the text may give."""
    if text.isascii() and text.isprintable():
        return frozenset()
    kinds = {_verdict(char) for char in set(text)}
    if not unicodedata.is_normalized("NFC", text):
        kinds.add("not-normalised")
    return frozenset(kinds - {""})


def refused(text: str) -> Iterator[int]:
    """Indexes of the characters that no record may hold."""
    return (index for index, char in enumerate(text) if _verdict(char) == "character")


def value_trouble(value: str) -> str:
    """'' or what is wrong with one value: 'character', 'not-normalised', 'mixed-script'."""
    if value.isascii() and value.isprintable():
        return ""
    trouble = suspicious(value)
    if "character" in trouble or "not-normalised" in trouble:
        return "character" if "character" in trouble else "not-normalised"
    return "mixed-script" if mixed_script(_WORD.findall(value)) else ""


def mixed_script(words: Iterable[str]) -> bool:
    """Whether one word mixes Latin with Cyrillic or Greek look-alikes, so that two names look the same.

    A lower-case Greek letter that no Latin letter resembles (µ, π, Ω in units) may stand beside Latin.
    """
    for word in words:
        if word.isascii():
            continue
        scripts = {script for char in word if (script := _script(char))}
        if len(scripts) > 1:
            return True
    return False


_GREEK_LOOK_ALIKES = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορτυχ")


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    name = unicodedata.name(char, "")
    if name.startswith("LATIN"):
        return "latin"
    if name.startswith("CYRILLIC"):
        return "cyrillic"
    if name.startswith(("ARMENIAN", "CHEROKEE")):
        return name[:8]
    return "greek" if char in _GREEK_LOOK_ALIKES else ""


def printable(text: str) -> str:
    """The text with what a terminal could obey or hide written as \\u escapes; for messages."""
    return "".join(char if char == " " or (char.isprintable() and _verdict(char) != "character") else _escape(char) for char in text)


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"
