"""What landed on the main line lately, for the home page: who did what to which records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from mingbu.history import Commit, Revision
from mingbu.site.reader import Cell, Reader, record_page
from mingbu.site.story import author, minute
from mingbu.timeline import Timelines, kind_of, subject_of
from mingbu.yamlio.characters import printable

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Group:
    """The records of a kind to which a commit did the same."""

    what: str
    kind: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Landing:
    """One commit of the main line on the home page; `total` counts the records that aren't listed too."""

    at: str
    who: list[Cell]
    groups: list[Group]
    listed: int
    total: int


def landings(reader: Reader, days: int, most: int) -> list[Landing] | None:
    """What landed on the main line in the last days, newest first; None where there is no history whose clock means anything."""
    past, timelines = reader.register.past, Timelines.of_all(reader.register)
    if past is None or timelines is None or past.copied:
        return None
    found: list[Landing] = []
    for commit in past.tip.between(*_seconds(reader.policy.today, days)):
        landed = timelines.by_place.get(commit.place, ())
        happened = _happened(landed)
        if happened and len(found) < most:
            who, groups = _authors(reader, timelines, commit, landed), _groups(reader, happened[:most])
            found.append(Landing(minute(commit), who, groups, len(happened[:most]), len(happened)))
    return found


def _seconds(today: date, days: int) -> tuple[int, int]:
    """The first second and the last of the days until today in China."""
    begins = datetime.combine(today - timedelta(days=days), time(), _CHINA)
    return int(begins.timestamp()), int(begins.timestamp()) + (days + 1) * 24 * 3600 - 1


def _authors(reader: Reader, timelines: Timelines, commit: Commit, landed: Iterable[Revision]) -> list[Cell]:
    """Who made what landed; of a merge, the authors of what it brought."""
    found = [author(reader, timelines, revision.commit, "index.html") for revision in landed]
    return list(dict.fromkeys(found))[:3] or [author(reader, timelines, commit, "index.html")]


def _happened(landed: Iterable[Revision]) -> list[tuple[str, str]]:
    """(what happened, record) of all that landed; an approval counts for its subject."""
    found: dict[str, str] = {}
    approved: dict[str, None] = {}
    for revision in landed:  # those of one record newest first: what came of it in all
        if revision.record.startswith("approval/"):
            approved |= {subject_of(revision.record): None} if revision.new else {}
            continue
        what = "created" if revision.old is None else "deleted" if revision.new is None else "changed"
        known = found.setdefault(revision.record, what)
        found[revision.record] = "created" if (known, what) == ("changed", "created") else known
    pairs = [(what, record) for record, what in found.items()] + [("approved", record) for record in approved]
    return sorted(pairs, key=lambda pair: (_ORDER.index(pair[0]), pair[1]))


_ORDER = ("created", "changed", "deleted", "approved")


def _groups(reader: Reader, happened: Iterable[tuple[str, str]]) -> list[Group]:
    groups: dict[tuple[str, str], list[Cell]] = {}
    for what, record in happened:
        kind = kind_of(reader.register, record)
        groups.setdefault((what, reader.pick(kind.title) if kind else ""), []).append(_linked(reader, record))
    return [Group(reader.word(f"home.{what}"), kind, cells) for (what, kind), cells in groups.items()]


def _linked(reader: Reader, record_id: str) -> Cell:
    record = reader.register.get(record_id)
    if record is None or not record.kind.prefix:  # gone, or the register's own settings, which have no page
        return Cell(printable(record_id))
    return Cell(reader.name(record), "ref", reader.name_lang(record), record_page(record))
