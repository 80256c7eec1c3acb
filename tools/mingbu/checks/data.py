"""What a form alone can't show: doubtful numbers and codes, dates that don't fit each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise

from mingbu import cases
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


def telephone_numbers_are_in_use(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A number that could exist but lies in no range in use is a doubt."""
    for record, pointer, value in _values(register, "phone"):
        if not _valid_phone(value):
            yield record.finding(pointer, "phone.doubtful", value=value)


@lru_cache(maxsize=65536)
def _valid_phone(value: str) -> bool:
    import phonenumbers

    return phonenumbers.is_valid_number(phonenumbers.parse(value, "CN"))


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


def regions_are_in_the_table(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D4: a region code that the table of administrative divisions doesn't know is a doubt, since counties change."""
    for record, pointer, value in _values(register, "region"):
        if division_name(value) is None:
            yield record.finding(pointer, "region.doubtful", value=value)


def periods_run_forward(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """An end isn't before its start: from/to, valid_from/valid_to, established/first traded/ended."""
    pairs = (
        ("from", "to"),
        ("from", "revoked_from"),
        ("valid_from", "valid_to"),
        ("approved_on", "effective_on"),
        ("established_on", "first_trade_on"),
        ("first_trade_on", "ended_on"),
        ("established_on", "operating_term_to"),
    )
    for kind in register.schemas.kinds.values():
        for start, end in pairs:
            for record, pointer, value in _at(register, kind, kind.paths.get(end, ())):
                first = record.get(f"{pointer.rpartition('/')[0]}/{start}")
                if isinstance(first, str) and value < first:
                    yield record.finding(pointer, "period.reversed", value=value, other=first)


def facts_are_not_in_the_future(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """What a form states as done can't lie after today."""
    dates = ("prepared_on", "established_on", "first_trade_on", "ended_on", "closed_on", "opened_on", "date", "left_on", "returned_at")
    done = (*dates, *(key for key, _ in cases.STEPS))
    day = today.isoformat()
    for kind in register.schemas.kinds.values():
        for record, pointer, value in _at(register, kind, (path for key in done for path in kind.paths.get(key, ()))):
            if value[:10] > day:
                yield record.finding(pointer, "date.future", value=value, today=day)


def case_steps_follow_one_another(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D5: submitted, routed, dispatched, received, signed, returned, contacted, closed, in this order."""
    keys = [key for key, _ in cases.STEPS[:5]]
    chains = ([*keys, "returned_at"], [*keys, "first_contact_at", "closed_on"])
    for case in register.of("case"):
        found: dict[str, Finding] = {}
        for chain in chains:
            for finding in _out_of_order(case, chain):
                found[finding.pointer] = finding
        yield from found.values()


def _out_of_order(case: Record, chain: list[str]) -> Iterator[Finding]:
    present = [key for key in chain if key in case.data]
    for before, after in pairwise(present):
        width = 10 if "closed_on" in (before, after) else 25
        if case.data[after][:width] < case.data[before][:width]:
            other = case.kind.by_pointer[f"/{before}"].title
            yield case.finding(f"/{after}", "order.time", other=other)
