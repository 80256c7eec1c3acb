"""Exposure 授信与应收 (B20, E1, E9): what each customer owes against its limit, and whether goods may go out."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from mingbu import credit, labels
from mingbu.credit.standing import told
from mingbu.money import rounded
from mingbu.register import Policy, Register
from mingbu.reports.model import Asked, CannotReport, Column, Pair, Report, Table


def as_of(register: Register, policy: Policy, asked: Asked) -> Policy:
    """The policy of the day that the report is of: the last one of the period, never after today.

    Raises CannotReport for a period that hasn't begun.
    """
    if asked.period is None:
        return policy
    if asked.period.first > policy.today:
        raise CannotReport("error.report-ahead", value=asked.period.name)
    return Policy(register, min(asked.period.last, policy.today))


def both(key: str, **args: object) -> Pair:
    """A word of the catalogue in both languages."""
    return labels.word(key, "zh", **args), labels.word(key, "en", **args)


def joined(pairs: Iterable[Pair]) -> Pair:
    """Several texts as one; nothing where there are none."""
    found = list(pairs)
    zh, en = (labels.word("clause.separator", lang) for lang in labels.LANGS)
    return zh.join(pair[0] for pair in found), en.join(pair[1] for pair in found)


def dated(policy: Policy, zh: str, en: str) -> Pair:
    """A title with its day."""
    return f"{zh}（{policy.today}）", f"{en} ({policy.today})"


def number(value: Fraction | None, digits: int = 2) -> str:
    """Rounded half up; blank where nothing can be said."""
    return "" if value is None else rounded(value, digits)


def _state(standing: credit.Standing) -> str:
    if standing.blocks:
        return "stopped" if standing.stopped else "excepted"
    return "open" if standing.exposure.decision else "unrated"


def because(standing: credit.Standing) -> Pair:
    """Every block in words, with the exception that lifts it."""
    return joined((told(block, "zh"), told(block, "en")) for block in standing.blocks)


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy = as_of(register, policy, asked)
    every = sorted(credit.exposures(register, policy), key=lambda one: (-one.outstanding, one.customer.id))
    rows = []
    for found in every[: asked.top]:
        standing = credit.standing(register, policy, found.customer)
        rows.append(
            {
                "customer": found.customer.id,
                "grade": (found.grade or "", found.grade or ""),
                "limit": "" if found.limit is None else str(found.limit),
                "outstanding": str(found.outstanding),
                "not_due": str(found.not_due),
                "overdue": str(found.overdue),
                "available": "" if found.available is None else str(found.available),
                "utilisation": number(found.utilisation),
                "oldest": found.oldest_overdue_days,
                "dso": number(found.ageing.dso if found.ageing else None, 1),
                "stop": both(f"standing.state.{_state(standing)}"),
                "because": because(standing),
            }
        )
    columns = (
        Column("customer", ("客户", "Customer"), "ref"),
        Column("grade", ("信用等级", "Grade")),
        Column("limit", ("信用限度", "Limit"), "amount"),
        Column("outstanding", ("应收", "Outstanding"), "amount"),
        Column("not_due", ("未到期", "Not yet due"), "amount"),
        Column("overdue", ("逾期", "Overdue"), "amount"),
        Column("available", ("可用限度", "Available"), "amount"),
        Column("utilisation", ("使用率（%）", "Used (%)"), "percent"),
        Column("oldest", ("最长逾期天数", "Longest overdue (days)"), "count"),
        Column("dso", ("周转天数", "DSO"), "number"),
        Column("stop", ("供货", "Supply")),
        Column("because", ("停货情形与例外", "Blocks and exceptions")),
    )
    totals = {key: str(sum((Decimal(str(row[key])) for row in rows), Decimal("0.00"))) for key in ("outstanding", "not_due", "overdue")}
    return [Table("customers", dated(policy, "客户应收与信用限度", "Receivables and limits"), columns, rows, totals)]


REPORT = Report(
    "exposure", ("授信使用与停货情况", "Use of limits and stops"), ("B20", "E1", "E9"), _tables, frozenset({"period", "top"})
)  # fmt: skip
