"""Ageing 账龄 of everything that is owed (B19, E8): by bucket and by customer, with provision and days of sales outstanding."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mingbu import credit
from mingbu.credit.receivables import aged, credit_sales
from mingbu.money import footed, rounded
from mingbu.register import Policy, Register
from mingbu.reports.exposure import as_of, dated, number
from mingbu.reports.model import Asked, Column, Report, Table

Exposures = list[credit.Exposure]


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy = as_of(register, policy, asked)
    rules = policy.in_force("credit")
    if rules is None or "ageing" not in rules.data:
        return []
    every = [found for found in credit.exposures(register, policy) if found.receivables]
    sales = sum((credit_sales(register, customer.id, rules.data, policy.today) for customer in register.of("customer")), Fraction(0))
    whole = aged(rules.data, policy.today, [item for found in every for item in found.receivables], sales)
    return [_summary(policy, whole, every, sales), _by_bucket(policy, whole, every), _by_customer(policy, rules.data, every)]


def _provisions(every: Exposures) -> dict[str, Fraction]:
    """Bucket → the provision of each customer, added up: what we owe one customer provides for no other."""
    found: dict[str, Fraction] = {}
    for bucket in (bucket for one in every if one.ageing for bucket in one.ageing.buckets):
        found[bucket.code] = found.get(bucket.code, Fraction(0)) + bucket.provision
    return found


def _summary(policy: Policy, whole: credit.Ageing, every: Exposures, sales: Fraction) -> Table:
    columns = (
        Column("outstanding", ("应收", "Outstanding"), "amount"),
        Column("overdue", ("逾期", "Overdue"), "amount"),
        Column("overdue_share", ("逾期占比（%）", "Overdue (%)"), "percent"),
        Column("provision", ("计提", "Provision"), "amount"),
        Column("sales", ("同期赊销额", "Credit sales of the window"), "amount"),
        Column("dso", ("周转天数", "DSO"), "number"),
        Column("best_possible_dso", ("最佳周转天数", "Best possible DSO"), "number"),
        Column("average_delay", ("平均拖延天数", "Average delay (days)"), "number"),
    )
    row = {
        "outstanding": rounded(whole.total), "overdue": rounded(whole.overdue), "overdue_share": number(whole.overdue_share),
        "provision": rounded(sum(_provisions(every).values(), Fraction(0))), "sales": rounded(sales), "dso": number(whole.dso, 1),
        "best_possible_dso": number(whole.best_possible_dso, 1), "average_delay": number(whole.average_delay, 1),
    }  # fmt: skip
    return Table("summary", dated(policy, "应收概况", "Receivables at a glance"), columns, [row])


def _by_bucket(policy: Policy, whole: credit.Ageing, every: Exposures) -> Table:
    provisions = _provisions(every)
    provided = footed([provisions.get(bucket.code, Fraction(0)) for bucket in whole.buckets])
    rows = [
        {"bucket": bucket.title, "amount": rounded(bucket.amount), "share": bucket.share, "rate": number(bucket.rate), "provision": provision}
        for bucket, provision in zip(whole.buckets, provided, strict=True)
    ]
    columns = (
        Column("bucket", ("账龄", "Age")),
        Column("amount", ("金额", "Amount"), "amount"),
        Column("share", ("占比（%）", "Share (%)"), "percent"),
        Column("rate", ("计提比例（%）", "Provision (%)"), "percent"),
        Column("provision", ("计提", "Provision"), "amount"),
    )
    return Table("buckets", dated(policy, "账龄结构", "By age"), columns, rows, _sums(rows, "amount", "share", "provision"))


def _by_customer(policy: Policy, rules: Mapping[str, Any], every: Exposures) -> Table:
    rows = []
    aged = [(one.customer.id, one.ageing) for one in sorted(every, key=lambda one: (-one.outstanding, one.customer.id)) if one.ageing is not None]
    for (customer, ageing), provision in zip(aged, footed([ageing.provision for _, ageing in aged]), strict=True):
        row = {"customer": customer} | {f"bucket_{bucket.code}": rounded(bucket.amount) for bucket in ageing.buckets}
        row |= {"total": rounded(ageing.total), "provision": provision, "dso": number(ageing.dso, 1)}
        rows.append(row | {"average_delay": number(ageing.average_delay, 1)})
    buckets = [Column(f"bucket_{row['code']}", (row["title"], row["title_en"]), "amount") for row in rules["ageing"]["buckets"]]
    columns = (
        Column("customer", ("客户", "Customer"), "ref"),
        *buckets,
        Column("total", ("合计应收", "Outstanding"), "amount"),
        Column("provision", ("计提", "Provision"), "amount"),
        Column("dso", ("周转天数", "DSO"), "number"),
        Column("average_delay", ("平均拖延天数", "Average delay (days)"), "number"),
    )
    totals = _sums(rows, *(column.key for column in buckets), "total", "provision")
    return Table("customers", dated(policy, "各户账龄", "By customer"), columns, rows, totals)


def _sums(rows: list[dict[str, Any]], *keys: str) -> dict[str, str]:
    return {key: str(sum((Decimal(row[key]) for row in rows), Decimal("0.00"))) for key in keys}


REPORT = Report("ageing", ("应收账款账龄分析", "Ageing of receivables"), ("B19", "E8"), _tables, frozenset({"period"}))
