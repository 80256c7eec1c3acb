"""Standing 信用处理: by which blocks goods are held back today, what lifts them, and the terms that the grade gives.

Readings. The limit stops when more is outstanding than the policy's part of it; overdue stops when the oldest day overdue reaches the
grade's. An exception lifts one of these two while it runs, if all its approvals stand; the one from the limit only up to its amount.
A final notice stops while its invoice is open, a suspended credit line while it is suspended: no exception lifts these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from mingbu import approvals, labels, trading
from mingbu.credit.decisions import grade_row
from mingbu.credit.granted import limit_in_force
from mingbu.credit.receivables import NOTHING, Exposure, exposure, is_over
from mingbu.display import separated
from mingbu.labels import Lang
from mingbu.register import Policy, Record, Register


@dataclass(frozen=True, slots=True)
class Block:
    """One reason to hold goods back: over_limit, overdue, final_notice or line_suspended."""

    code: str
    since: str
    figures: Mapping[str, str]
    """What the sentence about it is filled with."""
    evidence: Record | None = None
    """The dunning record or the credit line that it follows from."""
    exception: Record | None = None
    """What lifts it today."""
    ended: Record | None = None
    """The last exception that lifted it, where none does any more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The blocks of a customer, and the policy's line for its grade: terms, limit, handling."""

    exposure: Exposure
    blocks: tuple[Block, ...]
    terms: Mapping[str, Any] | None

    @property
    def stopped(self) -> bool:
        """Whether nothing lifts one of the blocks."""
        return any(block.exception is None for block in self.blocks)


def standing(register: Register, policy: Policy, record: Record) -> Standing:
    """Of a customer or a credit file, on the policy's day."""
    found = exposure(register, policy, record)
    return register.memo(f"standing {found.customer.id} on {policy.today}", lambda: _standing(register, policy, found))


def _standing(register: Register, policy: Policy, found: Exposure) -> Standing:
    rules, terms = policy.in_force("credit"), terms_of(register, policy, found)
    blocks = [*_over_limit(register, policy, found, rules), *_overdue(register, policy, found, terms)]
    return Standing(found, (*blocks, *_final_notices(register, policy, found, rules), *_lines(register, policy, found)), terms)


def terms_of(register: Register, policy: Policy, found: Exposure) -> Mapping[str, Any] | None:
    """Today's line of the policy for the grade in force; that of the decision's own policy where today's has no such grade."""
    if found.decision is None or found.grade is None:
        return None
    for rules in (policy.in_force("credit"), register.get(found.decision.data["policy_id"])):
        row = grade_row(rules, found.grade) if rules else None
        if row is not None:
            return row
    return None


def _over_limit(register: Register, policy: Policy, found: Exposure, rules: Record | None) -> Iterator[Block]:
    if found.over_limit and found.limit is not None and found.decision is not None:
        over = str(found.outstanding - found.limit)
        figures = {"outstanding": str(found.outstanding), "limit": str(found.limit), "over": over}
        yield _liftable(register, policy, found, Block("over_limit", _over_since(register, policy, found, found.decision, rules), figures))


def _over_since(register: Register, policy: Policy, found: Exposure, decision: Record, rules: Record | None) -> str:
    """The first day from which on it has been over the limit of the decision in force, which counts from its own first day."""
    begin, today = decision.data["valid_from"], policy.today.isoformat()
    changed = _changes(trading.lines_of(register, found.customer.id))
    owed, since = found.outstanding, today
    for day in sorted({begin, *_turns(decision), *changed}, reverse=True):
        if day > today:
            continue
        limit = Decimal(limit_in_force(register, date.fromisoformat(day), decision).amount)
        if day < begin or not is_over(rules, limit, owed):
            break
        since, owed = day, owed - changed.get(day, NOTHING)
    return since


def _turns(decision: Record) -> Iterator[str]:
    """The days on which the decision's limit becomes another one: of a temporary limit, and after what has an end."""
    short, ends = decision.data.get("temporary_limit"), [decision.data.get(key) for key in ("exception_until", "override_until")]
    if short is not None:
        yield short["from"]
        ends.append(short["to"])
    yield from ((date.fromisoformat(end) + timedelta(days=1)).isoformat() for end in ends if end is not None)


