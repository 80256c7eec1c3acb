"""The board of the field: urgent information that waits for an answer, late daily reports, and this round of the survey."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from mingbu.documents import charts
from mingbu.reports import REPORTS, Table
from mingbu.site.boards.cells import Shown
from mingbu.site.boards.parts import Board, Figure, Part
from mingbu.site.fieldwork.parts import found, listed, month, part, year
from mingbu.site.reader import Reader, record_page

BOARD = "fieldwork/index.html"
_URGENT = ("report", "urgency", "topic", "affected", "reporter", "reported_to", "reported_on", "due_on", "days", "in_time")
_INFORMED = ("report", "class", "topic", "reporter", "reported_to", "reported_on", "days")
_MISSING = ("salesperson", "customer", "planned_on", "due_on", "late", "action")
_CHANGED = ("survey", "surveyed_on", "surveyor", "fields", "notice_state", "corrected_on", "reached", "days")
_LATE = ("report", "department", "visited_on", "due_on", "submitted_on", "late", "reason", "reviewer")
_REPORTS = ("visits", "visits-late", "information-reports", "survey-round", "change-notices", "business-report")


def boards(reader: Reader) -> Iterator[Board]:
    shown = Shown(reader, BOARD)
    round_ = found(shown, "survey-round")
    parts = [one for one in (*_informed(shown), *_late(shown), *_round(shown, round_)) if one]
    figures = [one if one.page[1:] in {each.id for each in parts} else replace(one, page="#top") for one in _figures(shown, round_)]
    lead = shown.word("fieldwork.board-lead", day=reader.policy.today)
    links = [shown.link(reader.pick(REPORTS[name].title), f"report/{name}.html") for name in _REPORTS]
    yield Board(BOARD, BOARD, shown.word("fieldwork.board"), lead, figures, parts, links)


def _figures(shown: Shown, round_: dict[str, Table]) -> list[Figure]:
    """Urgent and unanswered, late this month, missed, coverage, changes that the card doesn't have yet; each leads to its part."""
    told, late = found(shown, "information-reports"), found(shown, "visits-late", year(shown))
    urgent = [row for row in told["open"].rows if row["is_urgent"]] if told else []
    now = [row for row in late["late"].rows if row["visited_on"][:7] == month(shown)] if late else []
    missed = len(late["missing"].rows) if late else 0
    unsaid = sum(not row["has_reason"] for row in late["late"].rows) if late else 0
    figures = [
        Figure(shown.word("fieldwork.figure-urgent"), str(len(urgent)), "#urgent", "", bool(urgent)),
        Figure(shown.word("fieldwork.figure-late"), str(len(now)), "#late", shown.word("fieldwork.figure-unsaid", count=unsaid), bool(unsaid)),
        Figure(shown.word("fieldwork.figure-missed"), str(missed), "#missing", "", bool(missed)),
    ]
    if round_:
        whole, waiting = round_["round"].rows[0], sum(row["is_waiting"] for row in round_["changed"].rows)
        left = shown.word("fieldwork.figure-left", count=whole["left"])
        coverage = f"{whole['coverage']}%" if whole["coverage"] else "—"
        figures.append(Figure(shown.reader.pick(round_["round"].title), coverage, "#round", left, bool(whole["left"])))
        figures.append(Figure(shown.word("fieldwork.figure-waiting"), str(waiting), "#changed", "", bool(waiting)))
    return figures


def _informed(shown: Shown) -> list[Part]:
    """Urgent reports that nobody has answered, then the others; that there is no urgent one is said, too."""
    table = found(shown, "information-reports").get("open")
    rows = table.rows if table else []
    urgent = part(shown, "urgent", table, [row for row in rows if row["is_urgent"]], _URGENT, "fieldwork.customer")
    title = shown.word("fieldwork.urgent")
    first = replace(urgent, title=title) if urgent else Part("urgent", title, shown.word("fieldwork.no-urgent"))
    others = part(shown, "informed", table, [row for row in rows if not row["is_urgent"]], _INFORMED, "fieldwork.about")
    return [first, *([replace(others, title=shown.word("fieldwork.informed-open"))] if others else [])]


def _late(shown: Shown) -> list[Part | None]:
    """Daily reports that came late this year, the newest first, and visits that were agreed and didn't take place."""
    tables = found(shown, "visits-late", year(shown))
    if not tables:
        return []
    newest = sorted(tables["late"].rows, key=lambda row: (row["visited_on"], row["report"]), reverse=True)
    return [part(shown, "late", tables["late"], newest, _LATE, "fieldwork.salesperson"),
            part(shown, "missing", tables["missing"], tables["missing"].rows, _MISSING)]  # fmt: skip


def _round(shown: Shown, round_: dict[str, Table]) -> list[Part | None]:
    """Coverage by department, drawn and listed; who still has to survey whom; what had changed, with the change of the card."""
    if not round_ or not round_["departments"].rows:
        return []
    reader, departments = shown.reader, round_["departments"]
    items = [
        charts.Item(
            reader.register.name_of(row["department"]), Fraction(row["coverage"]), f"{row['done']} / {row['to_survey']}", reader.foreign("部")
        )
        for row in departments.rows
    ]
    chart = charts.bars("survey-coverage", shown.word("fieldwork.coverage-chart"), shown.word("fieldwork.coverage-desc"), items)
    lead = " ".join(reader.pick(note) for note in round_["round"].notes)
    whole = Part("round", reader.pick(round_["round"].title), lead, [chart], [listed(shown, departments)])
    return [whole, part(shown, "to-do", round_["to-do"]), _changed(shown, round_["changed"]), part(shown, "surveyors", round_["surveyors"])]


def _changed(shown: Shown, table: Table) -> Part | None:
    """What the round found changed; the state of the notice leads to the notice, since both are called by the customer."""
    made = part(shown, "changed", table, None, _CHANGED, "fieldwork.customer")
    if made is None:
        return None
    place = _CHANGED.index("notice_state")
    rows = [list(cells) for cells in made.grids[0].rows]
    for row, cells in zip(table.rows, rows, strict=True):
        if row["notice"]:
            cells[place] = shown.link(shown.reader.pick(row["notice_state"]), record_page(shown.reader.register.records[row["notice"]]))
    return replace(made, grids=[replace(made.grids[0], rows=rows)])
