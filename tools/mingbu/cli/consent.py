"""mingbu consent: may a customer's data of a category go to a recipient for a purpose on a day?"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mingbu import privacy
from mingbu.cli.context import Context, as_json
from mingbu.privacy import Matter


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("id", metavar="ID", help=say("help.consent.customer"))
    parser.add_argument("--category", required=True, help=say("help.consent.category"))
    parser.add_argument("--recipient", required=True, metavar="ID", help=say("help.consent.recipient"))
    parser.add_argument("--purpose", required=True, help=say("help.consent.purpose"))
    parser.add_argument("--channel", help=say("help.consent.channel"))
    parser.add_argument("--on", dest="day", metavar="DATE", help=say("help.consent.on"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    customer = context.sound.get(options.id)
    if customer is None or customer.kind.name != "customer":
        raise context.refuse("error.no-record", status=1, id=options.id)
    recipient = context.sound.get(options.recipient)
    if recipient is None or recipient.kind.name not in {"recipient", "department"}:
        raise context.refuse("error.no-record", status=1, id=options.recipient)
    for value, codes in ((options.category, "data_category"), (options.purpose, "purpose"), (options.channel, "channel")):
        known = context.schemas.codes[codes]
        if value is not None and value not in known:
            raise context.refuse("error.code", field=context.say(f"consent.{codes}"), value=value, options=", ".join(known))
    day = context.day(options.day) if options.day else context.today
    matter = Matter(customer.id, options.category, options.recipient, options.purpose, day.isoformat(), options.channel)
    answer = privacy.decide(context.sound, context.policy, matter)
    reason = context.say(answer.reason)
    if options.format == "json":
        ground = "consent" if answer.allowed else None
        facts = {"allowed": answer.allowed, "ground": ground, "statement": answer.statement, "reason": reason}
        print(as_json({"schema": "mingbu/consent/1", **facts}))
    else:
        verdict = context.say("consent.allowed" if answer.allowed else "consent.refused")
        print(f"{verdict}  {reason}  {answer.statement or ''}".rstrip())
    return 0 if answer.allowed else 1
