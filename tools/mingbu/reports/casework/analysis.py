"""Analysis of the 8th 成功及失败原因分析 (D10, D11): reasons with counts, a text for each case, anomalies, measures.

Where earlier months aren't what was submitted any more, it says so.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from mingbu import cases
from mingbu.cases import Life
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports.casework import differing
from mingbu.reports.casework.flows import NOTHING, Book, Months
from mingbu.reports.casework.months import month_before, month_table, period_of
from mingbu.reports.casework.words import code, column, pair, titled
from mingbu.reports.model import Asked, Report, Table

NAME = "case-analysis"


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    book, period = Book(register, policy, asked.who), period_of(asked, policy.today)
    months = book.months(period)
    found = [month_table(book, period, months), _reasons(book, period, months), _closed(book, period, months)]
    found += [_anomalies(book, period, months), _open(book, period, months), _measures(register, period, asked.who)]
    before = differing.table(book, period, asked.who)
    return [*found, before] if before else found


def _closings(book: Book, months: Months) -> list[tuple[Life, cases.Event]]:
    """(life, closing) of every closing that stood at the end of its month, by day."""
    found = [
        (life, closing)
        for flow in months.flows
        for case in flow.closed
        if (closing := (life := book.by_id[case]).closing(flow.last)) is not None
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one[1].day, one[0].case.id))


def _reason(register: Register, closing: cases.Event) -> tuple[str, str]:
    """The reason by its label; an undone closing has it in words, which may be those of a label."""
    codes = "win_reason" if closing.outcome == "won" else "lose_reason"
    known = next((name for name, label in register.schemas.codes[codes].items() if closing.reason in label), closing.reason)
    return code(register, codes, known) if known else pair("no-reason")


def _reasons(book: Book, period: Period, months: Months) -> Table:
    """Won before lost, the most frequent reason first."""
    counts: Counter[tuple[str, tuple[str, str]]] = Counter()
    amounts: dict[tuple[str, tuple[str, str]], Decimal] = {}
    for _, closing in _closings(book, months):
        key = (closing.outcome, _reason(book.register, closing))
        counts[key] += 1
        amounts[key] = amounts.get(key, NOTHING) + Decimal(closing.amount or "0")
    rows = [
        {"outcome": code(book.register, "case_outcome", key[0]), "reason": key[1], "cases": counts[key], "won_amount": str(amounts[key])}
        for key in sorted(counts, key=lambda key: (key[0] != "won", -counts[key], key[1]))
    ]
    columns = (column("outcome"), column("reason"), column("cases", "count"), column("won_amount", "amount"))
    totals = {"cases": sum(counts.values()), "won_amount": str(sum(amounts.values(), NOTHING))}
    return Table("reasons", titled("reasons", period.name), columns, rows, totals)


def _closed(book: Book, period: Period, months: Months) -> Table:
    """Each closed case with what was written about why; of a closing that was undone since, that its analysis went with it."""
    rows = []
    for life, closing in _closings(book, months):
        stands = life.turns[-1] == closing
        rows.append(
            {
                "case": life.case.id,
                "outcome": code(book.register, "case_outcome", closing.outcome),
                "closed_on": closing.day.isoformat(),
                "days_to_close": (closing.day - life.submitted).days,
                "reason": _reason(book.register, closing),
                "won_amount": closing.amount or "",
                "analysis": _text(life.case, "cause_detail") if stands else pair("undone", day=_undone(life, closing)),
            }
        )
    columns = (
        column("case", "ref"), column("outcome"), column("closed_on", "date"), column("days_to_close", "count"), column("reason"),
        column("won_amount", "amount"), column("analysis"),
    )  # fmt: skip
    return Table("closed", titled("closed", period.name), columns, rows)


def _undone(life: Life, closing: cases.Event) -> str:
    return life.turns[life.turns.index(closing) + 1].day.isoformat()


def _open_at_the_end(book: Book, months: Months) -> list[Life]:
    """What is carried over, the longest open first."""
    ids = months.flows[-1].carried_over if months.flows else frozenset()
    return sorted((book.by_id[case] for case in ids), key=lambda life: (life.submitted, life.case.id))


def _anomalies(book: Book, period: Period, months: Months) -> Table:
    """Abnormal cases that are carried over, each with its explanation (D11)."""
    rows = [
        _place(book, life, months) | {"explanation": _text(life.case, "anomaly_note")}
        for life in _open_at_the_end(book, months)
        if life.case.data.get("abnormal") is True
    ]
    columns = (column("case", "ref"), column("submitted_on", "date"), column("office", "ref"), column("days_open", "count"), column("explanation"))
    return Table("anomalies", titled("anomalies", period.name), columns, rows)


def _open(book: Book, period: Period, months: Months) -> Table:
    """Everything that is carried over, with the last thing that was done about it by the end."""
    rows = []
    for life in _open_at_the_end(book, months):
        end = months.flows[-1].last.isoformat()
        done = [row for row in life.case.data.get("followups", ()) if row["date"] <= end]
        last = max(done, key=lambda row: row["date"], default={"date": "", "content": ""})
        rows.append(_place(book, life, months) | {"followed_up_on": last["date"], "followup": " ".join(last["content"].split())})
    columns = (
        column("case", "ref"), column("submitted_on", "date"), column("office", "ref"), column("days_open", "count"),
        column("followed_up_on", "date"), column("followup"),
    )  # fmt: skip
    return Table("open", titled("open", period.name), columns, rows)


def _place(book: Book, life: Life, months: Months) -> dict[str, Any]:
    end = months.flows[-1].last
    branch, office = life.place(end)
    days = (end - life.submitted).days
    return {"case": life.case.id, "submitted_on": life.submitted.isoformat(), "office": office or branch, "days_open": days}


def _measures(register: Register, period: Period, who: str | None) -> Table:
    """What the notes of the analysis say is to be done, by whom and until when."""
    rows = [
        {key: row.get(key, "") for key in ("content", "owner", "due_on", "done_on", "outcome")} | {"department": note.data["department"]}
        for note in register.of("report-note")
        if (note.data["report"], note.data["period"]) == (NAME, period.name) and who in {None, note.data["department"]}
        for row in note.data.get("measures", ())
    ]
    rows.sort(key=lambda row: (row["due_on"], row["department"]))
    columns = (
        column("content"), column("owner", "ref"), column("due_on", "date"), column("done_on", "date"), column("outcome"),
        column("department", "ref"),
    )  # fmt: skip
    shown = [row | {"content": " ".join(row["content"].split()), "outcome": " ".join(row["outcome"].split())} for row in rows]
    return Table("measures", titled("measures", period.name), columns, shown)


def _text(case: Record, key: str) -> str:
    return " ".join(case.data.get(key, "").split())


REPORT = Report(
    NAME,
    pair("title.analysis"),
    ("D10", "D11"),
    _tables,
    frozenset({"period", "who"}),
    {},
    month_before,
    ("summary", "wins", "losses", "anomalies", "differences"),
)
