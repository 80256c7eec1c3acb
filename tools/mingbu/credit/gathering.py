"""The facts of a grade and a limit as the register has them on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from mingbu import trading
from mingbu.calendar import months_later
from mingbu.credit.calculation import Calculation, calculate
from mingbu.credit.decisions import decisions_of
from mingbu.credit.facts import Facts, Statements
from mingbu.register import Policy, Record, Register


@dataclass(frozen=True, slots=True)
class Window:
    """The whole calendar months that credit sales were taken from; months is 0 where there is none yet."""

    first: date
    last: date
    months: int
    sold: Fraction
    lines: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """Facts, and the records that they came from."""

    facts: Facts
    sales: Window
    statement: Record | None
    investigation: Record | None
    sheet: Record | None = None
    """The decision whose score sheet it is."""


def calculated(register: Register, decision: Record) -> Calculation | None:
    """What the decision's own policy gives on the day that it was prepared, from its score sheet and what was known then.

    None where the policy or the sheet can't be read.
    """
    return register.memo(f"credit/calculated/{decision.id}", lambda: _calculated(register, decision))


def allowed(register: Register, decision: Record) -> Calculation | None:
    """The same for the grade that a person set in place of the one worked out, where one did."""
    return register.memo(f"credit/allowed/{decision.id}", lambda: _calculated(register, decision, decision.data.get("override_grade")))


def _calculated(register: Register, decision: Record, override: str | None = None) -> Calculation | None:
    made_under, credit_file = register.get(decision.data.get("policy_id")), register.get(decision.data.get("credit_file"))
    if made_under is None or credit_file is None or not isinstance(decision.data.get("score_sheet"), Mapping):
        return None
    on = date.fromisoformat(decision.data["prepared_on"])
    override = override if any(row["grade"] == override for row in made_under.data["grades"]) else None
    return calculate(made_under.data, gathered(register, made_under.data, credit_file, on, decision.data["score_sheet"]), override)


def today(register: Register, policy: Policy, credit_file: Record) -> Calculation | None:
    """What today's policy gives from the newest score sheet and what is known today; None without a policy or a sheet."""
    current, found = policy.in_force("credit"), known(register, policy, credit_file)
    return calculate(current.data, found.facts) if current and found else None


def known(register: Register, policy: Policy, credit_file: Record, by: Record | None = None) -> Gathered | None:
    """Today's facts with the newest score sheet, as far back as today's policy (or another) says, and where they came from.

    None without a policy or a sheet.
    """
    current, day = by or policy.in_force("credit"), policy.today
    made = [decision for decision in decisions_of(register, credit_file.id) if decision.data["prepared_on"] <= day.isoformat()]
    if current is None or not made:
        return None
    sheet = max(made, key=lambda decision: (decision.data["prepared_on"], decision.id))
    return collected(register, current.data, credit_file, day, sheet.data["score_sheet"], sheet)


def gathered(register: Register, rules: Mapping[str, Any], credit_file: Record, on: date, sheet: Mapping[str, str]) -> Facts:
    """The facts on the day, as far back as the policy's `facts` say (without them: everything that is known)."""
    return collected(register, rules, credit_file, on, sheet).facts


def collected(
    register: Register, rules: Mapping[str, Any], credit_file: Record, on: date, sheet: Mapping[str, str], of: Record | None = None
) -> Gathered:
    """The same with the records that they came from; `of` is the decision that the score sheet is of."""
    spans, customer = rules.get("facts", {}), credit_file.data["customer"]
    lines = [line for line in trading.lines_of(register, customer) if line.date <= on.isoformat()]
    first = _first_trade(register, customer, lines, on)
    window = _window(register, lines, first, on, spans.get("sales_months"))
    investigation = _enclosed(register, credit_file, "credit-investigation", "investigated_on", on, spans.get("investigation_months"))
    statement = _enclosed(register, credit_file, "financial-statement", "statement_date", on, spans.get("statement_months"))
    facts = Facts(
        on,
        {part: Fraction(value) for part, value in sheet.items()},
        window.sold / window.months if window.months else None,
        months_between(first, on) if first else 0,
        longest_overdue(lines, on, spans.get("overdue_months")),
        investigation.data["dishonest_list"] if investigation else None,
        _statements(statement) if statement else None,
    )
    return Gathered(facts, window, statement, investigation, of)


