"""mingbu classify: the classes of a customer or of any facts, each with what gave it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingbu import classification
from mingbu.classification import FIELDS, KEPT, Value
from mingbu.cli import given
from mingbu.cli.context import Context, as_json
from mingbu.documents.aligned import table
from mingbu.register import Record
from mingbu.yamlio.characters import printable


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("id", metavar="ID", nargs="?", help=say("help.classify.id"))
    parser.add_argument("--explain", action="store_true", help=say("help.classify.explain"))
    parser.add_argument("--facts", metavar="FILE", help=say("help.classify.facts"))
    parser.add_argument("--policy", metavar="FILE", help=say("help.classify.policy"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))


@dataclass(frozen=True, slots=True)
class _Classed:
    """What was classed: a customer of the register, or facts of a file, which have no name."""

    axes: Mapping[str, Value]
    as_of: str
    customer: Record | None = None


def run(context: Context, options: argparse.Namespace) -> int:
    if options.facts is not None and options.id is not None:
        raise context.refuse("error.classify-both")
    if options.facts is not None:
        return _shown(context, options, _of_file(context, options.policy, options.facts))
    rules = _rules(context, options.policy, context.today)
    if options.id is None:
        if options.explain:
            raise context.refuse("error.classify-explain")
        return _all(context, rules, options.format)
    return _shown(context, options, _of_customer(context, rules, options.id))


def _shown(context: Context, options: argparse.Namespace, classed: _Classed) -> int:
    if options.format == "json":
        print(as_json(_as_dict(context, classed)))
    else:
        print("\n".join(_card(context, classed, options.explain)))
    return 0


def _rules(context: Context, path: str | None, on: date) -> Record:
    """The policy of a file, else the one in force on the day."""
    if path is not None:
        return given.policy(context, "classification", path)
    in_force = context.policy.in_force("classification", on)
    if in_force is None:
        raise context.refuse("error.no-policy", status=1, topic="classification")
    return in_force


def _of_file(context: Context, policy: str | None, path: str) -> _Classed:
    facts = given.facts(context, "classify-facts", path)
    rules = _rules(context, policy, date.fromisoformat(facts["as_of"]))
    return _Classed(classification.of_facts(rules, facts), facts["as_of"])


def _of_customer(context: Context, rules: Record, record_id: str) -> _Classed:
    record = context.sound.get(record_id)
    if record is None or record.kind.name != "customer":
        raise context.refuse("error.no-record", status=1, id=record_id)
    return _Classed(classification.by(context.sound, context.policy, rules, record), context.today.isoformat(), record)


def _as_dict(context: Context, classed: _Classed) -> dict[str, Any]:
    return {
        "schema": "mingbu/classify/1",
        "axes": {axis: _axis(context, value) for axis, value in classed.axes.items()},
        "id": classed.customer.id if classed.customer else None,
        "name": context.sound.name_of(classed.customer.id) if classed.customer else None,
        "as_of": classed.as_of,
    }


def _axis(context: Context, value: Value) -> dict[str, Any]:
    because = classification.because(context.schemas, value, context.lang)
    policy = f"{value.policy} {value.line}".rstrip()
    return {"value": value.value, "declared": value.declared, "derived": value.derived, "because": because, "policy": policy}


def _card(context: Context, classed: _Classed, explain: bool) -> list[str]:
    """One line an axis; with `explain`, its reasons and the line of the policy below it."""
    customer = classed.customer
    name = f"{customer.id} {printable(context.sound.name_of(customer.id))}  " if customer else ""
    lines = [context.say("class.card", name=name, date=classed.as_of)]
    for axis, value in classed.axes.items():
        shown = classification.label(context.schemas, axis, value.value, context.lang)
        mark = context.say("class.differs-mark") if value.differs else ""
        lines.append(f"  {context.say('class.line', axis=classification.title(context.schemas, axis, context.lang), value=printable(shown))}{mark}")
        if explain:
            lines += [f"    {printable(text)}" for text in classification.because(context.schemas, value, context.lang)]
            lines.append(f"    {context.say('class.policy', policy=f'{value.policy} {value.line}'.rstrip())}")
    return lines


def _all(context: Context, rules: Record, form: str) -> int:
    """Every customer that is kept up, by id."""
    customers = [customer for customer in context.sound.of("customer") if customer.data["status"] in KEPT]
    classed = [(customer, classification.by(context.sound, context.policy, rules, customer)) for customer in customers]
    if form == "json":
        print(as_json({"schema": "mingbu/classes/1", "customers": [_row(context, customer, axes) for customer, axes in classed]}))
        return 0
    shown = [*FIELDS, *dict.fromkeys(axis for _, axes in classed for axis in axes if axis not in FIELDS)]
    head = [context.say("list.id"), context.say("class.customer"), *(classification.title(context.schemas, axis, context.lang) for axis in shown)]
    rows = [[customer.id, context.sound.name_of(customer.id), *(_cell(context, axes.get(axis)) for axis in shown)] for customer, axes in classed]
    differing = sum(any(value.differs for value in axes.values()) for _, axes in classed)
    print("\n".join(table([head, *rows])))
    print(context.say("class.summary", count=len(rows), differing=differing))
    return 0


def _row(context: Context, customer: Record, axes: Mapping[str, Value]) -> dict[str, Any]:
    return {
        "id": customer.id,
        "name": context.sound.name_of(customer.id),
        "axes": {axis: value.value for axis, value in axes.items()},
        "differs": [axis for axis, value in axes.items() if value.differs],
    }


def _cell(context: Context, value: Value | None) -> str:
    if value is None:
        return ""
    shown = classification.label(context.schemas, value.axis, value.value, context.lang)
    return shown + (context.say("class.differs-mark") if value.differs else "")
