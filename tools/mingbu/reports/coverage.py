"""How complete and how fresh the customer files are (B6, B7, B10, B21)."""

from __future__ import annotations

from datetime import date

from mingbu import completeness
from mingbu.register import Policy, Register
from mingbu.reports.model import Asked, Column, Report, Table


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    rows = []
    for customer in register.of("customer"):
        score = completeness.of(policy, customer) if customer.data["status"] in {"prospect", "active"} else None
        if score is None:
            continue
        seen = completeness.last_seen(register, customer)
        titles = [customer.kind.by_pointer[pointer].title for pointer in score.missing]
        rows.append(
            {
                "customer": customer.id,
                "percent": str(score.percent),
                "least": str(score.least),
                "missing": ("、".join(zh for zh, _ in titles), ", ".join(en for _, en in titles)),
                "seen": seen,
                "days": (policy.today - date.fromisoformat(seen)).days,
            }
        )
    rows.sort(key=lambda row: (float(str(row["percent"])), str(row["customer"])))
    columns = (
        Column("customer", ("客户", "Customer"), "ref"),
        Column("percent", ("完整度（%）", "Complete (%)"), "percent"),
        Column("least", ("要求（%）", "Asked (%)"), "percent"),
        Column("missing", ("缺少", "Missing")),
        Column("seen", ("最近核对", "Last looked at"), "date"),
        Column("days", ("距今天数", "Days since"), "count"),
    )
    return [Table("files", ("客户档案", "Customer files"), columns, rows)]


COMPLETENESS = Report("completeness", ("客户档案完整度与核对情况", "Completeness and age of customer files"), ("B6", "B7", "B10", "B21"), _tables)