def _first_trade(register: Register, customer: str, lines: list[trading.Line], on: date) -> date | None:
    card = register.get(customer)
    days = [line.date for line in lines if line.amount > 0]
    if card is not None and card.data.get("first_trade_on", "9999") <= on.isoformat():
        days.append(card.data["first_trade_on"])
    return date.fromisoformat(min(days)) if days else None


def months_between(first: date, on: date) -> int:
    """Whole months from the one day to the other; from 29 February a year ends on 28 February."""
    months = (on.year - first.year) * 12 + on.month - first.month
    return months if months_later(first, months) <= on else months - 1


def _window(register: Register, lines: list[trading.Line], first: date | None, on: date, months: int | None) -> Window:
    """Credit sales of the last whole calendar months before the day.

    Months before the first trade don't count, nor do those before the register has sales of anybody: they aren't known.
    """
    last = on.replace(day=1) - timedelta(days=1)
    known_since = _ledger_begins(register)
    span = months_later(on.replace(day=1), -months) if months is not None else None
    begin = max(filter(None, (span, first and first.replace(day=1), known_since)), default=on.replace(day=1))
    count = (last.year - begin.year) * 12 + last.month - begin.month + 1 if first and known_since else 0
    counted = [line for line in lines if begin.isoformat() <= line.date <= last.isoformat() and on_credit(line)]
    return Window(begin, last, max(0, count), sum((lent(line) for line in counted), Fraction(0)), len(counted))


def _ledger_begins(register: Register) -> date | None:
    """The first day of the first month that the register has sales of."""

    def found() -> date | None:
        months = [record.data["month"] for record in register.of("sales")]
        return date.fromisoformat(f"{min(months)}-01") if months else None

    return register.memo("credit/ledger-begins", found)


def on_credit(line: trading.Line) -> bool:
    """Whether the line was sold on credit: payment falls due after the day of the sale. A credit note takes off what was sold so."""
    return line.due_on is not None and (line.due_on > line.date if line.amount > 0 else line.due_on != line.date)


def lent(line: trading.Line) -> Fraction:
    """What of the line was sold on credit: without what was paid by the day of the sale."""
    return Fraction(line.outstanding(line.date))


def longest_overdue(lines: list[trading.Line], on: date, months: int | None) -> int:
    """The most days that anything open is overdue (what credit notes pay off isn't open), or that was paid late within the months."""
    from mingbu.credit.receivables import open_of  # which asks here what is sold on credit

    day, since = on.isoformat(), months_later(on, -months).isoformat() if months is not None else ""
    open_now = [date.fromisoformat(item.due_on) for item in open_of(lines, on) if item.outstanding > 0]
    late = [
        (date.fromisoformat(line.paid_on) - date.fromisoformat(line.due_on)).days
        for line in lines
        if line.amount > 0 and line.due_on is not None and line.paid_on is not None and since <= line.paid_on <= day
    ]
    return max([0, *((on - due).days for due in open_now), *late])


def _enclosed(register: Register, credit_file: Record, kind: str, key: str, on: date, months: int | None) -> Record | None:
    """The newest enclosure of the kind that was known on the day, not older than the months."""
    since, day = months_later(on, -months).isoformat() if months is not None else "", on.isoformat()
    found = [record for record, pointer in register.referring(credit_file.id) if record.kind.name == kind and pointer == "/credit_file"]
    fit = [record for record in found if since <= record.data[key] <= day and record.data.get("prepared_on", "") <= day]
    return max(fit, key=lambda record: (record.data[key], record.id), default=None)


def _statements(found: Record) -> Statements:
    currency = found.data.get("currency")
    return Statements.of({**found.data, "net_worth": found.data["net_assets"]}, None if currency == "CNY" else currency)
