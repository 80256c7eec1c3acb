"""A register in memory with one customer that owes: its sales, its credit file and a credit policy, the last as the sample has it."""

from __future__ import annotations

from datetime import date
from typing import Any

import building
from building import ACTIVE, DECISION, FILE, PROJECT, SCHEMAS
from mingbu import yamlio
from mingbu.register import Policy, Record, Register

RULES = "credit/2025-07-01"
TODAY = date.fromisoformat(building.TODAY)


def rules(**changes: Any) -> dict[str, Any]:
    """The sample's credit policy with these parts changed."""
    data, faults = yamlio.read((PROJECT / "records/policy" / f"{RULES}.yml").read_bytes())
    assert data is not None and not faults
    return data | changes


def line(on: str, amount: str, **more: Any) -> dict[str, Any]:
    """A line of sales to the customer."""
    return {"customer": ACTIVE, "product": "PRD-000001", "date": on, "quantity": 1, "amount": amount, **more}


def decision(**changes: Any) -> Record:
    """Grade A, 200,000, for 2026."""
    said = {"id": DECISION, "policy_id": RULES, "valid_from": "2026-01-01", "valid_to": "2026-12-31", **changes}
    return building.record("credit-decision", building.fields("credit-decision", **said))


def dunning(number: int, step: str, on: str, **changes: Any) -> Record:
    """A step taken on the invoice K1, due on 2026-08-01."""
    said = {"invoice_no": "K1", "due_on": "2026-08-01", "amount": "1000.00", "outstanding": "1000.00", "step": step, "acted_on": on} | changes
    return building.record("dunning", building.fields("dunning", id=f"DUN-00001{number}", credit_file=FILE, **said))


def exception(number: int, block: str, first: str, last: str, **changes: Any) -> Record:
    said = {"id": f"CEX-00001{number}", "credit_file": FILE, "block": block, "valid_from": first, "valid_to": last, **changes}
    return building.record("credit-exception", building.fields("credit-exception", **said))


def register(lines: list[dict[str, Any]], *more: Record, policy: dict[str, Any] | None = None, customer: dict[str, Any] | None = None) -> Register:
    """Sales of two hundred lines at most each, as records hold them; without approval steps, so that what is dated is in force."""
    records = [
        building.record("customer", building.fields("customer", id=ACTIVE, **(customer or {}))),
        building.record("credit-file", building.fields("credit-file", id=FILE, customer=ACTIVE)),
        building.record("policy-credit", policy or rules()),
        *more,
    ]
    for part in range(0, len(lines), 200):
        said = {"id": f"SAL-0000{part // 200:02d}", "part": part // 200 + 1, "lines": lines[part : part + 200]}
        records.append(building.record("sales", building.fields("sales", **said)))
    return Register(PROJECT, SCHEMAS, {record.id: record for record in records}, ())


def on(found: Register, day: str = building.TODAY) -> Policy:
    return Policy(found, date.fromisoformat(day))
