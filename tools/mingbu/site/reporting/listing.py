"""Every report with what it serves, its periods, its deadline and who owes it; and what was submitted, period by period."""

from __future__ import annotations

from collections.abc import Iterator

from mingbu import owed
from mingbu.labels import pick
from mingbu.owed import Item
from mingbu.register import Record
from mingbu.reports import REPORTS, Report, submitted
from mingbu.site.boards.cells import NONE, Grid, Shown
from mingbu.site.boards.parts import Board, Part
from mingbu.site.reader import Cell, Reader, record_page

INDEX = "report/index.html"
FORMATS = "md, html, json, csv, xlsx, docx, pdf"


def boards(reader: Reader) -> Iterator[Board]:
    """The page of all reports."""
    shown = Shown(reader, INDEX)
    matrices = [_matrix(shown, REPORTS[name], row) for name, row in submitted.rows(reader.policy).items() if name in REPORTS]
    links = [shown.link(shown.word("reports.register"), "submission/index.html"), shown.link(shown.word("reports.texts"), "report-note/index.html")]
    lead = shown.word("reports.lead", count=len(REPORTS), day=reader.policy.today)
    yield Board(INDEX, INDEX, shown.word("reports.all"), lead, [], [*matrices, _all(shown)], links)


def _all(shown: Shown) -> Part:
    rows = submitted.rows(shown.reader.policy)
    lines = [_line(shown, report, rows.get(report.name)) for report in REPORTS.values()]
    words = ("report", "name", "serves", "period", "deadline", "owes")
    header = shown.header(*(f"reports.{word}" for word in words), ("reports.copies", "count"))
    return Part("all", shown.word("reports.every"), shown.word("reports.how", formats=FORMATS), grids=[Grid("", "", header, lines, flow=True)],
                layout="below")  # fmt: skip


def _line(shown: Shown, report: Report, row: submitted.Row | None) -> list[Cell | list[Cell]]:
    """One report, with the deadline that it is owed by, if there is one."""
    reader = shown.reader
    count = len(submitted.submissions(reader.register, report.name))
    return [
        shown.link(reader.pick(report.title), f"report/{report.name}.html"),
        Cell(report.name, "code"),
        [shown.link(rule, f"dictionary/trace.html#{rule}") for rule in report.rules],
        Cell(pick(reader.register.schemas.codes["owed_period"][row["period"]], reader.lang), "short") if row else NONE,
        shown.text(reader.pick((row["reading"], row["reading_en"]))) if row else NONE,
        _by(shown, report),
        shown.count(count) if count else NONE,
    ]


def _by(shown: Shown, report: Report) -> list[Cell]:
    row, register = submitted.rows(shown.reader.policy).get(report.name), shown.reader.register
    return [shown.ref(one) for one in register.of("department") if row is not None and submitted.owes(register, row, one)]


def _matrix(shown: Shown, report: Report, row: submitted.Row) -> Part:
    """Periods down, the newest first; departments across; each cell says how it stands and leads to what was submitted."""
    found = {(item.period, item.subject): item for item in _items(shown.reader) if item.what == row["what"]}
    departments = list(dict.fromkeys(department for _, department in sorted(found, key=lambda key: (shown.reader.register.name_of(key[1]), key[1]))))
    by_due = {item.period: item.due_on.isoformat() for item in found.values()}
    lines: list[list[Cell | list[Cell]]] = []
    for period in sorted(by_due, key=lambda period: (by_due[period], str(period)), reverse=True):
        cells = [_state(shown, report, found.get((period, department))) for department in departments]
        lines.append([Cell(str(period), "short"), shown.date(by_due[period]), *cells])
    header = [*shown.header("reports.period", "reports.due"), *(_head(shown, department) for department in departments)]
    title = shown.reader.pick(report.title)
    links = [shown.link(shown.word("analysis.report"), f"report/{report.name}.html")]
    grid = Grid("", "", header, lines, empty=shown.word("reports.nothing"))
    return Part(f"owed-{report.name}", title, shown.reader.pick((row["reading"], row["reading_en"])), grids=[grid], links=links, layout="below")


