"""The reference pages: the data dictionary from the schemas, the finding codes from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mingbu import labels
from mingbu.schema.kinds import Field, Kind
from mingbu.site.reader import Reader, record_page, view_page
from mingbu.trace import Requirement, trace


@dataclass(frozen=True, slots=True)
class Entry:
    """One field as the data dictionary explains it."""

    pointer: str
    title: str
    type: str
    codes: list[tuple[str, str]]
    category: str
    flags: list[str]
    help: str
    rules: list[str]
    depth: int


def pages(reader: Reader) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(path, title, template, context) of every reference page."""
    kinds = [(kind, reader.pick(kind.title), len(reader.register.of(kind.name))) for kind in reader.kinds()]
    listed = [
        {
            "name": kind.name,
            "title": title,
            "prefix": kind.prefix.rstrip("/"),
            "count": count,
            "fields": sum(f.is_leaf for f in kind.fields),
            "page": f"dictionary/{kind.name}.html",
            "group": reader.groups()[kind.spec["group"]],
        }
        for kind, title, count in kinds
    ]
    yield "dictionary/index.html", reader.word("site.dictionary"), "dictionary.html.j2", {"kinds": listed}
    for kind, title, _ in kinds:
        context = {
            "kind": kind.name,
            "entries": list(entries(reader, kind)),
            "index": view_page(kind, kind.views[0]["name"]),
            "help": _help(reader, kind),
        }
        yield f"dictionary/{kind.name}.html", title, "fields.html.j2", context
    yield "dictionary/trace.html", reader.word("site.trace"), "trace.html.j2", {"regulations": list(_regulations(reader))}
    yield "dictionary/findings.html", reader.word("site.findings"), "findings.html.j2", {"findings": list(_findings(reader))}


def _help(reader: Reader, kind: Kind) -> str:
    """The kind's description, in Chinese only: English pages have the title and the fields' own help."""
    return str(kind.source.get("x-en-description" if reader.lang == "en" else "description", ""))


def entries(reader: Reader, kind: Kind) -> Iterator[Entry]:
    required = set(kind.schema.get("required", []))
    for field in kind.fields:
        if field.pointer.endswith("/*"):
            continue
        codes = [(code, reader.pick(pair)) for code, pair in field.node.get("x-enum", {}).items()]
        category = reader.register.schemas.codes["data_category"].get(field.node.get("x-category", ""))
        yield Entry(
            field.pointer.replace("/*", "/…"),
            reader.pick(field.title),
            _type(reader, field),
            codes,
            reader.pick(category) if category and field.is_leaf else "",
            _flags(reader, kind, field, required),
            reader.pick(field.help),
            list(field.node.get("x-rule", [])),
            field.pointer.count("/") - 1 - field.pointer.count("*"),
        )


def _type(reader: Reader, field: Field) -> str:
    node = field.node
    if "x-ref" in node:
        targets = [node["x-ref"]] if isinstance(node["x-ref"], str) else node["x-ref"]
        names = [reader.pick(reader.register.schemas.kinds[target].title) for target in targets]
        return reader.word("type.reference", kinds=reader.word("list.separator").join(names))
    name = node.get("x-format")
    if name in {"cny", "cny-unsigned", "percent", "date", "china-time"}:
        return reader.word(f"type.{name}")
    return reader.word("type.code") if "x-enum" in node else reader.word(f"type.{node.get('type', 'string')}")


def _flags(reader: Reader, kind: Kind, field: Field, required: set[str]) -> list[str]:
    parent = kind.by_pointer.get(field.pointer.rpartition("/")[0])
    needed = field.key in (parent.node.get("required", []) if parent else required)
    marks = (
        ("flag.required", needed),
        ("flag.derived", bool(field.derived)),
        ("flag.unique", "x-unique" in field.node),
        ("flag.personal", bool(field.node.get("x-personal"))),
        ("flag.sensitive", bool(field.node.get("x-sensitive"))),
        ("flag.approval", "x-approval" in field.node),
    )
    return [reader.word(key) for key, holds in marks if holds]


def _regulations(reader: Reader) -> Iterator[dict[str, Any]]:
    """Each regulation with its requirements, and what answers them."""
    by_letter: dict[str, list[Requirement]] = {}
    for requirement in trace(reader.register, reader.policy, reader.findings):
        by_letter.setdefault(requirement.id[0], []).append(requirement)
    for letter, requirements in by_letter.items():
        record = reader.register.get(requirements[0].regulation)
        title = reader.name(record) if record else letter
        page = record_page(record) if record else None
        lang = reader.name_lang(record) if record else None
        met = sum(requirement.state == "met" for requirement in requirements)
        rows = [_requirement(reader, requirement) for requirement in requirements]
        yield {"letter": letter, "title": title, "title_lang": lang, "page": page, "rows": rows, "met": met}


def _requirement(reader: Reader, requirement: Requirement) -> dict[str, Any]:
    parts = ("fields", "checks", "pages", "reports", "reminders", "approvals", "access", "tests")
    missing = [] if requirement.source_missing else [reader.word(f"need.{need}") for need in requirement.open_needs]
    return {
        "id": requirement.id,
        "title": reader.pick(requirement.title),
        "article": requirement.article,
        "state": "source-missing" if requirement.source_missing else requirement.state,
        "missing": reader.word("list.separator").join(missing),
        "findings": requirement.findings,
        "parts": [(reader.word(f"trace.{part}"), part, getattr(requirement, part)) for part in parts if getattr(requirement, part)],
    }


def _findings(reader: Reader) -> Iterator[dict[str, str]]:
    for code, entry in sorted(labels.catalogue("findings").items()):
        message, hint = entry[reader.lang]
        severity = reader.word(f"severity.{entry['severity']}")
        yield {"code": code, "severity": severity, "level": entry["severity"], "message": message, "hint": hint, "anchor": code.replace(".", "-")}
