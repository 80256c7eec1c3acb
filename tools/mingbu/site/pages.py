"""Every generated page of one language: path → (title, body). Jinja2 with autoescape is the only way into HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import jinja2

from mingbu import documents
from mingbu.register import Record
from mingbu.reports import REPORTS, Report
from mingbu.site import analysis, card, dictionary, extras, home, plan, reporting, sections, story, tables
from mingbu.site.boards.parts import Board
from mingbu.site.boards.reported import reported
from mingbu.site.plan import View
from mingbu.site.reader import Cell, Reader, edit_link, record_page, relative, view_page

TEMPLATES = Path(__file__).parent / "templates"
DOCUMENTS = Path(documents.__file__).parent / "templates"
"""Charts look the same on pages and in documents."""


@dataclass(frozen=True, slots=True)
class Page:
    """A generated page: where it stands, whose shell it uses, its title and body."""

    path: str
    shell: str
    title: str
    body: str


@lru_cache
def environment(schemas: Path) -> jinja2.Environment:
    """Templates of the package, and a kind's own one beside its schema; every value is escaped, every missing name an error."""
    loader = jinja2.FileSystemLoader([str(TEMPLATES), str(DOCUMENTS), str(schemas)])
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def all_pages(reader: Reader) -> Iterator[Page]:
    """The generated pages, each once."""
    yield home_page(reader)
    yield from section_pages(reader)
    for view in plan.views(reader):
        yield from _view_pages(reader, view)
    for kind in reader.kinds():
        for record in reader.register.of(kind.name):
            yield record_body(reader, record)
    yield from _reference_pages(reader)
    yield from report_pages(reader)


def home_page(reader: Reader) -> Page:
    """The page that the site opens with."""
    return Page("index.html", "index.html", reader.word("site.home"), _render(reader, "home.html.j2", "index.html", **home.figures(reader)))


def rows_files(reader: Reader) -> Iterator[tuple[str, str]]:
    """(path, JSON) of the rows behind every register table."""
    for view in plan.views(reader):
        records = view.records(reader)
        yield _rows_path(view.page), tables.rows_json(reader, view.kind, view.columns, records, view.page)
        for pointer in view.axes:
            for group in plan.groups(reader, view, pointer, records):
                yield _rows_path(group.page), tables.rows_json(reader, view.kind, view.columns, group.records, group.page)


def _rows_path(page: str) -> str:
    return page.removesuffix(".html") + ".rows.json"


def record_body(reader: Reader, record: Record) -> Page:
    """The page of one record, in the shell of its kind's first view."""
    page = record_page(record)
    own = environment(reader.register.schemas_folder).select_template([f"{record.kind.name}.html.j2", "record.html.j2"])
    body = _render(
        reader,
        str(own.name),
        page,
        record=record,
        name=reader.name(record),
        name_lang=reader.name_lang(record),
        kind_title=reader.pick(record.kind.title),
        index=relative(page, view_page(record.kind, record.kind.views[0]["name"])),
        badges=_badges(reader, record),
        sections=card.sections(reader, record, page),
        approvals=card.approved(reader, record, page),
        story=story.story(reader, record, page),
        more=extras.of(reader, record, page),
        incoming=card.incoming(reader, record, page),
        edit=edit_link(reader.register, record.path),
        dictionary=relative(page, f"dictionary/{record.kind.name}.html"),
    )
    return Page(page, view_page(record.kind, record.kind.views[0]["name"]), f"{reader.name(record)} - {reader.pick(record.kind.title)}", body)


def _badges(reader: Reader, record: Record) -> list[Cell]:
    """The codes that say at a glance what the record is: the first few coded columns of its list."""
    fields = [record.kind.by_pointer[pointer] for pointer in record.kind.columns]
    coded = [(field, reader.value(record, field.pointer)) for field in fields if field.shape == "code"]
    return [Cell(reader.shown(field, value), str(value)) for field, value in coded if value is not None][:5]


