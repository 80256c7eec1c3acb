"""Statutory terms 法定账期 where the policy turns them on: when a debtor had to pay by law, and the interest that it owes since.

Reading (保障中小企业款项支付条例). Where we are a small or medium enterprise, a debtor of a class that the policy names owes within
so many days of the sale. A contract of sale in force on that day sets the days instead: by a payment milestone on the item's due date,
else by its terms; at most the policy's `contract_days` where it has some. What is kept back for quality is not told apart.
The debtor's size is that at the signing of the newest such contract that states it, else that on its card; its nature is that on the
card. Where several lines of the policy fit, the first one counts. Interest runs on what is open, from the day after, at the policy's
daily rate: agreed rates aren't kept as figures. A due date agreed without a contract, on an invoice, decides what is dunned, not this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from mingbu.credit.ageing import interest
from mingbu.credit.receivables import Receivable, exposures
from mingbu.register import Policy, Record, Register


@dataclass(frozen=True, slots=True)
class Statutory:
    """An open invoice of such a debtor. interest: exact, in CNY; nothing before the day after `due_on`."""

    receivable: Receivable
    size: str | None
    days: int
    due_on: str
    days_late: int
    interest: Fraction
    contract: Record | None
    """The one that set the days."""


def statutory(register: Register, policy: Policy, customer: Record, receivables: tuple[Receivable, ...]) -> list[Statutory]:
    """Of what is open of the customer on the policy's day; nothing where the policy doesn't turn it on."""
    rules = policy.in_force("credit")
    terms = rules.data.get("statutory") if rules else None
    if rules is None or terms is None or not terms["in_use"]:
        return []
    found = []
    for item in receivables:
        contracts = contracts_on(register, customer.id, item.sold_on) if item.outstanding > 0 else []
        size = next((one.data["enterprise_size_at_signing"] for one in contracts if "enterprise_size_at_signing" in one.data), None)
        size = size or customer.data.get("enterprise_size")
        row = next((row for row in terms["debtors"] if _fits(row, customer, size)), None)
        if item.outstanding > 0 and row is not None:
            contract = next((one for one in contracts if _sets(one, item)), contracts[0] if contracts else None)
            found.append(_owed(rules.data, row, item, size, contract, policy.today))
    return found


def all_statutory(register: Register, policy: Policy) -> list[Statutory]:
    """Those of every customer, by customer."""
    return [one for found in exposures(register, policy) for one in statutory(register, policy, found.customer, found.receivables)]


def contracts_on(register: Register, customer: str, day: str) -> list[Record]:
    """The contracts by which we sold to the customer on the day, the one signed last first."""
    found = []
    for record, pointer in register.referring(customer):
        if record.kind.name == "contract" and pointer == "/customer" and record.data["side"] in {"sell", "both"} and _runs(record, day):
            found.append(record)
    return sorted(found, key=lambda record: (record.data["signed_on"], record.id), reverse=True)


def _runs(contract: Record, day: str) -> bool:
    """Whether the contract was in force on the day: neither a draft nor voided, within its term, and not terminated before."""
    data = contract.data
    ended = [change["date"] for change in data.get("changes", []) if change["kind"] == "termination"]
    known = data["status"] not in {"draft", "voided"} and "signed_on" in data
    return known and max(data["signed_on"], data["effective_on"], data["performance_from"]) <= day <= min([data["performance_to"], *ended])


def _fits(row: Mapping[str, Any], customer: Record, size: str | None) -> bool:
    nature = customer.data.get("customer_nature")
    return ("natures" not in row or nature in row["natures"]) and ("sizes" not in row or size in row["sizes"])


def _owed(rules: Mapping[str, Any], row: Mapping[str, Any], item: Receivable, size: str | None, contract: Record | None, on: date) -> Statutory:
    agreed = _agreed(contract, item) if contract else row["days"]
    days = min(agreed, row.get("contract_days", agreed))
    due = date.fromisoformat(item.sold_on) + timedelta(days=days)
    late = max(0, (on - due).days)
    owed = interest(rules, Fraction(item.outstanding), late) or Fraction(0)
    return Statutory(item, size, days, due.isoformat(), late, owed, contract)


def _agreed(contract: Record, item: Receivable) -> int:
    """The days that the contract gives from the sale."""
    if _sets(contract, item):
        return (date.fromisoformat(item.due_on) - date.fromisoformat(item.sold_on)).days
    return int(contract.data["terms_days"])


def _sets(contract: Record, item: Receivable) -> bool:
    """Whether one of the contract's payments falls due on the item's day."""
    return any(milestone["due_on"] == item.due_on for milestone in contract.data["payment_milestones"])
