"""Printed forms, as `mingbu report FORM --who ID` makes them; the templates that a company starts its own from."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mingbu import labels
from mingbu.cli import saving
from mingbu.cli.context import Context
from mingbu.documents.forms import ANY, FORMS, BrokenTemplate, Form, Sheet, blank, docx, form_of, html, pdf, sheet, template
from mingbu.documents.printing import CannotPrint
from mingbu.labels import pick
from mingbu.register import Record

MADE: Mapping[str, Callable[[Sheet, Form], str | bytes]] = {"html": html, "docx": docx, "pdf": pdf}
"""Format → what makes a form; pdf raises CannotPrint."""
_TEMPLATES = (".docx", ".html.j2")


def names() -> tuple[str, ...]:
    return (*FORMS, ANY)


def lines(context: Context) -> Iterator[str]:
    """Name, title and requirements of each form."""
    for name, form in FORMS.items():
        yield f"{name}  {pick(form.title, context.lang)}  ({', '.join(form.rules)})"
    yield f"{ANY}  {context.say('form.any')}"


def run(context: Context, options: argparse.Namespace) -> int:
    for key in ("period", "by", "top"):
        if getattr(options, key) is not None:
            raise context.refuse("error.form-option", name=options.name, value=f"--{key}")
    return _template(context, options) if options.template is not None else _form(context, options)


def _form(context: Context, options: argparse.Namespace) -> int:
    chosen = _format(context, options)
    if options.who is None:
        raise context.refuse("error.form-who", name=options.name)
    saving.check(context, options, binary=chosen != "html")
    record = _record(context, options)
    form = form_of(options.name, record.kind, context.lang)
    filled = sheet(context.sound, context.policy, record, pick(form.title, context.lang), context.lang, context.revision)
    try:
        content = MADE[chosen](filled, form)
    except BrokenTemplate as error:
        raise context.refuse("error.template", status=1, path=error.path, detail=error.detail) from None
    except CannotPrint as error:
        raise context.refuse(error.key, detail=error.detail) from None
    saving.put(context, options, content)
    return 0


def _format(context: Context, options: argparse.Namespace) -> str:
    """What was asked for, else what the file's name ends in, else a page."""
    ending = Path(options.output or "").suffix.lower().lstrip(".")
    chosen = str(options.format or (ending if ending in MADE else "html"))
    if chosen not in MADE:
        raise context.refuse("error.form-format", value=chosen, options=", ".join(MADE))
    return chosen


def _record(context: Context, options: argparse.Namespace) -> Record:
    """The record that was named, where the form is for its kind."""
    record = context.sound.get(options.who)
    if record is None:
        key = "error.broken-record" if context.register.get(options.who) or context.sound.is_broken(options.who) else "error.no-record"
        raise context.refuse(key, status=1, id=options.who)
    if options.name != ANY and FORMS[options.name].kind != record.kind.name:
        wanted = context.schemas.kinds.get(FORMS[options.name].kind)
        title = labels.pick(wanted.title, context.lang) if wanted else FORMS[options.name].kind
        raise context.refuse("error.form-kind", status=1, name=options.name, kind=title, id=record.id, other=context.title(record.kind))
    return record


def _template(context: Context, options: argparse.Namespace) -> int:
    """Our template for the form; the layout of the form for any record is made for the kind of the one that is named."""
    ending = next((found for found in _TEMPLATES if options.template.endswith(found)), None)
    if ending is None:
        raise context.refuse("error.form-template")
    for key in ("output", "format"):
        if getattr(options, key) is not None:
            raise context.refuse("error.form-template-with", value=f"--{key}")
    if options.who is None and options.name == ANY:
        raise context.refuse("error.form-who", name=options.name)
    options.output = options.template
    saving.check(context, options, binary=True)
    record = _record(context, options) if options.who is not None else blank(context.sound, FORMS[options.name].kind)
    if record is None:
        raise context.refuse("error.kind", value=FORMS[options.name].kind, options=", ".join(sorted(context.schemas.kinds)))
    form = form_of(options.name, record.kind, context.lang)
    bare = sheet(context.sound, context.policy, record, pick(form.title, context.lang), context.lang, context.revision)
    saving.put(context, options, template(bare, form, ending))
    return 0
