"""Credit on the site: limits against what is owed, ageing, blocks, terms by grade, migration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from mingbu import credit
from mingbu.credit.standing import told as told_block
from mingbu.documents import charts
from mingbu.money import rounded
from mingbu.register import Record
from mingbu.reports import Table
from mingbu.site.analysis.position import Position, position
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Figure, Heat, HeatCell, Part
from mingbu.site.boards.reported import amount, grid, reported
from mingbu.site.expiring import expiring
from mingbu.site.reader import Cell, Reader, record_page

CREDIT, DUNNING = "analysis/credit.html", "analysis/dunning.html"
_MOST = 12
"""Customers in the chart of limits, and in the table beside it; the report has all."""


def boards(reader: Reader) -> Iterator[Board]:
    where = position(reader.register, reader.policy)
    yield _credit(Shown(reader, CREDIT), where)


def _credit(shown: Shown, where: Position) -> Board:
    parts = [_limits(shown, where), *ageing(shown), _blocks(shown, where), *_terms(shown), *_migration(shown), _ending(shown)]
    links = [shown.link(shown.word("analysis.report"), f"report/{name}.html") for name in ("exposure",)]
    links += [shown.link(shown.word("analysis.policy"), record_page(rules)) for rules in (shown.reader.policy.in_force("credit"),) if rules]
    return Board(CREDIT, CREDIT, shown.word("analysis.credit"), shown.word("analysis.as-of", day=shown.reader.policy.today),
                 figures(shown, where), [part for part in parts if part], links)  # fmt: skip


def summary(reader: Reader) -> dict[str, Any]:
    """The line of figures of the report on ageing; empty without one."""
    table = reported(reader.register, reader.policy, "ageing").get("summary")
    return table.rows[0] if table else {}


def figures(shown: Shown, where: Position) -> list[Figure]:
    """Limits, what is owed and how late, in figures."""
    row, scale = summary(shown.reader), charts.scale(shown.reader.lang, [where.limit, where.outstanding])
    unit = shown.word(scale.word)

    def of(key: str, value: Any, anchor: str, note: str = "", bad: bool = False) -> Figure:
        return Figure(shown.word(f"figure.{key}", unit=unit), scale.show(value), anchor, note, bad, key)

    used = shown.percent(where.used * 100 / where.limit if where.limit else None, 1).text
    late = rounded(Fraction(where.overdue) * 100 / Fraction(where.outstanding)) if where.outstanding > 0 else "0"
    found = [
        of("limit", where.limit, "#limits", shown.word("figure.files", count=where.files)),
        of("outstanding", where.outstanding, "#limits", shown.word("figure.used", percent=used)),
        of("overdue", where.overdue, "#ageing", shown.word("figure.overdue-share", percent=late), where.overdue > 0),
    ]
    if row:
        delays = shown.word("figure.delay", best=row["best_possible_dso"] or "—", delay=row["average_delay"] or "—")
        found += [of("provision", amount(row["provision"]), "#ageing"), Figure(shown.word("figure.dso"), row["dso"] or "—", "#ageing", delays)]
    stopped = len(where.stopped)
    return [*found, Figure(shown.word("figure.stopped"), str(stopped), "#blocks", shown.word("figure.stopped-note"), stopped > 0, "stopped")]


def _limits(shown: Shown, where: Position) -> Part:
    """The customers of the greatest risk: what they owe against their limits."""
    links = [shown.link(shown.word("analysis.all-customers", count=len(where.exposures)), "report/exposure.html")]
    charts_of = [uses(shown, where, _MOST)] if where.exposures else []
    return Part("limits", shown.word("analysis.limits"), shown.word("analysis.limits-lead"), charts_of, limited(shown, where, _MOST), links=links)


def limited(shown: Shown, where: Position, most: int) -> list[Grid]:
    """The report's lines of the first customers of the greatest risk."""
    table = reported(shown.reader.register, shown.reader.policy, "exposure").get("customers")
    if table is None:
        return []
    by_customer = {row["customer"]: row for row in table.rows}
    rows = [by_customer[one.customer.id] for one in where.exposures[:most] if one.customer.id in by_customer]
    columns = ("customer", "grade", "limit", "outstanding", "utilisation", "overdue", "stop")
    note = shown.word("analysis.first-of", shown=len(rows), all=len(where.exposures))
    return [part_of(grid(shown.reader, table, shown.page, rows, columns), note)]


def part_of(found: Grid, note: str = "", title: str = "") -> Grid:
    """A report's table without the sums of the whole, which are not those of the rows shown."""
    return Grid(found.id, title, found.header, found.rows, [], note)


def uses(shown: Shown, where: Position, most: int) -> charts.Chart:
    """Limit against exposure of the first customers of the greatest risk."""
    first = where.exposures[:most]
    scale = charts.scale(shown.reader.lang, [value for one in first for value in (one.outstanding, one.limit or 0)])
    items = []
    for one in first:
        limit = "—" if one.limit is None else scale.show(one.limit)
        text = f"{scale.show(one.outstanding)} / {limit}"
        name = shown.ref(one.customer)
        items.append(
            charts.Use(
                name.text, None if one.limit is None else Fraction(one.limit), Fraction(one.outstanding), Fraction(one.overdue), text, name.lang
            )
        )
    title = shown.word("chart.uses", unit=shown.word(scale.word))
    keys = tuple(
        (css, shown.word(f"chart.{key}"))
        for css, key in (("now", "used"), ("over", "over"), ("late", "overdue"), ("room", "limit"), ("before", "no-limit"))
    )
    return charts.uses("limits-chart", title, shown.word("chart.uses-desc", count=len(items), over=len(where.stopped)), items, keys)


