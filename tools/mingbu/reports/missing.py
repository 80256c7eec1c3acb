"""Documents that are listed and not there (A9): attachments and contract papers against their folder, and incidents that tell of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mingbu.register import Policy, Record, Register
from mingbu.register.attachments import Store
from mingbu.reports.fieldwork import Row, code, column, columns, titled, totals
from mingbu.reports.model import Asked, Report, Table
from mingbu.schema.kinds import values_at

FOLDER = "attachments"
"""Beside the records, kept out of git: where the files lie, or a share that is mounted there."""
_TOLD_BY = frozenset({"missing", "damaged"})
_COUNTS = ("listed", "there", "missing", "changed", "no_digest", "unchecked")


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    folder = register.root / FOLDER
    store = Store(folder) if folder.is_dir() and not folder.is_symlink() else None
    rows, counts = [], dict[str, dict[str, int]]()
    for record in register.by_path():
        for pointer, entry in _documents(record):
            state = _state(store, entry)
            counts.setdefault(record.kind.name, dict.fromkeys(_COUNTS, 0))["listed"] += 1
            counts[record.kind.name][state] += 1
            if state in {"missing", "changed", "no_digest"}:
                rows.append(_row(register, record, pointer, entry, state))
    listed = [{"kind": _kind(register, name), **found} for name, found in sorted(counts.items())]
    papers = [_absent(register, contract, entry) for contract in register.of("contract") for entry in contract.data.get("documents", [])
              if entry["state"] == "missing"]  # fmt: skip
    notes = (titled("missing-note"),) if store else (titled("missing-no-folder", folder=f"{FOLDER}/"),)
    spec = ("record:ref", "kind", "document", "location", "state", "incident:ref")
    return [
        Table(
            "kinds",
            titled("missing-kinds"),
            (column("kind"), *columns(*(f"{key}:count" for key in _COUNTS))),
            listed,
            totals(listed, *_COUNTS),
            notes,
        ),
        Table("files", titled("missing-files"), columns(*spec), rows),
        Table("papers", titled("missing-papers"), columns("record:ref", "group", "document", "reason", "handler:ref", "incident:ref"), papers),
        _incidents(register),
    ]


def _kind(register: Register, name: str) -> tuple[str, str]:
    zh, en = register.schemas.kinds[name].title
    return zh, en


def _documents(record: Record) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(pointer, what is said of it) of everything that is listed as a file: what has a digest, and attachments without one."""
    frozen = "figures" in record.data  # the digest is that of the figures, which the record keeps itself
    for path in () if frozen else record.kind.paths_with("sha256"):
        for pointer, digest in values_at(record.data, path):
            beside = record.get(pointer.rpartition("/")[0]) if pointer.count("/") > 1 else {"location": record.data.get("location", "")}
            yield pointer, {**beside, "sha256": str(digest)}
    for index, attachment in enumerate(record.data.get("attachments", [])):
        if "sha256" not in attachment:
            yield f"/attachments/{index}", attachment


def _state(store: Store | None, entry: Mapping[str, Any]) -> str:
    if "sha256" not in entry:
        return "no_digest"
    if store is None:
        return "unchecked"
    there = store.digest_at(str(entry["location"])) if entry.get("location") else None
    if there == entry["sha256"] or store.has(entry["sha256"]):
        return "there"
    return "changed" if there else "missing"


def _row(register: Register, record: Record, pointer: str, entry: Mapping[str, Any], state: str) -> Row:
    name = str(entry.get("title") or entry.get("location") or pointer)
    told = _told(register, record, name)
    return {"record": record.id, "kind": _kind(register, record.kind.name), "document": name, "location": entry.get("location", ""),
            "state": titled(f"file-{state.replace('_', '-')}"), "incident": told}  # fmt: skip


def _absent(register: Register, contract: Record, entry: Mapping[str, Any]) -> Row:
    """A paper of which the contract's own list says that it is still to come."""
    group = code(register, "contract_document_group", entry["group"])
    reason = " ".join(entry["absent_reason"].split())
    told = _told(register, contract, str(entry.get("title") or group[0]))
    return {
        "record": contract.id,
        "group": group,
        "document": entry.get("title", ""),
        "reason": reason,
        "handler": contract.data["handler"],
        "incident": told,
    }


def _told(register: Register, record: Record, name: str) -> str:
    """The incident that tells of the document: it names it, and the customer or the loan that the record is about."""
    customer = record.data.get("customer") or (record.id if record.kind.name == "customer" else None)
    for incident in register.of("incident"):
        concerned = customer is None or customer in incident.data.get("customers", [customer])
        if incident.data["kind"] in _TOLD_BY and concerned and any(name in item or item in name for item in incident.data["items"]):
            return incident.id
    return ""


def _incidents(register: Register) -> Table:
    """Documents that incidents tell of as missing or damaged, with the loan that they didn't come back from."""
    loans = {request.data["loss_or_leak_ref"]: request.id for request in register.of("access-request") if "loss_or_leak_ref" in request.data}
    rows = [
        {
            "incident": incident.id,
            "kind": code(register, "incident_kind", incident.data["kind"]),
            "document": item,
            "discovered_on": incident.data["discovered_at"][:10],
            "state": code(register, "incident_state", incident.data["state"]),
            "remedy": " ".join(incident.data.get("remedy", "").split()),
            "request": loans.get(incident.id, ""),
        }
        for incident in register.of("incident")
        if incident.data["kind"] in _TOLD_BY
        for item in incident.data["items"]
    ]
    spec = columns("incident:ref", "kind", "document", "discovered_on:date", "state", "remedy", "request:ref")
    return Table("incidents", titled("missing-incidents"), spec, rows)


REPORT = Report("missing-documents", titled("missing-documents"), ("A9",), _tables, confidentiality="secret")
