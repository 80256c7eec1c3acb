"""Layouts of forms: data, read from the YAML files here; of a kind without one, made from its schema."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mingbu.labels import Lang
from mingbu.schema.kinds import Field, Kind

GRID = 60
"""Columns of the grid that every row of a form fills."""
_LABEL: Mapping[tuple[Lang, int], int] = {("zh", 3): 8}
"""(language, pairs of label and value in a row) → columns of a label, where they aren't as many as usual: English words are long."""
_USUAL = 10
_FEW = 6
"""A list of so many fields is a table; of more, a block for each item."""
ANY = "record-form"
"""The form for records of every kind."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A field in a row: its pointer (of an item of a list, its key), and how it is shown: text, boxes or capitals; lines: how tall it is at least.

    Its label is the schema's; of a field inside a group, whose label says little alone, the layout gives one.
    """

    at: str
    shown: str = "text"
    lines: int = 1
    label: Pair | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of cells; of a list (each), once for every item; as a table with a head where `table` is set, else as labels and values.

    Of a list without items an empty line is printed to be filled in by hand; nothing of one that is `optional`.
    """

    rows: tuple[tuple[Cell, ...], ...]
    each: str = ""
    table: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a form; its title is that of the schema's section where the layout gives none."""

    title: Pair | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """The texts of a letter: by the code at `by`, a subject and paragraphs, in the language of templates."""

    to: str
    by: str
    signatory: str
    texts: Mapping[str, tuple[Pair, tuple[Pair, ...]]]


@dataclass(frozen=True, slots=True)
class Form:
    """A form by its name. date points to the day that stands above it; signatures are boxes that are signed by hand, on paper,
    unless the step of approval beside them has been answered.
    """

    name: str
    kind: str
    title: Pair
    rules: tuple[str, ...] = ()
    pairs: int = 2
    date: str = ""
    sections: tuple[Section, ...] = ()
    approvals: bool = True
    signatures: tuple[tuple[Pair, str], ...] = ()
    note: Pair | None = None
    letter: Letter | None = None


def _read(path: Path) -> Form:
    import yaml

    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    sections = tuple(Section(_pair(part.get("title")), tuple(_blocks(part["rows"]))) for part in data.get("sections", []))
    return Form(
        path.stem, data["kind"], (data["title"][0], data["title"][1]), tuple(data["rules"]), data.get("pairs", 2), data.get("date", ""), sections,
        data.get("approvals", True), tuple(((zh, en), "".join(step)) for zh, en, *step in data.get("signatures", [])),
        _pair(data.get("note")), _letter(data["letter"]) if "letter" in data else None,
    )  # fmt: skip


def _pair(words: Sequence[str] | None) -> Pair | None:
    return (words[0], words[1]) if words else None


def _blocks(rows: Sequence[Any]) -> Iterator[Block]:
    """A list is a row, {table, columns, optional} a list as a table, {each, rows} a list item by item."""
    for row in rows:
        if isinstance(row, list):
            yield Block((tuple(map(_cell, row)),))
        elif "table" in row:
            yield Block((tuple(map(_cell, row["columns"])),), row["table"], table=True, optional=row.get("optional", False))
        else:
            yield Block(tuple(tuple(map(_cell, inner)) for inner in row["rows"]), row["each"])


def _cell(given: str | Mapping[str, Any]) -> Cell:
    return Cell(given) if isinstance(given, str) else Cell(given["at"], given.get("as", "text"), given.get("lines", 1), _pair(given.get("label")))


def _letter(data: Mapping[str, Any]) -> Letter:
    texts = {
        code: ((said["subject"][0], said["subject"][1]), tuple((zh, en) for zh, en in said["paragraphs"])) for code, said in data["texts"].items()
    }
    return Letter(data["to"], data["by"], data["signatory"], texts)


FORMS: Mapping[str, Form] = {form.name: form for form in (_read(path) for path in sorted(Path(__file__).parent.glob("*.yml")))}
"""Every form with a layout, by its name."""


def form_of(name: str, kind: Kind, lang: Lang) -> Form:
    """The form; the one for every record is made from the kind's schema."""
    return _made(kind, lang) if name == ANY else FORMS[name]


def _made(kind: Kind, lang: Lang) -> Form:
    """The fields in the order of the schema, cut at its sections: short ones beside each other, long ones and lists alone."""
    sections: list[tuple[Pair | None, list[Block]]] = []
    short: list[Cell] = []
    for field in _top(kind, lang):
        if not sections or field.section != sections[-1][0]:
            _flush(sections, short)
            sections.append((field.section, []))
        for made in _cells(kind, field, lang):
            if isinstance(made, Block):
                _flush(sections, short)
                sections[-1][1].append(made)
                continue
            short.append(made)
            if len(short) == 2:
                _flush(sections, short)
    _flush(sections, short)
    date = "/prepared_on" if "/prepared_on" in kind.by_pointer else ""
    return Form(ANY, kind.name, kind.title, (), 2, date, tuple(Section(None, tuple(blocks)) for _, blocks in sections if blocks))


def _flush(sections: list[tuple[Pair | None, list[Block]]], short: list[Cell]) -> None:
    if short:
        sections[-1][1].append(Block((tuple(short),)))
        short.clear()


def _top(kind: Kind, lang: Lang) -> Iterator[Field]:
    """The fields of the first level; of a pair like title and title_en the one in the language."""
    for field in kind.fields:
        if field.pointer.count("/") == 1 and field.key not in {"schema", "id"} and _is_said(field.pointer, kind.by_pointer, lang):
            yield field


def _is_said(name: str, names: Container[str], lang: Lang) -> bool:
    """Whether the field stands on a form in this language: of two like title and title_en, one does."""
    english = name.endswith("_en") and name[:-3] in names
    return english == (lang == "en") or not (english or f"{name}_en" in names)


def _cells(kind: Kind, field: Field, lang: Lang, group: Field | None = None) -> Iterator[Cell | Block]:
    """What stands for a field: a short cell, or a block of its own; the fields of a group one by one, under both names."""
    items = field.node.get("items", {})
    label = None
    if group is not None and group.title[0] not in field.title[0]:
        label = (f"{group.title[0]}：{field.title[0]}", f"{group.title[1]}: {field.title[1]}")
    if field.shape == "object":
        for child in kind.fields:
            if child.pointer.startswith(f"{field.pointer}/") and child.pointer.count("/") == field.pointer.count("/") + 1:
                yield from _cells(kind, child, lang, field)
    elif "properties" in items:
        cells = tuple(Cell(key) for key in items["properties"] if _is_said(key, items["properties"], lang))
        if len(cells) <= _FEW:
            yield Block((cells,), field.pointer, table=True)
        else:
            yield Block(tuple(cells[at : at + 2] for at in range(0, len(cells), 2)), field.pointer)
    elif field.shape == "list" or field.node.get("x-format") == "text":
        yield Block(((Cell(field.pointer, label=label),),))
    else:
        yield Cell(field.pointer, label=label)


def spans(count: int, pairs: int, lang: Lang) -> tuple[int, list[int]]:
    """(columns of each label, columns of each value) of a row with so many fields; the last value takes what is left over."""
    label = _LABEL.get((lang, pairs), _USUAL)
    room = GRID - count * label
    values = [room // count] * count
    values[-1] += room - sum(values)
    return label, values
