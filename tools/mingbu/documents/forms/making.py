"""Forms as pages and as Word files, from the layout or from a company's own template beside its schemas."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from mingbu.documents import pages, printing, word, wordml
from mingbu.documents.forms import paper
from mingbu.documents.forms.fitting import fitted
from mingbu.documents.forms.layout import Form, Letter, spans
from mingbu.documents.forms.values import APPROVAL, Sheet, field_at
from mingbu.labels import pick

Made = TypeVar("Made")
_BLANK = "________"
"""Room in a sentence for what is written by hand."""


class BrokenTemplate(Exception):
    """A company's own template can't be used: its path and why, on one line."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(path)
        self.path, self.detail = path, " ".join(detail.split())[:200]


def html(sheet: Sheet, form: Form) -> str:
    """The form as a page. Raises BrokenTemplate."""
    own, form = _own(sheet, form, ".html.j2"), fitted(sheet, form)
    name, folder = (own.name, own.parent) if own else ("letter.html.j2" if form.letter else "form.html.j2", None)

    def make() -> str:
        context = {**_context(sheet, form), "layout": list(_layout(sheet, form)), "across": False}
        return pages.render(name, sheet.head, folder, **context)

    return _guarded(own.name if own else form.name, make)


def docx(sheet: Sheet, form: Form) -> bytes:
    """The form as a Word file. Raises BrokenTemplate."""
    own, form = _own(sheet, form, ".docx"), fitted(sheet, form)
    return _guarded(own.name if own else form.name, lambda: _filled(own.read_bytes() if own else paper.template(sheet, form), sheet, form))


def pdf(sheet: Sheet, form: Form) -> bytes:
    """Raises BrokenTemplate and CannotPrint."""
    return printing.pdf(lambda: html(sheet, form), lambda: docx(sheet, form), sheet.head.as_of)


def template(sheet: Sheet, form: Form, ending: str) -> bytes:
    """Our template to make one's own from: .docx with the layout in it, .html.j2 the one that shows any layout."""
    if ending == ".docx":
        return paper.template(sheet, fitted(sheet, form))
    return (pages.TEMPLATES / ("letter.html.j2" if form.letter else "form.html.j2")).read_bytes()


def _own(sheet: Sheet, form: Form, ending: str) -> Path | None:
    """The company's template, beside its schemas. Raises BrokenTemplate where a link could lead out of the register to any file of the machine."""
    folder = sheet.register.schemas_folder / "forms"
    path = folder / f"{form.name}{ending}"
    if not path.is_file():
        return None
    for found in (folder, *sorted(folder.iterdir())):
        if found.is_symlink():
            raise BrokenTemplate(path.name, sheet.head.say("error.form-link", name=found.name))
    return path


def _guarded(name: str, make: Callable[[], Made]) -> Made:
    try:
        return make()
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        raise BrokenTemplate(name, f"{line}: {error.message}" if line and name.endswith(".j2") else str(error.message)) from None
    except Exception as error:  # what people write in Word can go wrong in any way: it is theirs to mend, by this line
        raise BrokenTemplate(name, str(error) or type(error).__name__) from None


def _filled(raw: bytes, sheet: Sheet, form: Form) -> bytes:
    from docxtpl import DocxTemplate

    file = DocxTemplate(io.BytesIO(raw))
    environment = pages.sandbox()
    environment.finalize = _in_word
    file.render(_context(sheet, form), jinja_env=environment)
    word.described(file.docx, sheet.head)
    return word.saved(file.docx)


def _in_word(value: Any) -> Any:
    """What an expression comes to, as Word may hold it; docxtpl would make tags of some characters once they stand in the file."""
    if value is None or hasattr(value, "__html__"):
        return "" if value is None else value
    return Markup(str(escape(wordml.legal(str(value)))).replace("{_", "{&#95;").replace("_}", "&#95;}"))  # noqa: S704  escaped here


