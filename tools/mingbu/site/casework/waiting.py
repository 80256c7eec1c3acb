"""The board of open cases: by stage, how long each has been there, and what is overdue."""

from __future__ import annotations

from collections.abc import Iterator

from mingbu import cases, organization
from mingbu.cases import Life
from mingbu.register import Record
from mingbu.reports.casework.flows import Book
from mingbu.reports.casework.waiting import open_stages
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Figure, Part
from mingbu.site.boards.reported import grid, reported
from mingbu.site.explaining import Panel
from mingbu.site.reader import Cell, Reader

BOARD = "casework/board.html"


def boards(reader: Reader) -> Iterator[Board]:
    shown = Shown(reader, BOARD)
    stages = open_stages(Book(reader.register, reader.policy))
    labels = reader.register.schemas.codes["case_stage"]
    figures = [Figure(reader.pick(labels[name]), str(len(lives)), f"#{name}" if lives else "") for name, lives in stages.items()]
    parts = [_overdue(shown, name) for name in ("sign-back", "contact")]
    parts += [_stage(shown, name, lives) for name, lives in stages.items() if lives]
    links = [shown.link(shown.word(f"casework.title.{name}"), f"report/case-{name}.html") for name in ("sign-back", "contact")]
    lead = shown.word("casework.board-lead", day=reader.policy.today, count=sum(map(len, stages.values())))
    yield Board(BOARD, BOARD, shown.word("casework.board"), lead, figures, [part for part in parts if part], links)


def _overdue(shown: Shown, name: str) -> Part | None:
    """What an office owes: open sign-backs and first contacts, late ones first."""
    table = reported(shown.reader.register, shown.reader.policy, f"case-{name}").get(name)
    rows = [row for row in table.rows if name == "contact" or not row["signed_on"]] if table else []
    columns = ("case", "branch", "office", "due_on", "in_time", "days_late")
    if table is None or not rows:
        return None
    return Part(name, shown.word(f"casework.waits-{name}"), "", [], [grid(shown.reader, table, shown.page, rows, columns)], layout="below")


def _stage(shown: Shown, name: str, lives: list[Life]) -> Part:
    reader = shown.reader
    header = [Cell(shown.word(f"casework.column.{key}")) for key in ("case", "branch", "office", "submitter")]
    header += [Cell(shown.word("casework.column.in_stage"), "count"), Cell(shown.word("casework.column.days_open"), "count")]
    rows: list[list[Cell | list[Cell]]] = []
    for life in lives:
        data, today = life.case.data, reader.policy.today
        places = [shown.id(data[key]) if key in data else Cell("") for key in ("routed_to_branch", "assigned_office", "submitter")]
        days = [shown.count((today - day).days) for day in (cases.since(life.case), life.submitted)]
        rows.append([shown.ref(life.case), *places, *days])
    title = reader.pick(reader.register.schemas.codes["case_stage"][name])
    return Part(name, title, "", [], [Grid("", "", header, rows)], layout="below")


def destination(reader: Reader, case: Record, page: str) -> Panel | None:
    """Where a case that hasn't been routed or dispatched yet goes, by the regions of the departments (D4, D5); None once it has."""
    if "assigned_office" in case.data or case.data["state"] != "negotiating":
        return None
    shown, register = Shown(reader, page), reader.register
    serving = [register.records[found] for found in organization.Regions(register).of(case.data["region_code"])]
    offices = [found for found in serving if found.data["level"] == "office"]
    over = dict.fromkeys(branch for found in serving for branch in organization.branches(register, found.id))
    branches = [register.records[found] for found in over if register.records[found].data["level"] == "branch"]
    if not branches:
        return Panel("destination", reader.word("casework.goes"), reader.word("casework.goes-nowhere"))
    key = "casework.goes-to" if offices else "casework.goes-to-branch"
    lines = [shown.ref(found) for found in (*branches, *offices)]
    return Panel("destination", reader.word("casework.goes"), reader.word(key), lines=lines)
