"""Customer files 综、分档案 on the site: the overall one, a page for each customer's own, and the latest of it on the customer's card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mingbu.register import Record
from mingbu.reports import Table
from mingbu.reports.dossier import own
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Part
from mingbu.site.explaining import Panel
from mingbu.site.fieldwork.parts import called, found, listed
from mingbu.site.reader import Cell, Reader

FILES = "fieldwork/files.html"
_SHOWN = ("customer", "department", "responsible", "visits", "last_visit", "informed", "surveys", "last_survey", "notices", "complaints",
          "cases", "contracts", "sales_year")  # fmt: skip
_ON_CARD: dict[str, tuple[str, ...]] = {
    "visits": ("report", "date", "purpose", "result", "content", "next_on"),
    "information": (),
    "surveys": ("survey", "round", "surveyed_on", "surveyor", "result", "notice", "corrected_on"),
    "cases": (),
    "contracts": (),
}
"""Tables of the own file that the card shows, with their columns where it doesn't show all."""
_FIRST = {"visits": "fieldwork.salesperson"}
"""What the first column is called where the records in it are called by something else than their kind."""
_LATEST = 4
"""Rows of each that the card shows; the whole is on the file's own page."""


def page_of(customer: str) -> str:
    return f"fieldwork/file-{customer}.html"


def boards(reader: Reader) -> Iterator[Board]:
    shown = Shown(reader, FILES)
    yield _overall(shown)
    for customer in reader.register.of("customer"):
        yield _own_file(Shown(reader, page_of(customer.id)), customer)


def _overall(shown: Shown) -> Board:
    """A row for each customer whose file is kept up, leading to its own file; a part for each state of trade."""
    table = found(shown, "customer-file").get("overall")
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in table.rows if table is not None else []:
        groups.setdefault(shown.reader.register.records[row["customer"]].data["status"], []).append(row)
    parts = [_of_state(shown, table, state, rows) for state, rows in groups.items()] if table is not None else []
    links = [shown.link(shown.word("analysis.report"), "report/customer-file.html")]
    lead = shown.word("fieldwork.overall-lead", day=shown.reader.policy.today)
    return Board(FILES, FILES, shown.word("fieldwork.customer-file"), lead, [], parts, links)


def _of_state(shown: Shown, table: Table, state: str, rows: list[dict[str, Any]]) -> Part:
    made = listed(shown, table, rows, _SHOWN)
    lines: list[list[Cell | list[Cell]]] = [
        [_linked(shown, shown.reader.register.records[row["customer"]]), *cells[1:]] for row, cells in zip(rows, made.rows, strict=True)
    ]
    title = shown.word("fieldwork.of-state", state=shown.code("customer_status", state).text, count=len(rows))
    return Part(state, title, "", [], [replace(made, rows=lines)], layout="below")


def _linked(shown: Shown, customer: Record) -> Cell:
    return shown.link(shown.reader.name(customer), page_of(customer.id), shown.reader.name_lang(customer))


def _own_file(shown: Shown, customer: Record) -> Board:
    """Everything about one customer, the newest first."""
    tables = [table for table in _tables(shown.reader, customer) if table.rows]
    parts = [Part(table.name, shown.reader.pick(table.title), "", [], [_grid(shown, customer, table)], layout="below") for table in tables]
    title = shown.word("fieldwork.own-of", name=called(shown, customer))
    links = [shown.ref(customer)]
    parent = shown.link(shown.word("fieldwork.customer-file"), FILES)
    lead = shown.word("fieldwork.own-lead", day=shown.reader.policy.today)
    return Board(shown.page, FILES, title, lead, [], parts, links, parent)


def _tables(reader: Reader, customer: Record) -> list[Table]:
    """The own file, worked out once for the card and its page in both languages."""
    name = f"site.own-file {customer.id} {reader.policy.today}"
    return reader.register.memo(name, lambda: own(reader.register, reader.policy, customer))


def panel(reader: Reader, customer: Record, page: str) -> Panel | None:
    """The latest of a customer's own file, folded away on its card; None where nothing is filed yet."""
    shown = Shown(reader, page)
    tables = {table.name: table for table in _tables(reader, customer) if table.name in _ON_CARD and table.rows}
    if not tables:
        return None
    counts = [reader.word("fieldwork.counted", what=reader.pick(table.title), count=len(table.rows)) for table in tables.values()]
    links = [shown.link(reader.word("fieldwork.whole-file"), page_of(customer.id))]
    grids = [_latest(shown, customer, tables[name], columns) for name, columns in _ON_CARD.items() if name in tables]
    return Panel("file", reader.word("fieldwork.own-file"), reader.word("list.separator").join(counts), grids, links=links)


def _latest(shown: Shown, customer: Record, table: Table, columns: tuple[str, ...]) -> Grid:
    """The first rows, which are the newest; the caption says how many there are where these aren't all."""
    title = shown.reader.pick(table.title)
    if len(table.rows) <= _LATEST:
        return replace(_grid(shown, customer, table, None, columns), title=title)
    said = shown.word("fieldwork.latest", what=title, count=len(table.rows), shown=_LATEST)
    return replace(_grid(shown, customer, table, table.rows[:_LATEST], columns), title=said)


def _grid(shown: Shown, customer: Record, table: Table, rows: list[dict[str, Any]] | None = None, columns: tuple[str, ...] = ()) -> Grid:
    """A table of the own file; records that are called by the customer itself stand there with their number."""
    return listed(shown, table, rows, columns, _FIRST.get(table.name, ""), shown.reader.name(customer))
