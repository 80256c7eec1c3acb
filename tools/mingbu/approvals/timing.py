"""Order and clock: the statement follows the last one, names a commit of the main line, and was made between it and the landing."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from mingbu.approvals.case import Case, Problem
from mingbu.approvals.reading import read
from mingbu.approvals.statement import chained, digest
from mingbu.history import Commit

_CHINA = timezone(timedelta(hours=8))


def problem(case: Case) -> Problem | None:
    """What is wrong with when the statement was made."""
    if not case.is_timed:
        return None
    return _base(case) or _clock(case) or _chain(case) or _from(case)


def _base(case: Case) -> Problem | None:
    """The commit that the signer saw is one of the main line, or came to it no later than the statement did."""
    seen = _seen(case)
    if seen is None or (case.link.place is not None and (seen.place > case.link.place or (seen.on_line and seen.place == case.link.place))):
        return case.problem("approval.base", "/base", other=str(case.data.get("base", ""))[:12])
    return None


def _seen(case: Case) -> Commit | None:
    """The commit that the signer saw."""
    return case.past.main.commit(str(case.data["base"])) if case.past is not None and "base" in case.data else None


def _clock(case: Case) -> Problem | None:
    """`at` lies between that commit and the landing, give or take the policy's minutes, and the landing didn't take too long."""
    past, seen = case.past, _seen(case)
    if past is None or seen is None:
        return None
    made, skew = datetime.fromisoformat(case.at).timestamp(), 60 * case.setting("clock_skew_minutes", 0)
    earliest = past.main.clock(seen.place, case.now) if seen.on_line else min(seen.committed, case.now)
    latest = past.landed(case.link.place, case.now) if case.link.place is not None else None
    if made < earliest - skew:
        return case.problem("approval.backdated", "/at", start=_shown(earliest), value=_shown(made))
    if latest is not None and made > latest + skew:
        return case.problem("approval.postdated", "/at", end=_shown(latest), value=_shown(made))
    days = case.setting("landing_days", 0)
    if days and (date.fromisoformat(case.landed_on) - date.fromisoformat(case.day)).days > days:
        return case.problem("approval.landed-late", "/at", end=case.landed_on, limit=str(days))
    return None


def _shown(moment: float) -> str:
    return datetime.fromtimestamp(moment, _CHINA).strftime("%Y-%m-%d %H:%M")


def _chain(case: Case) -> Problem | None:
    """It was never made before, `previous` is the statement that landed last before it, and no later one has left the tree."""
    known = [chained(link.data) for link in case.earlier]
    expected = known[-1] if known else None
    gone = bool(case.later) and not any(link.current for link in case.later)
    if case.data.get("previous") != expected or chained(case.data) in known or gone:
        return case.problem("approval.replay", "/previous", expected=expected or "—")
    return None


def _from(case: Case) -> Problem | None:
    """`from` is the digest of what the covered fields held at the commit that the signer saw, where that is one of the main line."""
    past, seen = case.past, _seen(case)
    if past is None or seen is None or not seen.on_line:
        return None
    blob = past.main.blob(case.subject.id, seen.place)
    record = read(case.register, case.subject.path, past.texts.raw(blob)) if blob else None
    expected = digest(record, case.covers) if record is not None else None
    if case.data.get("from") != expected:
        return case.problem("approval.from", "/from", expected=expected or "—")
    return None
