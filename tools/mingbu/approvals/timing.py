"""Order and clock: the statement follows the last one, names a commit of the main line, and was made between it and the landing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from mingbu.approvals.case import Case, Problem
from mingbu.approvals.reading import read
from mingbu.approvals.statement import chained, digest

_CHINA = timezone(timedelta(hours=8))


def problem(case: Case) -> Problem | None:
    """What is wrong with when the statement was made."""
    if not case.is_timed:
        return None
    return _base(case) or _clock(case) or _chain(case) or _from(case)


def _base(case: Case) -> Problem | None:
    """The commit that the signer saw is on the main line, before the landing."""
    place = base_place(case)
    if place is None or (case.link.place is not None and place >= case.link.place):
        return case.problem("approval.base", "/base", other=str(case.data.get("base", ""))[:12])
    return None


def base_place(case: Case) -> int | None:
    """Where on the main line the commit stands that the signer saw."""
    named = case.data.get("base")
    return case.past.main.place_of(str(named)) if case.past is not None and named else None


def _clock(case: Case) -> Problem | None:
    """`at` lies between that commit and the landing, give or take the policy's minutes."""
    past, place = case.past, base_place(case)
    if past is None or place is None:
        return None
    made, skew = datetime.fromisoformat(case.at).timestamp(), _skew(case)
    earliest, latest = past.main.main(place).committed, past.main.main(case.link.place).committed if case.link.place is not None else None
    if made < earliest - skew:
        return case.problem("approval.backdated", "/at", start=_shown(earliest), value=_shown(made))
    if latest is not None and made > latest + skew:
        return case.problem("approval.postdated", "/at", end=_shown(latest), value=_shown(made))
    return None


def _skew(case: Case) -> int:
    """How far clocks may differ, in seconds."""
    policy = case.trusts[-1].policy.in_force("approvals", case.day) or case.trusts[-1].policy.in_force("approvals")
    return 60 * int(policy.data.get("clock_skew_minutes", 0)) if policy else 0


def _shown(moment: float) -> str:
    return datetime.fromtimestamp(moment, _CHINA).strftime("%Y-%m-%d %H:%M")


def _chain(case: Case) -> Problem | None:
    """It was never made before, `previous` is the statement that landed last before it, and no later one has left the tree."""
    known = [chained(link.data) for link in case.earlier]
    expected = known[-1] if known else None
    gone = bool(case.later) and all(link.record is None for link in case.later)
    if case.data.get("previous") != expected or chained(case.data) in known or gone:
        return case.problem("approval.replay", "/previous", expected=expected or "—")
    return None


def _from(case: Case) -> Problem | None:
    """`from` is the digest of what the covered fields held at the commit that the signer saw."""
    past, place = case.past, base_place(case)
    if past is None or place is None:
        return None
    blob = past.main.blob(case.subject.id, place)
    record = read(case.register, case.subject.path, past.texts.raw(blob)) if blob else None
    expected = digest(record, case.covers) if record is not None else None
    if case.data.get("from") != expected:
        return case.problem("approval.from", "/from", expected=expected or "—")
    return None
