"""Watch list 关注名单 (E1): who is on it, by which condition, and what that rests on."""

from __future__ import annotations

from mingbu import credit
from mingbu.credit.watch import Hit, told
from mingbu.register import Policy, Register
from mingbu.reports.exposure import as_of, dated, joined
from mingbu.reports.model import Asked, Column, Report, Table


def _shown(hit: Hit) -> str:
    """The record to look at first: not the sales lines, where there is anything that tells more."""
    telling = [record for record in hit.records if record.kind.name != "sales"]
    return next((record.id for record in reversed(telling or hit.records)), "")


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy = as_of(register, policy, asked)
    rows = []
    for found in sorted(credit.watch_list(register, policy), key=lambda one: (-len(one.hits), -one.exposure.outstanding, one.exposure.customer.id)):
        for hit in found.hits:
            rows.append(
                {
                    "customer": found.exposure.customer.id,
                    "condition": hit.title,
                    "because": joined((told(reason, "zh"), told(reason, "en")) for reason in hit.reasons),
                    "record": _shown(hit),
                    "grade": (found.exposure.grade or "", found.exposure.grade or ""),
                    "outstanding": str(found.exposure.outstanding),
                    "overdue": str(found.exposure.overdue),
                }
            )
    columns = (
        Column("customer", ("客户", "Customer"), "ref"),
        Column("condition", ("关注情形", "Condition")),
        Column("because", ("依据", "Because")),
        Column("record", ("有关记录", "Record"), "ref"),
        Column("grade", ("信用等级", "Grade")),
        Column("outstanding", ("应收", "Outstanding"), "amount"),
        Column("overdue", ("逾期", "Overdue"), "amount"),
    )
    return [Table("customers", dated(policy, "关注名单", "Watch list"), columns, rows)]


REPORT = Report("watch-list", ("关注名单", "Watch list"), ("E1", "B20"), _tables, frozenset({"period"}))
