"""Classes of customers (B3, B4, B8, B10, B18, F4): how many of each, their sales, why trade stopped, where cards and facts disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mingbu import classification, trading
from mingbu.classification import FIELDS, KEPT, Value
from mingbu.classification.facts import sales
from mingbu.labels import LANGS
from mingbu.register import Policy, Record, Register
from mingbu.reports.model import Asked, CannotReport, Column, Pair, Report, Table

_COUNTED = tuple(axis for axis in FIELDS if axis != "route_order")
"""The axes that are classes; a place on a route isn't one."""

Classed = Sequence[tuple[Record, Mapping[str, Value]]]


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    rules = policy.in_force("classification")
    if rules is None:
        raise CannotReport("error.no-policy", topic="classification")
    months = rules.data["sales_months"]
    sold = sales(register, policy.today, months).by_customer
    classed = [(customer, classification.of(register, policy, customer)) for customer in register.of("customer") if customer.data["status"] in KEPT]
    by_axis = [_by(register, axis, classed, sold, months) for axis in _COUNTED]
    return [*by_axis, _stagnant(register, policy, classed), _disagreements(register, classed)]


def _by(register: Register, axis: str, classed: Classed, sold: Mapping[str, Decimal], months: int) -> Table:
    """Customers and sales by the value of one axis, in the order of its codes; last those whose value isn't known."""
    found: dict[Any, list[str]] = {code: [] for code in [*register.schemas.codes[FIELDS[axis]], None]}
    for customer, values in classed:
        found.setdefault(values[axis].value, []).append(customer.id)
    rows = [
        {
            "value": _label(register, axis, code),
            "customers": len(customers),
            "sales": str(sum((sold.get(customer, Decimal("0.00")) for customer in customers), Decimal("0.00"))),
        }
        for code, customers in found.items()
        if customers or code is not None
    ]
    totals = {"customers": len(classed), "sales": str(sum((Decimal(str(row["sales"])) for row in rows), Decimal("0.00")))}
    columns = (
        Column("value", _title(register, axis)),
        Column("customers", ("客户数", "Customers"), "count"),
        Column("sales", (f"近 {months} 个月销售额", f"Sales of {months} months"), "amount"),
    )
    return Table(axis, _title(register, axis), columns, rows, totals)


def _stagnant(register: Register, policy: Policy, classed: Classed) -> Table:
    """Each stagnant customer with the cause (F4), by cause in the order of its codes, those that stopped last first."""
    codes = list(register.schemas.codes["stagnation_reason"])
    found = [(customer, values["lifecycle"]) for customer, values in classed if values["lifecycle"].value == "stagnant"]
    rows = []
    for customer, value in found:
        reason = str(value.stopped or customer.data.get("stagnation_reason"))
        pair = register.schemas.codes["stagnation_reason"].get(reason)
        last = max(trading.dealings(register, customer, policy.today.isoformat()), default="")
        row = {"customer": customer.id, "reason": tuple(pair) if pair else "", "last": last, "staff": customer.data["responsible_staff"]}
        rows.append((codes.index(reason) if reason in codes else len(codes), row))
    rows.sort(key=lambda pair: (pair[0], _newest_first(str(pair[1]["last"])), str(pair[1]["customer"])))
    columns = (
        Column("customer", ("客户", "Customer"), "ref"),
        Column("reason", ("停滞原因", "Cause")),
        Column("last", ("最近交易日", "Last traded on"), "date"),
        Column("staff", ("担当", "Responsible"), "ref"),
    )
    return Table("stagnant", ("停滞性客户及原因", "Stagnant customers by cause"), columns, [row for _, row in rows])


def _newest_first(day: str) -> int:
    return -int(day.replace("-", "") or 0)


def _disagreements(register: Register, classed: Classed) -> Table:
    rows = [
        {
            "customer": customer.id,
            "axis": _title(register, axis),
            "declared": _label(register, axis, value.declared),
            "derived": _label(register, axis, value.derived),
            "because": _because(register, value),
        }
        for customer, values in classed
        for axis, value in values.items()
        if value.differs
    ]
    columns = (
        Column("customer", ("客户", "Customer"), "ref"),
        Column("axis", ("分类轴", "Axis")),
        Column("declared", ("填写", "Declared")),
        Column("derived", ("按事实推定", "By the facts")),
        Column("because", ("事实", "Facts")),
    )
    return Table("disagreements", ("填写与推定不一致", "Declared otherwise than the facts show"), columns, rows)


def _because(register: Register, value: Value) -> Pair:
    zh, en = ("；".join(classification.conditions_told(register.schemas, value, lang)) for lang in LANGS)
    return zh, en.replace("；", "; ")


def _label(register: Register, axis: str, value: str | int | None) -> Pair:
    zh, en = (classification.label(register.schemas, axis, value, lang) for lang in LANGS)
    return zh, en


def _title(register: Register, axis: str) -> Pair:
    zh, en = (classification.title(register.schemas, axis, lang) for lang in LANGS)
    return zh, en


REPORT = Report("classification", ("客户分类", "Classes of customers"), ("B3", "B4", "B8", "B10", "B18", "F4"), _tables)
