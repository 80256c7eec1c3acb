"""The facts of a grade and a limit as the register has them on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from mingbu import trading
from mingbu.calendar import months_later
from mingbu.credit.calculation import Calculation, calculate
from mingbu.credit.decisions import decisions_of
from mingbu.credit.facts import Facts, Statements
from mingbu.register import Policy, Record, Register


def calculated(register: Register, decision: Record) -> Calculation | None:
    """What the decision's own policy gives on the day that it was prepared, from its score sheet and what was known then.

    None where the policy or the sheet can't be read.
    """
    return register.memo(f"credit.calculated.{decision.id}", lambda: _calculated(register, decision))


def _calculated(register: Register, decision: Record) -> Calculation | None:
    made_under, credit_file = register.get(decision.data.get("policy_id")), register.get(decision.data.get("credit_file"))
    if made_under is None or credit_file is None or not isinstance(decision.data.get("score_sheet"), Mapping):
        return None
    on = date.fromisoformat(decision.data["prepared_on"])
    return calculate(made_under.data, gathered(register, made_under.data, credit_file, on, decision.data["score_sheet"]))


def today(register: Register, policy: Policy, credit_file: Record) -> Calculation | None:
    """What today's policy gives from the newest score sheet and what is known today; None without a policy or a sheet."""
    current, decisions = policy.in_force("credit"), decisions_of(register, credit_file.id)
    made = [decision for decision in decisions if decision.data["prepared_on"] <= policy.today.isoformat()]
    if current is None or not made:
        return None
    sheet = max(made, key=lambda decision: (decision.data["prepared_on"], decision.id)).data["score_sheet"]
    return calculate(current.data, gathered(register, current.data, credit_file, policy.today, sheet))


def gathered(register: Register, rules: Mapping[str, Any], credit_file: Record, on: date, sheet: Mapping[str, str]) -> Facts:
    """The facts on the day, as far back as the policy's `facts` say (without them: everything known)."""
    spans, customer = rules.get("facts", {}), credit_file.data["customer"]
    lines = [line for line in trading.lines_of(register, customer) if line.date <= on.isoformat()]
    first = _first_trade(register, customer, lines, on)
    return Facts(
        on,
        {part: Fraction(value) for part, value in sheet.items()},
        _monthly(lines, first, on, spans.get("sales_months", 12)),
        _months_between(first, on) if first else 0,
        _longest_overdue(lines, on, spans.get("overdue_months")),
        _dishonest(register, credit_file, on, spans.get("investigation_months")),
        _statements(register, credit_file, on, spans.get("statement_months")),
    )


def _first_trade(register: Register, customer: str, lines: list[trading.Line], on: date) -> date | None:
    card = register.get(customer)
    days = [line.date for line in lines if line.amount > 0]
    if card is not None and card.data.get("first_trade_on", "9999") <= on.isoformat():
        days.append(card.data["first_trade_on"])
    return date.fromisoformat(min(days)) if days else None


def _months_between(first: date, on: date) -> int:
    """Whole months from the one day to the other."""
    months = (on.year - first.year) * 12 + on.month - first.month
    return months if months_later(first, months) <= on else months - 1


def _monthly(lines: list[trading.Line], first: date | None, on: date, months: int) -> Fraction:
    """Average credit sales of the last whole calendar months; of fewer where trade began later, of one at least."""
    end = on.replace(day=1) - timedelta(days=1)
    begin = months_later(on.replace(day=1), -months)
    if first is not None and first.replace(day=1) > begin:
        begin = first.replace(day=1)
    count = max(1, (end.year - begin.year) * 12 + end.month - begin.month + 1)
    sold = [line.amount for line in lines if on_credit(line) and begin.isoformat() <= line.date <= end.isoformat()]
    return Fraction(sum(sold, start=Fraction(0))) / count if sold else Fraction(0)


def on_credit(line: trading.Line) -> bool:
    """Whether the line was sold on credit: payment falls due after the day of the sale."""
    return line.due_on is not None and line.due_on > line.date


def _longest_overdue(lines: list[trading.Line], on: date, months: int | None) -> int:
    """The most days that anything open is overdue, or that was paid late within the months."""
    day = on.isoformat()
    since = months_later(on, -months).isoformat() if months is not None else ""
    longest = 0
    for line in lines:
        if line.due_on is None or line.amount <= 0:
            continue
        settled = line.outstanding(day) <= 0
        if settled and (line.paid_on is None or not since <= line.paid_on <= day):
            continue
        end = date.fromisoformat(line.paid_on) if settled and line.paid_on else on
        longest = max(longest, (end - date.fromisoformat(line.due_on)).days)
    return longest


def _enclosed(register: Register, credit_file: Record, kind: str, key: str, on: date, months: int | None) -> Record | None:
    """The newest enclosure of the kind up to the day, not older than the months."""
    since = months_later(on, -months).isoformat() if months is not None else ""
    found = [record for record, pointer in register.referring(credit_file.id) if record.kind.name == kind and pointer == "/credit_file"]
    return max(
        (record for record in found if since <= record.data[key] <= on.isoformat()), key=lambda record: (record.data[key], record.id), default=None
    )


def _dishonest(register: Register, credit_file: Record, on: date, months: int | None) -> bool:
    found = _enclosed(register, credit_file, "credit-investigation", "investigated_on", on, months)
    return bool(found and found.data["dishonest_list"])


def _statements(register: Register, credit_file: Record, on: date, months: int | None) -> Statements | None:
    found = _enclosed(register, credit_file, "financial-statement", "statement_date", on, months)
    if found is None:
        return None
    keys = {"net_worth": "net_assets"}
    return Statements(**{key: Fraction(found.data[keys.get(key, key)]) for key in Statements.__dataclass_fields__})
