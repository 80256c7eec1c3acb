"""The content: the statement covers the step's fields and was given for what they hold now."""

from __future__ import annotations

from collections.abc import Sequence

from mingbu import display
from mingbu.approvals.case import Case, Problem
from mingbu.approvals.people import revisions
from mingbu.approvals.statement import digest, values
from mingbu.labels import LANGS, Lang, pick
from mingbu.register import Record


def problem(case: Case) -> Problem | None:
    """What is wrong with what was approved; `approval.stale` where the record was changed since."""
    if set(case.data["covers"]) != set(case.covers):
        return case.problem("approval.covers", "/covers", value=", ".join(case.covers))
    if case.data["digest"] == digest(case.subject, case.covers):
        return None
    given_for = approved(case)
    if given_for is not None and values(given_for, case.covers) == values(case.subject, case.covers):
        return None  # the schema moved on, the content didn't
    changes = _changes(case, given_for) if given_for is not None else ("", "")
    return case.problem(
        "approval.stale", "/digest", value=case.register.name_of(case.subject.id), expected=digest(case.subject, case.covers), changes=changes
    )


def approved(case: Case) -> Record | None:
    """The record as it was when the statement was given for it; None when no revision fits."""
    fitting = (
        record for _, record in revisions(case.register, case.subject.id) if record is not None and digest(record, case.covers) == case.data["digest"]
    )
    return next(fitting, None)


def _changes(case: Case, before: Record) -> tuple[str, str]:
    """Which covered fields differ, from what to what: （信用限度 500,000.00 → 800,000.00）."""
    texts = [", ".join(_change(case, before, pointer, lang) for pointer in _differing(before, case.subject, case.covers)) for lang in LANGS]
    return (f"（{texts[0].replace(', ', '；')}）", f" ({texts[1]})") if texts[0] else ("", "")


def _differing(before: Record, now: Record, covers: Sequence[str]) -> list[str]:
    return [pointer for pointer in covers if before.get(pointer) != now.get(pointer)]


def _change(case: Case, before: Record, pointer: str, lang: Lang) -> str:
    field = case.subject.kind.by_pointer[pointer]
    old, new = (
        display.shown(case.register, field, value, lang) if (value := record.get(pointer)) is not None else "—" for record in (before, case.subject)
    )
    return f"{pick(field.title, lang)} {old} → {new}"
