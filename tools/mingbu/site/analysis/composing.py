"""Composition on the site: what sales and credit are made up of, axis by axis, this year to date and the last full year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mingbu.composition.shares import change
from mingbu.documents import charts
from mingbu.money import rounded
from mingbu.reports import Table, credit_mix
from mingbu.reports import composition as sales
from mingbu.reports.wording import pair
from mingbu.site.boards.cells import Grid, Shown, growth
from mingbu.site.boards.parts import Board, Figure, Part
from mingbu.site.boards.reported import amount, grid, reported
from mingbu.site.reader import Cell, Reader

COMPOSITION = "analysis/composition.html"
_MOST, _FEW = 10, 5
"""Groups on the page of an axis and on pages that show several axes; the others are one row."""
_MONTH = "month"


def axes() -> list[str]:
    """The axes of sales that have a page."""
    return [axis for axis in sales.AXES if axis != _MONTH]


def axis_page(axis: str) -> str:
    return f"analysis/composition-{axis}.html"


def credit_page(axis: str) -> str:
    return f"analysis/composition-credit-{axis}.html"


def tables(reader: Reader, by: str, period: str | None = None, top: int | None = _MOST) -> dict[str, Table]:
    """The report's tables, of the first groups only; none where nothing was sold. The others are one row, with what is left of the whole."""
    found = reported(reader.register, reader.policy, "composition", period or this_year(reader), by)
    if by not in found or not found[by].rows:
        return {}
    return found if top is None or len(found[by].rows) <= top + 1 else found | {by: _first(found, found[by], top)}


def _first(found: dict[str, Table], table: Table, top: int) -> Table:
    """The first rows and the rest. Where lines are dated after today, nothing can be said of how the rest grew to date."""
    others = table.rows[top:]
    rest: dict[str, Any] = {"key": sales.REST, "label": pair("rest")}
    rest |= {key: str(sum((amount(row[key]) for row in others), Decimal("0.00"))) for key in _SUMS if key in table.rows[0]}
    rest["change"] = change(amount(rest["amount"]), amount(rest["previous"]))
    if "same_days" in rest:
        later = "after-today" in {row["key"] for row in found["ledger"].rows}
        rest["growth"] = None if later else change(amount(rest["amount"]), amount(rest["same_days"]))
    return replace(table, rows=[*table.rows[:top], rest])


_SUMS = ("amount", "share", "previous", "same_days")


def this_year(reader: Reader) -> str:
    return str(reader.policy.today.year)


def last_year(reader: Reader) -> str:
    return str(reader.policy.today.year - 1)


def boards(reader: Reader) -> Iterator[Board]:
    yield _index(Shown(reader, COMPOSITION))
    for axis in axes():
        yield _axis(Shown(reader, axis_page(axis)), axis)
    for axis in credit_mix.AXES:
        yield _credit(Shown(reader, credit_page(axis)), axis)


def _links(shown: Shown, here: str) -> list[Cell]:
    """The other axes."""
    pages = {axis_page(axis): sales.AXES[axis] for axis in axes()}
    found = [shown.link(shown.reader.pick(name), page) for page, name in pages.items() if page != here]
    credits = {credit_page(axis): name for axis, name in credit_mix.AXES.items()}
    return found + [
        shown.link(shown.word("analysis.credit-by", axis=shown.reader.pick(name)), page) for page, name in credits.items() if page != here
    ]


def _index(shown: Shown) -> Board:
    parts = [part for axis in axes() for part in small(shown, axis)]
    lead = shown.word("analysis.composition-lead", day=shown.reader.policy.today) if parts else shown.word("analysis.no-sales")
    return Board(COMPOSITION, COMPOSITION, shown.word("analysis.composition"), lead, [], parts, _links(shown, COMPOSITION))


def small(shown: Shown, axis: str) -> list[Part]:
    """An axis in short: its greatest groups, drawn and listed, and the way to its page."""
    found = tables(shown.reader, axis, top=_FEW)
    if not found:
        return []
    title = shown.reader.pick(sales.AXES[axis])
    chart, listed = bars(shown, f"{axis}-chart", title, found[axis]), _grid(shown, found[axis], ("label", "amount", "share", "growth"))
    return [Part(axis, title, "", [chart], [listed], links=[shown.link(shown.word("analysis.more"), axis_page(axis))])]