def _changes(lines: Iterable[trading.Line]) -> dict[str, Decimal]:
    """Day → by how much it changed what the customer owes."""
    changed: dict[str, Decimal] = {}
    for line in lines:
        changed[line.date] = changed.get(line.date, NOTHING) + line.outstanding(line.date)
        if line.paid_on is not None and line.paid_on > line.date:
            change = line.outstanding(line.paid_on) - line.outstanding(line.date)
            changed[line.paid_on] = changed.get(line.paid_on, NOTHING) + change
    return changed


def _overdue(register: Register, policy: Policy, found: Exposure, terms: Mapping[str, Any] | None) -> Iterator[Block]:
    stop = terms.get("stop_overdue_days") if terms else None
    if stop is not None and found.oldest_overdue_days and found.oldest_overdue_days >= stop:
        oldest = policy.today - timedelta(days=found.oldest_overdue_days)
        since = (oldest + timedelta(days=max(1, stop))).isoformat()
        figures = {"days": str(found.oldest_overdue_days), "stop": str(stop), "overdue": str(found.overdue)}
        yield _liftable(register, policy, found, Block("overdue", since, figures))


def _liftable(register: Register, policy: Policy, found: Exposure, block: Block) -> Block:
    """With the exception that lifts it, or the last one that did."""
    day, exception, ended = policy.today.isoformat(), None, None
    for record in _of_file(register, found, "credit-exception"):
        if record.data["block"] != block.code or record.data["valid_from"] > day or approvals.missing(register, policy, record):
            continue
        if record.data["valid_to"] < day or found.outstanding > Decimal(record.data.get("up_to", "Infinity")):
            ended = record if ended is None or record.data["valid_to"] >= ended.data["valid_to"] else ended
        elif exception is None or record.data["valid_to"] >= exception.data["valid_to"]:
            exception = record
    return Block(block.code, block.since, block.figures, None, exception, None if exception else ended)


def _final_notices(register: Register, policy: Policy, found: Exposure, rules: Record | None) -> Iterator[Block]:
    steps = {row["step"] for row in rules.data.get("dunning", []) if row.get("suspends_limit")} if rules else set()
    still_open = {item.number for item in found.receivables if item.outstanding > 0}
    sent: dict[str, Record] = {}
    for record in _of_file(register, found, "dunning"):
        day, invoice = record.data["acted_on"], record.data["invoice_no"]
        if record.data["step"] in steps and invoice in still_open and day <= policy.today.isoformat():
            sent[invoice] = min((sent.get(invoice, record), record), key=lambda one: (one.data["acted_on"], one.id))
    for invoice, record in sorted(sent.items()):
        yield Block("final_notice", record.data["acted_on"], {"invoice": invoice}, record)


def _lines(register: Register, policy: Policy, found: Exposure) -> Iterator[Block]:
    for line in _of_file(register, found, "credit-line"):
        if line.data["state"] == "suspended" and line.data["suspended_on"] <= policy.today.isoformat():
            yield Block("line_suspended", line.data["suspended_on"], {"line": line.data["credit_line_no"]}, line)


def _of_file(register: Register, found: Exposure, kind: str) -> list[Record]:
    """The file's records of one kind."""
    referring = register.referring(found.credit_file.id) if found.credit_file else []
    return [record for record, pointer in referring if record.kind.name == kind and pointer == "/credit_file"]


AMOUNTS = frozenset({"outstanding", "limit", "over", "overdue"})


def told(block: Block, lang: Lang) -> str:
    """The block in words: 应收 90,816.00 元，限度 50,000.00 元，超出 40,816.00 元；自 2026-10-01 起停货."""
    figures = {key: separated(value) if key in AMOUNTS else value for key, value in block.figures.items()}
    parts = [labels.word(f"standing.{block.code}", lang, since=block.since, **figures)]
    if block.exception is not None:
        parts.append(labels.word("standing.lifted", lang, record=block.exception.id, until=block.exception.data["valid_to"]))
    elif block.ended is not None:
        parts.append(labels.word("standing.ended", lang, record=block.ended.id, until=block.ended.data["valid_to"]))
    return labels.word("clause.separator", lang).join(parts)
