"""Who may be addressed for joint marketing, and whether a list that somebody made keeps to it (C12)."""

from __future__ import annotations

import re
from pathlib import Path

from mingbu import privacy
from mingbu.cli.context import Context
from mingbu.documents.aligned import table
from mingbu.register import Record
from mingbu.schema.formats import id_pattern
from mingbu.schema.kinds import Kind


def channel_of(context: Context, kind: Kind, channel: str | None) -> str:
    """The channel that was named. Refuses another kind than customers, and no or an unknown channel."""
    channels = context.schemas.codes["channel"]
    if kind.name != "customer":
        raise context.refuse("error.marketing", kind=context.title(kind))
    if channel is None or channel not in channels:
        raise context.refuse("error.channel", options=", ".join(channels))
    return channel


def addressable(context: Context, records: list[Record], channel: str) -> list[Record]:
    """The customers that agreed to the channel and haven't opted out by today, or --on."""
    day = context.today.isoformat()
    return [record for record in records if privacy.may_be_addressed(context.sound, context.policy, record, channel, day).allowed]


def verify(context: Context, kind: Kind, channel: str, path: str) -> int:
    """Names every customer of the file who may not be addressed; 1 when there is one, or an id that nobody has."""
    rows = []
    for record_id in _ids(context, kind, path):
        record = context.sound.get(record_id)
        day = context.today.isoformat()
        answer = privacy.may_be_addressed(context.sound, context.policy, record, channel, day) if record else None
        if answer is None or not answer.allowed:
            name = context.sound.name_of(record_id) if record else ""
            rows.append([record_id, name, context.say(answer.reason if answer else "marketing.unknown")])
    if rows:
        print("\n".join(table(rows)))
    print(context.say("marketing.refused" if rows else "marketing.sound", count=len(rows)))
    return 1 if rows else 0


def _ids(context: Context, kind: Kind, path: str) -> list[str]:
    """The ids in the file, each once, in its order; whatever else stands there doesn't matter."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise context.refuse("error.no-file", path=path[:200]) from None
    return list(dict.fromkeys(re.findall(rf"\b{id_pattern(kind.prefix)}\b", text)))