def _axis(shown: Shown, axis: str) -> Board:
    reader, title = shown.reader, shown.reader.pick(sales.AXES[axis])
    found, before = tables(reader, axis), tables(reader, axis, last_year(reader))
    parts = []
    if found:
        parts.append(Part("to-date", shown.word("analysis.to-date", year=this_year(reader), day=reader.policy.today), concentrated(shown, found),
                          [bars(shown, "now-chart", title, found[axis])], [_grid(shown, found[axis])]))  # fmt: skip
    if before:
        parts.append(Part("last-year", shown.word("analysis.full-year", year=last_year(reader)), concentrated(shown, before),
                          [bars(shown, "before-chart", title, before[axis])], [_grid(shown, before[axis])]))  # fmt: skip
    parts += [_ledger(shown, found), _other_periods(shown, f"composition --by {axis}")] if found else []
    lead = "" if found else shown.word("analysis.no-sales")
    figures = _figures(shown, found[axis]) if found else []
    heading = shown.word("analysis.sales-by", axis=title)
    return Board(shown.page, COMPOSITION, heading, lead, figures, parts, _links(shown, shown.page), _up(shown))


def _up(shown: Shown) -> Cell:
    return shown.link(shown.word("analysis.composition"), COMPOSITION)


def _figures(shown: Shown, table: Table) -> list[Figure]:
    return [sold(shown, table, "#to-date"), *compared(shown, table, "#to-date")]


def sold(shown: Shown, table: Table, page: str) -> Figure:
    """Sales of the year so far."""
    scale = charts.scale(shown.reader.lang, [amount(table.totals["amount"])])
    return Figure(
        shown.word("figure.sales", unit=shown.word(scale.word), year=this_year(shown.reader)), scale.show(amount(table.totals["amount"])), page
    )


def compared(shown: Shown, table: Table, page: str) -> list[Figure]:
    """Against the same days of the year before."""
    now, before = amount(table.totals["amount"]), amount(table.totals.get("same_days", table.totals["previous"]))
    scale, grown = charts.scale(shown.reader.lang, [before]), growth(now, before)
    note = shown.word("figure.same-days", amount=scale.show(before), unit=shown.word(scale.word))
    return [Figure(shown.word("figure.growth"), _signed(grown), page, note, grown is not None and grown < 0)]


def _signed(value: Fraction | None) -> str:
    """A percent with its sign."""
    if value is None:
        return "—"
    text = rounded(value, 1)
    return f"{'' if text.startswith('-') or text == '0.0' else '+'}{text}%"


def concentrated(shown: Shown, found: dict[str, Table]) -> str:
    """How much lies with few, in words: the share of the first five, and how many equal ones would be as concentrated."""
    figures = {row["key"]: row["value"] for row in found["concentration"].rows} if "concentration" in found else {}
    if not figures.get("hhi") or Fraction(figures["hhi"]) <= 0:
        return ""
    equal = rounded(10_000 / Fraction(figures["hhi"]), 1)
    return shown.word("analysis.concentration", groups=figures["groups"], share=figures["top5"], hhi=figures["hhi"], equal=equal)


def bars(shown: Shown, ident: str, title: str, table: Table) -> charts.Chart:
    """The rows of a composition as bars: this period, and below it the same days of the year before."""
    before = "same_days" if table.rows and "same_days" in table.rows[0] else "previous"
    scale = charts.scale(shown.reader.lang, [amount(row[key]) for row in table.rows if row["key"] != sales.REST for key in ("amount", before)])
    items = []
    for row in table.rows:
        if row["key"] == sales.REST:  # longer than all others, and nobody in particular
            continue
        name = _named(shown, row)
        text = f"{scale.show(amount(row['amount']))} · {row['share']}%"
        items.append(charts.Item(name.text, Fraction(row["amount"]), text, name.lang, None if table.notes else Fraction(row[before])))
    keys = (("now", shown.word("chart.now")), ("before", shown.word("chart.before"))) if not table.notes else ()
    heading = shown.word("chart.composition", axis=title, unit=shown.word(scale.word))
    return charts.bars(ident, heading, shown.word("chart.composition-desc", count=len(items)), items, keys)


