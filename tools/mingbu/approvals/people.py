"""The approver: holds the post that the step asks for, didn't prepare the content, and isn't one person in two steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mingbu import duties
from mingbu.approvals.case import Case, Problem, row_in
from mingbu.approvals.reading import read
from mingbu.approvals.statement import digest
from mingbu.findings import Text
from mingbu.history import Revision, landings
from mingbu.register import Policy, Record, Register


def problem(case: Case) -> Problem | None:
    """What is wrong with who the approver is."""
    return _post(case) or _himself(case) or _author(case)


def _post(case: Case) -> Problem | None:
    """He held the post, by himself or as a deputy, and the step may be taken with it, both already before the change."""
    role = str(case.data["role"])
    label = _label(case, role)
    if case.row is None:
        return case.problem("approval.same-change", "/step", role=label)
    if not all(duties.holds(trust.register, case.data["by"], [role], case.day) for trust in case.trusts):
        since = case.past is not None and duties.holds(case.register, case.data["by"], [role], case.day)
        return case.problem("approval.same-change" if since else "approval.post", "/role", role=label)
    if role not in case.row["posts"]:
        proposed = Policy(replace(case.register, base=None), case.policy.today)  # with what the change makes of it
        row = row_in(proposed, case.subject, case.data)
        since = case.past is not None and row is not None and role in row["posts"]
        return case.problem("approval.same-change" if since else "approval.role", "/role", role=label)
    return None


def _label(case: Case, role: str) -> Text:
    pair = case.register.schemas.codes["post"].get(role, [role, role])
    return pair[0], pair[1]


def _himself(case: Case) -> Problem | None:
    if case.data["by"] == case.subject.id:
        return case.problem("approval.own-post", "/by")
    if case.data["by"] == case.subject.data.get("prepared_by") or (case.is_timed and _wrote(case)):
        return case.problem("approval.self", "/by")
    return None


def _wrote(case: Case) -> bool:
    """Whether the commit that gave the covered fields this content is by the approver."""
    found = _giving(case)
    return found is not None and _is_by(case, found)


def _giving(case: Case) -> Revision | None:
    """The revision of the subject that first said what the statement approves, newest spell of it."""
    if case.past is None:
        return None
    giving = None
    for revision, record in revisions(case.register, case.subject.id):
        if case.link.place is not None and revision.commit.place > case.link.place:
            continue  # what came after the landing says nothing of who had written it
        if record is not None and digest(record, case.covers) == case.data["digest"]:
            giving = revision
        elif giving is not None:
            break
    return giving


def _is_by(case: Case, revision: Revision) -> bool:
    """Whether the commit's author is the approver, by the addresses that he had before the change."""
    author = revision.commit.author_email.casefold()
    people = [trust.register.get(case.data["by"]) for trust in case.trusts]
    return any(person is not None and author in map(str.casefold, person.data.get("emails", [])) for person in people)


def _author(case: Case) -> Problem | None:
    """Without a signature the commit itself has to be the approver's."""
    if "signature" in case.data or case.past is None or not case.is_timed:
        return None
    brought = next((revision for revision in landings(case.past.tip, case.statement.id) if revision.new == case.link.blob), None)
    if brought is not None and not _is_by(case, brought):
        return case.problem("approval.author", "/by", other=brought.commit.author_email)
    return None


def revisions(register: Register, record_id: str) -> Iterator[tuple[Revision, Record | None]]:
    """The revisions of a record, newest first, with what its file held after each; None where it was taken away or can't be read."""
    if register.past is None:
        return
    for revision in register.past.tip.revisions(record_id):
        raw = register.past.texts.raw(revision.new) if revision.new else None
        yield revision, read(register, revision.path, raw) if raw is not None else None
