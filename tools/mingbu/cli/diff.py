"""mingbu diff: what differs between two moments of the register, and who came, went or changed class."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from mingbu.cli.context import Context, as_json
from mingbu.comparing import Difference, Effect, compared, effects
from mingbu.display import label, line, name
from mingbu.register import Record
from mingbu.yamlio.characters import printable


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("moments", nargs="*", metavar="DATE|REV", help=say("help.diff.moments"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    moments = [*options.moments, *options.as_of]
    if len(moments) != 2:
        raise context.refuse("error.diff-two")
    before, after = (Context(str(context.root), context.lang, options.on, moment) for moment in moments)
    found = compared(before.register, after.register)
    came_of_it = list(effects(before.policy, after.policy, before.sound, after.sound))
    if options.format == "json":
        print(as_json(_report(before, after, found, came_of_it)))
    else:
        print("\n".join(_text(before, after, found, came_of_it)))
    return 0


def _report(before: Context, after: Context, found: list[Difference], came_of_it: list[Effect]) -> dict[str, Any]:
    records = [
        {
            "id": difference.record.id,
            "kind": difference.record.kind.name,
            "change": difference.change,
            "changes": [
                {"pointer": change.pointer, "label": label(difference.record.kind, change.pointer, after.lang), "from": change.old, "to": change.new}
                for change in difference.changes
            ],
        }
        for difference in found
    ]
    effects = [{"customer": effect.customer, "what": effect.pointer[1:], "from": effect.before, "to": effect.after} for effect in came_of_it]
    commits = [side.revision.commit if side.revision else None for side in (before, after)]
    return {"schema": "mingbu/diff/1", "from": commits[0], "to": commits[1], "records": records, "effects": effects}


def _text(before: Context, after: Context, found: list[Difference], came_of_it: list[Effect]) -> Iterator[str]:
    """First what it means for customers, then record by record."""
    sides = [f"{side.revision.label} ({side.today})" for side in (before, after) if side.revision]
    yield " → ".join(sides)
    for change, key in (("added", "diff.came"), ("removed", "diff.went")):
        customers = [difference.record for difference in found if difference.change == change and difference.record.kind.name == "customer"]
        yield from _section(after, key, [f"  {_called(before, after, record.id)}" for record in customers])
    yield from _section(after, "diff.effects", [_effect(before, after, effect) for effect in came_of_it])
    yield from _section(after, "diff.records", [text for difference in found for text in _lines(before, after, difference)])
    counts = Counter(difference.change for difference in found)
    yield after.say("diff.summary", count=len(found), added=counts["added"], removed=counts["removed"], changed=counts["changed"])


def _section(context: Context, key: str, lines: list[str]) -> list[str]:
    return [f"[{context.say(key)}]", *lines, ""] if lines else []


def _called(before: Context, after: Context, record_id: str) -> str:
    side = after if after.register.get(record_id) else before
    return f"{record_id}  {printable(name(side.register, record_id, side.lang))}".rstrip()


def _effect(before: Context, after: Context, effect: Effect) -> str:
    old, new = before.sound.get(effect.customer), after.sound.get(effect.customer)
    change = _change(after, new, effect.pointer, _shown(before, old, effect.pointer, effect.before), _shown(after, new, effect.pointer, effect.after))
    return f"  {_called(before, after, effect.customer)}  {change}"


def _lines(before: Context, after: Context, difference: Difference) -> Iterator[str]:
    record = difference.record
    yield f"  {after.say(f'diff.{difference.change}')}  {after.title(record.kind)}  {_called(before, after, record.id)}"
    for change in difference.changes:
        old, new = _shown(before, difference.before, change.pointer, change.old), _shown(after, difference.after, change.pointer, change.new)
        yield f"      {_change(after, record, change.pointer, old, new)}"


def _change(context: Context, record: Record | None, pointer: str, old: str, new: str) -> str:
    called = label(record.kind, pointer, context.lang) if record else pointer
    return f"{called}{context.say('site.colon')}{old} → {new}"


def _shown(context: Context, record: Record | None, pointer: str, value: Any) -> str:
    """The value as the schema of its own moment shows it."""
    return line(context.sound, record.kind, pointer, value, context.lang) if record else context.say("value.none")
