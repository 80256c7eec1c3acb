"""What sets two readings apart besides the trade name: region, words of trade, form, branch, group. Keys of reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mingbu.duplicates.places import within
from mingbu.duplicates.reading import Reading
from mingbu.duplicates.rules import Industry


def differences(a: Reading, b: Reading, extra: tuple[str, str], abbreviated: bool) -> Iterator[str]:
    """The differences in a fixed order; `extra` are words of trade that the policy doesn't know, behind either trade name."""
    yield from region(a, b)
    if not abbreviated:
        yield from business(a, b, extra)
        yield from _generic(a, b)
    yield from _form(a, b)
    if not _same_branch(a, b):
        yield "branch-other"
    if a.group != b.group:
        lacking, grouped = (b, a) if a.group else (a, b)
        left_out = not lacking.group and is_short(lacking) and not is_short(grouped)
        yield "group-missing" if left_out else "group-other"


def is_short(reading: Reading) -> bool:
    """A short name, of which parts may have been left out: it has no legal form."""
    return reading.form is None and not reading.mark


def region(a: Reading, b: Reading) -> Iterator[str]:
    """The regions are the same, one is missing, one holds the other, or they differ."""
    if a.street and b.street and a.street != b.street:
        yield "region-other"
    elif bool(a.places) != bool(b.places):
        yield "region-missing"
    elif not a.places & b.places and a.places:
        nested = within(a.places, b.places) or within(b.places, a.places)
        public = any(reading.unnamed or (reading.form is not None and reading.form.by_region) for reading in (a, b))
        yield "region-wider" if nested and not public else "region-other"


def business(a: Reading, b: Reading, extra: tuple[str, str]) -> Iterator[str]:
    """The words of trade mean the same, one has fewer of them, they are near, or they differ."""
    ours, theirs = _trades(a, extra[0], b), _trades(b, extra[1], a)
    shared, left, right = ours & theirs, ours - theirs, theirs - ours
    if not left and not right:
        return
    if a.unnamed or b.unnamed:
        yield "industry-other"
    elif not ours or not theirs:
        yield "industry-missing" if is_short(b if ours else a) else "industry-weak"
    elif not left or not right:
        yield "industry-part" if _telling(shared) else "industry-weak"
    elif _telling(shared) and not _telling(left | right):
        yield "industry-part"
    elif {trade.family for trade in left} & {trade.family for trade in right} and (_near(left, right)):
        yield "industry-near"
    elif abbreviates(extra[0] + a.business, extra[1] + b.business) or _abbreviated_tail(a, b):
        yield "industry-part"
    elif (extra[0] + a.business)[:1] == (extra[1] + b.business)[:1]:
        yield "industry-weak"
    else:
        yield "industry-other"


def _trades(reading: Reading, extra: str, other: Reading) -> frozenset[Industry]:
    """The trades of a reading; a company's hospital or shop is one, unless the other is that hospital."""
    found = frozenset(reading.industries) | ({Industry(extra, extra, False)} if extra else frozenset())
    inner = reading.inner
    return found | {Industry(inner.name, inner.family, False)} if inner and inner not in (other.form, other.inner) else found


def _telling(trades: Iterable[Industry]) -> bool:
    """Whether a word among them says something: 技术 or 服务 alone doesn't."""
    return any(not trade.loose for trade in trades)


def _near(left: frozenset[Industry], right: frozenset[Industry]) -> bool:
    """Whether every telling word of either side has one of its family on the other."""
    ours, theirs = {trade.family for trade in left}, {trade.family for trade in right}
    return all(trade.loose or trade.family in theirs for trade in left) and all(trade.loose or trade.family in ours for trade in right)


def abbreviates(one: str, other: str) -> bool:
    """Whether the characters of the shorter stand in the longer in the same order 农机 in 农业机械."""
    short, long = sorted((one, other), key=lambda text: (len(text), text))
    rest = iter(long)
    return len(short) >= 2 and all(char in rest for char in short)


def _abbreviated_tail(a: Reading, b: Reading) -> bool:
    """Whether a short name has the rest of the other abbreviated 职院 for 职业技术学院."""
    trade = min(a.trade, b.trade, key=len)
    return is_short(a) != is_short(b) and abbreviates(a.rest.removeprefix(trade), b.rest.removeprefix(trade))


def _generic(a: Reading, b: Reading) -> Iterator[str]:
    lacking = (a.generic - b.generic and not is_short(b)) or (b.generic - a.generic and not is_short(a))
    if lacking:
        yield "generic-other"


def _form(a: Reading, b: Reading) -> Iterator[str]:
    if a.form != b.form:
        if a.form is None or b.form is None:
            yield "form-missing"
        else:
            near = a.form.family == b.form.family or a.inner == b.form or b.inner == a.form
            yield "form-near" if near else "form-other"
    without = (a.mark and a.form is None) or (b.mark and b.form is None)
    if a.mark != b.mark and ((a.mark and b.mark) or (without and a.form != b.form)):
        yield "mark-other"


def _same_branch(a: Reading, b: Reading) -> bool:
    if a.branch is None or b.branch is None:
        return a.branch is b.branch
    return a.branch.name == b.branch.name and (bool(a.branch.places & b.branch.places) or a.branch.places == b.branch.places)
