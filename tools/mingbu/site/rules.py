"""The rules of a policy in words, and its worked examples with what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mingbu import classification, conditions
from mingbu.credit.examples import worked_out
from mingbu.display import separated
from mingbu.register import Record
from mingbu.site.reader import Reader

_CODES = {
    "grade": "credit_grade",
    "nature": "customer_nature",
    "previous_lifecycle": "lifecycle",
    "stopped_reason": "stagnation_reason",
}
"""Facts that are codes, with the list that labels them."""


def said(reader: Reader, when: Sequence[Mapping[str, Any]]) -> list[str]:
    """The conditions of a rule in words, without what any fact is: 逾期天数超过 30."""
    return [_test(reader, condition["fact"], test, bound) for condition in when for test, bound in condition.items() if test != "fact"]


def _test(reader: Reader, fact: str, test: str, bound: Any) -> str:
    key = f"{test}-{'yes' if bound else 'no'}" if isinstance(bound, bool) else test
    codes = reader.register.schemas.codes.get(_CODES.get(fact, ""), {})
    values = [reader.pick(codes[value]) if value in codes else str(value) for value in (bound if isinstance(bound, list) else [bound])]
    shown = reader.word("list.separator").join(separated(value) if "." in value and _is_number(value) else value for value in values)
    return reader.word(f"rule.{key}", fact=conditions.name(fact, reader.lang), bound=shown)


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


@dataclass(frozen=True, slots=True)
class Result:
    """One figure of a worked example: what it should be and what it is."""

    label: str
    expected: str
    found: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example of a policy: what is given, and what comes out."""

    title: str
    given: list[tuple[str, str]]
    results: list[Result]

    @property
    def holds(self) -> bool:
        return all(result.holds for result in self.results)


def examples(reader: Reader, record: Record) -> list[Example]:
    """The examples of a policy of credit or classification, each worked out."""
    found = []
    for example in record.data.get("examples", []):
        worked = worked_out(record.data, example) if record.kind.name == "policy-credit" else _worked_classes(record, example)
        results = [_result(reader, record, key, expected, worked.get(key)) for key, expected in example["result"].items()]
        given = [
            pair for key in ("facts", "ageing", "interest") if key in example for pair in _given(reader, record, f"/examples/*/{key}", example[key])
        ]
        found.append(Example(reader.pick((example["title"], example["title_en"])), given, results))
    return found


def _given(reader: Reader, record: Record, pointer: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        label, field = reader.label(record.kind.name, f"{pointer}/{key}"), record.kind.by_pointer.get(f"{pointer}/{key}")
        if isinstance(value, Mapping):
            yield from _given(reader, record, f"{pointer}/{key}", value)
        elif isinstance(value, list):
            yield label, "; ".join(" ".join(map(_short, item.values())) if isinstance(item, Mapping) else str(item) for item in value)
        elif field is not None:
            yield label, reader.shown(field, value)


def _short(value: Any) -> str:
    return separated(str(value)) if _is_number(str(value)) else str(value)


def _result(reader: Reader, record: Record, key: str, expected: Any, found: Any) -> Result:
    """Decimals are compared as numbers: 90 is 90.0."""
    field = record.kind.by_pointer.get(f"/examples/*/result/{key}")
    show = (lambda value: reader.shown(field, value)) if field is not None else str
    label = reader.label(record.kind.name, f"/examples/*/result/{key}")
    return Result(label, show(expected), reader.word("value.none") if found is None else show(found), _same(expected, found))


def _same(expected: Any, found: Any) -> bool:
    if _is_number(str(expected)) and _is_number(str(found)):
        return Fraction(str(expected)) == Fraction(str(found))
    return bool(expected == found)


def _worked_classes(record: Record, example: Mapping[str, Any]) -> dict[str, Any]:
    return {axis: value.value for axis, value in classification.of_facts(record, example["facts"]).items()}
