"""Customer files 综、分档案 on the site: the overall one, a page for each customer's own, and the latest of it on the customer's card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mingbu.register import Record
from mingbu.reports import Table
from mingbu.reports.dossier import own
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Part
from mingbu.site.boards.reported import grid
from mingbu.site.explaining import Panel
from mingbu.site.fieldwork.parts import found, part
from mingbu.site.reader import Cell, Reader, record_page

FILES = "fieldwork/files.html"
_SHOWN = ("customer", "status", "department", "responsible", "visits", "last_visit", "informed", "surveys", "last_survey", "notices_open",
          "complaints", "cases", "contracts", "sales_year", "last_trade")  # fmt: skip
_ON_CARD: dict[str, tuple[str, ...]] = {
    "visits": ("report", "date", "purpose", "result", "content", "next_on"),
    "information": (),
    "surveys": ("survey", "round", "surveyed_on", "surveyor", "result", "notice", "corrected_on"),
    "cases": (),
    "contracts": (),
}
"""Tables of the own file that the card shows, with their columns where it doesn't show all."""
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
    """A row for each customer whose file is kept up, leading to its own file."""
    reader = shown.reader
    table, parts = found(shown, "customer-file").get("overall"), list[Part]()
    if table is not None and table.rows:
        listed = grid(reader, table, FILES, None, _SHOWN)
        rows: list[list[Cell | list[Cell]]] = [
            [_linked(shown, reader.register.records[row["customer"]]), *cells[1:]] for row, cells in zip(table.rows, listed.rows, strict=True)
        ]
        parts = [Part("overall", reader.pick(table.title), shown.word("fieldwork.overall-lead"), [], [replace(listed, title="", rows=rows)],
                      layout="below")]  # fmt: skip
    links = [shown.link(shown.word("analysis.report"), "report/customer-file.html")]
    return Board(FILES, FILES, shown.word("fieldwork.customer-file"), "", [], parts, links)


def _linked(shown: Shown, customer: Record) -> Cell:
    return shown.link(shown.reader.name(customer), page_of(customer.id), shown.reader.name_lang(customer))


def _own_file(shown: Shown, customer: Record) -> Board:
    """Everything about one customer, the newest first."""
    parts = [part(shown, table.name, table) for table in _tables(shown.reader, customer)]
    title = shown.word("fieldwork.own-of", name=shown.reader.name(customer))
    links = [shown.link(shown.word("fieldwork.card"), record_page(customer))]
    parent = shown.link(shown.word("fieldwork.customer-file"), FILES)
    lead = shown.word("fieldwork.own-lead", day=shown.reader.policy.today)
    return Board(shown.page, FILES, title, lead, [], [one for one in parts if one], links, parent)


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
    grids = [_latest(shown, tables[name], columns) for name, columns in _ON_CARD.items() if name in tables]
    return Panel("file", reader.word("fieldwork.own-file"), reader.word("list.separator").join(counts), grids, links=links)


def _latest(shown: Shown, table: Table, columns: tuple[str, ...]) -> Grid:
    """The first rows, which are the newest; the caption says how many there are where these aren't all."""
    rows, title = table.rows[:_LATEST], shown.reader.pick(table.title)
    whole = replace(table, totals={}) if len(rows) < len(table.rows) else table
    said = shown.word("fieldwork.latest", what=title, count=len(table.rows), shown=len(rows)) if len(rows) < len(table.rows) else title
    return replace(grid(shown.reader, whole, shown.page, rows, columns), title=said)
