"""Route sheets on the site: whom each salesperson visits on the register's day, a sheet of paper for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mingbu.classification.routes import Sheet, route_sheet, salespeople
from mingbu.register import Policy, Register
from mingbu.reports.routes import why
from mingbu.site.analysis.classing import ROUTES
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Part
from mingbu.site.reader import Cell, Reader


@dataclass(frozen=True, slots=True)
class Line:
    """One customer on a sheet."""

    order: str
    customer: Cell
    address: Cell
    contact: Cell
    telephone: str
    why: str
    last: str
    agreed: Cell
    cases: list[Cell]


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet to print."""

    path: str
    title: str
    salesperson: Cell
    day: str
    company: Cell
    lines: list[Line]
    left_off: int


def sheet_page(salesperson: str) -> str:
    return f"analysis/route-{salesperson}.html"


def sheets(register: Register, policy: Policy) -> list[Sheet]:
    """The sheet of everybody who is responsible for a customer; worked out once."""
    made = register.memo(f"site.sheets {policy.today}", lambda: [route_sheet(register, policy, one, policy.today) for one in salespeople(register)])
    return [sheet for sheet in made if register.get(sheet.salesperson) is not None]


def boards(reader: Reader) -> Iterator[Board]:
    shown = Shown(reader, ROUTES)
    rows: list[list[Cell | list[Cell]]] = []
    for sheet in sheets(reader.register, reader.policy):
        appointments = sum(stop.why == "appointment" for stop in sheet.stops)
        name = shown.id(sheet.salesperson)
        linked = shown.link(name.text, sheet_page(sheet.salesperson), name.lang)
        rows.append([linked, shown.count(len(sheet.stops)), shown.count(appointments), shown.count(sheet.left_off)])
    header = shown.header("route.salesperson", ("route.stops", "count"), ("route.appointments", "count"), ("route.more", "count"))
    listed = Grid("", "", header, rows, empty=shown.word("route.nobody"))
    part = Part("sheets", shown.word("route.sheets", day=reader.policy.today), "", [], [listed], layout="below")
    links = [shown.link(shown.word("analysis.report"), "report/route-sheet.html")]
    yield Board(ROUTES, ROUTES, shown.word("analysis.routes"), shown.word("route.lead"), [], [part], links)


def papers(reader: Reader) -> Iterator[Paper]:
    """Every sheet, also one with nobody on it."""
    for sheet in sheets(reader.register, reader.policy):
        yield _paper(Shown(reader, sheet_page(sheet.salesperson)), sheet)


def _paper(shown: Shown, sheet: Sheet) -> Paper:
    reader = shown.reader
    lines = []
    for stop in sheet.stops:
        name, telephone = stop.contact
        reason = reader.pick(why(reader.register, stop, sheet.day))
        agreed = " ".join(stop.agreed.split())
        cases = [shown.ref(case) for case in stop.cases]
        order = "" if stop.order is None else str(stop.order)
        lines.append(Line(order, shown.ref(stop.customer), shown.text(stop.address), shown.text(name), telephone, reason, stop.last_on or "",
                          shown.text(agreed), cases))  # fmt: skip
    settings = reader.register.settings
    company = reader.register.get(settings.get("company"))
    named = Cell(reader.name(company), "text", reader.name_lang(company)) if company else Cell("")
    person = shown.id(sheet.salesperson)
    return Paper(shown.page, shown.word("route.paper", day=sheet.day), person, sheet.day.isoformat(), named, lines, sheet.left_off)
