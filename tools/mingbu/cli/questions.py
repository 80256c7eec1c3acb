"""Asks for what a new record needs, one field at a time, until its schema has nothing left to say."""

from __future__ import annotations

from typing import Any

from mingbu import labels
from mingbu.cli.context import Context
from mingbu.cli.filling import put
from mingbu.findings import Fault
from mingbu.register.model import from_fault
from mingbu.schema.expand import ref_kinds
from mingbu.schema.kinds import Field, Kind
from mingbu.schema.validate import Validator, field_title
from mingbu.yamlio.characters import printable, value_trouble


class Questions:
    """A conversation on the terminal about one record; `data` is filled in place."""

    def __init__(self, context: Context, kind: Kind, data: dict[str, Any], validator: Validator) -> None:
        self._context = context
        self._kind = kind
        self._data = data
        self._validator = validator

    def ask(self) -> None:
        """Asks until the schema is content. Ctrl+C or the end of input leaves without writing anything."""
        order = {field.pointer: number for number, field in enumerate(self._kind.fields)}
        while faults := self._validator.faults(self._kind, self._data):
            faults.sort(key=lambda fault: order.get(self._pattern(fault.pointer), len(order)))
            self._answer(faults[0])

    def _pattern(self, pointer: str) -> str:
        field = self._kind.field_at(pointer)
        return field.pointer if field else pointer

    def _answer(self, fault: Fault) -> None:
        """One question: for a missing field its value, for a wrong one the reason and a new value."""
        if fault.code != "schema.required":
            finding = from_fault(fault, "", b"", None, self._kind)
            print(f"  {labels.message(finding, self._context.lang)}\n  {labels.hint(finding, self._context.lang)}")
        pointer = self._leaf(fault.pointer)
        field = self._kind.field_at(pointer)
        if field is None:
            raise self._context.refuse("error.pointer", value=pointer, kind=self._context.title(self._kind))
        put(self._context, self._kind, self._data, pointer, self._value(pointer, field))

    def _leaf(self, pointer: str) -> str:
        """The first field to fill in inside a missing group or list."""
        field = self._kind.field_at(pointer)
        while field is not None and not field.is_leaf:
            if "items" in field.node:
                pointer += "/0"
            else:
                options = field.node.get("required") or field.node.get("anyOf", [{}])[0].get("required") or list(field.node["properties"])
                pointer += f"/{options[0]}"
            field = self._kind.field_at(pointer)
        return pointer

    def _value(self, pointer: str, field: Field) -> str:
        title = field_title(self._kind, pointer)
        label = title if isinstance(title, str) else labels.pick(title, self._context.lang)
        if field.shape == "code":
            pairs = field.node["x-enum"].items()
            print(
                "  " + self._context.say("new.options", options=", ".join(f"{code} {labels.pick(pair, self._context.lang)}" for code, pair in pairs))
            )
        while True:
            text = self._read(self._context.say("new.ask", field=label, key=field.key) + ": ")
            if text and not value_trouble(text):
                found = self._resolved(field, text)
                if found is not None:
                    return found

    def _read(self, prompt: str) -> str:
        try:
            return input(prompt).strip()
        except EOFError:
            raise KeyboardInterrupt from None

    def _resolved(self, field: Field, text: str) -> str | None:
        """A code by its label, an id by part of the record's name; None when nothing or too much matches."""
        if field.shape == "code":
            by_label = {label: code for code, pair in field.node["x-enum"].items() for label in pair}
            return str(by_label.get(text, text))
        if field.shape != "ref" or self._context.sound.get(text):
            return text
        register = self._context.sound
        found = [record for kind in ref_kinds(field.node) for record in register.of(kind) if text in register.name_of(record.id)]
        exact = [record for record in found if register.name_of(record.id) == text]
        if len(exact or found) == 1:
            return (exact or found)[0].id
        if not found:
            print("  " + self._context.say("new.none", value=printable(text)))
        else:
            print("  " + self._context.say("new.candidates", options=", ".join(f"{r.id} {printable(register.name_of(r.id))}" for r in found[:12])))
        return None
