"""The general manager's page: where the money is and where the risk is, each figure with the page that says more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from mingbu import credit
from mingbu.documents import charts
from mingbu.site import columns
from mingbu.site.analysis import composing, crediting, watching
from mingbu.site.analysis.position import position
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Figure, Part
from mingbu.site.boards.reported import amount, reported
from mingbu.site.reader import Cell, Reader

OVERVIEW = "analysis/index.html"
_WORST, _LIMITS = 5, 6


def boards(reader: Reader) -> Iterator[Board]:
    shown = Shown(reader, OVERVIEW)
    parts = [*_months(shown), *_first_customers(shown), *_limits(shown), *_ageing(shown), *_watch(shown), *_migration(shown)]
    parts += [part for axis in ("region", "category", "department") for part in composing.small(shown, axis)]
    lead = shown.word("analysis.overview-lead", day=reader.policy.today)
    yield Board(OVERVIEW, OVERVIEW, shown.word("analysis.overview"), lead, money(shown) + risk(shown), parts)


def money(shown: Shown) -> list[Figure]:
    """Sales so far, against the same days of the year before, and how concentrated they are."""
    found = composing.tables(shown.reader, "customer")
    if not found:
        return []
    page = shown.link("", composing.axis_page("customer")).url or ""
    figures = {row["key"]: row["value"] for row in found["concentration"].rows}
    first = Figure(shown.word("figure.first-five"), f"{figures['top5']}%", page, shown.word("figure.of-customers", count=figures["groups"]))
    table = found["customer"]
    return [composing.sold(shown, table, page), *composing.compared(shown, table, page), *([first] if figures.get("top5") else [])]


def risk(shown: Shown) -> list[Figure]:
    """What is owed and overdue, who is stopped, who is watched."""
    reader = shown.reader
    where = position(reader.register, reader.policy)
    page = shown.link("", crediting.CREDIT).url or ""
    found = crediting.figures(shown, where)
    listed = credit.watch_list(reader.register, reader.policy)
    there = [replace(one, page=f"{page}{one.page}") for one in found]
    watched = Figure(shown.word("figure.watched"), str(len(listed)), shown.link("", watching.WATCH).url or "", "", bool(listed), "watched")
    return [*there, watched] if where.exposures or listed else []


def headlines(shown: Shown) -> list[Figure]:
    """What the home page says of money and risk."""
    found = composing.tables(shown.reader, "customer")
    page = shown.link("", OVERVIEW).url or ""
    table = found.get("customer")
    sold = [composing.sold(shown, table, page), *composing.compared(shown, table, page)] if table else []
    return sold + [figure for figure in risk(shown) if figure.key in {"overdue", "stopped", "watched"}]


def _months(shown: Shown) -> list[Part]:
    reader = shown.reader
    found = composing.tables(reader, "month", top=None)
    if not found:
        return []
    table = found["month"]
    scale = charts.scale(shown.reader.lang, [amount(row[key]) for row in table.rows for key in ("amount", "previous")])
    points, lines = [], list[list[Cell | list[Cell]]]()
    for row in sorted(table.rows, key=lambda row: str(row["key"])):
        month = int(str(row["key"])[-2:])
        label = shown.word(f"month.{month}")
        now, before = Fraction(row["amount"]), Fraction(row["previous"])
        points += [columns.Column(before, label.replace(" ", ""), "before"), columns.Column(now), columns.Column(Fraction(0))]
        ahead = str(row["key"]) > reader.policy.today.isoformat()[:7]
        lines.append([Cell(label), shown.amount(before), shown.amount(None if ahead else now), _changed(shown, row, ahead)])
    keys = (("before", composing.last_year(shown.reader)), ("now", composing.this_year(shown.reader)))
    chart = columns.columns(
        "months-chart", shown.word("chart.months", unit=shown.word(scale.word)), shown.word("chart.months-desc"), points, scale, keys
    )
    years = [Cell(composing.last_year(shown.reader), "amount"), Cell(composing.this_year(shown.reader), "amount")]
    header = [*shown.header("home.month-column"), *years, *shown.header(("column.change", "percent"))]
    note = shown.word("analysis.month-running", day=shown.reader.policy.today)
    return [Part("months", shown.word("analysis.months"), "", [chart], [Grid("", "", header, lines, note=note)], layout="half")]


def _changed(shown: Shown, row: dict[str, Any], ahead: bool) -> Cell:
    """Against the same days of the year before; nothing of a month that hasn't begun."""
    value = row.get("growth", row["change"])
    return shown.percent(Fraction(str(value)) if value not in {None, ""} and not ahead else None, 1)


def _first_customers(shown: Shown) -> list[Part]:
    found = composing.tables(shown.reader, "customer")
    parts = composing.small(shown, "customer")
    return [Part(part.id, shown.word("analysis.first-customers"), composing.concentrated(shown, found), part.charts, part.grids, links=part.links)
            for part in parts]  # fmt: skip


def _limits(shown: Shown) -> list[Part]:
    reader = shown.reader
    where = position(reader.register, reader.policy)
    if not where.exposures:
        return []
    links = [shown.link(shown.word("analysis.credit"), crediting.CREDIT)]
    lead = shown.word("analysis.risk-lead", stopped=len(where.stopped), blocked=len(where.blocked))
    return [
        Part(
            "limits",
            shown.word("analysis.risk"),
            lead,
            [crediting.uses(shown, where, _LIMITS)],
            crediting.limited(shown, where, _LIMITS),
            links=links,
        )
    ]


def _ageing(shown: Shown) -> list[Part]:
    parts = crediting.ageing(shown)
    return parts if reported(shown.reader.register, shown.reader.policy, "ageing") else []


def _watch(shown: Shown) -> list[Part]:
    reader = shown.reader
    found = sorted(credit.watch_list(reader.register, reader.policy), key=watching.gravity)
    if not found:
        return []
    rows: list[list[Cell | list[Cell]]] = []
    for one in found[:_WORST]:
        why = reader.word("list.separator").join(reader.pick(hit.title) for hit in one.hits)
        rows.append([shown.ref(one.exposure.customer), Cell(why, "text", reader.foreign(why)), shown.amount(one.exposure.outstanding),
                     shown.amount(one.exposure.overdue)])  # fmt: skip
    header = shown.header("column.customer", "column.reasons", ("column.outstanding", "amount"), ("column.overdue", "amount"))
    note = shown.word("analysis.first-of", shown=len(rows), all=len(found))
    links = [shown.link(shown.word("analysis.watch"), watching.WATCH), shown.link(shown.word("analysis.dunning"), crediting.DUNNING)]
    return [Part("watch", shown.word("analysis.watch"), "", [], [Grid("", "", header, rows, note=note)], links=links, layout="below")]


def _migration(shown: Shown) -> list[Part]:
    found = credit.migration(shown.reader.register, shown.reader.policy)
    if not found.moves:
        return []
    links = [shown.link(shown.word("analysis.matrix-link"), f"{crediting.CREDIT}#migration")]
    return [Part("migration", shown.word("analysis.migration"), crediting.migration_line(shown, found), links=links)]
