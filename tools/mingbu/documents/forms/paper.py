"""The layout of a form as a Word file to fill in: a docxtpl template, which a company may change in Word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mingbu.documents import word, wordml
from mingbu.documents.forms.layout import GRID, Block, Cell, Form, spans
from mingbu.documents.forms.values import APPROVAL, Sheet, field_at
from mingbu.documents.wordml import HEI, paragraph, run
from mingbu.labels import pick

_WEIGHTS = {"text": 6, "line": 4, "email": 4, "url": 4, "ref": 3, "name": 3, "phone": 3, "date": 3, "code": 3, "yes-no": 3, "extension": 3}
_NARROW = 2
"""In a list, format or shape → how much of the width it takes; a figure takes the least."""
_LINE = 350
"""The height of a line, in twentieths of a point."""
_SHADE = "EEF2F6"
_EXPRESSION = {"text": "value", "boxes": "boxes", "capitals": "money"}


def template(sheet: Sheet, form: Form) -> bytes:
    """Labels in the language of the sheet; what the record says as expressions that docxtpl fills in."""
    marks = ("", "") if form.letter else ("{{ page.confidentiality }}", "{{ page.as_of }}  {{ page.commit }}")  # letters leave the company
    frame = word.Frame("{{ page.company }}", *marks, sheet.head.title, sheet.head)
    file = word.new(frame)
    word.fill(file, _letter(sheet) if form.letter else [*_above(sheet), _table(sheet, form), *_below()])
    return word.saved(file)


def _above(sheet: Sheet) -> list[str]:
    say, colon = sheet.head.say, sheet.head.say("document.colon")
    facts = (("form.number", "{{ number }}"), ("form.date", "{{ date }}"), ("document.confidentiality", "{{ page.confidentiality }}"))
    line = "　　".join(f"{say(key)}{colon}{value}" for key, value in facts)
    return [
        paragraph(run("{{ page.company }}", 12), "center"),
        paragraph(run("{{ title }}", 18, bold=True, font=HEI), "center", after=80),
        paragraph(run(line), "right", after=60),
    ]


def _below() -> list[str]:
    return [paragraph(run("{%p if note %}")), paragraph(run("{{ note }}", 9), before=60), paragraph(run("{%p endif %}"))]


def _table(sheet: Sheet, form: Form) -> str:
    rows = [row for section in form.sections for row in _section(sheet, form, section.title, section.blocks)]
    if form.approvals:
        rows += _approvals(sheet)
    return wordml.table(rows, widths(), title=sheet.head.title)


def widths() -> list[int]:
    room = word.width(across=False)
    found = [room // GRID] * GRID
    found[-1] += room - sum(found)
    return found


def _section(sheet: Sheet, form: Form, title: tuple[str, str] | None, blocks: Sequence[Block]) -> Iterator[str]:
    first = field_at(sheet.register, sheet.record.kind, blocks[0].each or blocks[0].rows[0][0].at, sheet.lang)
    words = title or first.section
    if words:
        yield _full(pick(words, sheet.lang), bold=True)
    for block in blocks:
        if not block.each:
            yield from (_pairs(sheet, form, row) for row in block.rows)
            continue
        start = f'{{%tr for item in rows("{block.each}") %}}'
        if block.table:
            rows = _list(sheet, block, start)
            yield from (_full(f'{{%tr if rows("{block.each}") %}}'), *rows, _full("{%tr endif %}")) if block.optional else rows
        else:
            yield from (_full(start), *(_pairs(sheet, form, row, block.each) for row in block.rows), _full("{%tr endfor %}"))
            empty = (_pairs(sheet, form, row, block.each, empty=True) for row in block.rows)
            yield from (_full(f'{{%tr if not rows("{block.each}") %}}'), *empty, _full("{%tr endif %}"))


def _pairs(sheet: Sheet, form: Form, cells: Sequence[Cell], each: str = "", *, empty: bool = False) -> str:
    wide, values = spans(len(cells), form.pairs, sheet.lang)
    made = []
    for cell, span in zip(cells, values, strict=True):
        expression = f'{{{{ item["{cell.at}"] }}}}' if each else f'{{{{ {_EXPRESSION[cell.shown]}("{cell.at}") }}}}'
        made += [_label(label_of(sheet, cell, each), wide), _cell("" if empty else expression, span)]
    return wordml.row(made, height=_LINE * max(cell.lines for cell in cells))


def _list(sheet: Sheet, block: Block, start: str) -> Iterator[str]:
    cells = block.rows[0]
    wides = shares(sheet, block.each, cells)
    yield _full(sheet.label(block.each))
    yield wordml.row([_label(label_of(sheet, cell, block.each), wide) for cell, wide in zip(cells, wides, strict=True)], height=_LINE)
    yield _full(start)
    yield wordml.row([_cell(f'{{{{ item["{cell.at}"] }}}}', wide) for cell, wide in zip(cells, wides, strict=True)], height=_LINE)
    yield _full("{%tr endfor %}")
    yield _full(f'{{%tr if not rows("{block.each}") %}}')
    yield wordml.row([_cell("", wide) for wide in wides], height=_LINE)
    yield _full("{%tr endif %}")


def shares(sheet: Sheet, each: str, cells: Sequence[Cell]) -> list[int]:
    """The grid shared out among the columns of a list: text gets more than figures, days and codes."""
    fields = [field_at(sheet.register, sheet.record.kind, f"{each}/*/{cell.at}", sheet.lang) for cell in cells]
    weights = [_WEIGHTS.get(field.node.get("x-format") or field.shape, _NARROW) for field in fields]
    found = [GRID * weight // sum(weights) for weight in weights]
    found[-1] += GRID - sum(found)
    return found


def _approvals(sheet: Sheet) -> Iterator[str]:
    """The field of signatures: what has been signed, with its day, and an empty line for what is still to be."""
    keys, wides = APPROVAL, (12, 7, 9, 10, 9, 13)
    yield _full("{%tr if approvals %}")
    yield _full(sheet.head.say("form.approvals"), bold=True)
    yield wordml.row([_label(sheet.head.say(f"form.{key}"), wide) for key, wide in zip(keys, wides, strict=True)], height=_LINE)
    yield _full("{%tr for item in approvals %}")
    yield wordml.row([_cell(f"{{{{ item.{key} }}}}", wide) for key, wide in zip(keys, wides, strict=True)], height=2 * _LINE)
    yield _full("{%tr endfor %}")
    yield _full("{%tr endif %}")


def label_of(sheet: Sheet, cell: Cell, each: str = "") -> str:
    """What stands before the field: the layout's word, else the schema's."""
    return pick(cell.label, sheet.lang) if cell.label else sheet.label(f"{each}/*/{cell.at}" if each else cell.at)


def _label(text: str, span: int) -> str:
    return wordml.cell(paragraph(run(text, 9.5, font=HEI), "center"), _wide(span), span=span, shade=_SHADE)


def _cell(text: str, span: int) -> str:
    return wordml.cell(paragraph(run(text, 10)), _wide(span), span=span)


def _full(text: str, *, bold: bool = False) -> str:
    return wordml.row(
        [
            wordml.cell(
                paragraph(run(text, 10.5, bold=bold, font=HEI), "center", keep=True), _wide(GRID), span=GRID, shade="DCE4EC" if bold else _SHADE
            )
        ]
    )


def _wide(span: int) -> int:
    return word.width(across=False) * span // GRID


def _letter(sheet: Sheet) -> list[str]:
    """A letter with its head, its addressee, and the place for seal and signature at the right."""
    say = sheet.head.say
    right = [("{{ page.company }}", 600), (say("form.seal"), 60), (say("form.signatory", name="{{ letter.signatory }}"), 60), ("{{ date }}", 60)]
    return [
        paragraph(run("{{ page.company }}", 22, bold=True, font=HEI), "center", after=160),
        paragraph(run(say("form.number-of", number="{{ number }}"), 10.5), "right", after=240),
        paragraph(run("{{ letter.subject }}", 16, bold=True, font=HEI), "center", after=300),
        paragraph(run(say("form.dear", name="{{ letter.to }}"), 14, bold=True), after=120),
        paragraph(run("{%p for item in letter.paragraphs %}")),
        paragraph(run("{{ item }}", 14), "both", after=120, indent=True),
        paragraph(run("{%p endfor %}")),
        paragraph(run(say("form.closing"), 14), indent=True),
        *(paragraph(run(text, 14), "right", before=before) for text, before in right),
    ]
