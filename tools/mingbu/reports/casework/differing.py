"""Where an earlier month that was submitted closed with other cases than the register has now (D9): later months agree with it, or say why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mingbu.period import Period
from mingbu.register import Record
from mingbu.reports.casework.flows import COUNTED, Book
from mingbu.reports.casework.words import column, pair, titled
from mingbu.reports.model import Table

_REPORTS = frozenset({"case-analysis", "case-months"})
_NEGOTIATING = "接洽"
"""What `cases` of a frozen report has in the column state of a case that is carried over: its words are Chinese."""


def table(book: Book, period: Period, who: str | None) -> Table | None:
    """The figures of months before the period that are not what was submitted; None where nothing differs."""
    rows = [row for submission in _submitted(book, period, who) for row in _differences(book, submission)]
    if not rows:
        return None
    columns = (
        column("submission", "ref"), column("month"), column("figure"), column("then", "count"), column("now", "count"),
        column("more", "refs"), column("fewer", "refs"),
    )  # fmt: skip
    return Table("differences", titled("differences", period.name), columns, rows, {}, (pair("note.differences", count=len(rows)),))


def _submitted(book: Book, period: Period, who: str | None) -> list[Record]:
    """The frozen figures of earlier months, oldest first."""
    found = []
    for record in book.register.of("submission"):
        data = record.data
        if data["report"] in _REPORTS and "figures" in data and who in {None, data["department"]}:
            found += [record] if _period(data["period"]).last < period.first else []
    return sorted(found, key=lambda record: (_period(record.data["period"]).last, record.id))


def _period(name: str) -> Period:
    return Period.of(name)


def _differences(book: Book, submission: Record) -> list[dict[str, Any]]:
    """The counts of its months that are not what they were, and the cases by which the closing balance of the last one differs."""
    data, now = submission.data, Book(book.register, book.policy, submission.data["department"])
    now.today = min(now.today, date.fromisoformat(data["as_of"])) if data["as_of"] < _period(data["period"]).last.isoformat() else now.today
    months, frozen = now.months(_period(data["period"])), _rows(data["figures"], "months")
    fresh, rows = {row["month"]: row for row in now.monthly(months)}, []
    for then in frozen:
        month = fresh.get(then["month"], {})
        for name in COUNTED:
            if name in then and then[name] != str(month.get(name, "")):
                rows.append({"submission": submission.id, "month": then["month"], "figure": pair(f"column.{name}"),
                             "then": then[name], "now": month.get(name, ""), "more": (), "fewer": ()})  # fmt: skip
    kept = _carried(data["figures"])
    carried = months.flows[-1].carried_over if months.flows else frozenset()
    if kept is not None and kept != carried:
        last = frozen[-1]["month"] if frozen else data["period"]
        balance = next((row for row in rows if row["month"] == last and row["figure"] == pair("column.carried_over")), None)
        if balance is None:
            balance = {"submission": submission.id, "month": last, "figure": pair("column.carried_over"), "then": len(kept), "now": len(carried)}
            rows.append(balance)
        balance |= {"more": tuple(sorted(carried - kept)), "fewer": tuple(sorted(kept - carried))}
    return rows


def _carried(figures: list[Mapping[str, Any]]) -> frozenset[str] | None:
    """The cases that were carried over when it was submitted: listed as open, or in the summary as in negotiation."""
    if any(part["table"] == "open" for part in figures):
        return frozenset(row["case"] for row in _rows(figures, "open"))
    if any(part["table"] == "cases" for part in figures):
        return frozenset(row["case"] for row in _rows(figures, "cases") if row.get("state") == _NEGOTIATING)
    return None


def _rows(figures: list[Mapping[str, Any]], table_name: str) -> list[dict[str, str]]:
    """The rows of a frozen table by their columns; none where it has no such table."""
    found = [part for part in figures if part["table"] == table_name]
    return [dict(zip(part["columns"], row, strict=False)) for part in found for row in part["rows"]]
