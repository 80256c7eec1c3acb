"""Asks for what a new record needs, one field at a time, until its schema has nothing left to say."""

from __future__ import annotations

from typing import Any

from mingbu import labels
from mingbu.cli.context import Context
from mingbu.cli.filling import put, remove, typed
from mingbu.findings import Fault, Finding
from mingbu.register.model import from_fault
from mingbu.schema.expand import ref_kinds
from mingbu.schema.kinds import Field, Kind
from mingbu.schema.validate import Validator, field_title
from mingbu.yamlio.characters import printable, value_trouble

BACK = "<"


class _Back(Exception):
    """The person wants to answer the question before again."""


class Questions:
    """A conversation on the terminal about one record; `data` is filled in place."""

    def __init__(self, context: Context, kind: Kind, data: dict[str, Any], validator: Validator) -> None:
        self._context = context
        self._kind = kind
        self._data = data
        self._validator = validator
        self._answered: list[str] = []

    def ask(self) -> None:
        """Asks for everything required, then for whatever else the person wants to fill in."""
        self._say("new.start", back=BACK)
        self._required()
        while pointer := self._another():
            self._ask_at(pointer)
            self._required()

    def again(self, finding: Finding) -> None:
        """Asks anew for a field that a check of the whole register found wrong."""
        print(f"  {labels.message(finding, self._context.lang)}")
        remove(self._data, finding.pointer)
        self._ask_at(finding.pointer)
        self._required()

    def _required(self) -> None:
        order = {field.pointer: number for number, field in enumerate(self._kind.fields)}
        always = {f"/{key}" for key in self._kind.schema.get("required", [])}

        def rank(fault: Fault) -> tuple[bool, int]:
            """What is always needed comes before what depends on an answer."""
            field = self._kind.field_at(fault.pointer)
            return f"/{fault.pointer.split('/')[1]}" not in always, order.get(field.pointer if field else "", len(order))

        while faults := self._validator.faults(self._kind, self._data):
            fault = min(faults, key=rank)
            if fault.code not in {"schema.required", "schema.any-of"}:
                print(f"  {labels.message(from_fault(fault, '', b'', None, self._kind), self._context.lang)}")
                remove(self._data, fault.pointer)
            self._ask_at(fault.pointer)

    def _ask_at(self, pointer: str) -> None:
        """Asks for the first field to fill in at the pointer; `<` takes the last answer back."""
        try:
            for option in self._leaves(pointer):
                field = self._kind.field_at(option)
                value = self._value(option, field, empty=option != pointer) if field else None
                if value is not None:
                    put(self._context, self._kind, self._data, option, value)
                    self._answered.append(option)
                    return
        except _Back:
            if self._answered:
                remove(self._data, self._answered.pop())

    def _leaves(self, pointer: str) -> list[str]:
        """The fields by which a missing group or list is begun: one, or the first of each alternative."""
        field = self._kind.field_at(pointer)
        if field is None or field.is_leaf:
            return [pointer]
        if "items" in field.node:
            items = self._kind.field_at(f"{pointer}/0")
            return self._leaves(f"{pointer}/{len(self._items(pointer))}") if items else []
        options = (
            field.node.get("required") or [option["required"][0] for option in field.node.get("anyOf", [])] or list(field.node["properties"])[:1]
        )
        return [leaf for key in (options[:1] if field.node.get("required") else options) for leaf in self._leaves(f"{pointer}/{key}")]

    def _items(self, pointer: str) -> list[Any]:
        value: Any = self._data
        for part in pointer.split("/")[1:]:
            value = value.get(part, []) if isinstance(value, dict) else value[int(part)]
        return list(value)

    def _another(self) -> str | None:
        """The pointer of one more field that the person names by its label or key; None when there is nothing more."""
        while text := self._read(self._context.say("new.another") + ": "):
            for field in self._kind.fields:
                named = text in {field.key, *field.title} and field.pointer.count("/") == 1 and not field.derived
                if named and (field.node.get("type") == "array" or field.key not in self._data):
                    return field.pointer
            self._say("new.no-field", value=printable(text))
        return None

    def _value(self, pointer: str, field: Field, empty: bool) -> Any:
        """An answer of the right type, or None for an empty one where another field may take its place."""
        title = field_title(self._kind, pointer)
        label = title if isinstance(title, str) else labels.pick(title, self._context.lang)
        pairs = list(field.node.get("x-enum", {}).items())
        for number, (code, pair) in enumerate(pairs, 1):
            print(f"    {number:>2}  {labels.pick(pair, self._context.lang)}  {code}")
        while True:
            text = self._read(self._context.say("new.ask", field=label, key=field.key) + ": ")
            if not text:
                if empty and "anyOf" in (self._parent(pointer) or {}):
                    return None
                self._say("new.needed")
            elif value_trouble(text):
                self._say("new.characters")
            elif (found := self._resolved(field, text)) is not None:
                return found

    def _parent(self, pointer: str) -> dict[str, Any] | None:
        field = self._kind.field_at(pointer.rpartition("/")[0])
        return field.node if field else None

    def _read(self, prompt: str) -> str:
        try:
            text = input(prompt).strip()
        except EOFError:
            raise KeyboardInterrupt from None
        if text == BACK:
            raise _Back
        return text

    def _resolved(self, field: Field, text: str) -> Any:
        """A code by its number or label, an id by part of the record's name; None when nothing or too much matches."""
        codes = list(field.node.get("x-enum", {}))
        if codes and text.isascii() and text.isdigit() and 0 < int(text[:4]) <= len(codes):
            return codes[int(text) - 1]
        if field.shape != "ref" or self._context.sound.get(text):
            return typed(field, text)
        register = self._context.sound
        found = [record for kind in ref_kinds(field.node) for record in register.of(kind) if text in register.name_of(record.id)]
        exact = [record for record in found if register.name_of(record.id) == text]
        if len(exact or found) == 1:
            chosen = (exact or found)[0]
            print(f"  → {printable(register.name_of(chosen.id))} {chosen.id}")
            return chosen.id
        names = ", ".join(f"{record.id} {printable(register.name_of(record.id))}" for record in found[:12])
        self._say("new.candidates" if found else "new.none", options=names, value=printable(text))
        return None

    def _say(self, word: str, **args: object) -> None:
        print("  " + self._context.say(word, **args))