def _items(reader: Reader) -> tuple[Item, ...]:
    return reader.register.memo(f"site.owed {reader.policy.today}", lambda: owed.items(reader.register, reader.policy)).items


def _head(shown: Shown, department: str) -> Cell:
    found = shown.id(department)
    return Cell(found.text, "text", found.lang)


def _state(shown: Shown, report: Report, item: Item | None) -> Cell | list[Cell]:
    if item is None:
        return NONE
    today, there = shown.reader.policy.today, submitted.submissions(shown.reader.register, report.name, item.period, item.subject)
    if not there:
        state = item.state(today)
        return shown.badge(shown.word(f"reports.state-{state}"), _BADGES.get(state, "open"))
    first, last = there[0], there[-1]
    word = "in-time" if not item.was_late else "late-reason" if "late_reason" in first.data else "late-silent"
    cells = [_copy(shown, first, shown.word(f"reports.state-{word}", date=first.data["submitted_on"]))]
    if last is not first:
        cells.append(_copy(shown, last, shown.word("reports.state-corrected", date=last.data["submitted_on"])))
    return cells


_BADGES = {"late": "error", "due": "warning", "upcoming": "open"}


def _copy(shown: Shown, submission: Record, text: str) -> Cell:
    return shown.link(text, record_page(submission))


def copies(reader: Reader, report: Report, page: str) -> Part | None:
    """What was submitted of one report, the newest first; None where it was never submitted."""
    shown, found = Shown(reader, page), submitted.submissions(reader.register, report.name)
    if not found:
        return None
    lines: list[list[Cell | list[Cell]]] = []
    for one in sorted(found, key=lambda one: (one.data["period"], one.data["submitted_on"], one.id), reverse=True):
        data = one.data
        late = [shown.text(data["late_reason"])] if "late_reason" in data else []
        lines.append([shown.link(data["period"], record_page(one)), shown.id(data["department"]), shown.id(data["submitted_to"]),
                      shown.date(data["submitted_on"]), shown.id(data["submitted_by"]), late or NONE])  # fmt: skip
    header = shown.header("reports.period", "reports.department", "reports.to", "reports.on", "reports.by", "reports.late")
    links = [shown.link(shown.word("reports.all"), INDEX)]
    return Part("copies", shown.word("reports.frozen"), grids=[Grid("", "", header, lines)], links=links, layout="below")


def texts(reader: Reader, report: Report, page: str) -> list[Part]:
    """What each department wrote last for the report, with the measures that it names."""
    shown, newest = Shown(reader, page), dict[str, Record]()
    for note in sorted(reader.register.of("report-note"), key=lambda one: (one.data["period"], one.id)) if report.slots else ():
        if note.data["report"] == report.name:
            newest[note.data["department"]] = note
    return [_note(shown, number, note) for number, note in enumerate(newest.values(), 1)]


def _note(shown: Shown, number: int, note: Record) -> Part:
    reader, data = shown.reader, note.data
    written: list[list[Cell | list[Cell]]] = [[shown.code("report_slot", text["slot"]), shown.text(text["text"])] for text in data["texts"]]
    grids = [Grid("", "", shown.header("reports.slot", "reports.text"), written)]
    if data.get("measures"):
        rows: list[list[Cell | list[Cell]]] = [
            [shown.text(one["content"]), shown.id(one["owner"]), shown.date(one["due_on"]), shown.date(one.get("done_on", "")),
             shown.text(one.get("outcome", ""))]
            for one in data["measures"]
        ]  # fmt: skip
        header = shown.header("reports.measure", "reports.owner", "reports.due", "reports.done", "reports.outcome")
        grids.append(Grid("", "", header, rows))
    department = reader.register.get(data["department"])
    name = reader.name(department) if department else data["department"]
    title = shown.word("reports.texts-of", name=name, period=data["period"])
    return Part(f"texts-{number}", title, grids=grids, links=[shown.link(shown.word("reports.note"), record_page(note))], layout="below")
