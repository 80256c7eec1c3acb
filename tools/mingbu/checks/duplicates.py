"""Companies that stand in the register twice under two names: likely ones only, the doubtful ones are `mingbu dedupe`'s."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu import labels
from mingbu.checks.registry import check
from mingbu.duplicates import Pair, Rules, pairs_of, rules_of
from mingbu.findings import Finding, Text
from mingbu.register import Policy, Record, Register


@check("duplicate.likely", rules=("A2", "D3"))
def likely_duplicates(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A2: one record for each company. D3: no case about a company that is a customer already, or that another open case is about."""
    found = policy.in_force("duplicates")
    if found is None:
        return
    rules = rules_of(found)
    for pair in pairs_of(register, rules):
        if pair.band == "high" and not _follows_up(pair, rules):
            record, other = _newer(pair)
            yield _finding(record, other, pair)


def _follows_up(pair: Pair, rules: Rules) -> bool:
    """Whether a case is about the prospect that the customer record stands for."""
    kinds = {pair.one.kind.name: pair.one, pair.other.kind.name: pair.other}
    return len(kinds) > 1 and kinds["customer"].data["status"] in rules.case_subjects


def _newer(pair: Pair) -> tuple[Record, Record]:
    """(the record that is told, the other): a case before a customer, else the one prepared later."""
    records = sorted((pair.one, pair.other), key=lambda record: (record.kind.name == "case", str(record.data.get("prepared_on")), record.id))
    return records[1], records[0]


def _finding(record: Record, other: Record, pair: Pair) -> Finding:
    pointer = "/company_name" if record.kind.name == "case" else "/legal_name"
    rules = ("D3",) if record.kind.name == "case" else ("A2",)
    zh, en = (labels.word("list.separator", lang).join(labels.word(f"dedupe.because-{key}", lang) for key in pair.because) for lang in labels.LANGS)
    why: Text = (zh, en)
    name = str(other.data.get("legal_name") or other.data.get("company_name"))
    return record.finding(pointer, "duplicate.likely", rules, value=str(record.get(pointer)), other=other.id, name=name, why=why)
