"""mingbu simulate: a policy that isn't in force tried on today's register."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from mingbu import labels, yamlio
from mingbu.cli import given, moves
from mingbu.cli.check import as_dict
from mingbu.cli.context import Context, as_json
from mingbu.findings import Finding
from mingbu.labels import pick
from mingbu.register import Record
from mingbu.simulating import Simulation, simulate
from mingbu.yamlio.characters import printable


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("policy", metavar="POLICY.yml", help=say("help.simulate.policy"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    proposed = given.policy(context, _topic(context, options.policy), options.policy, examples=False)
    found = simulate(context.register, context.policy, proposed)
    if options.format == "json":
        print(as_json(_report(context, options.policy, found)))
    else:
        print("\n".join(_text(context, options.policy, proposed, found)))
    return 0


def _topic(context: Context, path: str) -> str:
    """What the file says that it is a policy of."""
    data, faults = yamlio.read(given.content(context, path))
    name = str(data.get("schema", "")).rpartition("/")[0] if data else ""
    kind = context.schemas.kinds.get(name)
    if not faults and (kind is None or not name.startswith("policy-")):
        topics = [known.removeprefix("policy-") for known in context.schemas.kinds if known.startswith("policy-")]
        raise context.refuse("error.no-policy-file", status=1, path=path[:200], options=", ".join(topics))
    return name.removeprefix("policy-") if kind else "credit"  # what can't be read is told of by whoever reads it next


def _report(context: Context, path: str, found: Simulation) -> dict[str, Any]:
    return {
        "schema": "mingbu/simulate/1",
        "policy": path,
        "replaces": found.replaced.id if found.replaced else None,
        "as_of": context.today.isoformat(),
        "moved": [
            {"customer": move.customer, "what": move.what, "from": move.before, "to": move.after, "by": moves.distance(context, move)}
            for move in found.moves
        ],
        "new_findings": [as_dict(finding, context.lang) for finding in found.new_findings],
        "mended": [as_dict(finding, context.lang) for finding in found.mended],
    }


def _text(context: Context, path: str, proposed: Record, found: Simulation) -> Iterator[str]:
    title = pick((proposed.data["title"], proposed.data["title_en"]), context.lang)
    yield context.say("simulate.title", policy=printable(path), title=title, day=context.today.isoformat())
    yield context.say("simulate.replaces", policy=found.replaced.id) if found.replaced else context.say("simulate.first")
    yield from _block(context, "simulate.moves", [*moves.counts(context, found.moves), *moves.told(context, found.moves)])
    yield from _block(context, "simulate.findings", [_finding(context, finding) for finding in found.new_findings])
    yield from _block(context, "simulate.mended", [_finding(context, finding) for finding in found.mended])
    customers = len({move.customer for move in found.moves})
    yield ""
    yield context.say("simulate.summary", customers=customers, new=len(found.new_findings), mended=len(found.mended))


def _block(context: Context, key: str, lines: list[str]) -> list[str]:
    return ["", f"[{context.say(key)}]", *(f"  {line}" for line in lines)] if lines else []


def _finding(context: Context, finding: Finding) -> str:
    severity = context.say(f"severity.{labels.severity(finding.code)}")
    return f"{printable(finding.path)}:{finding.line}: {severity} {finding.code}  {labels.message(finding, context.lang)}"
