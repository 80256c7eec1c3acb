"""mingbu complete: how complete customer files are, and what each one lacks."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mingbu import completeness
from mingbu.cli.context import Context, as_json
from mingbu.completeness import Score
from mingbu.documents.aligned import table
from mingbu.labels import pick
from mingbu.register import Record


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("id", metavar="ID", nargs="?", help=say("help.id"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    scored = [(customer, score) for customer in _customers(context, options.id) if (score := completeness.of(context.policy, customer))]
    if not scored and context.policy.in_force("profiles") is None:
        raise context.refuse("error.no-policy", status=1, topic="profiles")
    if options.format == "json":
        print(as_json({"schema": "mingbu/complete/1", "customers": [_as_dict(context, customer, score) for customer, score in scored]}))
    else:
        print("\n".join(_card(context, *scored[0]) if options.id and scored else _lines(context, scored)))
    return 0


def _customers(context: Context, record_id: str | None) -> list[Record]:
    """The one asked for, else every customer that is prospect or active, the least complete first."""
    if record_id is None:
        return [customer for customer in context.sound.of("customer") if customer.data["status"] in {"prospect", "active"}]
    record = context.sound.get(record_id)
    if record is None or record.kind.name != "customer":
        raise context.refuse("error.no-record", status=1, id=record_id)
    return [record]


def _as_dict(context: Context, customer: Record, score: Score) -> dict[str, Any]:
    return {
        "id": customer.id,
        "name": context.sound.name_of(customer.id),
        "percent": str(score.percent),
        "least": str(score.least),
        "key": score.is_key,
        "missing": list(score.missing),
    }


def _missing(context: Context, customer: Record, score: Score) -> list[str]:
    return [pick(customer.kind.by_pointer[pointer].title, context.lang) for pointer in score.missing]


def _lines(context: Context, scored: list[tuple[Record, Score]]) -> list[str]:
    head = [context.say(key) for key in ("list.id", "complete.name", "complete.percent", "complete.least", "complete.missing")]
    ordered = sorted(scored, key=lambda pair: (pair[1].percent, pair[0].id))
    rows = [
        [
            customer.id,
            context.sound.name_of(customer.id),
            f"{score.percent}%",
            f"{score.least}%",
            context.say("list.separator").join(_missing(context, customer, score)),
        ]
        for customer, score in ordered
    ]
    return [*table([head, *rows]), context.say("complete.summary", count=len(rows), below=sum(score.percent < score.least for _, score in scored))]


def _card(context: Context, customer: Record, score: Score) -> list[str]:
    name = context.sound.name_of(customer.id)
    key = "complete.card" if score.missing else "complete.whole"
    first = context.say(key, id=customer.id, name=name, percent=score.percent, least=score.least)
    return [first, *(f"  {title}" for title in _missing(context, customer, score))]
