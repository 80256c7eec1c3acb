"""What a form shows of a record: the functions that templates call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jinja2 import TemplateRuntimeError

from mingbu import approvals, derived, display, labels
from mingbu.capitals import capitals
from mingbu.documents.model import Head, confidentiality_of, head_of
from mingbu.labels import Lang, pick
from mingbu.register import Policy, Record, Register
from mingbu.register.revision import Revision
from mingbu.schema.expand import ref_kinds
from mingbu.schema.kinds import Field, Kind, is_index

APPROVAL = ("step", "decision", "by", "role", "at", "opinion")
"""What a box of approval holds."""


@dataclass(frozen=True)
class Sheet:
    """A record on a form: its head, and what its fields say in the language of the form."""

    head: Head
    register: Register
    policy: Policy
    record: Record

    @property
    def lang(self) -> Lang:
        return self.head.lang

    def value(self, pointer: str) -> str:
        """The value at the pointer as people read it, '' where there is none; a pointer goes on through references: /credit_file/customer/uscc."""
        field, found = self._reach(pointer)
        return "" if found is None else display.shown(self.register, field, found, self.lang)

    def raw(self, pointer: str) -> Any:
        """The value as the record holds it; None where there is none."""
        return self._reach(pointer)[1]

    def label(self, pointer: str) -> str:
        """What the schema calls the field; * stands for the items of a list."""
        return pick(field_at(self.register, self.record.kind, pointer, self.lang).title, self.lang)

    def rows(self, pointer: str) -> list[dict[str, Any]]:
        """The items of a list: key → text, with '' for what an item leaves out and their number as n; of a list of values, the key is value."""
        field, found = self._reach(pointer)
        node = field.node.get("items", {})
        properties = node.get("properties")
        rows = []
        for number, item in enumerate(found if isinstance(found, list) else [], 1):
            if properties is None:
                texts = {"value": self._shown(node, item)}
            else:
                texts = {key: self._shown(part, item[key]) if key in item else "" for key, part in properties.items()}
            rows.append({"n": number, **texts})
        return rows

    def _shown(self, node: Any, value: Any) -> str:
        return display.shown(self.register, Field("/*", node, None), value, self.lang)

    def boxes(self, pointer: str) -> str:
        """Every choice of a coded field with a box before it, ticked where the record says so."""
        field, found = self._reach(pointer)
        if field.shape == "yes-no":
            choices = [(True, self.head.say("yes")), (False, self.head.say("no"))]
        elif field.shape == "code":
            choices = [(code, pick(pair, self.lang)) for code, pair in field.node["x-enum"].items()]
        else:
            raise TemplateRuntimeError(self.head.say("error.form-boxes", pointer=pointer))
        return "　".join(f"{'☑' if code == found else '☐'}{word}" for code, word in choices)

    def capital(self, pointer: str) -> str:
        """An amount in capital numerals, '' where there is none."""
        found = self.raw(pointer)
        try:
            return "" if found is None else capitals(str(found))
        except ValueError:
            raise TemplateRuntimeError(self.head.say("error.form-amount", pointer=pointer)) from None

    def money(self, pointer: str) -> str:
        """An amount in figures, and where the form is Chinese in capitals before them."""
        figures = self.value(pointer)
        if not figures:
            return ""
        both = self.lang == "zh"
        amount = self.head.say("form.in-capitals", capitals=self.capital(pointer), amount=figures) if both else figures
        return self.head.say("form.money", amount=amount)

    def day(self, pointer: str) -> str:
        """A day as letters write it."""
        found = self.raw(pointer)
        if found is None:
            return ""
        day = date.fromisoformat(str(found)[:10])
        return self.head.say("form.day", year=day.year, month=day.month, day=day.day)

    @property
    def approvals(self) -> list[dict[str, str]]:
        """For each step that the policy asks for: who has said what. Empty texts where nobody has yet."""
        rows = []
        for step in approvals.steps_for(self.policy, self.record):
            said = approvals.standing(self.register, self.policy, self.record, step["step"]) or self._refusal(step["step"])
            if said is None and not step.get("needed"):
                continue
            texts = dict.fromkeys(APPROVAL, "")
            if said is not None:
                fields = said.kind.by_pointer
                texts = {key: display.shown(self.register, fields[f"/{key}"], said.data[key], self.lang) for key in ("decision", "by", "role")}
                texts |= {"at": str(said.data["at"])[:10], "opinion": str(said.data.get("opinion") or said.data.get("reason") or "")}
            rows.append({**texts, "name": str(step["step"]), "step": pick((step["title"], step["title_en"]), self.lang)})
        return rows

    def _refusal(self, step: str) -> Record | None:
        """The last word in the step, where it is a refusal that is proved."""
        for statement in self.register.about(self.record.id):
            if statement.data["step"] == step and statement.data["decision"] == "refused":
                verdict = approvals.verdict_on(self.register, self.policy, statement)
                if verdict is not None and verdict.newest and verdict.name == "valid":
                    return statement
        return None

    def _reach(self, pointer: str) -> tuple[Field, Any]:
        """(the field, what the record says there); through references into the records that they name."""
        record: Record | None = self.record
        kind = self.record.kind
        while True:
            here, rest = _through(self.register, kind, pointer)
            if rest is None:
                field = field_at(self.register, kind, pointer, self.lang)
                return field, None if record is None else self._in(record, pointer)
            record = self.register.get(record.get(here)) if record is not None else None
            kind, pointer = rest

    def _in(self, record: Record, pointer: str) -> Any:
        return derived.value_of(self.register, self.policy, record, pointer) if record.id else None  # of a blank one nothing can be worked out


def _through(register: Register, kind: Kind, pointer: str) -> tuple[str, tuple[Kind, str] | None]:
    """(the first reference on the way, (the kind it leads to, the rest of the pointer)); None where the pointer ends in this kind."""
    parts = pointer.split("/")[1:]
    for at in range(1, len(parts)):
        here = "/" + "/".join(parts[:at])
        field = kind.by_pointer.get("/".join("*" if is_index(part) else part for part in here.split("/")))
        if field is not None and "x-ref" in field.node:
            target = register.schemas.kinds.get(ref_kinds(field.node)[0])
            if target is not None:
                return here, (target, "/" + "/".join(parts[at:]))
    return pointer, None


def field_at(register: Register, kind: Kind, pointer: str, lang: Lang) -> Field:
    """The field that a pointer means. Raises TemplateRuntimeError where the schemas have none."""
    here, start = pointer, kind
    while True:
        _, rest = _through(register, start, here)
        if rest is None:
            break
        start, here = rest
    field = start.field_at(here)
    if field is None:
        raise TemplateRuntimeError(labels.word("error.form-pointer", lang, kind=pick(start.title, lang), pointer=here))
    return field


def sheet(register: Register, policy: Policy, record: Record, title: str, lang: Lang, revision: Revision | None) -> Sheet:
    """The record for a form of this title, under the name of the company that keeps it."""
    head = head_of(register, policy, lang, revision, title, confidentiality_of(record), company=_company(register, record))
    return Sheet(head, register, policy, record)


def blank(register: Register, kind: str) -> Record | None:
    """A record of the kind that says nothing, for the template of its form; None where the schemas have no such kind."""
    found = register.schemas.kinds.get(kind)
    return Record(found, "", "", {}, b"") if found is not None else None


def _company(register: Register, record: Record) -> str | None:
    """The company above the department that keeps the record; departments may stand in a circle."""
    department = register.get(record.data.get("owner_department"))
    seen: set[str] = set()
    while department is not None and department.id not in seen:
        if department.data.get("level") in {"company", "group"}:
            return department.id
        seen.add(department.id)
        department = register.get(department.data.get("parent"))
    return None
