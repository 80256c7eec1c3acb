"""The contract ledger 合同管理台帐 (E3, E4): every number with what it stands for, how far it is performed, and where its file is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from mingbu import contracts, display, labels
from mingbu.contracts import Chain
from mingbu.register import Policy, Record, Register
from mingbu.reports.model import Asked, CannotReport, Column, Pair, Report, Table

CONFIDENTIALITY = "secret"
"""What contracts say of prices and parties is for those who handle them."""
Row = dict[str, Any]


def both(key: str, **args: object) -> Pair:
    """A word of the catalogue in both languages."""
    return labels.word(key, "zh", **args), labels.word(key, "en", **args)


def code(register: Register, codes: str, value: str) -> Pair:
    """A code by its label in both languages."""
    zh, en = register.schemas.codes[codes].get(value, (value, value))
    return zh, en


def listed(pairs: Iterable[Pair]) -> Pair:
    """Several words as one text."""
    found = list(pairs)
    zh, en = (labels.word("list.separator", lang) for lang in labels.LANGS)
    return zh.join(pair[0] for pair in found), en.join(pair[1] for pair in found)


def chosen(register: Register, who: str | None) -> list[Record]:
    """The contracts of a department and what is below it, or with a customer. Raises CannotReport for the id of anything else."""
    named = register.get(who)
    if who is not None and (named is None or named.kind.name not in {"department", "customer"}):
        raise CannotReport("error.contracts-who", value=who)
    return contracts.below(register, who)


def summed(amounts: Iterable[Decimal]) -> str:
    return str(sum(amounts, Decimal("0.00")))


def by_code(register: Register, ids: Iterable[str]) -> list[str]:
    """Departments by their code, other records by their name."""
    return sorted(ids, key=lambda one: (str(found.data.get("code", "")) if (found := register.get(one)) else "", register.name_of(one), one))


def currencies(found: Iterable[Record]) -> list[str]:
    """The currencies that occur, CNY first."""
    return sorted({contracts.currency(one) for one in found}, key=lambda name: (name != contracts.CNY, name))


def of_currency(found: Iterable[Record], name: str) -> list[Record]:
    return [one for one in found if contracts.currency(one) == name]


_CODES = {"type": "contract_type", "state": "contract_status"}


def _called(register: Register, axis: str, key: str) -> Pair:
    if axis in _CODES:
        return code(register, _CODES[axis], key)
    return display.name(register, key, "zh"), display.name(register, key, "en")


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    found = chosen(register, asked.who)
    if asked.period is not None:
        period = asked.period
        found = [one for one in found if period.holds(one.data.get("signed_on", one.data.get("voided_on", one.data["prepared_on"])))]
    axis = asked.by or "department"
    groups: dict[str, list[Record]] = {}
    for one in found:
        groups.setdefault(contracts.axis_of(one, axis), []).append(one)
    order = list(register.schemas.codes[_CODES[axis]]) if axis in _CODES else by_code(register, groups)
    ordered = [(key, groups[key]) for key in order if key in groups]
    return [_sums(register, policy, axis, ordered), _ledger(register, policy, ordered)]


def _sums(register: Register, policy: Policy, axis: str, groups: list[tuple[str, list[Record]]]) -> Table:
    """A line for each group and currency: amounts of two currencies never meet."""
    rows: list[Row] = []
    for key, found in groups:
        for name in currencies(found):
            same = of_currency(found, name)
            running = [one for one in same if contracts.life(one).in_force(policy.today)]
            rows.append(
                {
                    "group": _called(register, axis, key),
                    "currency": name,
                    "contracts": len(same),
                    "in_force": len(running),
                    "amount": summed(Decimal(one.data["amount"]) for one in running),
                    "open": summed(row.open_on(policy.today) for one in same for row in contracts.milestones(one)),
                    "voided": sum(one.data["status"] == "voided" for one in same),
                }
            )
    columns = (
        Column("group", AXES[axis]),
        Column("currency", ("币种", "Currency")),
        Column("contracts", ("合同数", "Contracts"), "count"),
        Column("in_force", ("有效", "In force"), "count"),
        Column("amount", ("有效合同金额", "Amount in force"), "amount"),
        Column("open", ("未收未付", "Still to be paid"), "amount"),
        Column("voided", ("作废", "Voided"), "count"),
    )
    totals: Row = {key: sum(row[key] for row in rows) for key in ("contracts", "in_force", "voided")}
    if {row["currency"] for row in rows} == {contracts.CNY}:
        totals |= {key: summed(Decimal(row[key]) for row in rows) for key in ("amount", "open")}
    return Table("sums", (f"合同汇总（{policy.today}）", f"Contracts ({policy.today})"), columns, rows, totals, (both("contracts.note-currency"),))


def _ledger(register: Register, policy: Policy, groups: list[tuple[str, list[Record]]]) -> Table:
    rows = [_line(register, policy, one) for _, found in groups for one in found]
    columns = (
        Column("number", ("合同编号", "Number")),
        Column("contract", ("合同名称", "Title"), "ref"),
        Column("type", ("类别", "Type")),
        Column("side", ("买卖别", "Side")),
        Column("customer", ("对方", "Counterparty"), "ref"),
        Column("department", ("承办部门", "Department"), "ref"),
        Column("handler", ("承办人", "Handler"), "ref"),
        Column("amount", ("金额", "Amount"), "amount"),
        Column("currency", ("币种", "Currency")),
        Column("signed_on", ("签订日期", "Signed on"), "date"),
        Column("performance_from", ("履行自", "Performance from"), "date"),
        Column("performance_to", ("履行至", "Performance to"), "date"),
        Column("state", ("履行状态", "State")),
        Column("changes", ("变更与解除", "Changes and termination")),
        Column("handed_over", ("移交", "Hand-over")),
        Column("verified_on", ("核实日期", "Verified on"), "date"),
        Column("archived_on", ("归档日期", "Archived on"), "date"),
        Column("shelf", ("档号", "Shelf number")),
    )
    return Table("contracts", (f"合同管理台帐（{policy.today}）", f"Contract ledger ({policy.today})"), columns, rows)


def _line(register: Register, policy: Policy, one: Record) -> Row:
    data, chain = one.data, contracts.chain(policy, one)
    dates = ("signed_on", "performance_from", "performance_to", "verified_on", "archived_on")
    return {
        "number": data["contract_no"],
        "contract": one.id,
        "type": code(register, "contract_type", data["contract_type"]),
        "side": code(register, "side", data["side"]),
        "customer": data["customer"],
        "department": data["department"],
        "handler": data["handler"],
        "amount": data["amount"],
        "currency": contracts.currency(one),
        "state": code(register, "contract_status", data["status"]),
        "changes": listed(_changes(register, one)),
        "handed_over": handed_over(policy.today, chain),
        "shelf": chain.shelf,
        **{key: data.get(key, "") for key in dates},
    }


def _changes(register: Register, one: Record) -> list[Pair]:
    found = []
    for change in one.data.get("changes", ()):
        zh, en = code(register, "contract_change", change["kind"])
        found.append((f"{change['date']} {zh}", f"{change['date']} {en}"))
    return found


def handed_over(today: date, chain: Chain) -> Pair:
    """Where the hand-over stands: the last day of a file that is handed over, else what is open or late; nothing without a formality."""
    if not chain.handovers:
        return "", ""
    states = [stage.state(today) for stage in chain.handovers]
    late = states.count("overdue")
    if late:
        return both("contracts.handover-overdue", count=late)
    if "open" in states:
        return both("contracts.handover-open", day=next(str(stage.due_on or "") for stage in chain.handovers if stage.state(today) == "open"))
    last = max(str(stage.done_on) for stage in chain.handovers)
    return (last, last)


AXES: dict[str, Pair] = {
    "department": ("承办部门", "Department"),
    "customer": ("对方", "Counterparty"),
    "type": ("合同类别", "Type"),
    "state": ("履行状态", "State"),
}

REPORT = Report(
    "contract-ledger",
    ("合同管理台帐", "Contract ledger"),
    ("E3", "E4"),
    _tables,
    frozenset({"by", "who", "period"}),
    AXES,
    confidentiality=CONFIDENTIALITY,
)
