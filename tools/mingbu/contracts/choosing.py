"""Which contracts a question is about: those of a department and what is below it, of a customer, of a period."""

from __future__ import annotations

from mingbu import organization
from mingbu.contracts.standing import ENDED, life
from mingbu.period import Period
from mingbu.register import Record, Register

CNY = "CNY"


def currency(contract: Record) -> str:
    """The currency of its amounts; it is written only where it isn't CNY."""
    return str(contract.data.get("currency", CNY))


def below(register: Register, who: str | None) -> list[Record]:
    """The contracts of a department and of what is below it, or with a customer, by number; all of them where nobody is named."""
    found = [one for one in register.of("contract") if who is None or who == one.data["customer"] or who in _above(register, one)]
    return sorted(found, key=lambda one: (one.data["contract_no"], one.id))


def _above(register: Register, contract: Record) -> list[str]:
    return organization.above(register, contract.data["department"])


def axis_of(contract: Record, axis: str) -> str:
    """The value that a contract has on an axis of the ledger: department, customer, type or state."""
    return str(contract.data[{"type": "contract_type", "state": "status"}.get(axis, axis)])


def touched(contract: Record, period: Period) -> list[str]:
    """What happened to a contract in the period, nothing of a draft: it isn't a contract yet.

    signed, changed, terminated, completed, voided, formalities, handed_over, verified, archived, due, paid.
    """
    data = contract.data
    if data["status"] == "draft":
        return []
    found = [(key.removesuffix("_on"), data.get(key)) for key in ("signed_on", "voided_on", "verified_on", "archived_on")]
    for change in data.get("changes", ()):
        found.append(("terminated" if change["kind"] == "termination" else "changed", change["date"]))
    for event in (*data.get("events", ()), *data.get("changes", ())):
        found += [("formalities", event.get("formalities_done_on")), ("handed_over", event.get("handed_over_on"))]
    for row in data["payment_milestones"]:
        found += [("due", row["due_on"]), ("paid", row.get("paid_on"))] if data["status"] != "voided" else []
    lived = life(contract)
    found += [(lived.how, lived.ended_on)] if lived.how in ENDED else []
    return list(dict.fromkeys(what for what, day in found if day is not None and period.holds(day)))
