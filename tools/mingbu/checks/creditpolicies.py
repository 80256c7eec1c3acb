"""Credit policies: their rules speak of what there is, run in order, fall from grade to grade, and give what their examples say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from mingbu import conditions, credit
from mingbu.checks.policies import credit_weights_add_up, grades_go_from_best_to_worst
from mingbu.checks.registry import Check, check
from mingbu.findings import Finding, Text, Word
from mingbu.register import Policy, Record, Register
from mingbu.schema.kinds import Schemas

_TOPIC = "policy-credit"


@check("policy.unknown-name", "policy.test", rules=("B20",))
def credit_rules_ask_what_is_known(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: caps and the watch list ask of facts that there are what can be asked of them."""
    for record in register.of(_TOPIC):
        for key, known in (("caps", credit.KNOWN_FOR_CAPS), ("watch", credit.KNOWN_FOR_WATCH)):
            for number, row in enumerate(record.data.get(key, [])):
                for pointer, name in conditions.unfit(row["when"], known):
                    fact = row["when"][int(pointer.split("/")[1])]["fact"]
                    at, unknown = f"/{key}/{number}/when{pointer}", pointer.endswith("/fact")
                    value: Text = name if unknown else (conditions.name(fact, "zh"), conditions.name(fact, "en"))
                    yield record.finding(at, "policy.unknown-name" if unknown else "policy.test", value=value)


@check("credit.grade-unknown", rules=("B20",))
def credit_rules_name_grades_of_the_policy(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: the grade of a cap is one of the policy's grades. The watch list may wait for a grade that a policy has no more."""
    for record in register.of(_TOPIC):
        grades = {row["grade"] for row in record.data["grades"]}
        for number, cap in enumerate(record.data.get("caps", [])):
            if cap["grade"] not in grades:
                yield record.finding(f"/caps/{number}/grade", "credit.grade-unknown", value=cap["grade"], policy=record.id)


@check("policy.order", rules=("B19", "B20"))
def bands_and_buckets_run_in_order(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B19, B20: rates go down, buckets up, and only the last bucket has no end: otherwise a line would never be reached."""
    for record in register.of(_TOPIC):
        for number, method in enumerate(record.data.get("limit", {}).get("methods", [])):
            for index, (higher, lower) in enumerate(pairwise(method.get("rates", [])), 1):
                if Fraction(lower["at_least"]) >= Fraction(higher["at_least"]):
                    yield record.finding(f"/limit/methods/{number}/rates/{index}", "policy.order", ("B20",), value=lower["at_least"])
        buckets = record.data.get("ageing", {}).get("buckets", [])
        for index, bucket in enumerate(buckets):
            end, before = bucket.get("up_to"), buckets[index - 1].get("up_to") if index else None
            last = index == len(buckets) - 1
            if (end is None) != last or (index and end is not None and (before is None or end <= before)):
                yield record.finding(f"/ageing/buckets/{index}", "policy.order", ("B19",), value=(bucket["title"], bucket["title_en"]))


@check("policy.twice", rules=("B20",))
def credit_rules_stand_once(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: no method, no code of a cap, a bucket or the watch list, and no dunning step stands twice."""
    for record in register.of(_TOPIC):
        lists = [("/caps", "code"), ("/watch", "code"), ("/ageing/buckets", "code"), ("/limit/methods", "method"), ("/dunning", "step")]
        for pointer, key in lists:
            rows = record.get(pointer) or []
            for number, row in enumerate(rows):
                if row[key] in {other[key] for other in rows[:number]}:
                    yield record.finding(f"{pointer}/{number}/{key}", "policy.twice", value=_label(register, record, f"{pointer}/*/{key}", row[key]))


@check("policy.grade-falls", rules=("B20",))
def better_grades_give_no_less(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: a better grade has no lower cap and no smaller share of sales than the next one: a better sheet must not lower the limit."""
    for record in register.of(_TOPIC):
        for index, (better, worse) in enumerate(pairwise(record.data["grades"])):
            if any(high < low for high, low in zip(_gives(better), _gives(worse), strict=True)):
                yield record.finding(f"/grades/{index}", "policy.grade-falls", value=better["grade"], other=worse["grade"])


def _gives(row: Mapping[str, Any]) -> tuple[Fraction, Fraction]:
    return Fraction(row["cap"]), row["terms_days"] * Fraction(row["coefficient"])


@check("policy.example", rules=("B20",))
def credit_examples_come_out_right(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: the worked examples of the policy, worked out by its own rules."""
    for record in register.of(_TOPIC):
        if any(_unfit(register, record)):
            continue  # what it gives can't be worked out before that is mended
        for found in credit.wrong(record.data):
            example = record.data["examples"][found.number]
            pointer = f"/examples/{found.number}/result/{found.key}"
            field = record.kind.field_at(pointer)
            yield record.finding(
                pointer,
                "policy.example",
                title=(example["title"], example["title_en"]),
                key=field.title if field else found.key,
                expected=_label(register, record, f"/examples/*/result/{found.key}", found.expected),
                value=Word("fact.unknown") if found.value is None else _label(register, record, f"/examples/*/result/{found.key}", found.value),
            )


def _label(register: Register, record: Record, pointer: str, value: Any) -> Text:
    """A code by its label, anything else as it is."""
    field = record.kind.by_pointer.get(pointer)
    pair = field.node.get("x-enum", {}).get(value) if field else None
    return (pair[0], pair[1]) if pair else str(value)


def _unfit(register: Register, record: Record) -> Iterator[Finding]:
    """What keeps the policy from being worked out."""
    alone = Register(register.root, register.schemas, {record.id: record}, ())
    on = date.fromisoformat(record.data["effective_from"])
    for one in (credit_rules_ask_what_is_known, credit_rules_name_grades_of_the_policy):
        yield from one(alone, Policy(alone, on), on)


ALL: tuple[Check, ...] = (
    credit_weights_add_up,
    grades_go_from_best_to_worst,
    credit_rules_ask_what_is_known,
    credit_rules_name_grades_of_the_policy,
    bands_and_buckets_run_in_order,
    credit_rules_stand_once,
    better_grades_give_no_less,
    credit_examples_come_out_right,
)


def problems(root: Path, schemas: Schemas, record: Record, on: date) -> list[Finding]:
    """What the checks say about one credit policy, wherever its file stands."""
    alone = Register(root, schemas, {record.id: record}, ())
    found = [finding for one in ALL for finding in one(alone, Policy(alone, on), on)]
    return sorted(found, key=lambda finding: finding.order)
