"""The watch list and dunning on the site: who asks for attention and why, and what is to be done about each invoice."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from mingbu import credit
from mingbu.credit import watch
from mingbu.documents import charts
from mingbu.register import Record
from mingbu.site.analysis.crediting import DUNNING, part_of, proofs
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Part
from mingbu.site.boards.reported import grid, reported
from mingbu.site.reader import Cell, Reader

WATCH = "analysis/watch.html"
_COLUMNS = ("customer", "invoice", "due_on", "days", "outstanding", "last", "last_on", "now", "now_on", "next", "next_on")


def boards(reader: Reader) -> Iterator[Board]:
    yield _watch(Shown(reader, WATCH))
    yield _dunning(Shown(reader, DUNNING))


def _watch(shown: Shown) -> Board:
    reader = shown.reader
    found = sorted(credit.watch_list(reader.register, reader.policy), key=gravity)
    counts: dict[str, int] = {}
    rows: list[list[Cell | list[Cell]]] = []
    for one in found:
        reasons, records = [], dict[str, Record]()
        for hit in one.hits:
            counts[reader.pick(hit.title)] = counts.get(reader.pick(hit.title), 0) + 1
            why = [watch.told(reason, reader.lang) for reason in hit.reasons if reason.test != "is"]  # the title says the same
            text = reader.word("site.colon").join([reader.pick(hit.title), *([reader.word("list.separator").join(why)] if why else [])])
            reasons.append(Cell(text, "text", reader.foreign(text)))
            records |= {record.id: record for record in hit.records[-1:]}
        owed = one.exposure
        rows.append([shown.ref(owed.customer), shown.code("credit_grade", owed.grade), reasons, shown.amount(owed.outstanding),
                     shown.amount(owed.overdue), proofs(shown, records.values())])  # fmt: skip
    header = shown.header(
        "column.customer", "column.grade", "column.reasons", ("column.outstanding", "amount"), ("column.overdue", "amount"), "column.record"
    )
    items = [charts.Item(title, Fraction(count), str(count)) for title, count in sorted(counts.items(), key=lambda pair: -pair[1])]
    chart = charts.bars("watch-chart", shown.word("chart.watch"), shown.word("chart.watch-desc", count=len(found)), items)
    by_reason = Grid("", "", shown.header("column.reasons", ("column.customers", "count")), [[Cell(i.label), Cell(i.shown, "count")] for i in items])
    parts = [Part("reasons", shown.word("analysis.watch-reasons"), "", [chart], [by_reason], layout="half")] if items else []
    listed = Part(
        "listed", shown.word("analysis.watch-listed"), "", [], [Grid("", "", header, rows, empty=shown.word("analysis.nobody"))], layout="below"
    )
    links = [shown.link(shown.word("analysis.report"), "report/watch-list.html")]
    lead = shown.word("analysis.watch-lead", day=reader.policy.today, count=len(found))
    return Board(WATCH, WATCH, shown.word("analysis.watch"), lead, [], [listed, *parts], links)


def gravity(one: credit.Watched) -> tuple[Any, ...]:
    """The most overdue first, then by reasons and by what is owed."""
    return (-one.exposure.overdue, -len(one.hits), -one.exposure.outstanding, one.exposure.customer.id)


def _dunning(shown: Shown) -> Board:
    tables = reported(shown.reader.register, shown.reader.policy, "dunning")
    statutory = reported(shown.reader.register, shown.reader.policy, "statutory-interest").get("invoices")
    parts = []
    if "invoices" in tables and tables["invoices"].rows:
        table = tables["invoices"]
        late = [row for row in table.rows if row["days"] > 0]
        ahead = [row for row in table.rows if row["days"] <= 0]
        parts.append(Part("due", shown.word("analysis.dunning-due"), "", [_steps(shown, late)], [_count(shown, late)], layout="half"))
        parts.append(
            Part(
                "invoices", shown.word("analysis.dunning-late"), "", [], [part_of(grid(shown.reader, table, DUNNING, late, _COLUMNS))], layout="below"
            )
        )
        soon = part_of(grid(shown.reader, table, DUNNING, ahead, _COLUMNS))
        parts += [Part("soon", shown.word("analysis.dunning-soon"), "", [], [soon], layout="below")] if ahead else []
    if "promises" in tables and tables["promises"].rows:
        parts.append(Part("promises", shown.word("analysis.promises"), "", [], [grid(shown.reader, tables["promises"], DUNNING)], layout="below"))
    if statutory is not None and statutory.rows:
        lead = shown.word("analysis.statutory-lead")
        parts.append(Part("statutory", shown.word("analysis.statutory"), lead, [], [grid(shown.reader, statutory, DUNNING)], layout="below"))
    links = [shown.link(shown.word("analysis.report"), "report/dunning.html"), shown.link(shown.word("analysis.letters"), "dunning/index.html")]
    return Board(
        DUNNING, DUNNING, shown.word("analysis.dunning"), shown.word("analysis.dunning-lead", day=shown.reader.policy.today), [], parts, links
    )


def _by_step(rows: list[dict[str, Any]]) -> list[tuple[tuple[str, str], int, Fraction]]:
    """(step that is due or state, invoices, amount), the greatest amount first."""
    found: dict[tuple[str, str], tuple[int, Fraction]] = {}
    for row in rows:
        key = row["now"] if row["now"][0] else row["state"]
        count, owed = found.get(key, (0, Fraction(0)))
        found[key] = (count + 1, owed + Fraction(row["outstanding"]))
    return sorted(((key, *value) for key, value in found.items()), key=lambda one: (-one[2], one[0]))


def _steps(shown: Shown, rows: list[dict[str, Any]]) -> charts.Chart:
    found = _by_step(rows)
    scale = charts.scale(shown.reader.lang, [owed for _, _, owed in found])
    items = [charts.Item(shown.reader.pick(key), owed, scale.show(owed), None, None, "over") for key, _, owed in found]
    return charts.bars(
        "dunning-chart", shown.word("chart.dunning", unit=shown.word(scale.word)), shown.word("chart.dunning-desc", count=len(rows)), items
    )


def _count(shown: Shown, rows: list[dict[str, Any]]) -> Grid:
    lines: list[list[Cell | list[Cell]]] = [
        [Cell(shown.reader.pick(key)), shown.count(count), shown.amount(owed)] for key, count, owed in _by_step(rows)
    ]
    header = shown.header("column.step-due", ("column.invoices", "count"), ("column.outstanding", "amount"))
    return Grid("", "", header, lines, empty=shown.word("analysis.nothing-late"))
