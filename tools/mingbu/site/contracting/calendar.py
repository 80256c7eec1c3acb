"""What is to be paid and what runs out, in the order of the days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu import contracts
from mingbu.contracts import Ending, Milestone
from mingbu.site.boards.cells import NONE, Grid, Shown
from mingbu.site.boards.parts import Board, Part
from mingbu.site.contracting.overview import DATES
from mingbu.site.reader import Cell, Reader

__all__ = ["DATES", "boards", "milestone_grid"]

Lines = list[list[Cell | list[Cell]]]


def boards(reader: Reader) -> Iterator[Board]:
    shown, today = Shown(reader, DATES), reader.policy.today
    every = reader.register.of("contract")
    rows = [row for one in every for row in contracts.milestones(one) if row.open_on(today) > 0]
    endings = [one for contract in every for one in contracts.endings(contract, today)]
    overdue = sorted((row for row in rows if row.overdue_days(today)), key=lambda row: (row.due_on, row.contract.id))
    gone = sorted((one for one in endings if one.days(today) < 0), key=lambda one: (one.on, one.contract.id))
    ahead: list[Milestone | Ending] = [row for row in rows if not row.overdue_days(today)]
    ahead += [one for one in endings if one.days(today) >= 0]
    parts = [
        _part("overdue", shown.word("contracting.overdue-milestones"), "", _grid(shown, overdue, today, "contracting.no-overdue")),
        _part("gone", shown.word("contracting.gone"), shown.word("contracting.gone-lead"), _grid(shown, gone, today, "contracting.no-gone")),
        *_months(shown, ahead, today),
    ]
    links = [shown.link(shown.word("analysis.report"), "report/contract-payments.html")]
    yield Board(DATES, DATES, shown.word("contracting.dates"), shown.word("contracting.dates-lead", day=today), [], parts, links)


def _part(name: str, title: str, lead: str, listed: Grid) -> Part:
    return Part(name, title, lead, [], [listed], layout="below")


def _day(one: Milestone | Ending) -> str:
    return one.due_on if isinstance(one, Milestone) else one.on


def _months(shown: Shown, found: list[Milestone | Ending], today: date) -> Iterator[Part]:
    """A part for each of the next months in which something is due, and one for all that is later."""
    last = f"{today.year + 1}-{today.month:02d}"
    months: dict[str, list[Milestone | Ending]] = {}
    for one in sorted(found, key=lambda one: (_day(one), one.contract.data["contract_no"])):
        months.setdefault(_day(one)[:7] if _day(one)[:7] < last else "", []).append(one)
    for month, listed in months.items():
        title = shown.word("contracting.in-month", month=month) if month else shown.word("contracting.later", month=last)
        yield _part(f"in-{month or 'later'}", title, "", _grid(shown, listed, today, "contracting.no-overdue"))


def _grid(shown: Shown, found: list[Milestone] | list[Ending] | list[Milestone | Ending], today: date, empty: str) -> Grid:
    rows: Lines = []
    for one in found:
        data = one.contract.data
        if isinstance(one, Milestone):
            what, days = Cell(shown.word("contracting.milestone"), "short"), (date.fromisoformat(one.due_on) - today).days
            amount, side = shown.amount(one.open_on(today)), shown.code("side", data["side"])
        else:
            what, days = Cell(shown.word(f"contracting.ends-{one.what}"), "short"), one.days(today)
            amount, side = NONE, NONE
        currency = Cell(contracts.currency(one.contract) if amount is not NONE else "", "short")
        rows.append([shown.date(_day(one)), what, shown.ref(one.contract), shown.id(data["customer"]), side, amount, currency, shown.count(days)])
    header = shown.header(("contracting.day", "date"), "contracting.what", "contracting.contract", "contracting.counterparty", "contracting.side",
                          ("contracting.open", "amount"), "contracting.currency", ("contracting.days-left", "count"))  # fmt: skip
    return Grid("", "", header, rows, empty=shown.word(empty))


def milestone_grid(shown: Shown, found: list[Milestone], today: date) -> Grid:
    """The milestones of one contract, as its own page shows them."""
    rows: Lines = []
    for row in found:
        left = row.open_on(today)
        state = "paid" if left <= 0 else "overdue" if row.overdue_days(today) else "open"
        badge = shown.badge(shown.word(f"contracts.milestone-{state}"), {"paid": "valid", "overdue": "error", "open": "short"}[state])
        rows.append([shown.date(row.due_on), shown.amount(row.amount), shown.date(row.paid_on or ""), shown.amount(row.paid_by(today)),
                     shown.amount(left), badge, shown.count(row.overdue_days(today))])  # fmt: skip
    totals = [Cell(shown.word("home.total")), shown.amount(sum((row.amount for row in found), contracts.NOTHING)), NONE,
              shown.amount(sum((row.paid_by(today) for row in found), contracts.NOTHING)),
              shown.amount(sum((row.open_on(today) for row in found), contracts.NOTHING)), NONE, NONE]  # fmt: skip
    header = shown.header(("contracting.due-on", "date"), ("contracting.amount-due", "amount"), ("contracting.paid-on", "date"),
                          ("contracting.paid", "amount"), ("contracting.open", "amount"), "contracting.state",
                          ("contracting.days-overdue", "count"))  # fmt: skip
    return Grid("", "", header, rows, totals)
