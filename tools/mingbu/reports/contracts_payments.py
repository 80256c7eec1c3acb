"""Payments of contracts 合同收付 (E4): the milestones of a period and what was overdue before it; each side and currency by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from mingbu import contracts
from mingbu.contracts import Milestone
from mingbu.period import Period
from mingbu.register import Policy, Register
from mingbu.reports.contracts import CONFIDENTIALITY, Row, both, chosen, code, summed
from mingbu.reports.model import Asked, CannotReport, Column, Report, Table

_SIDES = ("sell", "buy", "both")


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    period = asked.period
    if period is None:
        raise CannotReport("error.period", value="")
    rows = [row for one in chosen(register, asked.who) for row in contracts.milestones(one) if _belongs(row, period)]
    rows.sort(key=lambda row: (register.name_of(row.contract.data["customer"]), row.contract.data["contract_no"], row.due_on, row.index))
    parts = list(_parts(rows))
    day = min(period.last, policy.today)
    return [_sums(register, period, day, parts), _customers(register, period, day, parts), *(_listed(register, period, day, *part) for part in parts)]


def _belongs(row: Milestone, period: Period) -> bool:
    """Due in the period; or due before it and not paid when it began."""
    return period.holds(row.due_on) or (row.due_on < period.first.isoformat() and row.open_on(period.first - timedelta(days=1)) > 0)


def _parts(rows: list[Milestone]) -> Iterator[tuple[str, str, list[Milestone]]]:
    """(side, currency, milestones), CNY first."""
    names = sorted({contracts.currency(row.contract) for row in rows}, key=lambda name: (name != contracts.CNY, name))
    for side in _SIDES:
        for name in names:
            found = [row for row in rows if row.contract.data["side"] == side and contracts.currency(row.contract) == name]
            if found:
                yield side, name, found


def _money(found: list[Milestone], period: Period, day: date) -> Row:
    """arrears + due − paid = open. Paid is what came in until the day on these milestones, after it had been counted in no arrears."""
    before = period.first - timedelta(days=1)
    old = [row for row in found if row.due_on < period.first.isoformat()]
    new = [row for row in found if period.holds(row.due_on)]
    paid = [row.paid_by(day) for row in new] + [row.paid_by(day) - row.paid_by(before) for row in old]
    return {
        "arrears": summed(row.open_on(before) for row in old),
        "due": summed(row.amount for row in new),
        "paid": summed(paid),
        "open": summed(row.open_on(day) for row in found),
        "overdue": summed(row.overdue_on(day) for row in found),
    }


_MONEY = (
    Column("arrears", ("期初逾期", "Overdue before"), "amount"),
    Column("due", ("本期应收付", "Due in the period"), "amount"),
    Column("paid", ("已收付", "Paid"), "amount"),
    Column("open", ("未收付", "Open"), "amount"),
    Column("overdue", ("其中逾期", "Of this overdue"), "amount"),
)


def _sums(register: Register, period: Period, day: date, parts: list[tuple[str, str, list[Milestone]]]) -> Table:
    rows: list[Row] = [
        {"side": code(register, "side", side), "currency": name, "milestones": len(found), **_money(found, period, day)}
        for side, name, found in parts
    ]
    columns = (
        Column("side", ("买卖别", "Side")),
        Column("currency", ("币种", "Currency")),
        Column("milestones", ("付款节点", "Milestones"), "count"),
        *_MONEY,
    )
    title = (f"收付汇总（{period.name}，截至 {day}）", f"Payments ({period.name}, as of {day})")
    return Table("sums", title, columns, rows, {}, (both("contracts.note-payments"), both("contracts.note-currency")))


def _customers(register: Register, period: Period, day: date, parts: list[tuple[str, str, list[Milestone]]]) -> Table:
    rows: list[Row] = []
    for side, name, found in parts:
        for customer in dict.fromkeys(row.contract.data["customer"] for row in found):
            same = [row for row in found if row.contract.data["customer"] == customer]
            rows.append({"customer": customer, "side": code(register, "side", side), "currency": name, **_money(same, period, day)})
    columns = (
        Column("customer", ("对方", "Counterparty"), "ref"),
        Column("side", ("买卖别", "Side")),
        Column("currency", ("币种", "Currency")),
        *_MONEY,
    )
    return Table("customers", ("按对方", "By counterparty"), columns, rows)


def _listed(register: Register, period: Period, day: date, side: str, name: str, found: list[Milestone]) -> Table:
    rows: list[Row] = [_line(row, day) for row in found]
    columns = (
        Column("customer", ("对方", "Counterparty"), "ref"),
        Column("number", ("合同编号", "Number")),
        Column("contract", ("合同名称", "Title"), "ref"),
        Column("due_on", ("应付日期", "Due on"), "date"),
        Column("amount", ("应付金额", "Amount due"), "amount"),
        Column("paid_on", ("实付日期", "Paid on"), "date"),
        Column("paid", ("实付金额", "Paid"), "amount"),
        Column("open", ("未付", "Open"), "amount"),
        Column("days", ("逾期天数", "Days overdue"), "count"),
        Column("state", ("情况", "State")),
    )
    totals = {key: summed(Decimal(row[key]) for row in rows) for key in ("amount", "paid", "open")}
    zh, en = code(register, "side", side)
    return Table(f"{side}-{name}", (f"{zh}（{name}）", f"{en} ({name})"), columns, rows, totals)


def _line(row: Milestone, day: date) -> Row:
    paid, left = row.paid_by(day), row.open_on(day)
    state = "paid" if left <= 0 else "overdue" if row.overdue_days(day) else "open"
    return {
        "customer": row.contract.data["customer"],
        "number": row.contract.data["contract_no"],
        "contract": row.contract.id,
        "due_on": row.due_on,
        "amount": str(row.amount),
        "paid_on": row.paid_on if paid and row.paid_on else "",
        "paid": str(paid),
        "open": str(left),
        "days": row.overdue_days(day),
        "state": both(f"contracts.milestone-{state}"),
    }


def quarter_of(today: date) -> Period:
    """The quarter in which the day lies."""
    return Period.of(f"{today.year}-Q{(today.month + 2) // 3}")


REPORT = Report(
    "contract-payments",
    ("合同收付情况", "Contract payments"),
    ("E4",),
    _tables,
    frozenset({"who", "period"}),
    usual_period=quarter_of,
    confidentiality=CONFIDENTIALITY,
)
