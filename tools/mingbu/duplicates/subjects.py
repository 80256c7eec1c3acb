"""Who is compared: customers, and prospect cases that are still open; their names and what else tells them apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mingbu.duplicates.normal import bare, spelled
from mingbu.duplicates.parser import parse
from mingbu.duplicates.reading import Name
from mingbu.duplicates.rules import Rules
from mingbu.register import Record, Register


@dataclass(frozen=True, slots=True)
class Subject:
    """A customer or a case, as it is compared; each value in the spelling in which equal ones are equal."""

    record: Record
    name: Name
    former: frozenset[str]
    """Former names 曾用名."""
    english: str
    codes: frozenset[str]
    """Social credit code, or the number in a register abroad."""
    uscc: str
    telephones: frozenset[str]
    addresses: frozenset[str]
    banks: frozenset[str]
    representative: str

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def names(self) -> frozenset[str]:
        """The legal name and the former ones."""
        return self.former | {self.name.bare}


def subjects_of(register: Register, rules: Rules) -> Iterator[Subject]:
    """The customers and the open cases of a register, by id within each."""
    for customer in register.of("customer"):
        if customer.data["status"] not in rules.statuses_left_out:
            yield subject_of(customer, rules)
    for case in register.of("case"):
        if case.data["state"] in rules.case_states:
            yield subject_of(case, rules)


def subject_of(record: Record, rules: Rules) -> Subject:
    """A customer or a case ready to be compared; its name is parsed once."""
    data = record.data
    name = str(data.get("legal_name") or data.get("company_name") or "")
    telephones = [data.get("telephone"), data.get("contact_phone"), *(contact.get("phone") for contact in data.get("contacts", []))]
    addresses = [data.get(key) for key in ("registered_address", "business_address", "address")]
    return Subject(
        record=record,
        name=parse(name, rules),
        former=frozenset(bare(former) for former in data.get("former_names", [])),
        english=bare(str(data.get("english_name", ""))),
        codes=frozenset(f"{key} {data[key]}" for key in ("uscc", "registration_no", "overseas_registration_no") if data.get(key)),
        uscc=str(data.get("uscc", "")),
        telephones=frozenset(_digits(str(number)) for number in telephones if number),
        addresses=frozenset(bare(str(address)) for address in addresses if address),
        banks=frozenset(_account(bank) for bank in data.get("banks", [])),
        representative=spelled(str(data.get("legal_representative", ""))),
    )


def _digits(number: str) -> str:
    """A telephone number without country code, spaces and hyphens."""
    digits = "".join(char for char in number if char.isdigit())
    return digits.removeprefix("86") if number.startswith("+86") else digits.removeprefix("0")


def _account(bank: dict[str, str]) -> str:
    return bare(bank["bank_name"]) + "".join(char for char in bank["account_no_masked"] if char.isdigit())
