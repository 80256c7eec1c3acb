"""Hypothesis strategies: whatever a record may hold, and ways in which people write it."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hypothesis import strategies as st

CHINESE = "客户名簿澄岚有限公司年月日元（），。：；、“”《》—…·"
_LETTERS = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[\\]^_`abcxyz{|}~éüµ°" + CHINESE

# What some reader of YAML takes for something else than text.
TRICKY = (
    "yes",
    "No",
    "ON",
    "off",
    "y",
    "N",
    "true",
    "False",
    "null",
    "~",
    "",
    "none",
    "0",
    "-1",
    "012",
    "0x1F",
    "0o17",
    "1_000",
    "1:30",
    "12:30:45",
    "1e3",
    "1.50",
    ".5",
    ".inf",
    "-.INF",
    ".nan",
    "+1",
    "-0",
    "2026-11-20",
    "2026-11-20T09:30:00+08:00",
    "2026-11-20 09:30:00",
    "91330106E1234567890",
    "=",
    "<<",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a:",
    "a #b",
    "#a",
    "# a",
    "&a",
    "*a",
    "!a",
    "!!str a",
    "|",
    ">",
    "|-",
    "%TAG",
    "@a",
    "`a",
    "{a: b}",
    "[a]",
    ",",
    "'a'",
    '"a"',
    '"',
    "'",
    "\\",
    "\\n",
    "---",
    "...",
    "--- a",
    " a",
    "a ",
    "\u3000客户",
    "a\nb",
    "a\n",
    "\na",
    "a\n\n",
    "a\n\nb",
    " a\nb",
    "a\n b",
    "a \nb",
    "# a\nb",
    "a\n# b",
    "\n",
    "\n\n",
    "- a\n- b",
    "a: b\nc: d",
    "---\na",
    "a\n...\nb",
    "1234567890123456",
    "客户: 一",
    "第一行\n　第二行\n",
)

texts = st.one_of(st.sampled_from(TRICKY), st.text(_LETTERS, max_size=40), st.text(_LETTERS + "\n", max_size=60))
numbers = st.integers(-(10**15) + 1, 10**15 - 1)
scalars = st.one_of(texts, texts, numbers, st.booleans())
keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
nested = st.recursive(scalars, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)), max_leaves=7)
anything = st.dictionaries(keys, nested, min_size=1, max_size=6)
"""Whatever the reader accepts: lists of lists too, which no kind has."""


def _deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    groups = st.dictionaries(keys, inner, max_size=4)
    return st.one_of(scalars, groups, st.lists(st.one_of(scalars, groups), max_size=3))


records = st.dictionaries(keys, _deeper(_deeper(scalars)), min_size=1, max_size=4)
"""Data of the shape that records have: fields, groups, lists of either."""


class Scribe:
    """Writes data as people do: any quotes, flow or block, blank lines, and comments wherever YAML allows one."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.comments: list[str] = []

    def write(self, data: dict[str, Any]) -> str:
        return "\n".join([*self._between(0), *self._mapping(data, 0), *self._between(0)]) + "\n"

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _comment(self) -> str:
        self.comments.append(f"# {len(self.comments)} {self._random.choice(('说明', 'a: b', '#', 'x # y', chr(34), ''))}".rstrip())
        return self.comments[-1]

    def _behind(self) -> str:
        return f"{self._random.choice((' ', '   '))}{self._comment()}" if self._chance(0.4) else ""

    def _between(self, indent: int) -> list[str]:
        lines = []
        while self._chance(0.25):
            lines.append("" if self._chance(0.4) else " " * indent + self._comment())
        return lines

    def _mapping(self, data: dict[str, Any], indent: int) -> list[str]:
        lines: list[str] = []
        for key, value in data.items():
            lines += self._between(indent) + self._entry(f"{' ' * indent}{key}:", value, indent)
        return lines

    def _entry(self, lead: str, value: Any, indent: int) -> list[str]:
        deeper = indent + self._random.choice((1, 2, 4))
        if isinstance(value, dict) and value and not self._chance(0.2):
            return [lead + self._behind(), *self._mapping(value, deeper)]
        if isinstance(value, list) and value and not self._chance(0.2):
            lines = [lead + self._behind()]
            for item in value:
                lines += self._between(deeper) + self._entry(f"{' ' * deeper}-", item, deeper)
            return lines
        if isinstance(value, str) and self._is_block(value) and self._chance(0.6):
            header = "|" if value.endswith("\n") else "|-"
            pad = " " * (indent + 2)
            return [f"{lead} {header}{self._behind()}", *(pad + line if line else "" for line in value.removesuffix("\n").split("\n"))]
        return [f"{lead} {self._flow(value)}{self._behind()}"]

    @staticmethod
    def _is_block(value: str) -> bool:
        lines = value.removesuffix("\n").split("\n")
        return "\n" in value and all(lines[index] and not lines[index].startswith(" ") for index in (0, -1))

    def _flow(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key}: {self._flow(item)}" for key, item in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self._flow(item) for item in value) + "]"
        if not isinstance(value, str):
            return json.dumps(value)
        if "\n" not in value and self._chance(0.4):
            return "'" + value.replace("'", "''") + "'"
        if value.isalpha() and len(value) > 5 and self._chance(0.5):
            return value
        return json.dumps(value, ensure_ascii=False)
