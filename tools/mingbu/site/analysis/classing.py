"""Classes of customers on the site: how each axis is judged, how many customers and how much of sales each value has, and who is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from mingbu import classification
from mingbu.classification import FIELDS, KEPT, Value
from mingbu.documents import charts
from mingbu.register import Policy, Record, Register
from mingbu.site import rules
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Part
from mingbu.site.boards.reported import amount, grid, reported
from mingbu.site.reader import Cell, Reader, group_page, record_page

CLASSES, ROUTES = "analysis/classes.html", "analysis/routes.html"
_ROUTE = "route_order"


def axis_page(axis: str) -> str:
    return f"analysis/classes-{axis.replace('_', '-')}.html"


def boards(reader: Reader) -> Iterator[Board]:
    yield _index(Shown(reader, CLASSES))
    if (found := reader.policy.in_force("classification")) is not None:
        for axis in FIELDS:
            yield _axis(Shown(reader, axis_page(axis)), axis, found)


def classed(register: Register, policy: Policy) -> Mapping[str, Mapping[str, Value]]:
    """Customer → axis → value, of the customers whose classes are kept up; worked out once."""
    return register.memo(f"site.classed {policy.today}", lambda: _classed(register, policy))


def _classed(register: Register, policy: Policy) -> dict[str, Mapping[str, Value]]:
    kept = [customer for customer in register.of("customer") if customer.data["status"] in KEPT]
    return {customer.id: classification.of(register, policy, customer) for customer in kept}


def _title(shown: Shown, axis: str) -> str:
    return classification.title(shown.reader.register.schemas, axis, shown.reader.lang)


def _index(shown: Shown) -> Board:
    reader = shown.reader
    found, policy = reported(reader.register, reader.policy, "classification"), reader.policy.in_force("classification")
    parts = [_counted(shown, axis, found[axis], [shown.link(shown.word("analysis.more"), axis_page(axis))]) for axis in FIELDS if axis in found]
    if "disagreements" in found:
        parts.append(_disagreements(shown, found["disagreements"].rows))
    links = [shown.link(shown.word("analysis.report"), "report/classification.html")]
    links += [shown.link(shown.word("analysis.class-policy"), record_page(policy))] if policy else []
    lead = shown.word("analysis.classes-lead", day=reader.policy.today) if policy else shown.word("analysis.no-classes")
    return Board(CLASSES, CLASSES, shown.word("analysis.classes"), lead, [], parts, links)


def _counted(shown: Shown, axis: str, table: Any, links: list[Cell]) -> Part:
    """How many customers have each value, drawn and listed with their sales."""
    title = _title(shown, axis)
    items = [charts.Item(shown.reader.pick(row["value"]), Fraction(row["customers"]), str(row["customers"])) for row in table.rows]
    desc = shown.word("chart.composition-desc", count=len(items))
    chart = charts.bars(f"{axis.replace('_', '-')}-chart", shown.word("chart.classes", axis=title), desc, items)
    listed = grid(shown.reader, table, shown.page)
    return Part(axis.replace("_", "-"), title, "", [chart], [Grid("", "", listed.header, listed.rows, listed.totals)], links=links, layout="half")


def _disagreements(shown: Shown, rows: list[dict[str, Any]]) -> Part:
    table = reported(shown.reader.register, shown.reader.policy, "classification")["disagreements"]
    listed = grid(shown.reader, table, shown.page, rows)
    found = Grid("", "", listed.header, listed.rows, empty=shown.word("analysis.no-disagreements"))
    return Part("disagreements", shown.reader.pick(table.title), "", [], [found], layout="below")


def _axis(shown: Shown, axis: str, policy: Record) -> Board:
    reader, title = shown.reader, _title(shown, axis)
    tables = reported(reader.register, reader.policy, "classification")
    parts = [_judged(shown, axis, policy)]
    if axis in tables:
        parts.append(_counted(shown, axis, tables[axis], []))
        parts.append(_sold(shown, axis, tables[axis]))
    parts.append(_members(shown, axis))
    if "disagreements" in tables:
        pair = (classification.title(reader.register.schemas, axis, "zh"), classification.title(reader.register.schemas, axis, "en"))
        parts.append(_disagreements(shown, [row for row in tables["disagreements"].rows if row["axis"] == pair]))
    links = [shown.link(_title(shown, other), axis_page(other)) for other in FIELDS if other != axis]
    links += [shown.link(shown.word("analysis.routes"), ROUTES)] if axis == _ROUTE else []
    return Board(shown.page, CLASSES, title, "", [], parts, links, shown.link(shown.word("analysis.classes"), CLASSES))


def _judged(shown: Shown, axis: str, policy: Record) -> Part:
    """Whether a person decides the axis or the facts do, and by which rules; each with its line of the policy."""
    found = next(((number, row) for number, row in enumerate(policy.data["axes"]) if row["axis"] == axis), None)
    title = shown.word("analysis.judged")
    if found is None:
        return Part("rules", title, shown.word("analysis.axis-silent"))
    number, row = found
    page = record_page(policy)
    lines: list[list[Cell | list[Cell]]] = []
    for index, rule in enumerate(row.get("rules", [])):
        when = [Cell(text) for text in rules.said(shown.reader, rule["when"])]
        line = shown.link(shown.word("explain.line"), f"{page}#axis-{number}-rule-{index}")
        note = shown.reader.pick((rule.get("note", ""), rule.get("note_en", "")))
        lines.append([shown.count(index + 1), Cell(shown.axis(axis, rule["value"]), "short"), when, Cell(note), line])
    header = shown.header(("explain.number", "count"), "explain.value", "analysis.conditions", "policy.note", "explain.policy")
    articles = shown.word("list.separator").join(row["articles"])
    source = shown.code("class_source", row["source"]).text
    lead = shown.word("analysis.judged-lead", source=source, articles=articles)
    links = [shown.link(article, f"dictionary/trace.html#{article}") for article in row["articles"]]
    return Part("rules", title, lead, [], [Grid("", "", header, lines)] if lines else [], links=links, layout="below")


def _sold(shown: Shown, axis: str, table: Any) -> Part:
    """What each value bought."""
    scale = charts.scale(shown.reader.lang, [amount(row["sales"]) for row in table.rows])
    items = [charts.Item(shown.reader.pick(row["value"]), Fraction(row["sales"]), scale.show(amount(row["sales"]))) for row in table.rows]
    heading = shown.word("chart.class-sales", unit=shown.word(scale.word))
    chart = charts.bars("class-sales-chart", heading, shown.word("chart.composition-desc", count=len(items)), items)
    listed = grid(shown.reader, table, shown.page, None, ("value", "sales"))
    sold = [one for one in listed.totals if one.shape == "amount"]
    totals = [listed.totals[0], *sold] if listed.totals else []
    return Part("sales", shown.word("analysis.class-sales"), "", [chart], [Grid("", "", listed.header, listed.rows, totals)], layout="half")


def _members(shown: Shown, axis: str) -> Part:
    """The customers of each value; of many the first, with the way to the register."""
    reader, most = shown.reader, shown.reader.setting("links_max")
    found: dict[Any, list[Record]] = {}
    for customer, values in classed(reader.register, reader.policy).items():
        record = reader.register.get(customer)
        if record is not None and axis in values:
            found.setdefault(values[axis].value, []).append(record)
    rows: list[list[Cell | list[Cell]]] = []
    for value in sorted(found, key=lambda value: _order(reader, axis, value)):
        members = found[value]
        cells = [shown.ref(record) for record in members[:most]]
        if len(members) > most:
            cells.append(shown.link(shown.word("site.more", count=len(members)), _register_page(reader, axis, value)))
        rows.append([Cell(shown.axis(axis, value), "short"), shown.count(len(members)), cells])
    header = shown.header("explain.value", ("column.customers", "count"), "column.customer")
    links = [shown.link(shown.word("analysis.register"), "customer/classes.html")]
    return Part("members", shown.word("analysis.members"), "", [], [Grid("", "", header, rows, flow=True)], links=links, layout="below")


def _order(reader: Reader, axis: str, value: Any) -> tuple[int, str]:
    if value is None:
        return (10**9, "")
    codes = list(reader.register.schemas.codes.get(FIELDS[axis], {}))
    return (codes.index(value) if value in codes else int(value) if str(value).isdigit() else len(codes), str(value))


def _register_page(reader: Reader, axis: str, value: Any) -> str:
    """The group of the register whose cards say the value, where there is one."""
    kind = reader.register.schemas.kinds["customer"]
    pointer = f"/{FIELDS[axis]}"
    view = next((view for view in kind.views if pointer in view.get("group_by", [])), None)
    declared = value is not None and any(record.data.get(FIELDS[axis]) == value for record in reader.register.of("customer"))
    return group_page(kind, view["name"], pointer, str(value)) if view and declared else "customer/index.html"
