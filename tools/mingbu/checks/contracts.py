"""Contract files 合同档案: numbers, the groups of documents, hand-over and archive in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from mingbu import deadlines, duties
from mingbu.calendar import UnknownYear
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Record, Register

_WITHOUT_FILE = frozenset({"draft", "voided"})
"""A contract that isn't signed, or never came to be, has no file to complete."""


@check("contract.group-missing", "contract.document-owed", "contract.archived-incomplete", rules=("E2",))
def contract_files_have_every_group(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E2: each of the document groups is there, or doesn't apply for a stated reason; what is still to come is owed, and isn't archived."""
    for contract in register.of("contract"):
        if contract.data["status"] in _WITHOUT_FILE:
            continue
        groups = contract.kind.by_pointer["/documents/*/group"].node["x-enum"]
        listed = {document["group"] for document in contract.data["documents"]}
        for group, (zh, en) in groups.items():
            if group not in listed:
                yield contract.finding("/documents", "contract.group-missing", ("E2",), value=(zh, en))
        for index, document in enumerate(contract.data["documents"]):
            if document["state"] == "missing":
                zh, en = groups[document["group"]]
                code = "contract.archived-incomplete" if "archived_on" in contract.data else "contract.document-owed"
                yield contract.finding(f"/documents/{index}/state", code, ("E2",), value=(zh, en), date=contract.data.get("archived_on", ""))


@check("contract.group-twice", rules=("E2",))
def contract_groups_are_not_contradictory(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E2: a group that doesn't apply, or is still to come, has no document of another state."""
    for contract in register.of("contract"):
        states: dict[str, str] = {}
        for index, document in enumerate(contract.data["documents"]):
            known = states.setdefault(document["group"], document["state"])
            if known != document["state"]:
                yield contract.finding(f"/documents/{index}/state", "contract.group-twice", ("E2",))


def _number(contract: Record) -> tuple[str, int]:
    """(department code and year, number) of a contract number."""
    series, _, number = contract.data["contract_no"].rpartition("-")
    return series, int(number)


@check("contract.number-department", rules=("E3",))
def contracts_are_numbered_by_their_department(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E3: a contract's number begins with the code of its department."""
    for contract in register.of("contract"):
        department = register.get(contract.data["department"])
        code = _number(contract)[0].rpartition("-")[0]
        if department and department.data["code"] != code:
            yield contract.finding("/contract_no", "contract.number-department", ("E3",), value=code, expected=department.data["code"])


@check("contract.number-gap", "contract.number-twice", rules=("E3",))
def contract_numbers_have_no_gap(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E3: the numbers of a department and year run from 1 without a gap; one that came to nothing stays, voided."""
    series: dict[str, list[tuple[int, Record]]] = {}
    for contract in register.of("contract"):
        name, number = _number(contract)
        series.setdefault(name, []).append((number, contract))
    for name, numbered in series.items():
        ordered = sorted(numbered, key=lambda pair: (pair[0], pair[1].id))
        for (before, _), (number, contract) in pairwise([(0, ordered[0][1]), *ordered]):
            if number == before:
                yield contract.finding("/contract_no", "contract.number-twice", ("E3",), value=contract.data["contract_no"])
            if number > before + 1:
                missing = f"{name}-{before + 1:03d}" + (f"…{number - 1:03d}" if number > before + 2 else "")
                yield contract.finding("/contract_no", "contract.number-gap", ("E3",), value=missing)


@check("contract.handover-late", "calendar.unknown-year", rules=("E5",))
def contract_files_are_handed_over_in_time(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E5: within a month after each event's formalities the file is with the credit administrator."""
    for contract in register.of("contract"):
        for key in ("events", "changes"):
            for index, event in enumerate(contract.data.get(key, [])):
                if "formalities_done_on" in event:
                    pointer = f"/{key}/{index}/formalities_done_on"
                    done = event.get("handed_over_on")
                    yield from _late(policy, contract, pointer, ("contract.handover", "contract.handover-late"), done, today)


@check("contract.archive-late", "calendar.unknown-year", rules=("E6",))
def contract_files_are_archived_in_time(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E6: within a month after it was verified the file is in the archive."""
    for contract in register.of("contract"):
        if "verified_on" in contract.data:
            done = contract.data.get("archived_on")
            yield from _late(policy, contract, "/verified_on", ("contract.archive", "contract.archive-late"), done, today)


def _late(policy: Policy, contract: Record, pointer: str, named: tuple[str, str], done: str | None, today: date) -> Iterator[Finding]:
    """`named`: the deadline, and the code of the finding when it is missed."""
    what, code = named
    try:
        due = deadlines.missed(policy, what, str(contract.get(pointer)), done or today.isoformat())
    except UnknownYear as unknown:
        yield contract.finding(pointer, "calendar.unknown-year", value=str(unknown.year))
        return
    if due is not None and "late_reason" not in contract.data:
        yield contract.finding(pointer, code, due=due.isoformat(), value=done or today.isoformat())


@check("contract.verifier", "contract.archiver", rules=("E6",))
def contract_files_are_verified_and_archived_by_their_keepers(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E6: a credit administrator verifies, an archivist archives."""
    for contract in register.of("contract"):
        for done, by, duty, code in (
            ("verified_on", "verified_by", "contract_verification", "contract.verifier"),
            ("archived_on", "archived_by", "contract_archiving", "contract.archiver"),
        ):
            person, day = contract.data.get(by), contract.data.get(done, "")
            if duties.lacks(register, policy, person, duty, day):
                yield contract.finding(f"/{by}", code, ("E6",), value=register.name_of(person), date=day)


@check("contract.self-approved", rules=("E2",))
def contracts_are_approved_by_another(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E2: who approves a contract isn't the one who handles it."""
    for contract in register.of("contract"):
        if contract.data["approver"] == contract.data["handler"]:
            yield contract.finding("/approver", "contract.self-approved", ("E2",), value=register.name_of(contract.data["approver"]))


@check("contract.receiver", rules=("E5",))
def contract_files_go_to_a_credit_administrator(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E5: a credit administrator receives the file, from somebody else."""
    for contract in register.of("contract"):
        for index, event in enumerate(contract.data.get("events", [])):
            person, day = event.get("received_by"), event.get("handed_over_on", "")
            lacking = person and duties.lacks(register, policy, person, "contract_verification", day)
            if lacking or (person and person == event.get("handed_over_by")):
                yield contract.finding(f"/events/{index}/received_by", "contract.receiver", ("E5",), value=register.name_of(person), date=day)


@check("contract.number-year", rules=("E3",))
def contract_numbers_are_not_ahead_of_their_year(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E3: a contract isn't numbered in a year after the one in which it was signed, or is being drafted."""
    for contract in register.of("contract"):
        year, known = _number(contract)[0].rpartition("-")[2], contract.data.get("signed_on", contract.data["prepared_on"])[:4]
        if year > known:
            yield contract.finding("/contract_no", "contract.number-year", ("E3",), value=year, expected=known)


@check("contract.archived-before-handover", rules=("E5", "E6"))
def contract_files_are_handed_over_before_they_are_archived(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E5, E6: what had been done when the file was archived had been handed over; what came later follows it."""
    for contract in register.of("contract"):
        archived = contract.data.get("archived_on")
        for index, event in enumerate(contract.data.get("events", []) if archived else ()):
            if event["formalities_done_on"] <= archived < event.get("handed_over_on", "9"):
                yield contract.finding(f"/events/{index}", "contract.archived-before-handover", ("E5", "E6"), date=str(archived))


@check("contract.milestones-sum", "contract.overpaid", rules=("E4",))
def contract_milestones_add_up(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E4: the milestones are the amount of the contract, or the contract says why not; nobody pays more than a milestone."""
    for contract in register.of("contract"):
        rows = contract.data["payment_milestones"]
        summed = sum(Decimal(row["amount"]) for row in rows)
        if summed != Decimal(contract.data["amount"]) and "milestones_note" not in contract.data:
            yield contract.finding("/payment_milestones", "contract.milestones-sum", ("E4",), value=f"{summed:.2f}", expected=contract.data["amount"])
        for index, row in enumerate(rows):
            if Decimal(row.get("paid", "0")) > Decimal(row["amount"]):
                pointer = f"/payment_milestones/{index}/paid"
                yield contract.finding(pointer, "contract.overpaid", ("E4",), value=row["paid"], expected=row["amount"])
