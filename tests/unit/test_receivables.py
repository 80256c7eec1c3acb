"""What a customer owes, invoice by invoice and day by day: set off, aged, against the limit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import owing
from building import ACTIVE, TODAY
from mingbu import credit, trading
from owing import line

Lines = list[dict[str, Any]]


def open_on(lines: Lines, day: str = TODAY) -> list[tuple[str | None, str, Decimal]]:
    """(invoice, due on, outstanding) of what is open on the day."""
    register = owing.register(lines)
    found = credit.receivables_of(register, ACTIVE, owing.on(register, day).today)
    return [(item.invoice_no, item.due_on, item.outstanding) for item in found]


def exposed(lines: Lines, *more: Any, day: str = TODAY, **kwargs: Any) -> credit.Exposure:
    register = owing.register(lines, *more, **kwargs)
    return credit.exposure(register, owing.on(register, day), register.records[ACTIVE])


# --- invoices


def test_lines_with_one_number_are_one_invoice_and_lines_without_stand_alone() -> None:
    due = {"due_on": "2026-11-01"}
    lines = [line("2026-10-01", "100.00", invoice_no="K1", **due), line("2026-10-02", "50.00", invoice_no="K1", **due)]

    assert open_on(lines) == [("K1", "2026-11-01", Decimal("150.00"))]
    assert open_on([line("2026-10-01", "100.00"), line("2026-10-01", "50.00")]) == [
        (None, "2026-10-01", Decimal("100.00")),
        (None, "2026-10-01", Decimal("50.00")),
    ]


def test_an_invoice_that_falls_due_on_two_days_ages_by_each_of_them() -> None:
    lines = [line("2026-10-01", "900.00", invoice_no="K1", due_on="2026-10-31"), line("2026-10-01", "100.00", invoice_no="K1", due_on="2027-09-30")]

    found = exposed(lines)

    assert (found.not_due, found.overdue, found.oldest_overdue_days) == (Decimal("100.00"), Decimal("900.00"), 20)


def test_the_due_day_itself_is_in_time() -> None:
    lines = [line("2026-10-01", "100.00", due_on="2026-11-20")]

    assert exposed(lines).overdue == 0
    assert (exposed(lines, day="2026-11-21").overdue, exposed(lines, day="2026-11-21").oldest_overdue_days) == (Decimal("100.00"), 1)


def test_what_has_no_due_date_was_to_be_paid_on_the_day_of_the_sale() -> None:
    assert exposed([line("2026-11-01", "100.00")]).oldest_overdue_days == 19


@pytest.mark.parametrize(("day", "owed"), [("2026-09-30", []), ("2026-10-01", ["1000.00"]), ("2026-10-14", ["1000.00"]), ("2026-10-15", ["400.00"])])
def test_what_is_open_is_that_of_the_day(day: str, owed: list[str]) -> None:
    lines = [line("2026-10-01", "1000.00", invoice_no="K1", due_on="2026-11-01", paid="600.00", paid_on="2026-10-15")]

    assert [str(amount) for _, _, amount in open_on(lines, day)] == owed


def test_what_was_paid_before_the_sale_leaves_nothing_open() -> None:
    lines = [line("2026-10-01", "1000.00", paid="1000.00", paid_on="2026-09-20")]

    assert open_on(lines, "2026-09-25") == open_on(lines, "2026-10-01") == []


# --- credit notes


def test_a_return_on_the_invoice_itself_is_taken_off_it() -> None:
    due = {"invoice_no": "K1", "due_on": "2026-11-01"}

    assert open_on([line("2026-10-01", "100.00", **due), line("2026-10-09", "-30.00", **due)]) == [("K1", "2026-11-01", Decimal("70.00"))]


def test_a_credit_note_of_its_own_is_set_off_against_what_falls_due_first() -> None:
    lines = [
        line("2026-10-20", "500.00", invoice_no="K2", due_on="2026-12-01"),
        line("2026-09-20", "100.00", invoice_no="K1", due_on="2026-10-20"),
        line("2026-11-10", "-130.00", invoice_no="R1", due_on="2026-11-10"),
    ]

    assert open_on(lines, "2026-11-09") == [("K1", "2026-10-20", Decimal("100.00")), ("K2", "2026-12-01", Decimal("500.00"))]
    assert open_on(lines) == [("K2", "2026-12-01", Decimal("470.00"))]


def test_credit_that_is_left_over_is_a_balance_and_never_overdue() -> None:
    lines = [line("2026-09-20", "100.00", invoice_no="K1", due_on="2026-10-20"), line("2026-09-25", "-130.00", invoice_no="R1", due_on="2026-09-25")]

    found = exposed(lines)

    assert [item.outstanding for item in found.receivables] == [Decimal("-30.00")]
    assert (found.outstanding, found.not_due, found.overdue, found.oldest_overdue_days) == (Decimal("-30.00"), Decimal("-30.00"), 0, 0)
    assert found.ageing is not None
    assert [bucket.amount for bucket in found.ageing.buckets if bucket.amount] == [-30]


def test_an_overpayment_is_set_off_too() -> None:
    lines = [line("2026-09-01", "100.00", invoice_no="K1", paid="110.00", paid_on="2026-09-30"), line("2026-11-01", "50.00", invoice_no="K2")]

    assert open_on(lines) == [("K2", "2026-11-01", Decimal("40.00"))]


def test_money_paid_back_for_a_return_settles_it() -> None:
    assert open_on([line("2026-09-01", "-100.00", invoice_no="R1", paid="100.00", paid_on="2026-09-30")]) == []


# --- any lines at all


AMOUNTS = st.integers(min_value=-50_000, max_value=200_000).filter(bool)
DAYS = st.dates(min_value=owing.TODAY.replace(year=2025), max_value=owing.TODAY.replace(month=12, day=31)).map(str)


@st.composite
def some_line(draw: st.DrawFn) -> dict[str, Any]:
    """A line as a record may hold it: any invoice or none, any day, paid in part, in full, too much or not."""
    amount = draw(AMOUNTS)
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        more["invoice_no"] = draw(st.sampled_from(["K1", "K2", "K3"]))
    if draw(st.booleans()):
        more["due_on"] = draw(DAYS)
    if draw(st.booleans()):
        more |= {"paid": f"{Decimal(draw(st.integers(0, 250_000))) / 100:.2f}", "paid_on": draw(DAYS)}
    return line(draw(DAYS), f"{Decimal(amount) / 100:.2f}", **more)


LINES = st.lists(some_line(), max_size=12)


@given(LINES, DAYS)
def test_buckets_add_up_to_what_is_owed_which_is_the_ledger(lines: Lines, day: str) -> None:
    found = exposed(lines, day=day)
    register = owing.register(lines)
    ledger = sum((one.outstanding(day) for one in trading.lines_of(register, ACTIVE)), Decimal("0.00"))

    assert found.ageing is not None
    assert sum(bucket.amount for bucket in found.ageing.buckets) == found.ageing.total == found.outstanding == ledger
    assert found.not_due + found.overdue == found.outstanding
    assert found.ageing.overdue == found.overdue >= 0
    assert len({item.outstanding > 0 for item in found.receivables}) <= 1, "owed and owing at once: not set off"


@given(LINES, st.data())
def test_splitting_an_invoice_into_lines_changes_nothing(lines: Lines, data: st.DataObject) -> None:
    split: Lines = []
    for number, one in enumerate(lines):
        whole = one | {"invoice_no": one.get("invoice_no", f"L{number}")}
        amount, cut = Decimal(whole["amount"]), Decimal(data.draw(st.integers(1, 40_000))) / 100
        share = min(cut, abs(amount)) * (1 if amount > 0 else -1)
        paid = min(Decimal(whole.get("paid", "0.00")), abs(share))
        first, second = whole | {"amount": f"{share:.2f}"}, whole | {"amount": f"{amount - share:.2f}"}
        if "paid" in whole:
            first, second = first | {"paid": f"{paid:.2f}"}, second | {"paid": f"{Decimal(whole['paid']) - paid:.2f}"}
        split += [second, first] if amount != share else [first | {"paid": whole["paid"]} if "paid" in whole else first]
    lines = [one | {"invoice_no": one.get("invoice_no", f"L{number}")} for number, one in enumerate(lines)]

    before, after = exposed(lines), exposed(split)

    assert (before.outstanding, before.overdue, before.oldest_overdue_days) == (after.outstanding, after.overdue, after.oldest_overdue_days)
    assert open_on(lines) == open_on(split)
    assert before.ageing == after.ageing


# --- against the limit


def test_exposure_is_told_against_the_limit_in_force() -> None:
    lines = [
        line("2026-10-01", "120000.00", invoice_no="K1", due_on="2026-12-01"),
        line("2026-09-01", "30000.00", invoice_no="K2", due_on="2026-10-31"),
    ]

    found = exposed(lines, owing.decision())

    assert (found.grade, found.limit, found.available, found.utilisation) == ("A", Decimal("200000.00"), Decimal("50000.00"), 75)
    assert not found.over_limit


@pytest.mark.parametrize(("amount", "over"), [("200000.00", False), ("200000.01", True)])
def test_the_limit_is_passed_by_the_first_cent_above_it(amount: str, over: bool) -> None:
    assert exposed([line("2026-11-01", amount, due_on="2026-12-01")], owing.decision()).over_limit is over


def test_how_much_above_the_limit_stops_is_for_the_policy_to_say() -> None:
    lines = [line("2026-11-01", "210000.00", due_on="2026-12-01")]

    assert not exposed(lines, owing.decision(), policy=owing.rules(over_limit_above="105")).over_limit
    assert exposed(lines, owing.decision(), policy=owing.rules(over_limit_above="104.99")).over_limit
    without = {key: value for key, value in owing.rules().items() if key != "over_limit_above"}
    assert not exposed(lines, owing.decision(), policy=without).over_limit


def test_with_a_limit_of_nothing_whatever_is_owed_is_over_it() -> None:
    none, some = exposed([], owing.decision(approved_limit="0.00")), exposed([line("2026-11-01", "0.01")], owing.decision(approved_limit="0.00"))

    assert (none.utilisation, none.over_limit) == (None, False)
    assert (some.utilisation, some.over_limit) == (None, True)


def test_without_a_decision_there_is_no_limit_to_pass() -> None:
    found = exposed([line("2026-11-01", "100.00")])

    assert (found.limit, found.available, found.utilisation, found.over_limit) == (None, None, None, False)


@pytest.mark.parametrize(
    ("day", "limit"), [("2026-10-31", "200000.00"), ("2026-11-01", "300000.00"), ("2026-11-30", "300000.00"), ("2026-12-01", "200000.00")]
)
def test_a_temporary_limit_counts_while_it_runs(day: str, limit: str) -> None:
    short = {"amount": "300000.00", "from": "2026-11-01", "to": "2026-11-30", "reason": "旺季备货。"}

    assert exposed([], owing.decision(temporary_limit=short), day=day).limit == Decimal(limit)


def test_dso_takes_the_credit_sales_of_the_whole_months_before() -> None:
    """Nine months of 30 days: February to October; a cash sale, one of January and one of November don't count."""
    lines = [
        line(f"2026-{month:02d}-05", "100000.00", due_on=f"2026-{month:02d}-25") | {"paid": "100000.00", "paid_on": "2026-11-01"}
        for month in range(1, 11)
    ]
    lines += [line("2026-10-10", "5000.00", due_on="2026-10-10"), line("2026-11-02", "85000.00", due_on="2026-12-02")]

    found = exposed(lines)

    assert found.ageing is not None
    assert found.outstanding == Decimal("90000.00")
    assert found.ageing.dso == Fraction(90000 * 270, 900000)
    assert (found.ageing.best_possible_dso, found.ageing.average_delay) == (Fraction(85000 * 270, 900000), Fraction(5000 * 270, 900000))
