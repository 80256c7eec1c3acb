"""Archivists' qualifications, the procedures of departments, and attested safeguards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu import duties
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Record, Register


@check("qualification.missing", "qualification.late", rules=("E13", "E14"))
def archivists_qualify_before_duty(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E13, E14: whoever has the post of lending files was trained and passed before it began."""
    for person, pointer, since, until in _terms(register, policy):
        if until < today.isoformat():
            continue
        passed = sorted(record.data["passed_on"] for record in _qualifications(register, person) if record.data["passed"])
        if not passed:
            yield person.finding(pointer, "qualification.missing", ("E14",), value=register.name_of(person.id))
        elif passed[0] > since:
            yield person.finding(pointer, "qualification.late", ("E14",), value=passed[0], start=since)


def _terms(register: Register, policy: Policy) -> Iterator[tuple[Record, str, str, str]]:
    """(person, pointer, first day, last day) of every term in a post that lends files."""
    posts = duties.posts_for(policy, "lending")
    for person in register.of("person"):
        for index, post in enumerate(person.data["posts"]):
            if post["post"] in posts:
                yield person, f"/posts/{index}/from", post["from"], min(post.get("to", "9"), person.data.get("left_on", "9"))


def _qualifications(register: Register, person: Record) -> list[Record]:
    return [record for record, pointer in register.referring(person.id) if record.kind.name == "qualification" and pointer == "/person"]


@check("qualification.education", rules=("E13",))
def archivists_have_the_education(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E13: who qualified as archivist has the education that the policy asks."""
    found = policy.in_force("duties")
    enough = found.data.get("education") if found else None
    for record in register.of("qualification"):
        if enough is not None and record.data["passed"] and record.data["education"] not in enough:
            yield record.finding("/education", "qualification.education", ("E13",))


@check("qualification.expired", rules=("E13",))
def qualifications_have_not_run_out(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E13: somebody on duty whose certificates have all run out."""
    for person, pointer, since, until in _terms(register, policy):
        if not since <= today.isoformat() <= until:
            continue
        passed = [record for record in _qualifications(register, person) if record.data["passed"]]
        last = max((record.data.get("valid_to", "9") for record in passed), default="9")
        if last < today.isoformat():
            yield person.finding(pointer, "qualification.expired", ("E13",), value=last)


@check("procedure.missing", rules=("B25",))
def departments_have_their_procedures(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B25: each department of the levels named has the procedures, approved and in force."""
    found = policy.in_force("duties")
    day = today.isoformat()
    in_force = {
        (record.data["department"], record.data["procedure_kind"])
        for record in register.of("procedure")
        if record.data["effective_on"] <= day <= record.data.get("ended_on", "9")
    }
    for row in found.data["procedures"] if found else []:
        for department in register.of("department"):
            if department.data["level"] in row["levels"] and (department.id, row["procedure_kind"]) not in in_force:
                zh, en = register.schemas.codes["procedure_kind"][row["procedure_kind"]]
                yield department.finding("", "procedure.missing", ("B25",), value=(zh, en))


@check("procedure.self-approved", rules=("B25",))
def procedures_are_approved_by_another(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B25: who approves a procedure didn't write it."""
    for record in register.of("procedure"):
        if record.data["approved_by"] == record.data["prepared_by"]:
            yield record.finding("/approved_by", "procedure.self-approved", ("B25",), value=register.name_of(record.data["approved_by"]))


@check("safeguard.missing", "safeguard.due", "safeguard.failed", rules=("C8", "C9"))
def safeguards_are_attested(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """C8, C9: every safeguard that the policy names was attested, not too long ago, and passed."""
    found = policy.in_force("privacy")
    for measure in found.data["measures"] if found else []:
        given = [record for record in register.of("attestation") if record.data["measure"] == measure]
        last = max(given, key=lambda record: (record.data["attested_on"], record.id), default=None)
        zh, en = register.schemas.codes["safeguard"][measure]
        if last is None and found:
            yield found.finding("/measures", "safeguard.missing", ("C8", "C9"), value=(zh, en))
        elif last and last.data["next_due_on"] < today.isoformat():
            yield last.finding("/next_due_on", "safeguard.due", ("C8", "C9"), value=(zh, en), due=last.data["next_due_on"])
        elif last and last.data["result"] == "failed":
            yield last.finding("/result", "safeguard.failed", ("C8", "C9"), value=(zh, en))
