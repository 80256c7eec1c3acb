"""The formatter: canonical text, the same data, every comment kept, however the record was written."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import building
from mingbu import yamlio
from mingbu.yamlio.format import scan
from strategies import Scribe, records

seeds = st.integers(0, 10**6)


def as_it_is(data: dict[str, Any]) -> dict[str, Any]:
    return data


def comments_of(text: str) -> list[str]:
    return sorted(comment for _, comment, _ in scan(text))


@given(records, seeds)
@settings(max_examples=200)
def test_formatting_keeps_the_data_and_every_comment(data: dict[str, Any], seed: int) -> None:
    scribe = Scribe(Random(seed))
    text = scribe.write(data)
    read, faults = yamlio.read(text.encode("utf-8"))
    assert (read, faults) == (data, []), "the scribe wrote something else"

    formatted = yamlio.format_text(text.encode("utf-8"), as_it_is)

    assert yamlio.read(formatted.encode("utf-8")) == (data, [])
    assert comments_of(formatted) == sorted(scribe.comments)


@given(records, seeds)
def test_formatting_twice_changes_nothing_more(data: dict[str, Any], seed: int) -> None:
    once = yamlio.format_text(Scribe(Random(seed)).write(data).encode("utf-8"), as_it_is)

    assert yamlio.format_text(once.encode("utf-8"), as_it_is) == once


@given(records)
def test_what_the_writer_wrote_is_formatted_already(data: dict[str, Any]) -> None:
    text = yamlio.dump(data)

    assert yamlio.format_text(text.encode("utf-8"), as_it_is) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 'x'   #  behind\n", "a: x  #  behind\n"),
        ("# top\n\n\na: x\n# end\n", "# top\na: x\n# end\n"),
        ("a:   # of the list\n- x # of the item\n# before w\n- w\n", "a:  # of the list\n  - x  # of the item\n  # before w\n  - w\n"),
        ("a:\n- # of the group\n  b: x\n", "a:\n  # of the group\n  - b: x\n"),
        ("a:  # list\n  -  # item\n    b: x\n", "a:  # list\n  # item\n  - b: x\n"),
        ("--- # start\na: x\n... # end\n", "# start\na: x\n# end\n"),
        ("a: |  # header\n  # text\n  x\n# after\nb: w\n", "a: |  # header\n  # text\n  x\n# after\nb: w\n"),
        ("a: [x, # one\n  w] # two\n", "a:\n  - x  # one\n  - w  # two\n"),
        ("a: {b: x, c: w} # all\n", "a:\n  b: x\n  c: w  # all\n"),
        ("a: 'x # no comment'\n", 'a: "x # no comment"\n'),
        ("a: x#y\n", "a: x#y\n"),
        ("a: >\n  one\n  two\n", "a: |\n  one two\n"),
        ("a: 'one\n\n  two'\n", "a: |-\n  one\n  two\n"),
    ],
    ids=range(13),
)
def test_comments_stay_with_what_they_are_about(before: str, after: str) -> None:
    assert yamlio.format_text(before.encode("utf-8"), as_it_is) == after


def test_a_comment_moves_with_its_key() -> None:
    kind = building.SCHEMAS.kinds["product"]
    text = "active: true # 在售\n# 台或套\nunit: 台\nschema: product/1\n"

    formatted = yamlio.format_text(text.encode("utf-8"), kind.arrange)

    assert formatted == "schema: product/1\n# 台或套\nunit: 台\nactive: true  # 在售\n"


@pytest.mark.parametrize("text", ["", "a: [\n", "a: no\n", "- a\n", "a: 1\na: 2\n", "a: &x 1\n"])
def test_what_the_reader_refuses_is_not_formatted(text: str) -> None:
    with pytest.raises(ValueError, match="not readable"):
        yamlio.format_text(text.encode("utf-8"), as_it_is)
