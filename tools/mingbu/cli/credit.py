"""mingbu credit: grade, limit and terms worked out; of a customer, of all of them, or of the facts in a file; ageing."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from typing import Any

from mingbu import credit
from mingbu.cli import crediting, given
from mingbu.cli.context import Context, as_json
from mingbu.credit import Ageing, Calculation, Facts
from mingbu.display import name, separated
from mingbu.documents.aligned import table
from mingbu.labels import pick
from mingbu.money import rounded
from mingbu.register import Record
from mingbu.yamlio.characters import printable


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("id", metavar="ID", nargs="?", help=say("help.credit.id"))
    parser.add_argument("--facts", metavar="FILE", help=say("help.credit.facts"))
    parser.add_argument("--ageing", metavar="FILE", help=say("help.credit.ageing"))
    parser.add_argument("--policy", metavar="FILE", help=say("help.credit.policy"))
    parser.add_argument("--explain", action="store_true", help=say("help.credit.explain"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    if sum(value is not None for value in (options.id, options.facts, options.ageing)) > 1:
        raise context.refuse("credit.one-of")
    if options.policy is not None and options.id is None and options.facts is None and options.ageing is None:
        raise context.refuse("credit.policy-alone")
    if options.policy == "-" and "-" in (options.facts, options.ageing):
        raise context.refuse("credit.stdin-once")
    if options.facts is not None:
        return _facts(context, options)
    if options.ageing is not None:
        return _ageing(context, options)
    return _one(context, options) if options.id is not None else _all(context, options)


def _facts(context: Context, options: argparse.Namespace) -> int:
    """What-if: facts of a file, by a policy of a file or the one in force on the facts' day."""
    facts = Facts.of(given.facts(context, "credit-facts", options.facts))
    used, policy = _policy_for(context, options.policy, facts.as_of)
    found = credit.calculate(policy.data, facts)
    if options.format == "json":
        print(as_json(_as_dict(used, found)))
        return 0
    print(crediting.answer(context, policy, found), context.say("credit.policy-used", policy=printable(used)), sep="\n")
    if options.explain:
        print("", *crediting.told(context, policy, found), sep="\n")
    return 0


def _policy_for(context: Context, path: str | None, on: date) -> tuple[str, Record]:
    """(what the policy is called, the policy): that of the file, else the register's on the day."""
    if path is not None:
        return path, given.policy(context, "credit", path)
    found = context.policy.in_force("credit", on)
    if found is None:
        raise context.refuse("credit.no-policy", status=1, date=on.isoformat())
    return found.id, found


def _as_dict(policy: str, found: Calculation) -> dict[str, Any]:
    steps = [{"name": step.name, "formula": step.formula, "inputs": dict(step.inputs), "result": step.result} for step in found.steps]
    return {"schema": "mingbu/credit/1", "policy": policy, **found.figures(), "steps": steps}


def _ageing(context: Context, options: argparse.Namespace) -> int:
    data = given.facts(context, "credit-ageing", options.ageing, credit.as_listed)
    used, policy = _policy_for(context, options.policy, date.fromisoformat(data["as_of"]))
    if "ageing" not in policy.data:
        raise context.refuse("credit.no-ageing", status=1, policy=used)
    found = credit.aged(policy.data, data)
    if options.format == "json":
        buckets = [
            {
                "label": pick(bucket.title, context.lang),
                "amount": rounded(bucket.amount),
                "share": bucket.share,
                "provision": rounded(bucket.provision),
            }
            for bucket in found.buckets
        ]
        print(as_json({"schema": "mingbu/ageing/1", "buckets": buckets, **found.figures()}))
    else:
        print(*_ageing_lines(context, found), sep="\n")
    return 0


def _ageing_lines(context: Context, found: Ageing) -> list[str]:
    head = [context.say(f"credit.column.{key}") for key in ("bucket", "amount", "share", "rate", "provision")]
    rows = [
        [pick(one.title, context.lang), separated(rounded(one.amount)), one.share, crediting.plain(one.rate), separated(rounded(one.provision))]
        for one in found.buckets
    ]
    whole = "100.00" if found.total else "0.00"
    rows.append([context.say("credit.total"), separated(rounded(found.total)), whole, "", separated(rounded(found.provision))])
    amount, share = separated(rounded(found.overdue)), found.overdue_share
    figures = found.figures()
    overdue = (
        context.say("credit.overdue-only", amount=amount) if share is None else context.say("credit.overdue", amount=amount, share=rounded(share))
    )
    if figures["dso"] is None:
        return [*table([head, *rows]), overdue, context.say("credit.no-dso")]
    days = {"dso": figures["dso"], "best": figures["best_possible_dso"], "delay": figures["average_delay"]}
    return [*table([head, *rows]), overdue, context.say("credit.dso", **days)]


def _one(context: Context, options: argparse.Namespace) -> int:
    """A customer or a credit file: today's policy, or one of a file, with what the register knows."""
    credit_file = _file(context, options.id)
    used, policy = _policy_for(context, options.policy, context.today)
    known = credit.known(context.sound, context.policy, credit_file, policy)
    if known is None:
        raise context.refuse("credit.no-sheet", status=1, id=options.id)
    found = credit.calculate(policy.data, known.facts)
    if options.format == "json":
        print(as_json({**_as_dict(used, found), **crediting.known_as_dict(context, credit_file, known)}))
        return 0
    customer = credit_file.data["customer"]
    answer = crediting.answer(context, policy, found)
    print(context.say("credit.of", name=printable(name(context.sound, customer, context.lang)), id=customer, answer=answer))
    print(context.say("credit.policy-used", policy=printable(used)))
    print(*crediting.in_force(context, credit_file, found), sep="\n")
    print("", *crediting.sources(context, known), sep="\n")
    if options.explain:
        print("", *crediting.told(context, policy, found), sep="\n")
    return 0


def _file(context: Context, record_id: str) -> Record:
    """The credit file that is meant. Refuses what isn't one and has none."""
    record = context.sound.get(record_id)
    if record is None:
        broken = context.register.get(record_id) or context.sound.is_broken(record_id)
        raise context.refuse("error.broken-record" if broken else "error.no-record", status=1, id=record_id)
    if record.kind.name == "credit-file":
        return record
    if record.kind.name != "customer":
        raise context.refuse("credit.not-a-customer", status=1, id=record_id)
    found = credit.file_of(context.sound, record_id)
    if found is None:
        raise context.refuse("credit.no-file", status=1, id=record_id)
    return found


def _all(context: Context, options: argparse.Namespace) -> int:
    """Every credit file: what is in force, what comes out today."""
    _policy_for(context, None, context.today)
    rows = [crediting.row(context, credit_file) for credit_file in context.sound.of("credit-file")]
    if options.format == "json":
        print(as_json({"schema": "mingbu/credits/1", "rows": rows}))
        return 0
    keys = ("grade", "limit", "valid_to", "computed_grade", "computed_limit")
    head = [context.say(f"credit.column.{key}") for key in ("customer", "file", *keys)]
    print(*table([head, *([*crediting.who(context, row), *(crediting.cell(context, row, key) for key in keys)] for row in rows)]), sep="\n")
    return 0