def _context(sheet: Sheet, form: Form) -> dict[str, Any]:
    """What every template may use; docs/…/guide/reports.md lists it."""
    functions = ("value", "raw", "label", "rows", "boxes", "capital", "money", "day")
    called: dict[str, Any] = {name: getattr(sheet, name) for name in functions}
    head = {"company": sheet.head.company, "confidentiality": sheet.head.confidentiality, "commit": sheet.head.commit}
    return {
        **called,
        "record": dict(sheet.record.data),
        "id": sheet.record.id,
        "number": str(sheet.record.data.get("legacy_no") or sheet.record.id),
        "date": sheet.day(form.date) if form.date else "",
        "title": sheet.head.title,
        "approvals": _signed(sheet, form),
        "note": pick(form.note, sheet.lang) if form.note else "",
        "letter": _letter(sheet, form, form.letter) if form.letter else None,
        "page": {**head, "as_of": sheet.head.as_of.isoformat()},
    }


def _signed(sheet: Sheet, form: Form) -> list[dict[str, str]]:
    """The steps of approval, and below them the boxes to be signed on paper."""
    found = sheet.approvals if form.approvals else []
    asked = {row["name"] for row in found}
    return [*found, *({**dict.fromkeys(APPROVAL, ""), "step": pick(said, sheet.lang)} for said, step in form.signatures if step not in asked)]


def _letter(sheet: Sheet, form: Form, found: Letter) -> Mapping[str, Any]:
    """The letter's words, filled in; what the record doesn't say, and those of a kind of letter that the layout doesn't know, are left to the pen."""
    subject, paragraphs = found.texts.get(str(sheet.raw(found.by)), (form.title, ()))
    plain = SandboxedEnvironment(autoescape=False)
    functions = {name: _or_blank(getattr(sheet, name)) for name in ("value", "money", "day")}
    words = [plain.from_string(pick(paragraph, sheet.lang)).render(functions) for paragraph in paragraphs]
    return {"to": sheet.value(found.to), "subject": pick(subject, sheet.lang), "paragraphs": words, "signatory": sheet.value(found.signatory)}


def _or_blank(say: Callable[[str], str]) -> Callable[[str], str]:
    return lambda pointer: say(pointer) or _BLANK


def _layout(sheet: Sheet, form: Form) -> Iterator[dict[str, Any]]:
    """Sections with rows of boxes (text, span, role, lines) for a page."""
    for section in form.sections:
        rows: list[list[dict[str, Any]]] = []
        for block in section.blocks:
            if not block.each:
                rows += [_row(sheet, form, row) for row in block.rows]
            elif block.optional and not sheet.rows(block.each):
                continue
            elif block.table:
                rows += _list(sheet, block.each, block.rows[0])
            else:
                rows += [made for item in sheet.rows(block.each) or [{}] for row in block.rows for made in [_row(sheet, form, row, block.each, item)]]
        yield {"title": title_of(sheet, section.title, section.blocks[0]), "rows": rows}


def title_of(sheet: Sheet, title: Any, block: Any) -> str:
    """The layout's title, else that of the schema's section in which the first field stands."""
    first = block.each or block.rows[0][0].at
    field = field_at(sheet.register, sheet.record.kind, first, sheet.lang)
    words = title or field.section
    return pick(words, sheet.lang) if words else ""


def _row(sheet: Sheet, form: Form, cells: Any, each: str = "", item: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    wide, values = spans(len(cells), form.pairs, sheet.lang)
    row: list[dict[str, Any]] = []
    for cell, span in zip(cells, values, strict=True):
        text = str((item or {}).get(cell.at, "")) if each else shown(sheet, cell)
        row.append({"role": "label", "text": paper.label_of(sheet, cell, each), "span": wide, "lines": 1})
        row.append({"role": "value", "text": text, "span": span, "lines": cell.lines})
    return row


def shown(sheet: Sheet, cell: Any) -> str:
    by = {"boxes": sheet.boxes, "capitals": sheet.money}
    return by.get(cell.shown, sheet.value)(cell.at)


def _list(sheet: Sheet, each: str, cells: Any) -> list[list[dict[str, Any]]]:
    """A band with the name of the list, the head, and the items; one empty line where there are none."""
    wides = paper.shares(sheet, each, cells)
    band = [{"role": "band", "text": sheet.label(each), "span": sum(wides), "lines": 1}]
    heads = [{"role": "label", "text": paper.label_of(sheet, cell, each), "span": wide, "lines": 1} for cell, wide in zip(cells, wides, strict=True)]
    items = sheet.rows(each) or [{}]
    rows = [[{"role": "value", "text": item.get(c.at, ""), "span": w, "lines": 1} for c, w in zip(cells, wides, strict=True)] for item in items]
    return [band, heads, *rows]
