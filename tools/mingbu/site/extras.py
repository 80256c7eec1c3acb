"""What the page of a record shows besides its own fields: rules in words, worked examples, and why a figure is as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mingbu import classification
from mingbu.display import separated
from mingbu.register import Record
from mingbu.site import explaining, reporting, rules
from mingbu.site.agenda import panels
from mingbu.site.casework import waiting
from mingbu.site.contracting import panels as contract_panels
from mingbu.site.fieldwork import files as customer_files
from mingbu.site.reader import Reader


def of(reader: Reader, record: Record, page: str) -> dict[str, Any]:
    """What the template of the record's kind gets as `more`; nothing for most kinds."""
    make = _BY_KIND.get(record.kind.name)
    return make(reader, record, page) if make else {}


def _policy(reader: Reader, record: Record, page: str) -> dict[str, Any]:
    schemas, lang = reader.register.schemas, reader.lang
    return {
        "said": lambda when: rules.said(reader, when),
        "examples": rules.examples(reader, record),
        "amount": separated,
        "class_label": lambda axis, value: classification.label(schemas, axis, value, lang),
    }


def _customer(reader: Reader, record: Record, page: str) -> dict[str, Any]:
    panels = (explaining.classes(reader, record, page), explaining.limit(reader, record, page), customer_files.panel(reader, record, page))
    return {"panels": [panel for panel in panels if panel]}


def _credit_file(reader: Reader, record: Record, page: str) -> dict[str, Any]:
    panel = explaining.limit(reader, record, page)
    return {"panels": [panel] if panel else []}


def _decision(reader: Reader, record: Record, page: str) -> dict[str, Any]:
    panel = explaining.decided(reader, record, page)
    return {"panels": [panel] if panel else []}


def _owing(reader: Reader, record: Record, page: str) -> dict[str, Any]:
    panel = panels.owed_by(reader, record, page)
    return {"panels": [panel] if panel else []}


def _contract(reader: Reader, record: Record, page: str) -> dict[str, Any]:
    return {"panels": contract_panels.of_contract(reader, record, page)}


def _case(reader: Reader, record: Record, page: str) -> dict[str, Any]:
    panel = waiting.destination(reader, record, page)
    return {"panels": [panel] if panel else []}


def _submission(reader: Reader, record: Record, page: str) -> dict[str, Any]:
    parts = reporting.parts(reader, record, page)
    return {"parts": parts, "hidden": reporting.HIDDEN if parts else ()}


_BY_KIND: dict[str, Callable[[Reader, Record, str], dict[str, Any]]] = {
    "case": _case,
    "customer": _customer,
    "contract": _contract,
    "credit-file": _credit_file,
    "credit-decision": _decision,
    "person": _owing,
    "department": _owing,
    "submission": _submission,
    "policy-credit": _policy,
    "policy-classification": _policy,
}
