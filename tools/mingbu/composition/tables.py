"""The register as tables: lines of sales, and what is known of customers and products, as Arrow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from mingbu import classification, credit, trading
from mingbu.credit import receivables
from mingbu.money import rounded
from mingbu.register import Policy, Record, Register

_NONE = Decimal("0.00")
AMOUNT = pa.decimal128(18, 2)
SALES = pa.schema(
    [
        ("line", pa.string()),
        ("date", pa.date32()),
        ("month", pa.string()),
        ("customer", pa.string()),
        ("product", pa.string()),
        ("department", pa.string()),
        ("quantity", pa.int64()),
        ("amount", AMOUNT),
        ("paid", AMOUNT),
        ("paid_on", pa.date32()),
    ]
)
CUSTOMERS = pa.schema([(name, pa.string()) for name in ("customer", "region", "nature", "position", "lifecycle", "rank", "grade", "responsible")])
PRODUCTS = pa.schema([(name, pa.string()) for name in ("product", "category")])
EXPOSURES = pa.schema([("customer", pa.string()), ("grade", pa.string()), *((name, AMOUNT) for name in ("limit", "outstanding", "overdue"))])
AGEING = pa.schema([("customer", pa.string()), ("bucket", pa.string()), ("outstanding", AMOUNT)])

Tables = dict[str, pa.Table]
"""Of sales: sales (one row a line), customers and products (one row a record). Of credit: exposures (one row a customer) and
ageing (one row for each customer and bucket of the policy). What a record doesn't say is null."""


def of_sales(register: Register, policy: Policy) -> Tables:
    """Worked out once for a register and a day: the grade is the one in force on it."""
    return register.memo(f"composition of sales {policy.today}", lambda: _of_sales(register, policy))


def _of_sales(register: Register, policy: Policy) -> Tables:
    lines = (_line(line) for found in trading.lines(register).values() for line in found)
    customers = (_customer(register, policy, record) for record in register.of("customer"))
    products = ({"product": record.id, "category": record.data["category"]} for record in register.of("product"))
    return {"sales": table(SALES, lines), "customers": table(CUSTOMERS, customers), "products": table(PRODUCTS, products)}


def of_credit(register: Register, policy: Policy) -> Tables:
    """Who owes what on the policy's day, as of its rules; also of customers that lines name and the register doesn't have."""
    return register.memo(f"composition of credit {policy.today}", lambda: _of_credit(register, policy))


def _of_credit(register: Register, policy: Policy) -> Tables:
    rules = policy.in_force("credit")
    owed, aged = [], []
    for found in credit.exposures(register, policy):
        owed.append({"customer": found.customer.id, **{key: getattr(found, key) for key in ("grade", "limit", "outstanding", "overdue")}})
        aged += _buckets(found.customer.id, found.ageing)
    for customer in sorted(set(trading.lines(register)) - {record.id for record in register.of("customer")}):
        items = credit.receivables_of(register, customer, policy.today)
        late = [item.outstanding for item in items if item.days_overdue(policy.today) > 0]
        outstanding = sum((item.outstanding for item in items), _NONE)
        owed.append({"customer": customer, "grade": None, "limit": None, "outstanding": outstanding, "overdue": sum(late, _NONE)})
        if rules and "ageing" in rules.data:
            aged += _buckets(customer, receivables.aged(rules.data, policy.today, items, _NONE))
    return {"exposures": table(EXPOSURES, owed), "ageing": table(AGEING, aged)}


def _buckets(customer: str, found: credit.Ageing | None) -> list[dict[str, Any]]:
    """Open amounts of the ledger are whole cents: as a decimal they stay what they are."""
    buckets = found.buckets if found else ()
    return [{"customer": customer, "bucket": bucket.code, "outstanding": Decimal(rounded(bucket.amount))} for bucket in buckets]


def table(schema: pa.Schema, rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Rows by column name as a table."""
    return pa.Table.from_pylist(list(rows), schema=schema)


def _line(line: trading.Line) -> dict[str, Any]:
    known = {key: getattr(line, key) for key in ("customer", "product", "department", "quantity", "amount", "paid")}
    paid_on = date.fromisoformat(line.paid_on) if line.paid_on else None
    return known | {"line": line.record.id + line.pointer, "date": date.fromisoformat(line.date), "month": line.date[:7], "paid_on": paid_on}


def _customer(register: Register, policy: Policy, record: Record) -> dict[str, Any]:
    decision, data = credit.decision_for(register, policy, record), record.data
    classes = {axis: value.value for axis, value in classification.of(register, policy, record).items()}
    return {
        "customer": record.id,
        "region": data["region_code"][:2],
        "nature": classes.get("nature", data["customer_nature"]),
        "position": classes.get("market_position", data["market_position"]),
        "lifecycle": classes.get("lifecycle", data.get("lifecycle")),
        "rank": classes.get("rank", data["customer_rank"]),
        "grade": credit.limit_in_force(register, policy.today, decision).grade if decision else None,
        "responsible": data["responsible_staff"],
    }
