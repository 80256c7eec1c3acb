"""Which pages the site has, where they stand in the navigation, and what each one shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingbu.register import Record
from mingbu.reports import REPORTS, Report
from mingbu.schema.kinds import Kind
from mingbu.site.reader import Reader, group_page, view_page
from mingbu.site.sections import SECTIONS

GUIDE = (
    "index",
    "daily",
    "records",
    "rules",
    "approvals",
    "cases",
    "deadlines",
    "contracts",
    "fieldwork",
    "analysis",
    "submissions",
    "reports",
    "commands",
    "schemas",
    "install",
    "limits",
)
"""The hand-written pages under docs/<language>/guide/, in the order of the navigation."""


@dataclass(frozen=True, slots=True)
class View:
    """One register page: its records, and how they are grouped."""

    kind: Kind
    spec: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.spec["name"])

    @property
    def page(self) -> str:
        return view_page(self.kind, self.name)

    @property
    def columns(self) -> list[str]:
        return list(self.spec.get("list") or self.kind.columns)

    @property
    def axes(self) -> list[str]:
        """The pointers by which the view groups its records; none: it is one table."""
        return list(self.spec.get("group_by", []))

    def title(self, reader: Reader) -> str:
        return reader.pick((self.spec["title"], self.spec["title_en"]))

    def records(self, reader: Reader) -> list[Record]:
        where: Mapping[str, list[Any]] = self.spec.get("where", {})
        found = [r for r in reader.register.of(self.kind.name) if all(reader.value(r, pointer) in values for pointer, values in where.items())]
        return sorted(found, key=lambda record: _order(reader, record))


def _order(reader: Reader, record: Record) -> tuple[str, str]:
    from mingbu.site.tables import pinyin

    return pinyin(reader.register.name_of(record.id)), record.id


@dataclass(frozen=True, slots=True)
class Group:
    """The records of a view that share one value."""

    page: str
    label: str
    lang: str | None
    records: list[Record]


def groups(reader: Reader, view: View, pointer: str, records: list[Record]) -> list[Group]:
    """The view's records by the value at the pointer; times by month, newest first, codes in the order of their list."""
    field = view.kind.by_pointer[pointer]
    found: dict[str, list[Record]] = {}
    for record in records:
        value = reader.value(record, pointer)
        if value is not None:
            key = str(value)[:7] if field.shape in {"time", "date"} else str(value)
            found.setdefault(key, []).append(record)
    result = []
    for key in sorted(found, key=lambda key: _group_order(reader, view, pointer, key), reverse=field.shape in {"time", "date"}):
        dated = field.shape in {"time", "date"}
        target = reader.register.get(key) if field.shape == "ref" else None
        label = key if dated else reader.name(target) if target else reader.shown(field, _typed(field, key))
        lang = None if dated else reader.name_lang(target) if target else reader.lang_of(field)
        result.append(Group(group_page(view.kind, view.name, pointer, key), label, lang, found[key]))
    return result


def _typed(field: Any, key: str) -> Any:
    return {"True": True, "False": False}.get(key, key) if field.shape == "yes-no" else key


def _group_order(reader: Reader, view: View, pointer: str, key: str) -> tuple[int, str]:
    field = view.kind.by_pointer[pointer]
    if field.shape == "code":
        codes = list(field.node["x-enum"])
        return (codes.index(key) if key in codes else len(codes), key)
    target = reader.register.get(key) if field.shape == "ref" else None
    return (0, str(target.data.get("code", reader.register.name_of(key)))) if target else (0, key)


def views(reader: Reader) -> list[View]:
    return [View(kind, spec) for kind in reader.kinds() for spec in kind.views]


def navigation(reader: Reader) -> list[Any]:
    """MkDocs' nav: home, the groups of kinds, the reference, the guide. Every entry is a file of the staging folder."""
    nav: list[Any] = [{reader.word("site.home"): "index.md"}]
    for section in SECTIONS:
        nav.append({reader.word(section.title): [{reader.word(title): page.replace(".html", ".md")} for page, title in section.navigation.items()]})
    for group, label in reader.groups().items():
        entries = _entries(reader, [kind for kind in reader.kinds() if kind.spec["group"] == group])
        if entries:
            nav.append({label: entries})
    reports = [{reader.pick(report.title): report_page(report).replace(".html", ".md")} for report in REPORTS.values()]
    nav.append({reader.word("site.reports"): [{reader.word("reports.all"): "report/index.md"}, *reports]})
    nav.append(
        {
            reader.word("site.reference"): [
                {reader.word("site.dictionary"): "dictionary/index.md"},
                {reader.word("site.findings"): "dictionary/findings.md"},
                {reader.word("site.trace"): "dictionary/trace.md"},
            ]
        }
    )
    written = [
        name for name in (*(f"guide/{name}.md" for name in GUIDE), "changelog.md") if (reader.register.root / "docs" / reader.lang / name).is_file()
    ]
    return [*nav, {reader.word("site.guide"): written}] if written else nav


def _entries(reader: Reader, kinds: list[Kind]) -> list[Any]:
    """A kind with several pages is a section of its own; the policies are one together."""
    entries: list[Any] = []
    policies: list[Any] = []
    for kind in kinds:
        pages = [{reader.pick((spec["title"], spec["title_en"])): view_page(kind, spec["name"]).replace(".html", ".md")} for spec in kind.views]
        if kind.name.startswith("policy-"):
            policies += pages
        else:
            entries += pages if len(pages) == 1 else [{reader.pick(kind.title): pages}]
    return [*entries, {reader.word("site.policies"): policies}] if policies else entries


def report_page(report: Report) -> str:
    return f"report/{report.name}.html"


def shell_pages(reader: Reader) -> dict[str, str]:
    """Page → title of every generated page that MkDocs renders a shell for."""
    pages = {"index.html": reader.word("site.home"), "dictionary/index.html": reader.word("site.dictionary")}
    pages["dictionary/findings.html"] = reader.word("site.findings")
    pages["dictionary/trace.html"] = reader.word("site.trace")
    pages |= {page: reader.word(title) for section in SECTIONS for page, title in section.navigation.items()}
    pages["report/index.html"] = reader.word("reports.all")
    pages |= {report_page(report): reader.pick(report.title) for report in REPORTS.values()}
    return pages | {view.page: view.title(reader) for view in views(reader)}
