"""What people do, in the order in which it lands: each does his part for some time, and hands it in when it is done or when others need it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mingbu.demo.model import Change, chance, growth
from mingbu.demo.signing import Signing
from mingbu.register import Register

_MINUTE = timedelta(minutes=1)
Key = tuple[str, ...]
_LATE = "late"


@dataclass
class Work:
    """A version or an approval, and when it was committed."""

    what: Change | Signing
    at: datetime
    by: str

    @property
    def subject(self) -> str:
        return self.what.record.id if isinstance(self.what, Change) else self.what.subject


@dataclass
class Group:
    """Works that land together."""

    key: Key
    ends: datetime
    works: list[Work] = field(default_factory=list)

    @property
    def is_alone(self) -> bool:
        """Whether it lands by itself: an approval, or what is approved later."""
        return self.is_signed or self.key[0] == _LATE

    @property
    def is_signed(self) -> bool:
        return any(isinstance(work.what, Signing) for work in self.works)


class Landings:
    """Hands out the groups in the order of their landing."""

    def __init__(self, register: Register, there: set[str], changes: Sequence[Change], signings: Sequence[Signing]) -> None:
        self._register = register
        self._there = there
        self._signed = _contents(changes, signings)
        works = [Work(change, change.at, change.by) for change in changes] + [Work(made, made.at, made.by) for made in signings]
        self._works = sorted(works, key=lambda work: (work.at, isinstance(work.what, Signing)))
        self._ends: dict[Key, datetime] = {}
        for work in self._works:
            key = self._key(work)
            self._ends[key] = max(self._ends.get(key, work.at), work.at + timedelta(minutes=25 + chance(*key) % 60))
        self._open: dict[Key, Group] = {}
        self._last = self._works[0].at

    def __iter__(self) -> Iterator[tuple[Group, datetime]]:
        """(group, when it lands)."""
        for work in self._works:
            key = self._key(work)
            for group in self._waiting(work, key):
                landed = self._land(group)
                yield group, landed
                work.at = max(work.at, landed + _MINUTE)
            group = self._open.setdefault(key, Group(key, self._ends[key]))
            work.at = max([work.at, *(other.at + _MINUTE for other in group.works[-1:])])
            group.works.append(work)
        for group in sorted(self._open.values(), key=lambda group: group.ends):
            yield group, self._land(group)

    def _waiting(self, work: Work, key: Key) -> list[Group]:
        """The open groups that have ended by now, and those that the work builds on."""
        over = [group for group in self._open.values() if group.ends <= work.at or (group.key != key and self._needs(work, group))]
        return sorted(over, key=lambda group: group.ends)

    def _needs(self, work: Work, group: Group) -> bool:
        """Whether the group has the record in hand, or a new one that it names; whoever approves looks at all that names the record."""
        subjects = {other.subject for other in group.works}
        if isinstance(work.what, Signing):
            return work.subject in subjects or any(work.subject in self._named(other) for other in group.works)
        return work.subject in subjects or any(other in subjects and other not in self._there for other in self._named(work))

    def _named(self, work: Work) -> set[str]:
        return set() if isinstance(work.what, Signing) else {other for _, other in self._register.links(work.what.record)}

    def _land(self, group: Group) -> datetime:
        self._open.pop(group.key, None)
        self._there |= {work.subject for work in group.works}
        self._last = max(self._last + _MINUTE, min(group.ends, self._now(group)), group.works[-1].at + _MINUTE)
        return self._last

    def _now(self, group: Group) -> datetime:
        return group.works[-1].at + timedelta(minutes=3 + chance(*group.key) % 9)

    def _key(self, work: Work) -> Key:
        """An approval goes with what it approves; other work with what the same person does in the same time."""
        what, plan = work.what, growth()["landing"]
        if isinstance(what, Signing):
            return ("approval", what.subject, what.at.isoformat()) if what.late else self._signed.get(id(what), ("approval", what.subject))
        if id(what) in self._signed:
            return self._signed[id(what)]
        window = plan["windows"].get(what.record.kind.name, plan["window"])
        spelled = {"day": what.at.date().isoformat(), "week": "-".join(map(str, what.at.isocalendar()[:2])), "month": what.at.strftime("%Y-%m")}
        spelled["quarter"] = f"{what.at.year}-{(what.at.month + 2) // 3}"
        return what.by, window, spelled[window]


def _contents(changes: Sequence[Change], signings: Sequence[Signing]) -> dict[int, Key]:
    """id() of a version or an approval → the group of the content and all its approvals.

    The content belongs there when it is not older than some days: a card that is years old has landed long ago.
    """
    versions: dict[str, list[Change]] = {}
    for change in changes:
        versions.setdefault(change.record.id, []).append(change)
    found: dict[int, Key] = {}
    for signing in signings:
        content = [change for change in versions.get(signing.subject, []) if change.at <= signing.at]
        if signing.late and content:
            found[id(content[-1])] = (_LATE, signing.subject)
        if signing.late or not content:
            continue
        key = found.get(id(content[-1]), ("approval", signing.subject, content[-1].at.isoformat()))
        if signing.at - content[-1].at < timedelta(days=9):
            found[id(content[-1])] = key
        found[id(signing)] = key
    return found
