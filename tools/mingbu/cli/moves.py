"""How a move of a customer under another policy is told: what, from what to what, by how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from mingbu.cli.context import Context
from mingbu.display import name, separated
from mingbu.labels import pick
from mingbu.trying import Move
from mingbu.yamlio.characters import printable

_CODES = {
    "computed_grade": "credit_grade",
    "company_grade": "company_grade",
    "nature": "customer_nature",
    "rank": "customer_rank",
}
"""What → its list of codes, where that has another name."""


def told(context: Context, moves: Iterable[Move]) -> list[str]:
    """A line for each customer: 松墨阀门 (CUS-…)  核算等级：AA级 → A级（-1）；核算限度：750,000.00 → 600,000.00（-150,000.00）."""
    lines: dict[str, list[str]] = {}
    for move in moves:
        by = distance(context, move)
        old, new = (shown(context, move.what, value) for value in (move.before, move.after))
        change = f"{label(context, move.what)}{context.say('site.colon')}{old} → {new}"
        lines.setdefault(move.customer, []).append(change + (context.say("simulate.by", by=_signed(by)) if by else ""))
    return [f"{_who(context, customer)}  {context.say('clause.separator').join(changes)}" for customer, changes in lines.items()]


def _who(context: Context, customer: str) -> str:
    return f"{printable(name(context.sound, customer, context.lang))} ({customer})"


def label(context: Context, what: str) -> str:
    axis = context.schemas.codes["class_axis"].get(what)
    return pick(axis, context.lang) if axis else context.say(f"effect.{what}")


def shown(context: Context, what: str, value: str | None) -> str:
    """Codes by their labels, amounts with separators."""
    if value is None:
        return context.say("effect.refer" if what == "computed_limit" else "value.none")
    if what == "computed_limit":
        return separated(value)
    if what == "blocks":
        return context.say("list.separator").join(context.say(f"blocks.{code}") for code in value.split(" "))
    if what == "beyond":
        return context.say("list.separator").join(context.say(f"beyond.{code}") for code in value.split(" "))
    codes = {**context.schemas.codes.get(_CODES.get(what, what), {}), **_watched(context, what)}
    texts = [pick(codes[code], context.lang) if code in codes else code for code in value.split(" ")]
    return context.say("list.separator").join(texts)


def _watched(context: Context, what: str) -> dict[str, list[str]]:
    policy = context.policy.in_force("credit") if what == "watch" else None
    return {row["code"]: [row["title"], row["title_en"]] for row in policy.data.get("watch", [])} if policy else {}


def distance(context: Context, move: Move) -> str | None:
    """By how much: an amount, days, or grades (up is more); None where that makes no sense."""
    if move.before is None or move.after is None:
        return None
    if move.what == "computed_limit":
        return str(Decimal(move.after) - Decimal(move.before))
    if move.what == "computed_terms":
        return str(int(move.after) - int(move.before))
    if move.what in {"computed_grade", "company_grade"}:
        order = list(context.schemas.codes[_CODES[move.what]])
        return str(order.index(move.before) - order.index(move.after))
    return None


def _signed(text: str) -> str:
    sign = "" if text.startswith("-") else "+"
    return sign + (separated(text) if "." in text else text)


def counts(context: Context, moves: Iterable[Move]) -> list[str]:
    """How many customers move in what, and how many of them up and down where there is an up."""
    lines = []
    found = list(moves)
    for what, count in Counter(move.what for move in found).items():
        ways = [distance(context, move) for move in found if move.what == what]
        up, down = sum(way is not None and not way.startswith("-") for way in ways), sum(way is not None and way.startswith("-") for way in ways)
        key = "simulate.count-ways" if up or down else "simulate.count"
        lines.append(context.say(key, what=label(context, what), count=count, up=up, down=down))
    return lines
