"""The facts that the register gives for a grade and a limit: which sales count, what is overdue, what is known on the day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_credit_calculation import POLICY

import building
from mingbu.credit.gathering import longest_overdue, months_between
from mingbu.trading import Line
from running import Command

ON = date(2026, 11, 20)
RECORD = building.record("sales", building.fields("sales", id="SAL-000001"))


def use_sample_policy(root: Path, day: str = "2026-08-01", **changes: Any) -> None:
    """Puts the sample company's policy into force in the test's register, without its examples."""
    kept = {key: value for key, value in POLICY.items() if key not in {"schema", "effective_from", "examples"}}
    building.write(root, "policy-credit", **{**kept, "effective_from": day, **changes})


def sold(day: str, amount: str, due_on: str | None = None, **more: str) -> dict[str, Any]:
    """A line of sales to the active customer, due a month later unless said otherwise."""
    later = (date.fromisoformat(day) + timedelta(30)).isoformat()
    line = {"customer": building.ACTIVE, "product": "PRD-000001", "date": day, "quantity": 1, "amount": amount, "due_on": due_on or later}
    return line | more


def sell(root: Path, *lines: dict[str, Any]) -> None:
    """Writes the lines as the only sales of the register, a record for each month."""
    by_month: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        by_month.setdefault(line["date"][:7], []).append(line)
    for path in (root / "records/sales").rglob("*.yml"):
        path.unlink()
    for number, (month, held) in enumerate(sorted(by_month.items()), 1):
        building.write(root, "sales", id=f"SAL-{number:06}", month=month, part=1, lines=held)


def known(mingbu: Command, *more: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(facts, sources) that the command tells of the active customer."""
    told = mingbu("credit", building.ACTIVE, "--format", "json", *more).json
    return told["facts"], told["sources"]


@pytest.mark.rule("B20", "B16")
def test_what_was_sold_on_credit_in_the_last_twelve_whole_months_counts(register_root: Path, mingbu: Command) -> None:
    use_sample_policy(register_root)
    sell(
        register_root,
        sold("2025-10-31", "1000000.00"),  # the day before the window
        sold("2025-11-01", "120000.00"),
        sold("2026-03-05", "500000.00", due_on="2026-03-05"),  # paid on delivery
        sold("2026-04-05", "50000.00", paid="20000.00", paid_on="2026-03-20"),  # 20,000 in advance
        sold("2026-05-06", "-6000.00", due_on="2026-04-30"),  # a credit note
        sold("2026-10-31", "36000.01"),
        sold("2026-11-01", "2000000.00"),  # the month isn't whole
    )

    facts, sources = known(mingbu)

    assert facts["average_monthly_credit_sales"] == "15000.00"
    assert sources["sales"] == {"from": "2025-11-01", "to": "2026-10-31", "months": 12, "lines": 4, "amount": "180000.01"}


def test_months_before_the_first_trade_or_before_the_register_had_sales_do_not_count(register_root: Path, mingbu: Command) -> None:
    use_sample_policy(register_root)
    sell(register_root, sold("2026-08-03", "90000.00"), sold("2026-10-03", "30000.00"))

    assert known(mingbu)[0]["average_monthly_credit_sales"] == "40000.00"

    other = {**sold("2025-01-05", "1.00"), "customer": building.PROSPECT}
    sell(register_root, other, sold("2026-08-03", "90000.00"), sold("2026-10-03", "30000.00"))
    assert known(mingbu)[0]["average_monthly_credit_sales"] == "10000.00"

    building.edit(register_root, "customer", building.ACTIVE, first_trade_on="2026-08-03")
    facts, _ = known(mingbu)
    assert (facts["average_monthly_credit_sales"], facts["trading_months"]) == ("40000.00", 3)


def test_before_a_whole_month_of_trade_the_limit_is_for_a_person(register_root: Path, mingbu: Command) -> None:
    use_sample_policy(register_root)
    building.edit(register_root, "customer", building.ACTIVE, first_trade_on="2026-11-02")
    sell(register_root, sold("2026-11-02", "90000.00"))

    told = mingbu("credit", building.ACTIVE, "--format", "json").json

    assert (told["facts"]["average_monthly_credit_sales"], told["status"], told["limit"]) == (None, "refer", None)
    assert "还没有一个完整月的赊销资料" in mingbu("credit", building.ACTIVE).out.partition("\n")[0]


def test_of_a_customer_never_investigated_it_is_not_known_whether_it_is_listed(register_root: Path, mingbu: Command) -> None:
    use_sample_policy(register_root)
    found = next((register_root / "records/credit-investigation").rglob("*.yml")).stem

    facts, sources = known(mingbu)
    assert (facts["dishonest_list"], sources["investigation"]) == (False, found)
    building.edit(register_root, "credit-investigation", found, dishonest_list=True)
    assert mingbu("credit", building.ACTIVE, "--format", "json").json["capped_by"][0] == "dishonest"
    use_sample_policy(register_root, facts={**POLICY["facts"], "investigation_months": 1})
    facts, sources = known(mingbu)
    assert (facts["dishonest_list"], sources["investigation"]) == (None, None)


