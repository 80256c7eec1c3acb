"""What the makers of the sample's history hand to each other: versions of records, and the plan that they are made by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mingbu import ids, yamlio
from mingbu.register import Record
from mingbu.schema.kinds import Kind

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Change:
    """A version of a record: what it says from then on, by whom, and what a commit says about it."""

    at: datetime
    by: str
    record: Record
    note: str


@cache
def growth() -> dict[str, Any]:
    """The plan: growth.yml."""
    text = Path(__file__).with_name("growth.yml").read_text(encoding="utf-8")
    plan: dict[str, Any] = yaml.safe_load(text)
    return plan


def first_day() -> date:
    """The day on which the sample company takes its register into use."""
    return date.fromisoformat(growth()["begins"])


def last_day() -> date:
    """The day at which the sample stands still: nothing is committed after it."""
    return date.fromisoformat(growth()["ends"])


def chance(*names: str) -> int:
    """A number that looks random and is always the same for these names."""
    return int.from_bytes(hashlib.sha256("/".join(names).encode()).digest()[:6], "big")


def moment(value: str, *names: str) -> datetime:
    """The time that a field names; on a day without a time, some minute of the office hours."""
    if len(value) > 10:
        return datetime.fromisoformat(value).astimezone(CHINA)
    return on_day(date.fromisoformat(value), 9 * 60 + 5 + chance(*names, value) % 455)


def on_day(day: date, minutes: int) -> datetime:
    """So many minutes after midnight in China."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(minutes=minutes)


def version(kind: Kind, record_id: str, data: dict[str, Any], final: Record | None = None) -> Record:
    """The record with this content; with the very bytes of `final` where it says the same."""
    if final is not None and final.data == data:
        return final
    arranged = kind.arrange(data)
    return Record(kind, record_id, ids.place(kind, record_id), arranged, yamlio.dump(arranged).encode("utf-8"))
