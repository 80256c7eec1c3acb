"""Salesperson by salesperson: their visits month by month, what came late or didn't happen, whom they have to survey."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mingbu.register import Record
from mingbu.reports import Table
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Figure, Part
from mingbu.site.fieldwork.parts import called, found, listed, month, part, year
from mingbu.site.reader import Cell, Reader, group_page

PEOPLE = "fieldwork/people.html"
_LATE = ("report", "visited_on", "due_on", "submitted_on", "late", "reason", "reviewer")
_INFORMED = ("report", "class", "topic", "reporter", "reported_to", "reported_on", "due_on", "days", "in_time")
_MISSING = ("customer", "planned_on", "due_on", "late", "action")
_MONTH = ("reports", "visits", "customers_visited", "orders", "collections", "in_time_count", "late_count", "late_with_reason", "planned", "missed")


def page_of(person: str) -> str:
    return f"fieldwork/of-{person}.html"


def boards(reader: Reader) -> Iterator[Board]:
    shown = Shown(reader, PEOPLE)
    yield _index(shown)
    for person in _people(shown):
        yield _person(Shown(reader, page_of(person)), reader.register.records[person])


def _people(shown: Shown) -> list[str]:
    """Who visited this year, and who is asked to survey customers this round."""
    visited = (row["salesperson"] for row in _visits(shown, year(shown)))
    asked = (row["responsible"] for row in _rows(found(shown, "survey-round").get("surveyors")))
    return sorted(dict.fromkeys([*visited, *asked]), key=lambda person: (shown.reader.register.name_of(person), person))


def _rows(table: Table | None) -> list[dict[str, Any]]:
    return table.rows if table is not None else []


def _visits(shown: Shown, period: str) -> list[dict[str, Any]]:
    return _rows(found(shown, "visits", period, "salesperson").get("salesperson"))


def _index(shown: Shown) -> Board:
    """This month and the year so far, each person with a page of their own."""
    parts = [one for period in (month(shown), year(shown)) if (one := _period(shown, period))]
    lead = shown.word("fieldwork.people-lead", day=shown.reader.policy.today)
    links = [shown.link(shown.word("analysis.report"), "report/visits.html")]
    return Board(PEOPLE, PEOPLE, shown.word("fieldwork.people"), lead, [], parts, links)


def _period(shown: Shown, period: str) -> Part | None:
    table = found(shown, "visits", period, "salesperson").get("salesperson")
    if table is None or not table.rows:
        return None
    made = listed(shown, table, None, ("salesperson", *_MONTH))
    rows: list[list[Cell | list[Cell]]] = [[_own(shown, row["salesperson"]), *cells[1:]] for row, cells in zip(table.rows, made.rows, strict=True)]
    notes = " ".join(shown.reader.pick(note) for note in table.notes)
    return Part(f"in-{period}", shown.word("fieldwork.visits-in", period=period), notes, [], [replace(made, rows=rows)], layout="below")


def _own(shown: Shown, person: str) -> Cell:
    record = shown.reader.register.records[person]
    return shown.link(shown.reader.name(record), page_of(person), shown.reader.name_lang(record))


def _person(shown: Shown, person: Record) -> Board:
    late = found(shown, "visits-late", year(shown))
    there = {name: [row for row in _rows(late.get(name)) if row["salesperson"] == person.id] for name in ("late", "missing")}
    to_do = found(shown, "survey-round").get("to-do")
    theirs = [row for row in _rows(to_do) if row["responsible"] == person.id]
    informed = found(shown, "information-reports").get("open")
    waiting = [row for row in _rows(informed) if person.id in (row["reporter"], row["reported_to"])]
    parts = [
        _months(shown, person.id),
        part(shown, "late", late.get("late"), there["late"], _LATE, "", shown.reader.name(person)),
        part(shown, "missing", late.get("missing"), there["missing"], _MISSING),
        part(shown, "to-do", to_do, theirs, ("customer", "department", "due_on", "overdue", "remark")),
        part(shown, "informed", informed, waiting, _INFORMED, "fieldwork.about"),
    ]
    now = next((row for row in _visits(shown, month(shown)) if row["salesperson"] == person.id), None)
    figures = [
        Figure(shown.word("fieldwork.figure-visits"), str(now["visits"] if now else 0), "#months"),
        Figure(shown.word("fieldwork.figure-late-year"), str(len(there["late"])), "#late" if there["late"] else "#top", "", bool(there["late"])),
        Figure(shown.word("fieldwork.figure-missed"), str(len(there["missing"])), "#missing" if there["missing"] else "#top", "",
               bool(there["missing"])),
        Figure(shown.word("fieldwork.figure-to-survey"), str(len(theirs)), "#to-do" if theirs else "#top", "", bool(theirs)),
    ]  # fmt: skip
    links = [shown.ref(person), *_reports_of(shown, person.id)]
    parent = shown.link(shown.word("fieldwork.people"), PEOPLE)
    lead = shown.word("fieldwork.person-lead", year=year(shown), day=shown.reader.policy.today)
    return Board(
        shown.page, PEOPLE, shown.word("fieldwork.visits-of", name=called(shown, person)), lead, figures, [one for one in parts if one], links, parent
    )


def _reports_of(shown: Shown, person: str) -> list[Cell]:
    """Where the register lists all the reports of a person; nowhere where there are none."""
    kind = shown.reader.register.schemas.kinds["visit-report"]
    if not any(report.data["salesperson"] == person for report in shown.reader.register.of(kind.name)):
        return []
    return [shown.link(shown.word("fieldwork.all-reports"), group_page(kind, "salespeople", "/salesperson", person))]


def _months(shown: Shown, person: str) -> Part:
    """The months of the year so far, the newest first."""
    today = shown.reader.policy.today
    rows, head = list[list[Cell | list[Cell]]](), list[Cell]()
    for number in range(today.month, 0, -1):
        name = f"{today.year}-{number:02d}"
        table = found(shown, "visits", name, "salesperson").get("salesperson")
        mine = [row for row in _rows(table) if row["salesperson"] == person]
        if table is not None and mine:
            made = listed(shown, table, mine, _MONTH)
            head = made.header
            rows.append([Cell(name, "short"), *made.rows[0]])
    header = [Cell(shown.word("fieldwork.month"), "text"), *head]
    every = Grid("", "", header, rows, empty=shown.word("fieldwork.no-visits"))
    return Part("months", shown.word("fieldwork.months-of"), "", [], [every], layout="below")
