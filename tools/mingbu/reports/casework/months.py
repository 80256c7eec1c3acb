"""Monthly tracking of cases 月份有望顾客提报追踪汇总 (D8, D9): opening + new + reopened = won + lost + carried over."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from mingbu import display
from mingbu.cases import Life
from mingbu.period import Period
from mingbu.register import Policy, Register
from mingbu.reports.casework import axes
from mingbu.reports.casework.flows import NOTHING, Book, Months
from mingbu.reports.casework.words import code, column, joined, pair, titled
from mingbu.reports.model import Asked, Chart, Pair, Report, Table


def month_before(today: date) -> Period:
    """The month that is over: the one before today's."""
    last = today.replace(day=1) - timedelta(days=1)
    return Period.of(last.isoformat()[:7])


def period_of(asked: Asked, today: date) -> Period:
    return asked.period or month_before(today)


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    book, period = Book(register, policy, asked.who), period_of(asked, policy.today)
    months = book.months(period)
    found = [month_table(book, period, months), _cases(book, period, months)]
    return [*found, axes.table(book, period, asked.by)] if asked.by is not None and asked.by in axes.AXES else found


def month_table(book: Book, period: Period, months: Months) -> Table:
    """One row for each month; below them all the months together."""
    rows = book.monthly(months)
    columns = (column("month"), *book.columns())
    totals = book.figures(months) if len(rows) > 1 else {}
    notes = [pair("note.identity-moved" if book.by_place else "note.identity"), *book.notes()]
    if len(rows) > 1:
        notes.append(pair("note.totals"))
    if months.flows and months.flows[-1].last == book.today:
        notes.append(pair("note.running", today=book.today))
    if period.last.replace(day=1) > book.today:
        notes.append(pair("note.future", today=book.today))
    chart = Chart(pair("months"), "month", ("won", "lost", "carried_over"), stacked=True)
    kept = {each.key for each in columns}
    shown = {key: value for key, value in totals.items() if key in kept}
    return Table("months", titled("months", period.name), columns, rows, shown, tuple(notes), (chart,))


def _cases(book: Book, period: Period, months: Months) -> Table:
    """Every case of the period once, by its state at the end, in the order of submission."""
    listed = frozenset().union(*(flow.all for flow in months.flows))
    end = min(period.last, book.today)
    start = months.flows[-1].first if months.flows else period.first
    lives = sorted((book.by_id[case] for case in listed), key=lambda life: (life.case.data["submitted_at"], life.case.id))
    due = {one.case.id: one for one in book.signed}
    rows = []
    for life in lives:
        data, (branch, office), closing = life.case.data, life.place(end), life.closing(end)
        asked = due.get(life.case.id)
        judged = asked if asked and asked.due_on <= end and (asked.done_on or asked.is_late(book.today)) else None
        rows.append(
            {
                "case": life.case.id,
                "submitted_on": life.submitted.isoformat(),
                "submitter": data["submitter"],
                "company": data["company_name"],
                "branch": branch,
                "office": office,
                "products": _products(book.register, life),
                "estimated_amount": data.get("estimated_amount", ""),
                "dispatched_on": _until(data.get("dispatched_at"), end),
                "returned_on": _until(data.get("returned_at"), end),
                "in_time": ("", "") if judged is None else pair("late" if judged.is_late(book.today) else "in-time"),
                "state": code(book.register, "case_state", life.state(end)),
                "months_carried": _carried(life, start),
                "closed_on": closing.day.isoformat() if closing else "",
                "won_amount": closing.amount or "" if closing else "",
                "note": _note(book.register, life, end),
            }
        )
    return Table("cases", titled("cases", period.name), _CASES, rows, _sums(rows), book.notes())


_CASES = (
    column("case", "ref"),
    column("submitted_on", "date"),
    column("submitter", "ref"),
    column("company"),
    column("branch", "ref"),
    column("office", "ref"),
    column("products"),
    column("estimated_amount", "amount"),
    column("dispatched_on", "date"),
    column("returned_on", "date"),
    column("in_time"),
    column("state"),
    column("months_carried", "count"),
    column("closed_on", "date"),
    column("won_amount", "amount"),
    column("note"),
)


def _sums(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: str(sum((Decimal(row[key]) for row in rows if row[key]), NOTHING)) for key in ("estimated_amount", "won_amount")} if rows else {}


def _until(moment: str | None, end: date) -> str:
    """The day, where it had come by the end of the period: a summary that is made again later says the same."""
    return moment[:10] if moment and moment[:10] <= end.isoformat() else ""


def _carried(life: Life, start: date) -> int:
    """At how many ends of months before the period's last month the case was open."""
    count, day = 0, life.submitted
    while (day := (day.replace(day=1) + timedelta(days=31)).replace(day=1)) <= start:
        count += life.state(day - timedelta(days=1)) == "negotiating"
    return count


def _products(register: Register, life: Life) -> Pair:
    names = [
        (display.name(register, row["product"], "zh"), display.name(register, row["product"], "en"))
        if "product" in row
        else (row["description"],) * 2
        for row in life.case.data["wanted_products"]
    ]
    return "、".join(zh for zh, _ in names), ", ".join(en for _, en in names)


def _note(register: Register, life: Life, end: date) -> Pair:
    """Routed elsewhere, reopened, late and why, abnormal: what a reader of the summary asks about."""
    told = [pair("noted.reopened", day=turn.day) for turn in life.turns if turn.what == "reopened" and turn.day <= end]
    for (_, branch, office), (since, _, _) in zip(life.places, life.places[1:], strict=False):
        if since <= end:
            told.append(pair("noted.rerouted", day=since, name=register.name_of(office or branch)))
    if "late_reason" in life.case.data and life.case.data.get("signed_at", "9")[:10] <= end.isoformat():
        reason = " ".join(life.case.data["late_reason"].split())
        told.append(pair("noted.late", reason=reason))
    return joined(told)


REPORT = Report(
    "case-months",
    pair("title.months"),
    ("D8", "D9"),
    _tables,
    frozenset({"period", "by", "who"}),
    {"month": pair("axis-month"), **axes.AXES},
    month_before,
)
