"""The strict reader: what it lets through, what it refuses and where, and that nothing makes it fail otherwise."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mingbu import yamlio
from mingbu.findings import Fault
from mingbu.yamlio.characters import printable, value_trouble
from mingbu.yamlio.reader import MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_TEXT
from strategies import anything


def read(text: str | bytes) -> tuple[dict[str, Any] | None, list[Fault]]:
    return yamlio.read(text if isinstance(text, bytes) else text.encode("utf-8"))


def fault_of(text: str | bytes) -> tuple[str, int, int]:
    """(code, line, column) of the only fault."""
    [fault] = read(text)[1]
    return fault.code, fault.line, fault.column


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: text", "text"),
        ("a: none", "none"),
        ("a: true", True),
        ("a: false", False),
        ("a: 0", 0),
        ("a: -12", -12),
        ("a: 999999999999999", 999999999999999),
        ("a: 2026-11-20", "2026-11-20"),
        ('a: "12"', "12"),
        ("a: '012'", "012"),
        ('a: "no"', "no"),
        ('a: ""', ""),
        ('a: "\\u5ba2\\n"', "客\n"),
        ("a: []", []),
        ("a: {}", {}),
        ("a: [1, x]", [1, "x"]),
        ("a: {b: c}", {"b": "c"}),
        ("a: |\n  x\n  w\n", "x\nw\n"),
        ("a: >-\n  x\n  w\n", "x w"),
        ("a: trueish", "trueish"),
        ("a: 12 台", "12 台"),
        ("a: 0571-5550 0101", "0571-5550 0101"),
        ("a: 客户", "客户"),
        ("a: Nothing", "Nothing"),
        ("a: 1.2.3", "1.2.3"),
        ("a: 91330106FAKE00099X", "91330106FAKE00099X"),
        ("a: µm", "µm"),
        ("a: https://x.example/#y", "https://x.example/#y"),
    ],
)
def test_what_every_reader_agrees_about_is_read(text: str, value: object) -> None:
    data, faults = read(text)

    assert faults == []
    assert data == {"a": value}
    assert type(data["a"]) is type(value)


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        (
            "yaml.type",
            [
                "yes",
                "No",
                "ON",
                "off",
                "y",
                "N",
                "True",
                "FALSE",
                "null",
                "Null",
                "~",
                "",
                "1e3",
                "1.50",
                ".5",
                "5.",
                ".inf",
                "-.INF",
                ".nan",
                "=",
                "91330106E1234567890",
                "1E400",
                "-0.0",
                "+1.5",
            ],
        ),
        ("yaml.number-spelling", ["012", "00", "0x1F", "0o17", "0b1", "1_000", "1:30", "12:30:45", "190:20:30", "+1", "-0", "-012", "1__0", "0_1"]),
        ("yaml.range", ["1234567890123456", "-1234567890123456", "9" * 5000]),
    ],
)
def test_what_readers_disagree_about_is_refused_where_it_stands(code: str, texts: list[str]) -> None:
    for text in texts:
        assert fault_of(f"x: 1\nkey: {text}".rstrip(" ") + "\n")[:2] == (code, 2), text
        assert read(f'x: 1\nkey: "{text}"\n') == ({"x": 1, "key": text}, []), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("yaml.empty", 1, 1)),
        ("# only\n", ("yaml.empty", 1, 1)),
        ("---\n", None),
        ("text\n", ("yaml.type", 1, 1)),
        ("- a\n", ("yaml.type", 1, 1)),
        ("a: 1\na: 2\n", ("yaml.duplicate-key", 2, 1)),
        ("a: {b: 1, b: 2}\n", ("yaml.duplicate-key", 1, 11)),
        ("A: 1\n", ("yaml.key-type", 1, 1)),
        ("a-b: 1\n", ("yaml.key-type", 1, 1)),
        ("1: 1\n", ("yaml.key-type", 1, 1)),
        ("? [a]\n: 1\n", ("yaml.key-type", 1, 3)),
        ("客户: 1\n", ("yaml.key-type", 1, 1)),
        ("<<: {a: 1}\n", ("yaml.merge-key", 1, 1)),
        ("a: &x 1\n", ("yaml.alias", 1, 4)),
        ("a: 1\nb: *a\n", ("yaml.alias", 2, 4)),
        ("a: !x 1\n", ("yaml.tag", 1, 4)),
        ("a: !!str 1\n", ("yaml.tag", 1, 4)),
        ("a: ! 1\n", ("yaml.tag", 1, 4)),
        ("%YAML 1.1\n---\na: 1\n", ("yaml.directive", None, None)),
        ("%TAG ! x\n---\na: 1\n", ("yaml.directive", None, None)),
        ("a: 1\n---\nb: 1\n", ("yaml.multi-doc", 2, 1)),
        ("a: 1\n...\nb: 1\n", None),
        ("a: [1, 2\n", None),
        ("a: b: c\n", ("yaml.syntax", 1, 5)),
        ("a: 'x\n", None),
        ("\ta: 1\n", ("yaml.syntax", 1, 1)),
        ("a: \u200bx\n", ("yaml.character", 1, 4)),
        ("a: x\r\nb: 1\n", ("yaml.character", 1, 5)),
        ("a: x\ty\n", ("yaml.character", 1, 4)),
        ("a: 1\n# \u202e\n", ("yaml.character", 2, 3)),
        ("a: x\u00a0y\n", ("yaml.character", 1, 5)),
        ("a: \ue000\n", ("yaml.character", 1, 4)),
        ("a: \U000e0100\n", ("yaml.character", 1, 4)),
        ("a: x\ufeffy\n", ("yaml.character", 1, 5)),
        ("a: Ａ\n", ("yaml.not-normalised", 1, 4)),
        ("a: e\u0301\n", ("yaml.not-normalised", 1, 4)),
        ("# e\u0301\na: 1\n", ("yaml.not-normalised", 1, 1)),
        ("a: P\u0430y\n", ("yaml.mixed-script", 1, 4)),
        ('a: "\\t"\n', ("yaml.character", 1, 4)),
        ('a: "\\ud800"\n', None),
        ('a: "\\xa0"\n', ("yaml.character", 1, 4)),
    ],
)
def test_each_refusal_names_its_place(text: str, expected: tuple[str, int | None, int | None] | None) -> None:
    if expected is None:
        assert read(text)[1], "refused in one way or another"
        return

    code, line, column = fault_of(text)

    assert code == expected[0]
    if expected[1] is not None:
        assert (line, column) == expected[1:]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"\xef\xbb\xbfa: 1\n", ("yaml.bom", 1, 1)),
        (b"\xff\xfea\x00", ("yaml.encoding", 1, 1)),
        ("a: 1\nb: 客户".encode("gbk"), ("yaml.encoding", 2, 4)),
        ("名: 1\n客".encode()[:-1], ("yaml.encoding", 2, 1)),
        ("客: caf\u00e9".encode() + b"\xe9", ("yaml.encoding", 1, 8)),
    ],
)
def test_what_is_no_utf_8_is_refused_at_the_first_wrong_byte(raw: bytes, expected: tuple[str, int, int]) -> None:
    assert fault_of(raw) == expected


def test_two_faults_of_values_are_both_found() -> None:
    _, faults = read("a: no\nb:\n  c: 012\nd: 1\nd: 2\n")

    assert [(fault.code, fault.pointer) for fault in faults] == [("yaml.type", "/a"), ("yaml.number-spelling", "/b/c"), ("yaml.duplicate-key", "/d")]


def test_the_limits_hold_on_both_sides() -> None:
    def lists(depth: int) -> str:
        return "a: " + "[" * depth + "]" * depth + "\n"

    assert read(lists(MAX_DEPTH - 1))[1] == []
    assert fault_of(lists(MAX_DEPTH))[0] == "yaml.depth"
    assert read(f"a: {'x' * MAX_TEXT}\n")[1] == []
    assert fault_of(f"a: {'x' * (MAX_TEXT + 1)}\n")[0] == "yaml.length"
    assert read("a: 1\n# " + "x" * (MAX_BYTES - 8) + "\n")[1] == []
    assert fault_of("a: |\n" + "  x\n" * (MAX_BYTES // 4))[0] == "file.size"
    assert read("a: [" + "1, " * (MAX_NODES - 3) + "]\n")[1] == []
    assert fault_of("a: [" + "1, " * (MAX_NODES - 2) + "]\n")[0] == "yaml.size"


def test_positions_are_those_of_keys_and_items() -> None:
    text = "# 头\na: x\nb:\n  - 一\n  - c: 2 # 注\n    d: {e: [f]}\n'g': |\n  多\n  行\nh: 1\n"

    assert yamlio.locate(text.encode("utf-8")) == {
        "": (1, 1),
        "/a": (2, 1),
        "/b": (3, 1),
        "/b/0": (4, 5),
        "/b/1": (5, 5),
        "/b/1/c": (5, 5),
        "/b/1/d": (6, 5),
        "/b/1/d/e": (6, 9),
        "/b/1/d/e/0": (6, 13),
        "/g": (7, 1),
        "/h": (10, 1),
    }


@given(anything)
def test_every_value_has_a_position_where_its_key_stands(data: dict[str, Any]) -> None:
    text = yamlio.dump(data)
    lines = text.split("\n")

    positions = yamlio.locate(text.encode("utf-8"))

    assert set(positions) == {"", *pointers(data, "")}
    for pointer, (line, column) in positions.items():
        key = pointer.rpartition("/")[2]
        if key and not key.isdigit():
            assert lines[line - 1][column - 1 :].startswith(f"{key}:")


def pointers(value: Any, pointer: str) -> list[str]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here for key, child in children for here in (f"{pointer}/{key}", *pointers(child, f"{pointer}/{key}"))]


@example(b"{")
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_no_bytes_make_the_reader_fail(raw: bytes) -> None:
    data, faults = yamlio.read(raw)

    assert data is not None or faults
    for fault in faults:
        assert 1 <= fault.line <= raw.count(b"\n") + 1
        assert fault.column >= 1
    yamlio.locate(raw)


SIGNS = [*"ab:-?[]{}&*!|>'\"%@`,# \n\t1~<=\u5ba2\u200b\ufeff", "---", "\n  ", "!!", "<<", "\\x"]


@given(st.lists(st.sampled_from(SIGNS), max_size=30).map("".join))
def test_no_combination_of_yaml_signs_makes_the_reader_fail(text: str) -> None:
    data, faults = yamlio.read(text.encode("utf-8"))

    assert data is not None or faults
    if not faults:
        assert yamlio.read(yamlio.dump(data or {}).encode("utf-8"))[0] == data or not data


@given(st.text(max_size=60))
def test_what_is_printed_has_no_control_or_hidden_character(text: str) -> None:
    shown = printable(text)

    assert shown.isprintable()
    assert value_trouble(shown) != "character"
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", shown)
