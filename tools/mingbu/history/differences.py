"""What changed between two contents of a record, field by field, and which commit gave each field its value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingbu.history.course import History
from mingbu.history.model import Commit, Revision
from mingbu.history.texts import Texts
from mingbu.schema.expand import Node
from mingbu.schema.kinds import Kind

_IDENTITY = frozenset({"schema", "id"})


@dataclass(frozen=True, slots=True)
class Change:
    """A field whose value changed. `pointer` is where it stands now, or where it stood when it is gone; None: no value."""

    pointer: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Pair:
    """A field before and after; a list item may have moved, so that its two pointers differ. '' where it wasn't there."""

    before: str
    after: str
    old: Any
    new: Any


def differences(kind: Kind, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Change]:
    """The fields whose values differ, in the schema's order; schema and id left out."""
    return [Change(pair.after or pair.before, pair.old, pair.new) for pair in pairs(kind, before, after) if pair.old != pair.new]


def changes(texts: Texts, kind: Kind, revision: Revision) -> list[Change]:
    """What the revision changed."""
    key = (kind.name, revision.old, revision.new)
    if key not in texts.compared:
        texts.compared[key] = differences(kind, *texts.both(revision.old, revision.new))
    found: list[Change] = texts.compared[key]
    return found


def wrote(history: History, kind: Kind, record: str, texts: Texts | None = None, revisions: Sequence[Revision] | None = None) -> dict[str, Commit]:
    """Pointer → the commit that last gave the field the value it has at the history's end.

    `texts`, `revisions`: for many records in a row, what has been fetched already; all of the record's revisions, newest first.
    """
    texts, revisions = texts or Texts(history), history.revisions(record) if revisions is None else revisions
    aside: dict[int, list[Revision]] = {}
    for revision in revisions:
        if not revision.commit.on_line:
            aside.setdefault(revision.commit.place, []).append(revision)
    standing: dict[str, Commit] = {}
    line = [revision for revision in reversed(revisions) if revision.commit.on_line]
    texts.fetch(blob for revision in line for blob in (revision.old, revision.new))
    for revision in line:
        landing = _Landing(kind, texts, aside.get(revision.commit.place, []))
        found = {}
        for pair in pairs(kind, texts.data(revision.old), texts.data(revision.new)):
            if pair.after and pair.new is not None:
                kept = standing.get(pair.before) if pair.old == pair.new else None
                found[pair.after] = kept or landing.writer(pair) or revision.commit
        standing = found
    return standing


class _Landing:
    """The commits of a side branch that one main-line commit brought: the newest that gave a field its value wrote it."""

    def __init__(self, kind: Kind, texts: Texts, revisions: Sequence[Revision]) -> None:
        self._kind, self._texts, self._revisions = kind, texts, revisions
        self._pairs: list[tuple[Commit, list[Pair]]] | None = None

    def writer(self, wanted: Pair) -> Commit | None:
        if self._pairs is None:
            self._texts.fetch(blob for revision in self._revisions for blob in (revision.old, revision.new))
            self._pairs = [(revision.commit, self._changed(revision)) for revision in self._revisions if not revision.commit.is_merge]
        for commit, found in self._pairs:
            if any(pair.new == wanted.new and _shape(pair.after) == _shape(wanted.after) for pair in found):
                return commit
        return None

    def _changed(self, revision: Revision) -> list[Pair]:
        both = pairs(self._kind, self._texts.data(revision.old), self._texts.data(revision.new))
        return [pair for pair in both if pair.old != pair.new]


def _shape(pointer: str) -> str:
    """The pointer without the numbers of list items: on the branch the item may have stood elsewhere."""
    return "/".join("*" if part.isdigit() else part for part in pointer.split("/"))


def pairs(kind: Kind, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Pair]:
    """Every field of either content, schema and id left out, in the schema's order."""
    sides = [{key: value for key, value in (side or {}).items() if key not in _IDENTITY} for side in (before, after)]
    return list(_groups(kind.schema, ("", sides[0]), ("", sides[1])))


Side = tuple[str, Any]
"""(pointer, value) on one side; the value is None where there is nothing."""


