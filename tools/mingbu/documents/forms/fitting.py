"""Layouts against a company's own schemas: what these no longer have isn't printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jinja2 import TemplateRuntimeError

from mingbu.documents.forms.layout import Block, Form
from mingbu.documents.forms.values import Sheet, field_at


def fitted(sheet: Sheet, form: Form) -> Form:
    """The form without the fields that the schemas don't have."""
    sections = ((section, tuple(_blocks(sheet, section.blocks))) for section in form.sections)
    return replace(
        form,
        date=form.date if _is_there(sheet, form.date) else "",
        sections=tuple(replace(section, blocks=blocks) for section, blocks in sections if blocks),
    )


def _blocks(sheet: Sheet, blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        prefix = f"{block.each}/*/" if block.each else ""
        rows = (tuple(cell for cell in row if _is_there(sheet, prefix + cell.at)) for row in block.rows)
        kept = tuple(row for row in rows if row)
        if kept:
            yield replace(block, rows=kept)


def _is_there(sheet: Sheet, pointer: str) -> bool:
    try:
        field_at(sheet.register, sheet.record.kind, pointer, sheet.lang)
    except TemplateRuntimeError:
        return False
    return True
