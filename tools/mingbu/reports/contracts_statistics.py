"""Contract statistics 合同统计 (E7): what a company or department tells the group's credit body each January and July."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from mingbu import contracts
from mingbu.contracts import FLOWS, Flow
from mingbu.money import rounded
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports.contracts import CONFIDENTIALITY, Row, both, by_code, chosen, code, currencies, listed, of_currency, summed
from mingbu.reports.model import Asked, CannotReport, Column, Pair, Report, Table

_TITLES: dict[str, Pair] = {
    "opening": ("期初有效", "In force before"),
    "signed": ("本期签订", "Signed"),
    "completed": ("履行完毕", "Completed"),
    "terminated": ("解除", "Terminated"),
    "voided": ("签后作废", "Voided after signing"),
    "closing": ("期末有效", "In force at the end"),
}
_FLOW_COLUMNS = tuple(
    column
    for name, (zh, en) in _TITLES.items()
    for column in (Column(name, (zh, en), "count"), Column(f"{name}_amount", (f"{zh}金额", f"{en}: amount"), "amount"))
)
_CURRENCY = Column("currency", ("币种", "Currency"))


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    period = asked.period
    if period is None or period.first > policy.today:
        raise CannotReport("error.report-ahead", value=period.name if period else "")
    found, day = chosen(register, asked.who), min(period.last, policy.today)
    return [
        _balance(found, period),
        _kinds(register, found, period),
        _departments(register, found, period),
        _states(register, policy, found, period, day),
        _changes(register, found, period),
        _disputes(register, policy, found, day),
        _in_time(register, policy, found, period),
        _completeness(register, policy, found, day),
        _payments(register, found, period, day),
        _numbers(found, period),
    ]


def _flow_row(flow: Flow) -> Row:
    return {name: flow[name].number for name in FLOWS} | {f"{name}_amount": str(flow[name].amount) for name in FLOWS}


def _flow_totals(rows: list[Row]) -> Row:
    """Contracts add up over all currencies; amounts only where there is but one."""
    totals: Row = {name: sum(row[name] for row in rows) for name in FLOWS}
    if len({row["currency"] for row in rows}) == 1:
        totals |= {f"{name}_amount": summed(Decimal(row[f"{name}_amount"]) for row in rows) for name in FLOWS}
    return totals


def _moving(found: list[Record], period: Period) -> Iterator[tuple[str, Row]]:
    """(currency, its line) of those in which anything was in force, began or ended; CNY in any case."""
    for name in dict.fromkeys((contracts.CNY, *currencies(found))):
        flow = contracts.balance(of_currency(found, name), period)
        if any(flow[key].number for key in FLOWS):
            yield name, _flow_row(flow)


def _balance(found: list[Record], period: Period) -> Table:
    rows: list[Row] = [{"currency": name, **row} for name, row in _moving(found, period)]
    rows = rows or [{"currency": contracts.CNY, **_flow_row(contracts.balance([], period))}]
    title = (f"合同增减（{period.name}）", f"Contracts in force ({period.name})")
    notes = (both("contracts.note-balance"), both("contracts.note-amounts"), both("contracts.note-currency"))
    return Table("balance", title, (_CURRENCY, *_FLOW_COLUMNS), rows, _flow_totals(rows), notes)


def _kinds(register: Register, found: list[Record], period: Period) -> Table:
    rows: list[Row] = []
    for kind in register.schemas.codes["contract_type"]:
        for side in register.schemas.codes["side"]:
            same = [one for one in found if one.data["contract_type"] == kind and one.data["side"] == side]
            named = {"type": code(register, "contract_type", kind), "side": code(register, "side", side)}
            rows += [{**named, "currency": name, **row} for name, row in _moving(same, period)]
    columns = (Column("type", ("类别", "Type")), Column("side", ("买卖别", "Side")), _CURRENCY, *_FLOW_COLUMNS)
    return Table("kinds", ("按类别和买卖别", "By type and side"), columns, rows, _flow_totals(rows))


def _departments(register: Register, found: list[Record], period: Period) -> Table:
    rows: list[Row] = []
    for department in by_code(register, {one.data["department"] for one in found}):
        same = [one for one in found if one.data["department"] == department]
        rows += [{"department": department, "currency": name, **row} for name, row in _moving(same, period)]
    columns = (Column("department", ("承办部门", "Department"), "ref"), _CURRENCY, *_FLOW_COLUMNS)
    return Table("departments", ("按承办部门", "By department"), columns, rows, _flow_totals(rows))


def _states(register: Register, policy: Policy, found: list[Record], period: Period, day: date) -> Table:
    """Those in force on the last day by their state then; those that ended in the period by how they ended."""
    before = period.first - timedelta(days=1)
    states: dict[tuple[str, str], list[Record]] = {}
    for one in found:
        lived = contracts.life(one)
        ended = lived.ended_on is not None and lived.begun_on is not None and before.isoformat() < lived.ended_on <= day.isoformat()
        if lived.in_force(day) or ended:
            state = contracts.state_on(one, contracts.as_then(register, policy, one, day), day)
            states.setdefault((state, contracts.currency(one)), []).append(one)
    rows: list[Row] = [
        {
            "state": code(register, "contract_status", state),
            "currency": name,
            "contracts": len(states[state, name]),
            "amount": summed(Decimal(one.data["amount"]) for one in states[state, name]),
        }
        for state in register.schemas.codes["contract_status"]
        for name in currencies(found)
        if (state, name) in states
    ]
    columns = (
        Column("state", ("履行状态", "State")),
        _CURRENCY,
        Column("contracts", ("合同数", "Contracts"), "count"),
        Column("amount", ("金额", "Amount"), "amount"),
    )
    title = (f"按履行状态（{day}）", f"By state ({day})")
    return Table("states", title, columns, rows, {"contracts": sum(row["contracts"] for row in rows)}, (both("contracts.note-states"),))


def _changes(register: Register, found: list[Record], period: Period) -> Table:
    rows: list[Row] = [
        {
            "contract": one.id,
            "number": one.data["contract_no"],
            "kind": code(register, "contract_change", change["kind"]),
            "date": change["date"],
            "agreement": change["agreement_ref"],
            "reason": change.get("reason", "").strip(),
        }
        for one in found
        for change in one.data.get("changes", ())
        if period.holds(change["date"])
    ]
    columns = (
        Column("number", ("合同编号", "Number")),
        Column("contract", ("合同名称", "Title"), "ref"),
        Column("kind", ("类别", "Kind")),
        Column("date", ("日期", "Date"), "date"),
        Column("agreement", ("协议编号", "Agreement")),
        Column("reason", ("原因", "Reason")),
    )
    return Table("changes", ("变更与解除", "Changes and terminations"), columns, sorted(rows, key=lambda row: (row["date"], row["number"])))


def _disputes(register: Register, policy: Policy, found: list[Record], day: date) -> Table:
    rows: list[Row] = [
        {
            "number": one.data["contract_no"],
            "contract": one.id,
            "customer": one.data["customer"],
            "currency": contracts.currency(one),
            "amount": one.data["amount"],
            "open": summed(row.open_on(day) for row in contracts.milestones(one) if row.due_on <= day.isoformat()),
        }
        for one in found
        if contracts.life(one).in_force(day) and contracts.as_then(register, policy, one, day)["status"] == "disputed"
    ]
    columns = (
        Column("number", ("合同编号", "Number")),
        Column("contract", ("合同名称", "Title"), "ref"),
        Column("customer", ("对方", "Counterparty"), "ref"),
        _CURRENCY,
        Column("amount", ("金额", "Amount"), "amount"),
        Column("open", ("到期未收付", "Due and open"), "amount"),
    )
    return Table("disputes", (f"纠纷（{day}）", f"In dispute ({day})"), columns, rows, {}, (both("contracts.note-then"),))


def _in_time(register: Register, policy: Policy, found: list[Record], period: Period) -> Table:
    moved = contracts.in_time(policy, found, period)
    rows: list[Row] = []
    for what in (*register.schemas.codes["contract_event"], contracts.ARCHIVE):
        one = moved.get(what, contracts.InTime())
        title = both("contracts.archiving") if what == contracts.ARCHIVE else code(register, "contract_event", what)
        rows.append({"what": title, "due": len(one.due), "in_time": one.in_time, "late": one.late, "not_done": one.not_done})
    totals: Row = {key: sum(row[key] for row in rows) for key in ("due", "in_time", "late", "not_done")}
    for row in (*rows, totals):
        row["rate"] = rounded(contracts.percent(row["in_time"], row["due"])) if row["due"] else ""
    columns = (
        Column("what", ("手续", "Formality")),
        Column("due", ("本期到期", "Due"), "count"),
        Column("in_time", ("按时", "In time"), "count"),
        Column("late", ("逾期", "Late"), "count"),
        Column("not_done", ("其中期末未办", "Of these not done"), "count"),
        Column("rate", ("按时率（%）", "In time (%)"), "percent"),
    )
    return Table("in_time", ("移交与归档", "Hand-over and archiving"), columns, rows, totals)


def _completeness(register: Register, policy: Policy, found: list[Record], day: date) -> Table:
    folders = []
    for one in found:
        if contracts.life(one).in_force(day):
            folder = contracts.folder(one, contracts.as_then(register, policy, one, day))
            folders += [folder] if folder is not None else []
    rows: list[Row] = []
    for key, (zh, en) in register.schemas.codes["contract_document_group"].items():
        states = [group.state for folder in folders for group in folder.groups if group.code == key]
        rows.append({"group": (zh, en), **{state: states.count(state) for state in _GROUPS}})
    totals: Row = {state: sum(row[state] for row in rows) for state in _GROUPS}
    for row in (*rows, totals):
        owed = row["present"] + row["missing"]
        row["percent"] = rounded(contracts.percent(row["present"], owed)) if owed else ""
    columns = (
        Column("group", ("文件类别", "Group")),
        Column("present", ("已归档", "Present"), "count"),
        Column("missing", ("待补", "Missing"), "count"),
        Column("not_applicable", ("不适用", "Not applicable"), "count"),
        Column("percent", ("完整度（%）", "Complete (%)"), "percent"),
    )
    title = (f"有效合同的档案（{day}）", f"Files of contracts in force ({day})")
    return Table("completeness", title, columns, rows, totals, (both("contracts.note-then"),))


_GROUPS = ("present", "missing", "not_applicable")


def _payments(register: Register, found: list[Record], period: Period, day: date) -> Table:
    rows: list[Row] = []
    for side, (zh, en) in register.schemas.codes["side"].items():
        for name in currencies(found):
            every = [row for one in of_currency(found, name) if one.data["side"] == side for row in contracts.milestones(one)]
            due = [row for row in every if period.holds(row.due_on)]
            paid = [row for row in every if row.paid_on is not None and period.holds(row.paid_on)]
            late = [row for row in every if row.overdue_on(day)]
            if due or paid or late:
                named = {"side": (zh, en), "currency": name, "due": len(due), "due_amount": summed(row.amount for row in due)}
                came = {"paid": len(paid), "paid_amount": summed(row.paid for row in paid)}
                rows.append({**named, **came, "overdue": len(late), "overdue_amount": summed(row.overdue_on(day) for row in late)})
    columns = (
        Column("side", ("买卖别", "Side")),
        _CURRENCY,
        Column("due", ("本期到期节点", "Due"), "count"),
        Column("due_amount", ("到期金额", "Amount due"), "amount"),
        Column("paid", ("本期收付节点", "Paid"), "count"),
        Column("paid_amount", ("收付金额", "Amount paid"), "amount"),
        Column("overdue", ("期末逾期节点", "Overdue at the end"), "count"),
        Column("overdue_amount", ("逾期金额", "Amount overdue"), "amount"),
    )
    return Table("payments", (f"收付（逾期截至 {day}）", f"Payments (overdue as of {day})"), columns, rows)


def _numbers(found: list[Record], period: Period) -> Table:
    rows: list[Row] = [
        {
            "series": one.name,
            "first": one.number(one.numbers[0]),
            "last": one.number(one.numbers[-1]),
            "used": len(one.numbers),
            "voided": listed((number, number) for number in one.voided),
            "gaps": listed((one.number(gap), one.number(gap)) for gap in one.gaps),
        }
        for one in contracts.series(found, (period.first.year, period.last.year))
    ]
    columns = (
        Column("series", ("编号系列", "Series")),
        Column("first", ("首号", "First")),
        Column("last", ("末号", "Last")),
        Column("used", ("已用", "Used"), "count"),
        Column("voided", ("作废", "Voided")),
        Column("gaps", ("缺号", "Missing")),
    )
    return Table("numbers", ("编号", "Numbers"), columns, rows, {"used": sum(row["used"] for row in rows)})


def half_before(today: date) -> Period:
    """The half-year before the one in which the day lies."""
    return Period.of(f"{today.year - 1}-H2" if today.month <= 6 else f"{today.year}-H1")


REPORT = Report(
    "contract-statistics",
    ("合同统计", "Contract statistics"),
    ("E7",),
    _tables,
    frozenset({"who", "period"}),
    usual_period=half_before,
    slots=("summary", "contracts", "differences"),
    confidentiality=CONFIDENTIALITY,
)
