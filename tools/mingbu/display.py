"""How one value is shown to people: labels for codes, names for ids, separators for amounts. Plain text, no markup."""

from __future__ import annotations

import re
from typing import Any

from mingbu import labels
from mingbu.labels import Lang
from mingbu.register import Register
from mingbu.schema.kinds import Field, Kind
from mingbu.schema.regions import division_name
from mingbu.schema.validate import field_title
from mingbu.yamlio.characters import printable


def shown(register: Register, field: Field, value: Any, lang: Lang) -> str:
    """The value as a reader of this language sees it; codes by their label, ids by the record's name."""
    show = _SHOW.get(field.shape)
    return show(register, field, value, lang) if show else str(value).rstrip("\n")


def name(register: Register, record_id: object, lang: Lang) -> str:
    """What people call the record: a code by its label, a text in English where the record has it, else as it is."""
    record = register.get(record_id)
    pointer = str(record.kind.spec.get("name", "/title")) if record else ""
    field = record.kind.field_at(pointer) if record else None
    if record is not None and field is not None and field.shape == "code" and record.get(pointer):
        return shown(register, field, record.get(pointer), lang)
    english = record.get(f"{pointer}_en") if record is not None and lang == "en" else None
    return str(english) if english else register.name_of(record_id)


def label(kind: Kind, pointer: str, lang: Lang) -> str:
    """What the field at a concrete pointer is called; the pointer itself where the schema doesn't know it."""
    return labels.text(field_title(kind, pointer), lang) if kind.field_at(pointer) else printable(pointer)


def line(register: Register, kind: Kind, pointer: str, value: Any, lang: Lang) -> str:
    """The value of a field on one line; as it was typed where the schema doesn't fit it."""
    if value is None:
        return labels.word("value.none", lang)
    field = kind.field_at(pointer)
    try:
        text = shown(register, field, value, lang) if field else str(value)
    except (TypeError, ValueError, KeyError, AttributeError):
        text = str(value)
    return printable(" ".join(text.split()))


def is_ours(field: Field) -> bool:
    """Whether what is shown is a word of ours (a label) or no word at all, rather than a Chinese value."""
    return field.shape in {"code", "yes-no", "amount", "percent", "date", "time", "number", "email", "phone", "url"}


def _code(register: Register, field: Field, value: Any, lang: Lang) -> str:
    pair = field.node["x-enum"].get(value)
    return labels.pick(pair, lang) if pair else str(value)


def _reference(register: Register, field: Field, value: Any, lang: Lang) -> str:
    return name(register, str(value), lang)


def _yes_no(register: Register, field: Field, value: Any, lang: Lang) -> str:
    return labels.word("yes" if value is True else "no", lang)


def _amount(register: Register, field: Field, value: Any, lang: Lang) -> str:
    return separated(str(value))


def _time(register: Register, field: Field, value: Any, lang: Lang) -> str:
    return str(value)[:16].replace("T", " ")


def _region(register: Register, field: Field, value: Any, lang: Lang) -> str:
    code = str(value)
    province = register.schemas.codes["province"].get(code[:2], [code, code])[0]
    city, county = division_name(code[:4] + "00") or "", division_name(code) or ""
    return province + ("" if city in _NO_CITY or city == county else city) + county


def _list(register: Register, field: Field, value: Any, lang: Lang) -> str:
    """A short line for a list or group in a table's cell: the parts of each item that name it."""
    items = value if isinstance(value, list) else [value]
    return labels.word("list.separator", lang).join(_item(register, field, item, lang) for item in items)


def _item(register: Register, field: Field, item: Any, lang: Lang) -> str:
    node = field.node.get("items", field.node)
    if not isinstance(item, dict):
        return shown(register, Field("/*", node, None), item, lang)
    parts = [shown(register, Field(f"/{key}", node["properties"][key], None), part, lang) for key, part in item.items() if key in node["properties"]]
    return " ".join(parts[:2])


_NO_CITY = frozenset({"市辖区", "县", "省直辖县级行政单位", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""Lines of the region table that group counties and are no city."""

_SHOW = {
    "code": _code,
    "ref": _reference,
    "yes-no": _yes_no,
    "amount": _amount,
    "time": _time,
    "region": _region,
    "list": _list,
    "object": _list,
}


def separated(amount: str) -> str:
    """1234567.80 → 1,234,567.80."""
    whole, point, cents = amount.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{point}{cents}"


def csv_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    risky = text.lstrip()[:1] in {"=", "+", "-", "@"} or text[:1] in {"\t", "\r"}
    return f"'{text}" if risky and not _NUMBER.fullmatch(text) else text


_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")