def ageing(shown: Shown) -> list[Part]:
    """What is owed by how long it is overdue; nothing where the policy has no buckets."""
    table = reported(shown.reader.register, shown.reader.policy, "ageing").get("buckets")
    if table is None:
        return []
    links = [shown.link(shown.word("analysis.by-customer"), "report/ageing.html"), shown.link(shown.word("analysis.dunning"), DUNNING)]
    return [Part("ageing", shown.word("analysis.ageing"), "", [buckets(shown, table)], [grid(shown.reader, table, shown.page)], links=links)]


def buckets(shown: Shown, table: Table) -> charts.Chart:
    """The buckets of the report on ageing as bars, the later the deeper."""
    scale = charts.scale(shown.reader.lang, [amount(row["amount"]) for row in table.rows])
    items = [
        charts.Item(shown.reader.pick(row["bucket"]), Fraction(row["amount"]), f"{scale.show(Fraction(row['amount']))} · {row['share']}%", None, None,
                    f"due{min(number, 5)}")
        for number, row in enumerate(table.rows)
    ]  # fmt: skip
    late = shown.word("chart.ageing-desc", share=summary(shown.reader).get("overdue_share") or "0")
    return charts.bars("ageing-chart", shown.word("chart.ageing", unit=shown.word(scale.word)), late, items)


def _blocks(shown: Shown, where: Position) -> Part:
    """Who is stopped and why, and what lifts it."""
    rows: list[list[Cell | list[Cell]]] = []
    for one in where.blocked:
        state = shown.word(f"standing.state.{'stopped' if one.stopped else 'excepted'}")
        why: list[Cell] = [Cell(told_block(block, shown.reader.lang)) for block in one.blocks]
        behind = [proof for block in one.blocks for proof in (block.exception or block.ended or block.evidence,) if proof]
        rows.append([shown.ref(one.exposure.customer), shown.badge(state, "error" if one.stopped else "open"), why, proofs(shown, behind)])
    header = shown.header("column.customer", "column.supply", "column.because", "column.record")
    found = Grid("", "", header, rows, empty=shown.word("analysis.no-blocks"))
    return Part("blocks", shown.word("analysis.blocks"), shown.word("analysis.blocks-lead", stopped=len(where.stopped)), [], [found], layout="below")


def proofs(shown: Shown, records: Iterable[Record]) -> list[Cell]:
    """What a line rests on: each record by the name of its kind, since its own name is the customer's."""
    found = {record.id: record for record in records}
    return [shown.link(shown.reader.pick(record.kind.title), record_page(record)) for record in found.values()]


def _terms(shown: Shown) -> list[Part]:
    """Terms, limits and handling by grade, with how many customers have it."""
    table = reported(shown.reader.register, shown.reader.policy, "trading-terms").get("grades")
    if table is None or not table.rows:
        return []
    rows = [row for row in table.rows if row["customers"] or row["terms_days"] != ""]
    items = [charts.Item(shown.reader.pick(row["grade"]), Fraction(row["customers"]), str(row["customers"])) for row in rows]
    chart = charts.bars("grades-chart", shown.word("chart.grades"), shown.word("chart.grades-desc", count=len(items)), items)
    links = [shown.link(shown.word("analysis.by-grade"), "analysis/composition-credit-grade.html")]
    return [Part("terms", shown.word("analysis.terms"), "", [chart], [grid(shown.reader, table, CREDIT, rows)], links=links, layout="below")]


def _migration(shown: Shown) -> list[Part]:
    found = credit.migration(shown.reader.register, shown.reader.policy)
    if not found.moves:
        return []
    moves = reported(shown.reader.register, shown.reader.policy, "grade-migration").get("moves")
    return [
        Part("migration", shown.word("analysis.migration"), migration_line(shown, found), heat=_heat(shown, found),
             grids=[grid(shown.reader, moves, CREDIT)] if moves and moves.rows else [], layout="below")
    ]  # fmt: skip


def migration_line(shown: Shown, found: credit.Migration) -> str:
    """How many files rose, fell, stayed or are new, in one line."""
    counts = dict.fromkeys(("up", "down", "same", "new", "ended"), 0)
    for _, before, after in found.moves:
        counts[found.direction(before, after)] += 1
    return shown.word("analysis.migration-line", earlier=found.earlier, later=found.later, **counts)


def _heat(shown: Shown, found: credit.Migration) -> Heat:
    grades = [grade for grade in found.grades if any(grade in pair for pair in found.matrix)]
    rows = []
    for before in [*grades, None]:
        cells = []
        for after in [*grades, None]:
            count = found.matrix.get((before, after), 0)
            cells.append(HeatCell(str(count) if count else "", found.direction(before, after) if count else ""))
        if before is not None or any(cell.text for cell in cells):
            rows.append((before or shown.word("analysis.unrated"), cells))
    title = shown.word("analysis.matrix", earlier=found.earlier, later=found.later)
    return Heat(title, shown.word("analysis.matrix-corner"), [*grades, shown.word("analysis.ended")], rows)


def _ending(shown: Shown) -> Part:
    """Decisions that end soon, as on the home page."""
    days = shown.reader.setting("expiring_days")
    rows: list[list[Cell | list[Cell]]] = [
        [shown.date(event.day), Cell(event.cell.text, "ref", event.cell.lang, f"../{event.cell.url}"), Cell(event.what, "amount")]
        for event in expiring(shown.reader, days)
    ]
    header = shown.header("home.valid-to", "home.customer", ("home.limit-column", "amount"))
    found = Grid("", "", header, rows, empty=shown.word("home.no-expiring"))
    links = [shown.link(shown.word("analysis.reviews"), "annual-review/index.html")]
    return Part("ending", shown.word("analysis.ending", days=days), "", [], [found], links=links, layout="below")
