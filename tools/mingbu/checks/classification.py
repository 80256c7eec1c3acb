"""Classes: the policy's rules fit its axes and its examples come out right; what cards declare agrees with the facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from mingbu import classification, conditions, display, labels
from mingbu.checks.registry import check
from mingbu.classification import FIELDS, KEPT, Value
from mingbu.findings import Finding, Text
from mingbu.register import Policy, Record, Register
from mingbu.schema.kinds import Schemas

_TOPIC = "policy-classification"


@check("policy.unknown-name", "policy.test", rules=("B11",))
def class_rules_fit_what_they_speak_of(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B11: a rule gives a code of its axis, and asks of known facts what can be asked of them."""
    for record in register.of(_TOPIC):
        shapes = conditions.shapes_of(record.kind.by_pointer["/examples/*/facts"].node)
        for number, axis in enumerate(record.data["axes"]):
            codes = register.schemas.codes.get(FIELDS.get(axis["axis"], ""), {})
            for index, rule in enumerate(axis.get("rules", [])):
                at = f"/axes/{number}/rules/{index}"
                if rule["value"] not in codes:
                    yield record.finding(f"{at}/value", "policy.unknown-name", value=rule["value"])
                yield from unfit(record, f"{at}/when", rule["when"], shapes)


def unfit(record: Record, at: str, when: Sequence[Mapping[str, Any]], shapes: conditions.Shapes) -> Iterator[Finding]:
    """What is wrong with conditions on facts that stand in a policy at the pointer."""
    for pointer, key in conditions.unfit(when, shapes):
        code = "policy.unknown-name" if pointer.endswith("/fact") else "policy.test"
        fact = when[int(pointer.split("/")[1])]["fact"]
        value: Text = key if code == "policy.unknown-name" else (conditions.name(fact, "zh"), conditions.name(fact, "en"))
        yield record.finding(f"{at}{pointer}", code, value=value)


@check("policy.twice", rules=("B11",))
def axes_and_intervals_stand_once(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B11: one line for each axis, one interval of visits for each market position."""
    for record in register.of(_TOPIC):
        codes = register.schemas.codes
        yield from _twice(record, "/axes", "axis", record.data["axes"], codes["class_axis"])
        intervals = record.data.get("route", {}).get("visit_every_days", [])
        yield from _twice(record, "/route/visit_every_days", "market_position", intervals, codes["market_position"])


def _twice(record: Record, at: str, key: str, rows: list[Any], codes: Mapping[str, Any]) -> Iterator[Finding]:
    for number, row in enumerate(rows):
        if row[key] in {other[key] for other in rows[:number]}:
            yield record.finding(f"{at}/{number}/{key}", "policy.twice", value=_pair(codes, row[key]))


@check("policy.example", rules=("B11",))
def class_examples_come_out_right(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B11: the worked examples of the policy, worked out by its own rules."""
    for record in register.of(_TOPIC):
        for number, example in enumerate(record.data.get("examples", [])):
            values = classification.of_facts(record, example["facts"])
            for axis, expected in example["result"].items():
                if values[axis].value != expected:
                    yield _otherwise(register, record, number, axis, expected, values[axis])


def _otherwise(register: Register, record: Record, number: int, axis: str, expected: Any, value: Value) -> Finding:
    example, codes = record.data["examples"][number], register.schemas.codes
    words: dict[str, Text] = {"title": (example["title"], example["title_en"]), "key": _pair(codes["class_axis"], axis)}
    words |= {"expected": _label(register, axis, expected), "value": _label(register, axis, value.value)}
    return record.finding(f"/examples/{number}/result/{axis}", "policy.example", (), **words)


@check("class.disagrees", rules=("B3", "B4", "B10", "F3", "F4"))
def declared_classes_agree_with_the_facts(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B3, B4, B10, F: what is declared of a customer that we keep up is what its trade and visits show."""
    rules = policy.in_force("classification")
    for customer in register.of("customer") if rules else ():
        if rules and customer.data["status"] in KEPT:
            for axis, value in classification.classes(register, policy, rules, customer).items():
                if value.differs:
                    yield customer.finding(f"/{FIELDS[axis]}", "class.disagrees", (), **_disagreement(register, customer, value))


def _disagreement(register: Register, customer: Record, value: Value) -> dict[str, Text]:
    facts = {lang: labels.word("list.separator", lang).join(classification.conditions_told(register.schemas, value, lang)) for lang in labels.LANGS}
    labelled = {"declared": _label(register, value.axis, value.declared), "value": _label(register, value.axis, value.derived)}
    return {**labelled, "because": (facts["zh"], facts["en"]), "record": customer.id}


@check("route.order-twice", rules=("B18",))
def each_customer_has_a_place_of_its_own_on_the_route(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B18: no two active customers of one salesperson have the same place on the route."""
    taken: dict[tuple[str, int], str] = {}
    for customer in register.of("customer"):
        order, person = customer.data.get(FIELDS["route_order"]), customer.data["responsible_staff"]
        if customer.data["status"] != "active" or order is None:
            continue
        first = taken.setdefault((person, order), customer.id)
        if first != customer.id:
            names: dict[str, Text] = {"name": display.name(register, first, "zh"), "person": display.name(register, person, "zh")}
            yield customer.finding(f"/{FIELDS['route_order']}", "route.order-twice", (), value=str(order), **names)


def problems(root: Path, schemas: Schemas, record: Record, on: date) -> list[Finding]:
    """What keeps a classification policy from being used, wherever its file stands; its examples aren't asked."""
    alone = Register(root, schemas, {record.id: record}, ())
    asked = (class_rules_fit_what_they_speak_of, axes_and_intervals_stand_once)
    return sorted((finding for one in asked for finding in one(alone, Policy(alone, on), on)), key=lambda finding: finding.order)


def _label(register: Register, axis: str, value: str | int | None) -> Text:
    return classification.label(register.schemas, axis, value, "zh"), classification.label(register.schemas, axis, value, "en")


def _pair(codes: Mapping[str, Any], code: str) -> Text:
    zh, en = codes.get(code, (code, code))
    return zh, en