def _view_pages(reader: Reader, view: View) -> Iterator[Page]:
    """The page of a view, and one for each group of its axes; all in the view's shell."""
    records, title = view.records(reader), view.title(reader)
    axes = [(reader.pick(view.kind.by_pointer[pointer].title), plan.groups(reader, view, pointer, records)) for pointer in view.axes]
    body = _register(reader, view, view.page, count=len(records), axes=axes, parent=None, axis=None, group=None)
    yield Page(view.page, view.page, f"{title} - {reader.word('site.short')}", body)
    for axis, groups in axes:
        for group in groups:
            parent = {"title": title, "url": relative(group.page, view.page)}
            body = _register(reader, view, group.page, count=len(group.records), axes=[], parent=parent, axis=axis, group=group)
            yield Page(group.page, view.page, f"{group.label} - {title}", body)


def _register(reader: Reader, view: View, page: str, **context: object) -> str:
    dictionary_page = relative(page, f"dictionary/{view.kind.name}.html")
    rows = relative(page, _rows_path(page))
    return _render(reader, "register.html.j2", page, title=view.title(reader), rows=rows, dictionary=dictionary_page, **context)


def report_pages(reader: Reader) -> Iterator[Page]:
    for report in REPORTS.values():
        yield report_body(reader, report)


def section_pages(reader: Reader) -> Iterator[Page]:
    for board in (*sections.boards(reader), *reporting.boards(reader)):
        yield board_body(reader, board)
    for paper in analysis.papers(reader):
        title = f"{paper.salesperson.text} {paper.title} - {reader.word('site.short')}"
        yield Page(paper.path, analysis.ROUTES, title, _render(reader, "route.html.j2", paper.path, paper=paper))


def board_body(reader: Reader, board: Board) -> Page:
    """A page of figures, charts and tables."""
    title = f"{board.title} - {reader.word('site.short')}"
    return Page(board.path, board.shell, title, _render(reader, "board.html.j2", board.path, board=board))


def report_body(reader: Reader, report: Report) -> Page:
    """The page of a report: each of its tables, with totals."""
    path, title = plan.report_page(report), reader.pick(report.title)
    made = reported(reader.register, reader.policy, report.name)
    found = [(tables.report_table(reader, table, path), [reader.pick(note) for note in table.notes]) for table in made.values()]
    rules, more = [(rule, trace_link(path, rule)) for rule in report.rules], sections.DRAWN.get(report.name)
    copies = reporting.copies(reader, report, path)
    submitted = [*([copies] if copies else []), *reporting.texts(reader, report, path)]
    context = {"submitted": submitted, "title": title, "tables": found, "rules": rules, "more": relative(path, more) if more else None}
    return Page(path, path, f"{title} - {reader.word('site.short')}", _render(reader, "report.html.j2", path, **context))


def trace_link(page: str, rule: str) -> str:
    """The link to what is said of a requirement on the page of traceability."""
    return f"{relative(page, 'dictionary/trace.html')}#{rule}"


def _reference_pages(reader: Reader) -> Iterator[Page]:
    for path, title, template, context in dictionary.pages(reader):
        shell = path if path in plan.shell_pages(reader) else "dictionary/index.html"
        yield Page(path, shell, f"{title} - {reader.word('site.short')}", _render(reader, template, path, title=title, **context))


def _render(reader: Reader, template: str, page: str, **context: object) -> str:
    words = {
        "t": reader.word,
        "label": reader.label,
        "marked": reader.marked,
        "step_title": reader.step,
        "lang": reader.lang,
        "page": page,
        "link": lambda target: relative(page, target),
    }
    return environment(reader.register.schemas_folder).get_template(template).render(**words, **context)


def banner(reader: Reader, page: str) -> str:
    """The line at the top of every page: confidentiality, the data's date, the commit."""
    return _render(reader, "banner.html.j2", page, on=reader.policy.today.isoformat(), revision=reader.revision)
