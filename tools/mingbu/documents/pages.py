"""Reports and forms as pages: one file each, without scripts, that loads nothing from anywhere. Jinja2 with autoescape is the only way into HTML."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from mingbu.documents import drawing, sizes
from mingbu.documents.cells import NUMBERS, grid, shown
from mingbu.documents.model import Document, Head
from mingbu.reports import Table

TEMPLATES = Path(__file__).parent / "templates"
_MANY = 7
"""Documents with tables of more columns are printed across; a chart with a narrow table stands on an upright page, where it has room."""
_ROOM = {False: 10300, True: 15250}
"""Between the margins of A4, upright and across, in twentieths of a point."""


@lru_cache
def environment(own: Path | None = None) -> jinja2.Environment:
    """Our templates, and before them those of the folder."""
    return sandbox(jinja2.FileSystemLoader([*([str(own)] if own else []), str(TEMPLATES)]))


def sandbox(loader: jinja2.BaseLoader | None = None) -> jinja2.Environment:
    """What a template may do is bounded, for companies write their own; every value is escaped, every missing name an error."""
    made = SandboxedEnvironment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["css"] = css_string
    del made.globals["lipsum"]  # chance has no place in a document
    made.finalize = lambda value: "" if value is None else value
    return made


def css_string(text: object) -> Markup:
    """The text as a string of a style sheet; whatever could end it or the sheet is written by its number."""
    return Markup('"{}"').format(Markup(re.sub(r"[^\w \-.,:：，、（）/]", lambda found: f"\\{ord(found.group()):x} ", str(text))))  # noqa: S704


def html(document: Document) -> str:
    """The report as a page of A4, lying where a table has many columns."""
    across = any(len(table.columns) > _MANY for table in document.tables)
    parts = [_part(document, table, number, across) for number, table in enumerate(document.tables, 1)]
    return render("report.html.j2", document.head, document=document, parts=parts, across=across)


def _part(document: Document, table: Table, number: int, across: bool) -> dict[str, Any]:
    found = [drawing.drawn(document, table, chart, f"chart-{number}-{place}") for place, chart in enumerate(table.charts, 1)]
    head, *rows = cells = grid(document, table, shown)
    whole = [column.unit in NUMBERS or column.unit == "date" for column in table.columns]
    upright = across and bool(found) and len(table.columns) <= _MANY
    size, widths, least = sizes.shared(cells, whole, _ROOM[across and not upright])
    return {
        "upright": upright,
        "size": size,
        "widths": [f"{100 * wide / sum(widths):.2f}%" for wide in widths],
        "least": least // 20,
        "title": document.pick(table.title),
        "head": head,
        "rows": rows[: len(table.rows)],
        "totals": rows[len(table.rows) :],
        "right": [column.unit in NUMBERS or column.unit == "date" for column in table.columns],
        "notes": [document.pick(note) for note in table.notes],
        "charts": [chart for chart in found if chart is not None],
    }


def render(template: str, head: Head, own: Path | None = None, **context: Any) -> str:
    """Raises jinja2.TemplateError, and what a template may raise."""
    return environment(own).get_template(template).render(head=head, t=head.say, lang=head.lang, **context)
