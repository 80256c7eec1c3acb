"""The course of a case: routed elsewhere and reopened in order, and what was closed once is not forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu import organization
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Record, Register


@check("case.region-without-office", "case.other-office", rules=("D4", "D5"))
def regions_have_an_office(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D4, D5: an office serves the region of a case, and the case lies there, or a note says why it lies elsewhere."""
    serving = organization.Regions(register)
    for case in register.of("case"):
        departments = serving.of(case.data["region_code"])
        offices = {found for found in departments if register.records[found].data["level"] == "office"}
        names = "、".join(sorted(register.name_of(found) for found in offices or departments))
        office = case.data.get("assigned_office")
        if departments and not offices:
            yield case.finding("/region_code", "case.region-without-office", ("D4",), value=case.data["region_code"], other=names)
        elif offices and office not in offices and _in_its_branch(register, case) and not {"remarks", "rerouted"} & case.data.keys():
            yield case.finding("/assigned_office", "case.other-office", ("D5",), value=register.name_of(office), expected=names)


def _in_its_branch(register: Register, case: Record) -> bool:
    """Whether it is dispatched to an office of its branch: of another branch, case.wrong-office has said it."""
    office = register.get(case.data.get("assigned_office"))
    return office is not None and case.data.get("routed_to_branch") in organization.above(register, office.id)


@check("case.rerouted-order", "case.rerouted-nowhere", rules=("D4", "D5"))
def cases_are_routed_elsewhere_in_order(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D4: routings follow each other since the submission, and each leads to another place."""
    for case in register.of("case"):
        entries, last = case.data.get("rerouted", []), case.data["submitted_at"][:10]
        now = {"branch": case.data.get("routed_to_branch"), "office": case.data.get("assigned_office")}
        for index, row in enumerate(entries):
            if row["date"] < last:
                yield case.finding(f"/rerouted/{index}/date", "case.rerouted-order", ("D4",), value=row["date"], other=last)
            last = max(last, row["date"])
            following = entries[index + 1] if index + 1 < len(entries) else now
            office = following.get("office")
            if following["branch"] == row["branch"] and (office is None or office == row.get("office")) and following["branch"] is not None:
                yield case.finding(f"/rerouted/{index}/branch", "case.rerouted-nowhere", ("D4",), value=register.name_of(row["branch"]))


@check("case.reopened-order", rules=("D9",))
def cases_are_reopened_in_order(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D9: a case is closed, reopened, and closed again, each not before what came before it."""
    for case in register.of("case"):
        last = case.data["submitted_at"][:10]
        for pointer, day in _turns(case):
            if day < last:
                yield case.finding(pointer, "case.reopened-order", ("D9",), value=day, other=last)
            last = max(last, day)


def _turns(case: Record) -> Iterator[tuple[str, str]]:
    """(pointer, day) of every closing and reopening, in the order in which they stand; of the last closing, where something was reopened."""
    entries = case.data.get("reopened", [])
    for index, row in enumerate(entries):
        for key in ("closed_on", "date"):
            if key in row:
                yield f"/reopened/{index}/{key}", row[key]
    if entries and "closed_on" in case.data:
        yield "/closed_on", case.data["closed_on"]


@check("case.reopening-forgets", rules=("D9", "D10"))
def reopened_cases_keep_what_was_undone(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D9: a case that the base has as closed on another day or with another outcome keeps that closing under `reopened`."""
    if register.base is None:
        return
    for case in register.of("case"):
        before = register.base.before.get(case.id)
        if before is None or "closed_on" not in before.data:
            continue
        closing = (before.data["closed_on"], before.data["state"])
        if (case.data.get("closed_on"), case.data["state"]) == closing:
            continue
        kept = [(row.get("closed_on"), row.get("outcome")) for row in case.data.get("reopened", ())]
        reopened = len(kept) > len(before.data.get("reopened", ())) or "closed_on" not in case.data
        if reopened and closing not in kept:
            yield case.finding("/reopened" if kept else "/state", "case.reopening-forgets", ("D9",), value=closing[0])
