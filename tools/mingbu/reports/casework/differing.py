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
    """The counts of its months that are not what they were, and the cases by which those of the last one differ."""
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
    last = frozen[-1]["month"] if frozen else data["period"]
    for name, kept in _kept(book, data["figures"], frozen).items():
        found = getattr(months.flows[-1], name) if months.flows else frozenset()
        if kept != found:
            row = next((row for row in rows if row["month"] == last and row["figure"] == pair(f"column.{name}")), None)
            if row is None:
                row = {"submission": submission.id, "month": last, "figure": pair(f"column.{name}"), "then": len(kept), "now": len(found)}
                rows.append(row)
            row |= {"more": tuple(sorted(found - kept)), "fewer": tuple(sorted(kept - found))}
    return rows


def _kept(book: Book, figures: list[Mapping[str, Any]], months: list[dict[str, str]]) -> dict[str, frozenset[str]]:
    """Figure of the last month → its cases when it was submitted, as far as the frozen tables list them."""
    carried, closed = _carried(figures), _rows(figures, "closed")
    kept = {} if carried is None else {"carried_over": carried}
    if len(months) == 1:  # of several months the list doesn't say which closed when
        for name, (word, _) in book.register.schemas.codes["case_outcome"].items():
            cases = frozenset(row["case"] for row in closed if row["outcome"] == word)
            if months[0].get(name) == str(len(cases)):  # one closed and reopened within the month is listed, and counts as open
                kept[name] = cases
    return kept


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
