"""The writer: whatever a record may hold reads back as it was, here and in any other YAML reader."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given

from mingbu import yamlio
from strategies import TRICKY, anything


def read_back(text: str) -> dict[str, Any]:
    data, faults = yamlio.read(text.encode("utf-8"))
    assert faults == []
    assert data is not None
    return data


def as_text(value: Any) -> Any:
    """The value as a reader sees it that knows text only."""
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def types_of(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: types_of(item) for key, item in value.items()}
    return [types_of(item) for item in value] if isinstance(value, list) else type(value)


@given(anything)
def test_what_is_written_reads_back_as_the_same_data(data: dict[str, Any]) -> None:
    text = yamlio.dump(data)

    again = read_back(text)

    assert again == data
    assert types_of(again) == types_of(data)
    assert list(again) == list(data)


@given(anything)
def test_what_is_written_is_the_same_text_to_another_reader(data: dict[str, Any]) -> None:
    text = yamlio.dump(data)

    assert yaml.load(text, Loader=yaml.BaseLoader) == as_text(data)  # noqa: S506 - it resolves nothing


@given(anything)
def test_writing_what_was_read_gives_the_same_text(data: dict[str, Any]) -> None:
    text = yamlio.dump(data)

    assert yamlio.dump(read_back(text)) == text
    assert text.endswith("\n")
    assert not text.endswith("\n\n") or str(list(data.values())[-1]).endswith("\n")


@pytest.mark.parametrize("value", TRICKY)
def test_text_that_looks_like_something_else_stays_text(value: str) -> None:
    data = {"key": value, "list": [value], "group": {"deep": [{"item": value}]}}

    text = yamlio.dump(data)

    assert read_back(text) == data
    assert yaml.safe_load(text) == data, "and to a reader that guesses at types"


def test_text_over_several_lines_is_a_block_that_diffs_by_line() -> None:
    text = yamlio.dump({"remarks": "一\n二\n", "note": "三\n\n四", "list": [{"text": "五\n六\n"}]})

    assert text == "remarks: |\n  一\n  二\nnote: |-\n  三\n\n  四\nlist:\n  - text: |\n      五\n      六\n"


def test_empty_lists_and_groups_stay_what_they_are() -> None:
    data = {"list": [], "group": {}, "nested": [[], {}, [[1]]]}

    assert read_back(yamlio.dump(data)) == data


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("客户", "客户"),
        ("330106", '"330106"'),
        ("2026-11-20", '"2026-11-20"'),
        ("no", '"no"'),
        ("500000.00", '"500000.00"'),
        (12, "12"),
        (True, "true"),
        ('说"好"', '说"好"'),
        ("a: b", '"a: b"'),
        ("https://linxi.example/", "https://linxi.example/"),
        (" 前", '" 前"'),
        ("**** 1234", '"**** 1234"'),
    ],
)
def test_only_what_needs_quotes_gets_them(value: object, written: str) -> None:
    assert yamlio.dump({"key": value}) == f"key: {written}\n"
