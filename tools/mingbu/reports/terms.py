"""Terms by grade 交易条件、信用限度、处理方法 (B20), and interest by law on what government bodies and large enterprises pay late."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mingbu import credit
from mingbu.money import rounded
from mingbu.register import Policy, Register
from mingbu.reports.exposure import as_of, both, dated
from mingbu.reports.model import Asked, Column, Pair, Report, Table


def _terms(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy = as_of(register, policy, asked)
    rules, rows = policy.in_force("credit"), []
    if rules is not None:
        by_grade: dict[str | None, list[credit.Exposure]] = {}
        for customer in register.of("customer"):
            found = credit.exposure(register, policy, customer)
            if found.decision is not None or found.receivables or customer.data["status"] == "active":
                by_grade.setdefault(found.grade, []).append(found)
        rows = [_row(register, row, by_grade.get(row["grade"], [])) for row in rules.data["grades"]]
        known = {row["grade"] for row in rules.data["grades"]}
        others = [one for grade, held in by_grade.items() if grade not in known for one in held]
        rows.append(_row(register, {"company_grade": rules.data.get("unrated")}, others))
    columns = (
        Column("grade", ("信用等级", "Grade")),
        Column("company_grade", ("公司等级", "Company grade")),
        Column("terms_days", ("交易条件：账期（天）", "Terms (days)"), "count"),
        Column("cap", ("信用限度上限", "Highest limit"), "amount"),
        Column("stop_overdue_days", ("逾期几天停货", "Stop from days overdue"), "count"),
        Column("handling", ("信用处理方法", "Handling")),
        Column("customers", ("客户数", "Customers"), "count"),
        Column("limits", ("现行限度合计", "Limits in force"), "amount"),
        Column("outstanding", ("应收", "Outstanding"), "amount"),
    )
    totals: dict[str, Any] = {"customers": sum(row["customers"] for row in rows)}
    totals |= {key: str(sum((Decimal(row[key]) for row in rows), Decimal("0.00"))) for key in ("limits", "outstanding")}
    return [Table("grades", dated(policy, "各等级的交易条件、信用限度和处理方法", "Terms, limits and handling by grade"), columns, rows, totals)]


def _row(register: Register, row: Mapping[str, Any], held: list[credit.Exposure]) -> dict[str, Any]:
    return {
        "grade": (row["grade"], row["grade"]) if "grade" in row else both("terms.unrated"),
        "company_grade": _pair(register, "company_grade", row.get("company_grade")),
        "terms_days": row.get("terms_days", ""),
        "cap": row.get("cap", ""),
        "stop_overdue_days": row.get("stop_overdue_days", ""),
        "handling": (row.get("handling", ""), row.get("handling_en", row.get("handling", ""))),
        "customers": len(held),
        "limits": str(sum((one.limit for one in held if one.limit is not None), Decimal("0.00"))),
        "outstanding": str(sum((one.outstanding for one in held), Decimal("0.00"))),
    }


def _statutory(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy = as_of(register, policy, asked)
    rows = [_claim(register, found) for found in credit.all_statutory(register, policy) if found.days_late > 0]
    rows.sort(key=lambda row: (-Decimal(row["interest"]), row["customer"], row["invoice"]))
    columns = (
        Column("customer", ("客户", "Customer"), "ref"),
        Column("debtor", ("客户性质", "Nature")),
        Column("size", ("企业规模", "Size")),
        Column("invoice", ("发票号码", "Invoice")),
        Column("sold_on", ("销售日期", "Sold on"), "date"),
        Column("contract", ("合同", "Contract"), "ref"),
        Column("days", ("付款期限（天）", "Days to pay"), "count"),
        Column("due_on", ("法定到期日", "Due by law"), "date"),
        Column("days_late", ("逾期天数", "Days late"), "count"),
        Column("outstanding", ("未付金额", "Outstanding"), "amount"),
        Column("interest", ("逾期利息", "Interest"), "amount"),
    )
    totals = {key: str(sum((Decimal(row[key]) for row in rows), Decimal("0.00"))) for key in ("outstanding", "interest")}
    return [Table("invoices", dated(policy, "超过法定付款期限的应收", "Past the statutory term"), columns, rows, totals)]


def _claim(register: Register, found: credit.Statutory) -> dict[str, Any]:
    item, customer = found.receivable, register.get(found.receivable.customer)
    return {
        "customer": item.customer,
        "debtor": _pair(register, "customer_nature", customer.data.get("customer_nature") if customer else None),
        "size": _pair(register, "enterprise_size", found.size),
        "invoice": item.invoice_no or "",
        "sold_on": item.sold_on,
        "contract": found.contract.id if found.contract else "",
        "days": found.days,
        "due_on": found.due_on,
        "days_late": found.days_late,
        "outstanding": str(item.outstanding),
        "interest": rounded(found.interest),
    }


def _pair(register: Register, codes: str, code: str | None) -> Pair:
    """The label of a code; blank without one."""
    words = register.schemas.codes[codes].get(code) if code is not None else None
    return (words[0], words[1]) if words else ("", "")


TERMS = Report("trading-terms", ("各等级交易条件", "Terms by grade"), ("B20", "E9"), _terms, frozenset({"period"}))
STATUTORY = Report("statutory-interest", ("法定付款期限与逾期利息", "Statutory terms and interest"), ("B20", "E8"), _statutory, frozenset({"period"}))
