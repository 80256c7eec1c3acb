"""Deadlines in words: counted from what, how long, who owes it."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from typing import Any

from mingbu import labels
from mingbu.labels import Lang, pick, word
from mingbu.owed.following import fields_along
from mingbu.schema.kinds import Schemas

Row = Mapping[str, Any]
_ALL_MONTHS = 12
_LAST_DAY = 31


def length(schemas: Schemas, row: Row, lang: Lang) -> str:
    """How long it takes, or on which days it falls due."""
    if "count" in row:
        many = "same" if row["count"] == 0 else "one" if row["count"] == 1 else "many"
        return word(f"due.{many}-{row['unit']}", lang, count=row["count"])
    if "months" in row:
        return _rounds(row, lang)
    if "due" in row:
        return word("due.by-record", lang, field=title_of(schemas, row, row["due"], lang))
    return word("due.by-grade", lang)


def _rounds(row: Row, lang: Lang) -> str:
    names = [str(month) if lang == "zh" else calendar.month_name[month] for month in sorted(row["months"])]
    months = word("list.separator", lang).join(word("due.month", lang, name=name) for name in names)
    if len(names) == _ALL_MONTHS:
        months = word("due.every-month", lang)
    return word("due.last-day", lang, months=months) if row["day"] == _LAST_DAY else word("due.day", lang, months=months, day=row["day"])


def is_working(row: Row) -> bool:
    """Whether days off don't count."""
    return bool(row.get("unit") == "working_day")


def start(schemas: Schemas, row: Row, lang: Lang) -> str:
    """What it is counted from."""
    if "latest" in row:
        told = [pick(schemas.kinds[source["kind"]].title, lang) for source in row["latest"] if source["kind"] in schemas.kinds]
        return word("due.latest", lang, kinds=word("due.or", lang).join(told))
    if "from" in row:
        return f"{kind_title(schemas, row, lang)}{word('site.colon', lang)}{title_of(schemas, row, row['from'], lang)}"
    if "months" in row:
        period = schemas.codes["owed_period"].get(row.get("period", "round"))
        opens = [word("due.opens", lang, day=row["opens"])] if "opens" in row else []
        return word("clause.separator", lang).join([*([pick(period, lang)] if period else []), *opens])
    return kind_title(schemas, row, lang)


def kind_title(schemas: Schemas, row: Row, lang: Lang) -> str:
    kind = schemas.kinds.get(row.get("kind", ""))
    return pick(kind.title, lang) if kind else ""


def title_of(schemas: Schemas, row: Row, pointer: str, lang: Lang) -> str:
    """The labels of the fields that a pointer runs through."""
    fields = fields_along(schemas, row["kind"], pointer, row.get("each", ())) if row.get("kind") else None
    return word("due.of", lang).join(pick(field.title, lang) for field in fields) if fields else pointer


def who(schemas: Schemas, row: Row, key: str, lang: Lang) -> list[str]:
    """Those who owe it (key owes) or are told (tell), as the policy names them."""
    return list(_who(schemas, row, row.get(key, ()), lang))


def _who(schemas: Schemas, row: Row, entries: Any, lang: Lang) -> Iterator[str]:
    for one in entries:
        if "post" in one:
            pair = schemas.codes["post"].get(one["post"])
            post = pick(pair, lang) if pair else one["post"]
            yield word("due.post-at", lang, post=post, place=title_of(schemas, row, one["at"], lang)) if "at" in one else post
        elif one.get("department") == "/id":
            yield pick(labels.catalogue("words")["due.itself"], lang)
        else:
            yield title_of(schemas, row, one.get("field") or one["department"], lang)
