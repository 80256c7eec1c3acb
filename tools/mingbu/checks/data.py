"""What a form alone can't show: doubtful numbers and codes, dates that don't fit each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Record, Register
from mingbu.schema.kinds import Kind, values_at
from mingbu.schema.regions import division_name


def _values(register: Register, x_format: str) -> Iterator[tuple[Record, str, str]]:
    """(record, pointer, value) of every field with this format."""
    for kind in register.schemas.kinds.values():
        yield from _at(register, kind, kind.paths_with(x_format))


def _at(register: Register, kind: Kind, paths: Iterable[tuple[str, ...]]) -> Iterator[tuple[Record, str, str]]:
    """(record, pointer, value) of every place that the paths reach in the records of a kind."""
    wanted = tuple(paths)
    for record in register.of(kind.name) if wanted else ():
        for path in wanted:
            for pointer, value in values_at(record.data, path):
                yield record, pointer, str(value)


@check("phone.doubtful")
def telephone_numbers_are_in_use(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A number that could exist but lies in no range in use is a doubt."""
    for record, pointer, value in _values(register, "phone"):
        if not _valid_phone(value):
            yield record.finding(pointer, "phone.doubtful", value=value)


@lru_cache(maxsize=65536)
def _valid_phone(value: str) -> bool:
    import phonenumbers

    return phonenumbers.is_valid_number(phonenumbers.parse(value, "CN"))


@check("uscc.doubtful", rules=("A2",))
def credit_codes_agree_inside(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """Positions 9 to 17 of a social credit code are the organization code of GB 11714, with a check digit of their own."""
    for record, pointer, value in _values(register, "uscc"):
        if not organization_code_is_valid(value[8:17]):
            yield record.finding(pointer, "uscc.doubtful", value=value)


def organization_code_is_valid(code: str) -> bool:
    """GB 11714-1997: weights 3 7 9 10 5 8 4 2, modulo 11, X for 10."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(char, 36) for weight, char in zip(weights, code, strict=False))
    return code[8] == "0123456789X0"[11 - total % 11]


@check("region.doubtful")
def regions_are_in_the_table(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D4: a region code that the table of administrative divisions doesn't know is a doubt, since counties change."""
    for record, pointer, value in _values(register, "region"):
        if division_name(value) is None:
            yield record.finding(pointer, "region.doubtful", value=value)


@check("date.order")
def steps_follow_one_another(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D5 and every period: a date isn't before the one that its schema puts before it (x-not-before)."""
    for kind in register.schemas.kinds.values():
        for path, earlier in kind.orders:
            for record, pointer, value in _at(register, kind, (path,)):
                yield from _before(record, pointer, value, earlier)


def _before(record: Record, pointer: str, value: str, earlier: list[str]) -> Iterator[Finding]:
    """Compared with the first of the earlier fields that is filled in; a day and a moment by their day."""
    beside = pointer.rpartition("/")[0]
    filled = next((key for key in earlier if isinstance(record.get(f"{beside}/{key}"), str)), None)
    if filled is None:
        return
    other = str(record.get(f"{beside}/{filled}"))
    width = min(len(value), len(other))
    if value[:width] < other[:width]:
        field = record.kind.field_at(f"{beside}/{filled}")
        yield record.finding(pointer, "date.order", value=value, start=other, other=field.title if field else filled)


@check("date.future")
def facts_are_not_in_the_future(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """What a form states as done can't lie after today (x-past)."""
    day = today.isoformat()
    for kind in register.schemas.kinds.values():
        for record, pointer, value in _at(register, kind, kind.past):
            if value[:10] > day:
                yield record.finding(pointer, "date.future", value=value, today=day)
