"""Reports of sales (B16): the business with each customer, and what was sold to it, product by product."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mingbu.composition.shares import NONE, shares, summed
from mingbu.register import Policy, Register
from mingbu.reports.composition import since, year_of
from mingbu.reports.model import Asked, Column, Report, Table
from mingbu.reports.wording import pair

_CUSTOMER = (
    Column("customer", pair("customer"), "ref"),
    Column("sales", pair("sales"), "amount"),
    Column("returns", pair("returns"), "amount"),
    Column("amount", pair("net"), "amount"),
    Column("share", pair("share"), "percent"),
    Column("quantity", pair("quantity"), "count"),
    Column("collected", pair("collected"), "amount"),
    Column("outstanding", pair("outstanding"), "amount"),
    Column("previous", pair("previous"), "amount"),
)
_PRODUCT = (
    Column("customer", pair("customer"), "ref"),
    Column("product", pair("product"), "ref"),
    *(column for column in _CUSTOMER if column.key in {"quantity", "sales", "returns", "amount", "share", "previous"}),
)


def _customer_sales(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    """The greatest first; the customers that only owe or paid something, too."""
    return [_table(register, policy, asked, ("customer",), _CUSTOMER, "customers")]


def _sales_to_customers(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    return [_table(register, policy, asked, ("customer", "product"), _PRODUCT, "products")]


def _table(register: Register, policy: Policy, asked: Asked, by: tuple[str, ...], columns: tuple[Column, ...], name: str) -> Table:
    from mingbu.composition import engine, expressions

    spans = expressions.Spans.of(asked.period or year_of(policy.today), policy.today)
    found = engine.of_sales(register, policy).traded(by, spans)
    if "product" in by:
        found = [row for row in found if row["lines"] or row["previous"]]
    bought: dict[str, Decimal] = {}
    for row in found:
        bought[row["customer"]] = bought.get(row["customer"], NONE) + row["amount"]
    found.sort(key=lambda row: (-bought[row["customer"]], row["customer"], -row["amount"], row.get("product", "")))
    rows = [_row(columns, row | {"share": share}) for row, share in zip(found, shares(found), strict=True)]
    amounts = {column.key: str(summed(found, column.key)) for column in columns if column.unit == "amount"}
    counts = {"quantity": sum(row["quantity"] for row in found)} if len(by) == 1 else {}
    whole = "100.00" if summed(found) else "0.00"
    return Table(name, pair("by-customer"), columns, rows, {**amounts, "share": whole, **counts}, since(register, spans.before))


def _row(columns: tuple[Column, ...], row: dict[str, Any]) -> dict[str, Any]:
    return {column.key: str(row[column.key]) if column.unit == "amount" else row[column.key] for column in columns}


_TAKES = frozenset({"period"})
CUSTOMER_SALES = Report("customer-sales", pair("customer-sales"), ("B16",), _customer_sales, _TAKES, usual_period=year_of)
SALES_TO_CUSTOMERS = Report("sales-to-customers", pair("sales-to-customers"), ("B16",), _sales_to_customers, _TAKES, usual_period=year_of)
