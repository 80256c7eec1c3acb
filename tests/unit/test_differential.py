"""Two validators, one verdict: what jsonschema-rs decides, the jsonschema package must decide too."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

import building
from mingbu import yamlio
from mingbu.schema.expand import for_validation
from mingbu.schema.validate import Validator, all_formats
from strategies import nested

CASES = Path(__file__).parents[1] / "cases"
KINDS = sorted(building.SCHEMAS.kinds)
FORMATS = all_formats(building.SCHEMAS)
OURS = Validator(building.SCHEMAS)
VALUES: list[Any] = [
    "",
    " ",
    "x",
    "x\n",
    "客户",
    "泵" * 101,
    "2026-01-01",
    "2026-02-30",
    "2026-01-01\n",
    "2026-06-01T09:30:00+08:00",
    "1.00",
    "-1.00",
    "100",
    "101",
    "CUS-000001",
    "PER-000001",
    "DEP-000001",
    "credit/2024-01-01",
    "91330106FAKE00099X",
    "0571-5550 0101",
    "a@x.example",
    "https://x.example/",
    "330106",
    "active",
    "suspended",
    "stagnant",
    "won",
    "lost",
    "overseas_company",
    "natural_person",
    "board",
    "A",
    "A1",
    "*",
    "/records/case/",
    "*\n",
    "/a/\n",
    0,
    1,
    -1,
    366,
    10**14,
    True,
    False,
    [],
    {},
    ["x"],
    ["x", "x"],
    [1, True],
    [{}],
    {"x": 1},
    {"name": "x"},
    [{"name": "x", "title": "x"}],
    [{"required": []}],
    ["A1", "A1"],
    ["zh", "zh"],
    {"kind": "none"},
    [{"description": "x"}],
]


def oracle(kind: str) -> Draft202012Validator:
    checker = FormatChecker(formats=())
    for name, accepts in FORMATS.items():
        checker.checks(name)(lambda value, accepts=accepts: not isinstance(value, str) or accepts(value))
    return Draft202012Validator(for_validation(building.SCHEMAS.kinds[kind].schema), format_checker=checker)


ORACLES = {kind: oracle(kind) for kind in KINDS}


@cache
def records_of(kind: str) -> list[dict[str, Any]]:
    """The kind's good cases, and those of its bad ones that can be read."""
    found = [yamlio.read(path.read_bytes()) for path in sorted((CASES / kind).glob("*/*.yml"))]
    return [data for data, faults in found if data is not None and not faults]


def places(value: Any, most: int | None = None) -> Iterator[tuple[Any, Any]]:
    """(owner, key) of every value inside; with `most` of the first and the last items of a list only, since its items have one schema."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if isinstance(value, list) and most is not None and len(keys) > 2 * most:
        keys = [*keys[:most], *keys[-most:]]
    for key in keys:
        yield value, key
        yield from places(value[key], most)


def mutate(data: dict[str, Any], kind: str, random: Random, extra: Any) -> dict[str, Any]:
    """The record with one to four of its values taken out, replaced, doubled, or others put in."""
    data = copy.deepcopy(data)
    fields = list(building.SCHEMAS.kinds[kind].schema["properties"])
    for _ in range(random.randint(1, 4)):
        owner, key = random.choice([*places(data), (data, random.choice(fields))])
        value = copy.deepcopy(random.choice([*VALUES, extra, *[other[name] for other, name in places(data)]]))
        action = random.choice(("remove", "replace", "replace", "double", "add"))
        if action == "remove" and isinstance(owner, dict):
            owner.pop(key, None)
        elif action == "double" and isinstance(owner, list):
            owner.append(copy.deepcopy(owner[key]))
        elif action == "add" and isinstance(owner, dict):
            owner[random.choice([*fields, "unheard_of"])] = value
        else:
            owner[key] = value
    return data


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 10**9), extra=nested)
@settings(max_examples=150)
def test_both_validators_give_one_verdict_on_changed_records(kind: str, seed: int, extra: Any) -> None:
    random = Random(seed)
    data = mutate(random.choice(records_of(kind)), kind, random, extra)

    accepted = OURS.faults(building.SCHEMAS.kinds[kind], data) == []

    assert accepted == ORACLES[kind].is_valid(data)


@pytest.mark.parametrize("kind", KINDS)
def test_both_validators_give_one_verdict_with_each_value_at_each_field(kind: str) -> None:
    fields, minimal = building.SCHEMAS.kinds[kind].schema["properties"], building.fields(kind)
    accepted = 0
    for name in fields:
        for value in VALUES:
            data = {**minimal, name: value}
            verdict = OURS.faults(building.SCHEMAS.kinds[kind], data) == []
            assert verdict == ORACLES[kind].is_valid(data), (name, value)
            accepted += verdict

    assert 0 < accepted < len(fields) * len(VALUES)


@pytest.mark.parametrize("kind", KINDS)
def test_both_validators_give_one_verdict_on_every_case(kind: str) -> None:
    for data in records_of(kind):
        assert (OURS.faults(building.SCHEMAS.kinds[kind], data) == []) == ORACLES[kind].is_valid(data)


@pytest.mark.parametrize("kind", KINDS)
def test_both_validators_give_one_verdict_with_other_values_at_every_place(kind: str) -> None:
    """Deep places too, each with a dozen other values and with its own text before a line break."""
    random = Random(kind)
    for case in sorted((CASES / kind / "good").glob("*.yml")):
        data, _ = yamlio.read(case.read_bytes())
        assert data is not None
        for owner, key in list(places(data, 1)):
            own = owner[key]
            for value in [*random.sample(VALUES, 12), *([f"{own}\n"] if isinstance(own, str) else [])]:
                owner[key] = value
                verdict = OURS.faults(building.SCHEMAS.kinds[kind], data) == []
                assert verdict == ORACLES[kind].is_valid(data), (case.name, key, value)
            owner[key] = own


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_as_it_decides_is_valid_draft_2020_12(kind: str) -> None:
    Draft202012Validator.check_schema(for_validation(building.SCHEMAS.kinds[kind].schema))