def _named(shown: Shown, row: dict[str, Any]) -> Cell:
    """The group's name, linked where it is a record."""
    found = shown.reader.register.get(row["key"])
    if found is not None:
        return shown.ref(found)
    text = shown.reader.pick(row["label"])
    return Cell(text, "text", shown.reader.foreign(text))


def _grid(shown: Shown, table: Table, columns: tuple[str, ...] = ("label", "amount", "share", "same_days", "growth", "previous", "change")) -> Grid:
    """The rows as the report has them, with names as links; last year's whole amount only where the year is over."""
    running = any(column.key == "same_days" for column in table.columns)
    kept = [key for key in columns if not ((running or table.notes) and key in {"previous", "change"})]
    found = grid(shown.reader, table, shown.page, None, tuple(kept))
    place = [column.key for column in table.columns if column.key in kept].index("label")
    lines = []
    for row, line in zip(table.rows, found.rows, strict=True):
        cells = [_told(cell) for cell in line]
        lines.append([*cells[:place], _named(shown, row), *cells[place + 1 :]])
    note = " ".join(shown.reader.pick(note) for note in table.notes)
    return Grid(found.id, "", found.header, lines, [_told(cell) for cell in found.totals], note)


def _told(cell: Any) -> Any:
    """Percents with their sign, minus in another colour; "—" where nothing can be said."""
    if not isinstance(cell, Cell) or cell.shape not in {"percent", "amount"}:
        return cell
    text = {"": ""}.get(cell.text, cell.text if cell.shape == "amount" else f"{cell.text}%")
    return Cell(text, f"{cell.shape} mb-minus" if text.startswith("-") else cell.shape)


def _ledger(shown: Shown, found: dict[str, Table]) -> Part:
    """The total once more from the ledger."""
    listed = [grid(shown.reader, found["ledger"], shown.page, None, ("label", "amount", "lines"))] if "ledger" in found else []
    grids = [Grid("", "", one.header, one.rows) for one in listed]
    return Part("ledger", shown.word("analysis.ledger"), shown.word("analysis.ledger-lead"), [], grids, layout="below")


def _other_periods(shown: Shown, arguments: str) -> Part:
    """How to ask for other periods."""
    command = f"mingbu report {arguments} --period {last_year(shown.reader)}-Q3"
    return Part("periods", shown.word("analysis.other-periods"), shown.word("analysis.other-periods-lead", command=command),
                links=[shown.link(shown.word("analysis.report"), "report/composition.html")])  # fmt: skip


def _credit(shown: Shown, axis: str) -> Board:
    reader, title = shown.reader, shown.reader.pick(credit_mix.AXES[axis])
    found = reported(reader.register, reader.policy, "credit-composition", by=axis)
    parts = []
    if axis in found and found[axis].rows:
        table = found[axis]
        scale = charts.scale(reader.lang, [amount(row["outstanding"]) for row in table.rows])
        items = []
        for row in table.rows:
            text = f"{scale.show(amount(row['outstanding']))} · {row['share']}%"
            items.append(charts.Item(reader.pick(row["label"]), Fraction(row["outstanding"]), text, reader.foreign(reader.pick(row["label"]))))
        heading = shown.word("chart.credit", axis=title, unit=shown.word(scale.word))
        chart = charts.bars("credit-chart", heading, shown.word("chart.composition-desc", count=len(items)), items)
        columns = tuple(column.key for column in table.columns if column.key != "key")
        shown_table = grid(reader, table, shown.page, None, columns)
        listed = Grid(shown_table.id, "", shown_table.header, shown_table.rows, shown_table.totals)
        parts = [Part("today", shown.word("analysis.as-of", day=reader.policy.today), "", [chart], [listed]), _ledger(shown, found)]
        parts.append(_other_periods(shown, f"credit-composition --by {axis}"))
    lead = "" if parts else shown.word("analysis.no-credit")
    return Board(shown.page, COMPOSITION, shown.word("analysis.credit-by", axis=title), lead, [], parts, _links(shown, shown.page), _up(shown))
