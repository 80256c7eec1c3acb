"""What the small reports of the field share: columns by their word, the day of a report, ages, and what was owed in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from mingbu import labels, organization, owed
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports.exposure import as_of, both
from mingbu.reports.model import Asked, CannotReport, Column, Pair

Row = dict[str, Any]
NONE: Pair = ("", "")


def column(key: str, unit: str = "text", word: str | None = None) -> Column:
    """A column that is called by a word of the catalogue: fieldwork.KEY, or another one of these."""
    return Column(key, both(f"fieldwork.{word or key}"), unit)


def columns(*specs: str) -> tuple[Column, ...]:
    """Columns as 'key:unit'; without a unit, text."""
    return tuple(column(key, unit or "text") for key, _, unit in (spec.partition(":") for spec in specs))


def titled(key: str, **args: object) -> Pair:
    return both(f"fieldwork.{key}", **args)


def code(register: Register, codes: str, value: object) -> Pair:
    """The label of a code; nothing where there is none."""
    zh, en = register.schemas.codes[codes].get(str(value), ("", "") if value is None else (str(value), str(value)))
    return zh, en


def spanned(register: Register, policy: Policy, asked: Asked, usual: Period) -> tuple[Policy, Period, str]:
    """(the policy of the report's day, its period, that day as text). Raises CannotReport for a period that hasn't begun."""
    found = as_of(register, policy, asked)
    return found, asked.period or usual, found.today.isoformat()


def year_of(today: date) -> Period:
    """The year of the day."""
    return Period.of(str(today.year))


def month_of(today: date) -> Period:
    """The month of the day."""
    return Period.of(f"{today:%Y-%m}")


def age(since: str, on: date) -> int:
    """Calendar days from a day or moment to the day."""
    return (on - date.fromisoformat(since[:10])).days


def days_between(since: str, until: str) -> int:
    return age(since, date.fromisoformat(until[:10]))


def done_by(record: Record, key: str, on: str) -> str:
    """The day of a field, where it isn't after the day of the report; else ''."""
    value = str(record.data.get(key, ""))[:10]
    return value if value and value <= on else ""


def owed_of(register: Register, policy: Policy, what: str) -> list[owed.Item]:
    """Everything owed by one deadline as of the policy's day; worked out once for a register and a day."""
    found = register.memo(f"reports.owed {policy.today}", lambda: owed.items(register, policy))
    return [item for item in found.items if item.what == what]


def amount(values: Iterable[Any]) -> str:
    """The exact sum of amounts; what is blank counts nothing."""
    return str(sum((Decimal(str(value)) for value in values if value not in {None, ""}), Decimal("0.00")))


def totals(rows: Sequence[Mapping[str, Any]], *keys: str, amounts: tuple[str, ...] = ()) -> dict[str, Any]:
    """The sums of columns: of counts as numbers, of amounts as texts."""
    return {**{key: sum(row[key] for row in rows) for key in keys}, **{key: amount(row[key] for row in rows) for key in amounts}}


def department_asked(register: Register, asked: Asked) -> frozenset[str] | None:
    """The departments that `who` means, those below it included; None for all. Raises CannotReport for what is no department."""
    if asked.who is None:
        return None
    found = register.get(asked.who)
    if found is None or found.kind.name != "department":
        raise CannotReport("error.report-department", value=asked.who)
    return frozenset(record.id for record in register.of("department") if found.id in organization.above(register, record.id))


def by_code(register: Register, department: str) -> tuple[str, str]:
    """Departments stand in the order of their codes."""
    found = register.get(department)
    return str(found.data.get("code", "")) if found else "", department


def listed(values: Iterable[object]) -> Pair:
    """Several values in a cell, with the separator of each language."""
    found = [str(value) for value in values]
    zh, en = (labels.word("list.separator", lang) for lang in labels.LANGS)
    return zh.join(found), en.join(found)


def about(register: Register, customer: str, kind: str, pointer: str = "/customer") -> list[Record]:
    """The records of a kind that name the customer in a field (/customer, or /customers/3 of a list of them)."""
    found = {
        other.id: other for other, at in register.referring(customer) if other.kind.name == kind and (at == pointer or at.startswith(f"{pointer}/"))
    }
    return list(found.values())


def newest(records: Iterable[Record], key: str) -> list[Record]:
    """By a day or time, the last first; those without it at the end."""
    return sorted(records, key=lambda record: (str(record.data.get(key, "")), record.id), reverse=True)
