"""Reports as text: for a terminal, for programs (JSON, CSV), and as Markdown."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from mingbu.display import csv_cell
from mingbu.documents.aligned import table as aligned
from mingbu.documents.cells import NUMBERS, bare, grid, picked, shown
from mingbu.documents.markdown import escaped
from mingbu.documents.model import Document
from mingbu.reports import Column, Table


def as_json(document: Document) -> str:
    revision = document.head.revision
    data = {
        "schema": "mingbu/report/1",
        "report": document.name,
        "period": document.period_name,
        "as_of": document.head.as_of.isoformat(),
        "commit": revision.commit if revision else None,
        "tables": [_table(document, table) for table in document.tables],
        "texts": [*(document.pick(note) for table in document.tables for note in table.notes), *(found.text for found in document.texts)],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _table(document: Document, table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "columns": [{"key": column.key, "label": document.pick(column.label), "unit": column.unit} for column in table.columns],
        "rows": [{column.key: _figure(document, column, row[column.key]) for column in table.columns} for row in table.rows],
        "totals": {column.key: _figure(document, column, table.totals[column.key]) for column in table.columns if column.key in table.totals},
    }


def _figure(document: Document, column: Column, value: Any) -> Any:
    """A cell in JSON: null in a column of numbers where there is none, a list of ids for several records."""
    if column.unit == "refs":
        return list(value or ())
    return None if value == "" and column.unit in NUMBERS else picked(document, value)


def text(document: Document) -> str:
    """As a terminal shows it."""
    lines = [document.head.title, *(f"{label}{document.say('document.colon')}{value}" for label, value in document.head.lines)]
    for table in document.tables:
        right = [index for index, column in enumerate(table.columns) if column.unit in NUMBERS]
        notes = [document.pick(note) for note in table.notes]
        lines += ["", f"[{document.pick(table.title)}]", *aligned(grid(document, table, shown), right), *notes]
    for found in document.texts:
        lines += ["", f"[{found.title}]", *found.text.rstrip("\n").split("\n")]
    return "\n".join(lines) + "\n"


def markdown(document: Document) -> str:
    lines = [f"# {escaped(document.head.title)}"]
    for label, value in document.head.lines:
        lines += ["", escaped(f"{label}{document.say('document.colon')}{value}")]
    for table in document.tables:
        head, *rows = [[escaped(cell) for cell in row] for row in grid(document, table, shown)]
        rule = ["---:" if column.unit in NUMBERS else "---" for column in table.columns]
        lines += ["", f"## {escaped(document.pick(table.title))}", "", *(f"| {' | '.join(row)} |" for row in (head, rule, *rows))]
        for note in table.notes:
            lines += ["", escaped(document.pick(note))]
    for found in document.texts:
        paragraphs = [escaped(line) for line in found.text.split("\n") if line.strip()]
        lines += ["", f"## {escaped(found.title)}", *(line for paragraph in paragraphs for line in ("", paragraph))]
    return "\n".join(lines) + "\n"


def as_csv(document: Document) -> str:
    """Each table with its title above it and an empty line between; with the mark that lets Excel read Chinese."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    for number, table in enumerate(document.tables):
        writer.writerows([*([[]] if number else []), [csv_cell(document.pick(table.title))]])
        writer.writerows([csv_cell(cell) for cell in row] for row in grid(document, table, bare))
    return "\ufeff" + made.getvalue()
