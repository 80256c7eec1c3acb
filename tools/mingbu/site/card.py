"""View models of record pages: sections of labelled values, tables for lists, links both ways. No markup here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mingbu import approvals
from mingbu.register import Record
from mingbu.schema.kinds import Field
from mingbu.site.reader import Cell, Reader, record_page, relative, view_page
from mingbu.site.story import Writers, verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled line of a card: a value, several values, or a table."""

    key: str
    label: str
    cells: list[Cell] = field(default_factory=list)
    header: list[Cell] = field(default_factory=list)
    table: list[list[Cell]] = field(default_factory=list)
    derived: bool = False
    who: Cell | None = None
    """Who wrote the value; of a table, `writers` says it line by line."""
    writers: list[Cell | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a card."""

    anchor: str
    title: str
    rows: list[Row]


def sections(reader: Reader, record: Record, page: str) -> list[Section]:
    """The record's fields in the schema's order, cut at x-section; what has no value is left out."""
    writers = Writers.of(reader, record)
    parts: dict[tuple[str, str] | None, list[Row]] = {}
    for item in _top(record):
        if item.key in {"schema", "id"} or not _in_language(item, record.kind.schema["properties"], record.data, reader):
            continue
        value = reader.value(record, item.pointer)
        if value is not None:
            parts.setdefault(item.section, []).extend(_rows(writers, item, value, page, ""))
    general = (reader.word("card.general"),) * 2
    return [Section(f"part-{number}", reader.pick(title or general), rows) for number, (title, rows) in enumerate(parts.items(), 1) if rows]


def _top(record: Record) -> list[Field]:
    return [item for item in record.kind.fields if item.pointer.count("/") == 1]


def _in_language(item: Field, siblings: dict[str, Any], data: Any, reader: Reader) -> bool:
    """Of a pair like summary and summary_en, a page shows the one of its language."""
    if item.key.endswith("_en") and item.key[:-3] in siblings:
        return reader.lang == "en"
    return not (reader.lang == "en" and f"{item.key}_en" in siblings and isinstance(data, dict) and f"{item.key}_en" in data)


def _rows(writers: Writers, item: Field, value: Any, page: str, prefix: str) -> list[Row]:
    reader = writers.reader
    label = prefix + reader.pick(item.title)
    if isinstance(value, dict):
        lead = label + " · "
        return [
            row
            for child in _children(item)
            if child.key in value and _in_language(child, item.node["properties"], value, reader)
            for row in _rows(writers, child, value[child.key], page, lead)
        ]
    if isinstance(value, list):
        return [_list_row(writers, item, value, page, label)]
    return [Row(item.key, label, [cell(reader, item, value, page)], derived=bool(item.derived), who=writers.mark(item.pointer))]


def _children(item: Field) -> list[Field]:
    return [Field(f"{item.pointer}/{key}", node, item.section) for key, node in item.node.get("properties", {}).items()]


def _list_row(writers: Writers, item: Field, value: list[Any], page: str, label: str) -> Row:
    reader = writers.reader
    items = Field(f"{item.pointer}/*", item.node.get("items", {}), item.section)
    if not any(isinstance(entry, dict) for entry in value):
        return Row(item.key, label, [cell(reader, items, entry, page) for entry in value], who=writers.mark(item.pointer))
    sample = {key: entry[key] for entry in value if isinstance(entry, dict) for key in entry}
    columns = [child for child in _children(items) if child.key in sample and _in_language(child, items.node["properties"], sample, reader)]
    table = [[_maybe(reader, child, entry.get(child.key), page) for child in columns] for entry in value if isinstance(entry, dict)]
    marks = [writers.mark(f"{item.pointer}/{number}") for number, entry in enumerate(value) if isinstance(entry, dict)]
    return Row(item.key, label, header=[Cell(reader.pick(child.title), child.shape) for child in columns], table=table, writers=marks)


def _maybe(reader: Reader, item: Field, value: Any, page: str) -> Cell:
    return Cell("", item.shape) if value is None else cell(reader, item, value, page)


def cell(reader: Reader, item: Field, value: Any, page: str) -> Cell:
    """One value as a cell; ids become links to the record's page."""
    if item.shape == "ref":
        target = reader.register.get(value)
        if target is not None:
            return Cell(reader.name(target), "ref", reader.name_lang(target), relative(page, record_page(target)))
        return Cell(str(value), "ref")
    url = str(value) if item.shape == "url" else f"mailto:{value}" if item.shape == "email" else None
    return Cell(reader.shown(item, value), item.shape, reader.lang_of(item), url)


@dataclass(frozen=True, slots=True)
class Incoming:
    """Records of one kind that refer to the shown one through one field; `total` counts those that aren't listed too."""

    title: str
    cells: list[Cell]
    total: int
    more: str
    """The register page of the kind, where all of them are found."""


def incoming(reader: Reader, record: Record, page: str) -> list[Incoming]:
    """Who refers to this record, by kind and field; of many, the first as far as the site policy lists them."""
    found: dict[tuple[str, str], dict[str, Record]] = {}
    for other, pointer in reader.register.referring(record.id):
        if other.kind.prefix:  # the register's own settings have no page
            key = (reader.pick(other.kind.title), _through(reader, other.kind.field_at(pointer)))
            found.setdefault(key, {})[other.id] = other
    most = reader.setting("links_max")
    groups = []
    for (kind, through), others in sorted(found.items()):
        listed = list(others.values())[:most]
        cells = [Cell(_described(reader, other), "ref", reader.name_lang(other), relative(page, record_page(other))) for other in listed]
        first = next(iter(others.values())).kind
        groups.append(Incoming(f"{kind} · {through}", cells, len(others), relative(page, view_page(first, first.views[0]["name"]))))
    return groups


@dataclass(frozen=True, slots=True)
class Approved:
    """One statement about the record: what for, what was said, by whom as what, when."""

    step: str
    decision: Cell
    by: Cell
    role: str
    at: str
    opinion: str
    verdict: Cell | None
    """valid, stale or refused; None where there is nothing that could be approved."""
    reason: Cell | None
    """Why it isn't valid."""
    strength: str
    """How it is proved."""


def approved(reader: Reader, record: Record, page: str) -> list[Approved]:
    """The approvals of the record, newest first, each with what is to be thought of it."""
    found = []
    for statement in sorted(reader.register.about(record.id), key=lambda statement: str(statement.data["at"]), reverse=True):
        data, fields = statement.data, statement.kind.by_pointer
        step = approvals.line_of(reader.policy, record.kind.name, data["step"])
        decision = Cell(reader.shown(fields["/decision"], data["decision"]), data["decision"])
        by, role = cell(reader, fields["/by"], data["by"], page), reader.shown(fields["/role"], data["role"])
        title = reader.pick((step["title"], step["title_en"])) if step else data["step"]
        opinion = str(data.get("opinion") or data.get("reason") or "")
        found_so, reason = verdict(reader, statement) or (None, None)
        strength = reader.word(f"verify.strength-{approvals.strength(data)}")
        found.append(Approved(title, decision, by, role, reader.shown(fields["/at"], data["at"]), opinion, found_so, reason, strength))
    return found


def _through(reader: Reader, item: Field | None) -> str:
    return reader.pick(item.title) if item else ""


_DATED = frozenset({"date", "china-time", "year-month", "survey-round"})


def _described(reader: Reader, other: Record) -> str:
    """The name, with the date that tells several records of one name apart."""
    dates = [item for item in other.kind.fields if item.pointer in other.kind.columns and item.node.get("x-format") in _DATED]
    name = reader.name(other)
    value = other.get(dates[0].pointer) if dates else None
    return f"{name}（{str(value)[:10]}）" if value and reader.lang == "zh" else f"{name} ({str(value)[:10]})" if value else name