def _groups(node: Node, before: Side, after: Side) -> Iterator[Pair]:
    """Two groups of fields, key by key."""
    (left, old), (right, new) = before, after
    known = node.get("properties", {})
    keys = [key for key in known if key in old or key in new]
    keys += [key for key in {**new, **old} if key not in known]  # of a schema that has changed since
    for key in keys:
        yield from _values(known.get(key, {}), (f"{left}/{key}", old.get(key)), (f"{right}/{key}", new.get(key)))


def _values(node: Node, before: Side, after: Side) -> Iterator[Pair]:
    old, new = before[1], after[1]
    there = [value for value in (old, new) if value is not None]
    if there and all(isinstance(value, Mapping) for value in there):
        yield from _groups(node, (before[0], old or {}), (after[0], new or {}))
    elif there and all(_is_table(value) for value in there) and any(there):
        yield from _lists(node.get("items", {}), (before[0], old or []), (after[0], new or []))
    else:
        yield Pair("" if old is None else before[0], "" if new is None else after[0], old, new)


def _is_table(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def _lists(node: Node, before: Side, after: Side) -> Iterator[Pair]:
    """Two lists of groups, item by item; items that are gone come where they stood."""
    (left, old), (right, new) = before, after
    for one, other in aligned(node, old, new):
        sides = [(f"{side}/{at}", values[at]) if at is not None else ("", {}) for side, values, at in ((left, old, one), (right, new, other))]
        for pair in _groups(node, sides[0], sides[1]):
            yield Pair("" if one is None else pair.before, "" if other is None else pair.after, pair.old, pair.new)


def aligned(node: Node, old: Sequence[Any], new: Sequence[Any]) -> list[tuple[int | None, int | None]]:
    """Which item of the one list is which of the other: by their key, where the items have one, else by what they hold."""
    key = _key(node, old, new)
    if key is not None:
        places = {item[key]: at for at, item in enumerate(old)}
        return [(places.pop(item[key], None), at) for at, item in enumerate(new)] + [(at, None) for at in places.values()]
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle = _alike(old[start : len(old) - end], new[start : len(new) - end])
    same = [(at, at) for at in range(start)] + [(one + start, other + start) for one, other in middle]
    same += [(len(old) - at, len(new) - at) for at in range(end, 0, -1)]
    return _with_the_rest(len(old), len(new), same)


def _key(node: Node, old: Sequence[Any], new: Sequence[Any]) -> str | None:
    """The field by which the items are told apart: `id`, else one that the schema wants to be unique; None when some have none or share it."""
    fields = node.get("properties", {})
    for key in [*(["id"] if "id" in fields else []), *(key for key, field in fields.items() if "x-unique" in field)]:
        values = [[item.get(key) for item in side] for side in (old, new)]
        if all(None not in side and len(set(map(str, side))) == len(side) for side in values):
            return str(key)
    return None


def _alike(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[int, int]]:
    """The pairing in order that keeps the most fields; two runs of one length that share nothing are paired as they stand."""
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for one in range(len(old) - 1, -1, -1):
        for other in range(len(new) - 1, -1, -1):
            both = best[one + 1][other + 1] + _common(old[one], new[other])
            best[one][other] = max(best[one + 1][other], best[one][other + 1], both)
    found, one, other = [], 0, 0
    while one < len(old) and other < len(new):
        common = _common(old[one], new[other])
        if common and best[one][other] == best[one + 1][other + 1] + common:
            found.append((one, other))
            one, other = one + 1, other + 1
        elif best[one][other] == best[one + 1][other]:
            one += 1
        else:
            other += 1
    return found


def _common(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    """How much of an item is the same in another: nothing beats an equal item."""
    if one == other:
        return 1000
    return sum(1 for key, value in one.items() if other.get(key) == value)


def _with_the_rest(old: int, new: int, matched: list[tuple[int, int]]) -> list[tuple[int | None, int | None]]:
    """All items of both lists. Between two matches, as many left over on both sides are taken for items that were rewritten."""
    found: list[tuple[int | None, int | None]] = []
    one = other = 0
    for upto in [*matched, (old, new)]:
        left, right = range(one, max(upto[0], one)), range(other, max(upto[1], other))
        if len(left) == len(right):
            found += zip(left, right, strict=True)
        else:
            found += [(at, None) for at in left] + [(None, at) for at in right]
        if upto != (old, new):
            found.append(upto)
        one, other = upto[0] + 1, upto[1] + 1
    return found
