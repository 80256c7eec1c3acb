"""Who reports prospects 全员提报 (D1): by reporter and by department, and what became of it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

from mingbu.money import rounded
from mingbu.period import Period
from mingbu.register import Policy, Register
from mingbu.reports.casework.axes import called, department_of
from mingbu.reports.casework.flows import Book
from mingbu.reports.casework.words import column, pair, titled
from mingbu.reports.model import Asked, Report, Table

_COUNTS = ("reported", "won", "lost", "open")


def _year_of(today: date) -> Period:
    return Period.of(str(today.year))


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    """Of the cases submitted in the period: what has become of them by today."""
    book, period = Book(register, policy, asked.who), asked.period or _year_of(policy.today)
    people: dict[tuple[str, str], Counter[str]] = {}
    departments: dict[str, Counter[str]] = {}
    whole: Counter[str] = Counter()
    for life in book.lives:
        if period.holds(life.submitted.isoformat()) and book.within(life, policy.today):
            state = {"negotiating": "open"}.get(life.case.data["state"], life.case.data["state"])
            department = department_of(register, life)
            for counter in (
                people.setdefault((life.case.data["submitter"], department), Counter()),
                departments.setdefault(department, Counter()),
                whole,
            ):
                counter.update(("reported", state))
    by_person = [{"reporter": person, "department": department, **_row(counts)} for (person, department), counts in people.items()]
    by_department = [{"key": key, "label": called(register, "department", key), **_row(counts)} for key, counts in departments.items()]
    columns = (*(column(name, "count") for name in _COUNTS), column("win_rate", "percent"))
    totals = _row(whole)
    by_person.sort(key=lambda row: (-row["reported"], -row["won"], row["reporter"], row["department"]))
    by_department.sort(key=lambda row: (-row["reported"], -row["won"], row["key"]))
    heads = (column("reporter", "ref"), column("department", "ref")), (column("key", "key"), column("label"))
    return [
        Table("reporters", titled("reporters", period.name), (*heads[0], *columns), by_person, totals, (pair("note.reporters"),)),
        Table("departments", titled("departments", period.name), (*heads[1], *columns), by_department, totals),
    ]


def _row(counts: Counter[str]) -> dict[str, Any]:
    closed = counts["won"] + counts["lost"]
    return {name: counts[name] for name in _COUNTS} | {"win_rate": rounded(Fraction(counts["won"] * 100, closed)) if closed else ""}


REPORT = Report("case-reporters", pair("title.reporters"), ("D1",), _tables, frozenset({"period", "who"}), {}, _year_of)
