"""Collections 催收 (E8, E10): of each open invoice the step that is due, what was done last and what comes next; promises not kept."""

from __future__ import annotations

from decimal import Decimal

from mingbu import credit
from mingbu.register import Policy, Register
from mingbu.reports.exposure import as_of, both, dated
from mingbu.reports.model import Asked, Column, Pair, Report, Table

NONE: Pair = ("", "")


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy = as_of(register, policy, asked)
    every = sorted(credit.all_dunned(register, policy), key=lambda one: (one.receivable.due_on, one.receivable.customer, one.receivable.number))
    return [_steps(register, policy, every), _promises(policy, every)]


def _steps(register: Register, policy: Policy, every: list[credit.Dunned]) -> Table:
    names = register.schemas.codes["dunning_step"]
    rows = []
    for found in every:
        now, last, following, item = found.now, found.last, found.following, found.receivable
        state = "ended" if found.ended else "late" if found.late else "due" if now else "done"
        rows.append(
            {
                "customer": item.customer,
                "invoice": item.invoice_no or "",
                "due_on": item.due_on,
                "days": item.days_overdue(policy.today),
                "outstanding": str(item.outstanding),
                "last": _pair(names[last.data["step"]]) if last else NONE,
                "last_on": last.data["acted_on"] if last else "",
                "state": both(f"dunning.state.{state}"),
                "now": _pair(names[now.step]) if now else NONE,
                "now_on": now.due_on if now else "",
                "next": _pair(names[following.step]) if following else NONE,
                "next_on": following.due_on if following else "",
            }
        )
    columns = (
        Column("customer", ("客户", "Customer"), "ref"),
        Column("invoice", ("发票号码", "Invoice")),
        Column("due_on", ("应收日期", "Due on"), "date"),
        Column("days", ("逾期天数", "Days overdue"), "count"),
        Column("outstanding", ("未付金额", "Outstanding"), "amount"),
        Column("last", ("最近一步", "Last step")),
        Column("last_on", ("日期", "Taken on"), "date"),
        Column("state", ("情况", "State")),
        Column("now", ("应做步骤", "Step due")),
        Column("now_on", ("应做日期", "Since"), "date"),
        Column("next", ("下一步", "Next step")),
        Column("next_on", ("下一步日期", "On"), "date"),
    )
    totals = {"outstanding": str(sum((one.receivable.outstanding for one in every), Decimal("0.00")))}
    return Table("invoices", dated(policy, "催收安排", "Steps on open invoices"), columns, rows, totals)


def _promises(policy: Policy, every: list[credit.Dunned]) -> Table:
    rows = [
        {"customer": found.receivable.customer, "invoice": found.receivable.invoice_no or "", "record": record.id,
         "promise_on": record.data["promise_on"], "promise_amount": record.data["promise_amount"]}
        for found in every for record in found.broken
    ]  # fmt: skip
    columns = (
        Column("customer", ("客户", "Customer"), "ref"),
        Column("invoice", ("发票号码", "Invoice")),
        Column("record", ("追讨记录", "Record"), "ref"),
        Column("promise_on", ("承诺付款日期", "Promised for"), "date"),
        Column("promise_amount", ("承诺付款金额", "Amount promised"), "amount"),
    )
    return Table("promises", dated(policy, "未兑现的付款承诺", "Promises not kept"), columns, rows)


def _pair(words: list[str]) -> Pair:
    return words[0], words[1]


REPORT = Report("dunning", ("商账催收情况", "Dunning"), ("E8", "E10"), _tables, frozenset({"period"}))
