"""Deadlines: what is late and no other check tells, and whether the policy of deadlines names what there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from mingbu import owed
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.owed.following import fields_along
from mingbu.register import Policy, Record, Register
from mingbu.schema.kinds import Field, Schemas

TOLD = frozenset(
    {
        "case.sign-back", "case.first-contact", "contract.handover", "contract.archive", "survey.round", "visit.report",
        "access.return", "correction.answer", "optout.stop",
    }
)  # fmt: skip
"""What a check of its own tells, in words of its own and with a reason that silences it."""
_SATURDAY = 5


@check("deadline.late", rules=("A16", "A18", "B14", "B17", "C13", "D10", "E4", "E7", "E8", "E9"))
def nothing_that_is_owed_is_late(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """What is owed is done by its day."""
    for item in owed.items(register, policy).items:
        if item.what not in TOLD and item.state(today) == owed.LATE:
            about = register.name_of(item.about)
            period = f" {item.period}" if item.period else ""
            what, due = (item.title[0] + period, item.title[1] + period), item.due_on.isoformat()
            yield register.records[item.subject].finding(item.pointer, "deadline.late", rules=item.rules, what=what, about=about, due=due)


@check("policy.unknown-name", "deadline.twice", "deadline.calendar", rules=("B11",))
def deadlines_name_what_exists(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B11: kinds, fields and codes that the deadlines name are there, no name stands twice, and calendars are of their year."""
    for record in register.of("policy-deadlines"):
        yield from _problems(register.schemas, record)


def problems(root: Path, schemas: Schemas, record: Record, on: date) -> list[Finding]:
    """What is wrong with a policy of deadlines, wherever its file lies."""
    return list(_problems(schemas, record))


def _problems(schemas: Schemas, record: Record) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, row in enumerate(record.data["deadlines"]):
        at = f"/deadlines/{number}"
        if row["what"] in seen:
            yield record.finding(f"{at}/what", "deadline.twice", rules=("B11",), value=row["what"])
        seen.add(row["what"])
        for pointer, name in _Names(schemas, row).unknown():
            yield record.finding(f"{at}{pointer}", "policy.unknown-name", rules=("B11",), value=name)
    yield from _calendars(record)


def _calendars(record: Record) -> Iterator[Finding]:
    """Days outside of their year, and days called at work that are no weekend: the calendar would count what nobody meant."""
    years: set[int] = set()
    for number, entry in enumerate(record.data.get("calendars", ())):
        at = f"/calendars/{number}"
        if entry["year"] in years:
            yield record.finding(f"{at}/year", "deadline.twice", rules=("B11",), value=str(entry["year"]))
        years.add(entry["year"])
        for key in ("holidays", "workdays"):
            for index, text in enumerate(entry[key]):
                day = date.fromisoformat(text)
                if day.year != entry["year"] or (key == "workdays") != (day.weekday() >= _SATURDAY):
                    yield record.finding(f"{at}/{key}/{index}", "deadline.calendar", rules=("B11",), value=text, year=str(entry["year"]))


class _Names:
    """The names that one deadline uses."""

    def __init__(self, schemas: Schemas, row: Mapping[str, Any]) -> None:
        self._schemas, self._row = schemas, row
        self._kind, self._each = row.get("kind", ""), tuple(row.get("each", ()))

    def unknown(self) -> Iterator[tuple[str, str]]:
        """(pointer, name) of each that isn't there."""
        if not self._kind:
            return
        known = self._schemas.kinds.get(self._kind)
        if known is None:
            yield "/kind", self._kind
            return
        for number, pointer in enumerate(self._each):
            if f"{pointer}/*" not in known.by_pointer:
                yield f"/each/{number}", pointer
        for key in ("from", "due", "done"):
            if key in self._row and not self._in_entry(self._row[key]):
                yield f"/{key}", self._row[key]
        if "since" in self._row and not self._along(self._kind, self._row["since"]):
            yield "/since", self._row["since"]
        yield from self._conditions("/while", self._kind, self._row.get("while", ()), self._each)
        yield from self._latest()
        yield from self._record()
        for key in ("owes", "tell"):
            for number, one in enumerate(self._row.get(key, ())):
                for part in ("field", "department", "at"):
                    if part in one and not self._along(self._kind, one[part], self._each):
                        yield f"/{key}/{number}/{part}", one[part]

    def _in_entry(self, pointer: str) -> bool:
        """Of a list, the field stands in every entry of it; otherwise in the record, or in one that it names."""
        known = self._schemas.kinds[self._kind]
        if self._each:
            return all(f"{before}/*{pointer}" in known.by_pointer for before in self._each)
        return self._along(self._kind, pointer)

    def _along(self, kind: str, pointer: str, each: tuple[str, ...] = ()) -> bool:
        return fields_along(self._schemas, kind, pointer, each) is not None

    def _conditions(self, at: str, kind: str, conditions: Any, each: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
        for number, condition in enumerate(conditions):
            fields = fields_along(self._schemas, kind, condition["pointer"], each)
            if not fields:
                yield f"{at}/{number}/pointer", condition["pointer"]
                continue
            known = _values(fields[-1])
            for place, value in enumerate(condition["values"]):
                if known is not None and value not in known:
                    yield f"{at}/{number}/values/{place}", value

    def _latest(self) -> Iterator[tuple[str, str]]:
        for number, source in enumerate(self._row.get("latest", ())):
            if source["kind"] not in self._schemas.kinds:
                yield f"/latest/{number}/kind", source["kind"]
                continue
            for key in ("at", "day"):
                if not self._along(source["kind"], source[key]):
                    yield f"/latest/{number}/{key}", source[key]
        grades = self._schemas.kinds.get("policy-credit")
        if "interval" in self._row and (grades is None or f"/grades/*{self._row['interval']}" not in grades.by_pointer):
            yield "/interval", self._row["interval"]

    def _record(self) -> Iterator[tuple[str, str]]:
        rule = self._row.get("record")
        if rule is None:
            return
        other = self._schemas.kinds.get(rule["kind"])
        if other is None:
            yield "/record/kind", rule["kind"]
            return
        if rule["at"] not in other.by_pointer:
            yield "/record/at", rule["at"]
        for key, kind in (("done", other.name), ("period", other.name), ("of", self._kind), ("after", self._kind)):
            if key in rule and not self._along(kind, rule[key], self._each if key == "of" else ()):
                yield f"/record/{key}", rule[key]
        for number, pointer in enumerate(rule.get("same", ())):
            if not all(self._along(kind, pointer) for kind in (other.name, self._kind)):
                yield f"/record/same/{number}", pointer
        yield from self._conditions("/record/where", other.name, rule.get("where", ()))


def _values(field: Field) -> set[str] | None:
    """What a field may say, where that is listed."""
    if field.shape == "yes-no":
        return {"true", "false"}
    return set(field.node["x-enum"]) if field.shape == "code" else None
