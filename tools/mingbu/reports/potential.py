"""Potential 潜力 by area and product (B22): where future customers are, and what they want."""

from __future__ import annotations

from decimal import Decimal

from mingbu.register import Policy, Record, Register
from mingbu.reports.model import Asked, Column, Report, Table


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    cases = [case for case in register.of("case") if case.data["state"] == "negotiating"]
    prospects = [customer for customer in register.of("customer") if customer.data["status"] == "prospect"]
    return [_by_area(register, cases, prospects), _by_product(register, cases)]


def _by_area(register: Register, cases: list[Record], prospects: list[Record]) -> Table:
    """Open cases with their estimated amount, and customers we don't trade with yet, by province."""
    rows = []
    for code, (zh, en) in register.schemas.codes["province"].items():
        here = [case for case in cases if case.data["region_code"].startswith(code)]
        known = [customer for customer in prospects if customer.data["region_code"].startswith(code)]
        if here or known:
            amount = sum((Decimal(case.data.get("estimated_amount", "0")) for case in here), Decimal("0.00"))
            targets = sum(customer.data.get("lifecycle") == "target" for customer in known)
            counts = {"cases": len(here), "amount": str(amount), "prospects": len(known), "targets": targets}
            rows.append({"area": (zh, en), **counts})
    rows.sort(key=lambda row: (-Decimal(row["amount"]), -row["cases"], row["area"][0]))
    columns = (
        Column("area", ("地区", "Area")),
        Column("cases", ("接洽中的提报", "Open cases"), "count"),
        Column("amount", ("预估金额", "Estimated amount"), "amount"),
        Column("prospects", ("未交易客户", "Prospects"), "count"),
        Column("targets", ("其中目标客户", "Of them targets"), "count"),
    )
    totals = {key: sum(row[key] for row in rows) for key in ("cases", "prospects", "targets")}
    amount = sum((Decimal(row["amount"]) for row in rows), Decimal("0.00"))
    return Table("area", ("按地区", "By area"), columns, rows, {**totals, "amount": str(amount)})


def _by_product(register: Register, cases: list[Record]) -> Table:
    """Open cases by what they want; a case that wants two products counts under both."""
    wanted: dict[str, list[tuple[str, int]]] = {}
    for case in cases:
        for line in case.data["wanted_products"]:
            product = register.get(line.get("product"))
            name = register.name_of(product.id) if product else str(line.get("description", ""))
            wanted.setdefault(name, []).append((case.id, int(line.get("quantity", 0))))
    rows = [
        {"product": name, "cases": len({case for case, _ in lines}), "quantity": sum(quantity for _, quantity in lines)}
        for name, lines in wanted.items()
    ]
    rows.sort(key=lambda row: (-int(str(row["cases"])), -int(str(row["quantity"])), str(row["product"])))
    columns = (
        Column("product", ("预购商品", "Product wanted")),
        Column("cases", ("接洽中的提报", "Open cases"), "count"),
        Column("quantity", ("数量", "Quantity"), "count"),
    )
    return Table("product", ("按商品", "By product"), columns, rows)


REPORT = Report("potential", ("潜在市场分析", "Potential by area and product"), ("B7", "B22"), _tables)