def test_a_statement_counts_from_when_it_was_known_and_gives_no_limit_in_another_currency(register_root: Path, mingbu: Command) -> None:
    use_sample_policy(register_root)
    sell(register_root, sold("2025-11-01", "1200000.00"))
    figures = {"current_assets": "12000000.00", "inventory": "4000000.00", "cash": "1.00", "receivables": "1.00", "fixed_assets": "0.00"}
    figures |= {"current_liabilities": "8000000.00", "total_liabilities": "10000000.00", "net_assets": "9000000.00", "total_assets": "19000000.00"}
    said = {**figures, "id": "FIN-000001", "credit_file": building.FILE, "statement_date": "2026-06-30"}

    building.write(register_root, "financial-statement", **said, prepared_on="2026-11-21")
    assert "statements" not in known(mingbu)[0]
    building.write(register_root, "financial-statement", **said, prepared_on="2026-11-20")
    facts, sources = known(mingbu)
    assert (facts["statements"]["net_worth"], sources["statement"]) == ("9000000.00", "FIN-000001")
    building.write(register_root, "financial-statement", **said, prepared_on="2026-11-20", currency="HKD")
    told = mingbu("credit", building.ACTIVE, "--format", "json").json
    assert (told["status"], told["limit"], told["working_asset_limit"]) == ("refer", None, None)
    assert "no_statements" not in told["capped_by"]


@pytest.mark.parametrize(
    ("first", "on", "months"),
    [
        ("2024-02-29", "2025-02-27", 11),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-02-29", "2028-02-28", 47),
        ("2024-02-29", "2028-02-29", 48),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-03-30", 1),
        ("2026-11-20", "2026-11-20", 0),
    ],
)
def test_months_of_trade_are_whole_ones(first: str, on: str, months: int) -> None:
    assert months_between(date.fromisoformat(first), date.fromisoformat(on)) == months


def line(day: date, days: int, amount: Decimal, paid: Decimal = Decimal(0), paid_after: int | None = None, invoice: str | None = None) -> Line:
    paid_on = None if paid_after is None else (day + timedelta(paid_after)).isoformat()
    due_on = (day + timedelta(days)).isoformat()
    place = (building.ACTIVE, "PRD-000001", building.OFFICE, day.isoformat())
    return Line(RECORD, 0, *place, 1, amount, invoice, due_on, paid, paid_on)


def ago(days: int) -> date:
    return ON - timedelta(days)


def test_what_is_overdue_or_was_paid_late_counts_by_its_longest_delay() -> None:
    hundred = Decimal("100.00")

    assert longest_overdue([], ON, 12) == 0
    assert longest_overdue([line(ago(100), 30, hundred)], ON, 12) == 70
    assert longest_overdue([line(ago(100), 30, hundred, hundred, 45)], ON, 12) == 15
    assert longest_overdue([line(ago(600), 30, hundred, hundred, 75)], ON, 12) == 0, "paid late, but longer ago than the months"
    assert longest_overdue([line(ago(600), 30, hundred, hundred, 75)], ON, None) == 45
    assert longest_overdue([line(ago(100), 30, hundred, Decimal("40.00"), 20)], ON, 12) == 70, "the rest is open"
    assert longest_overdue([line(ago(100), 30, hundred, hundred, 120)], ON, 12) == 70, "paid after the day"
    assert longest_overdue([line(ago(10), 30, hundred)], ON, 12) == 0


def test_an_invoice_that_a_credit_note_covers_is_not_overdue() -> None:
    short_paid = line(ago(100), 30, Decimal("100.00"), Decimal("60.00"), 30, "A")
    note = line(ago(80), 0, Decimal("-40.00"), invoice="B")

    assert longest_overdue([short_paid], ON, 12) == 70
    assert longest_overdue([short_paid, note], ON, 12) == 0


cents = st.integers(1, 100_000).map(lambda count: Decimal(count) / 100)
sales = st.lists(st.tuples(st.integers(0, 700), st.integers(0, 120), cents, st.none() | st.integers(0, 400)), min_size=1, max_size=8)


@given(sales, st.integers(0, 7), cents)
def test_splitting_the_lines_of_an_invoice_changes_nothing(found: list[tuple[int, int, Decimal, int | None]], which: int, cut: Decimal) -> None:
    def one(number: int, days_ago: int, terms: int, amount: Decimal, paid_after: int | None) -> Line:
        return line(ago(days_ago), terms, amount, amount if paid_after is not None else Decimal(0), paid_after, f"I{number}")

    whole = [one(number, *given_line) for number, given_line in enumerate(found)]
    at = which % len(found)
    days_ago, terms, amount, paid_after = found[at]
    first = min(cut, amount)
    parts = [one(at, days_ago, terms, part, paid_after) for part in (first, amount - first) if part]
    split = [*whole[:at], *parts, *whole[at + 1 :]]

    assert longest_overdue(split, ON, 12) == longest_overdue(whole, ON, 12)


def test_splitting_lines_changes_no_limit_in_the_register(register_root: Path, mingbu: Command) -> None:
    use_sample_policy(register_root)
    sell(register_root, sold("2026-01-05", "600000.00", invoice_no="26010001"), sold("2026-09-05", "-6000.00", invoice_no="26010002"))
    before = mingbu("credit", building.ACTIVE, "--format", "json").json
    parts = [sold("2026-01-05", amount, invoice_no="26010001") for amount in ("200000.01", "199999.99", "200000.00")]
    sell(register_root, *parts, sold("2026-09-05", "-6000.00", invoice_no="26010002"))
    after = mingbu("credit", building.ACTIVE, "--format", "json").json

    assert before["sources"]["sales"].pop("lines") == 2
    assert after["sources"]["sales"].pop("lines") == 4
    assert after == before
    assert after["facts"]["max_overdue_days"] == (ON - date(2026, 2, 4)).days
