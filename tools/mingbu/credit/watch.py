"""Watch list 关注名单: the customers for whom a condition of the policy's `watch` holds today, with the facts and the records behind them.

Readings. Customers that are past or disposed count only while something is open. Open litigation: the newest investigation names a suit
against the customer that is neither settled, withdrawn nor closed, or a report of litigation lies within the months that investigations
count. Stoppage: the newest of operation reports and reports of a shutdown says so. What nobody has looked into is unknown and holds nothing.
A limit of zero with something outstanding is used above any percentage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from mingbu import conditions, labels
from mingbu.calendar import months_later
from mingbu.conditions import Reason
from mingbu.credit.dunning import dunned
from mingbu.credit.gathering import gathered
from mingbu.credit.receivables import Exposure, exposure
from mingbu.labels import Lang
from mingbu.money import rounded
from mingbu.register import Policy, Record, Register

_BEYOND = Fraction(10**15)
"""Use of a limit of zero: above every bound that a policy may state."""
_OVER = frozenset({"settled", "withdrawn", "closed"})
_AGAINST = frozenset({"defendant", "person_enforced"})
_CHANGES = ("/legal_representative", "/shareholders")


@dataclass(frozen=True, slots=True)
class Hit:
    """A condition of the policy that holds: its code and title, the tests, and the records that the facts come from."""

    code: str
    title: tuple[str, str]
    reasons: tuple[Reason, ...]
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    exposure: Exposure
    hits: tuple[Hit, ...]


def watch_list(register: Register, policy: Policy) -> list[Watched]:
    """Everybody on the list, by customer."""
    return register.memo(f"watch list on {policy.today}", lambda: _watch_list(register, policy))


def watched(register: Register, policy: Policy, customer: Record) -> Watched | None:
    """The customer with what holds, or None where nothing does."""
    rules = policy.in_force("credit")
    found = exposure(register, policy, customer)
    if rules is None or (customer.data["status"] in {"past", "disposed"} and found.outstanding <= 0):
        return None
    known, behind = facts_of(register, policy, found, rules.data)
    hits = []
    for row in rules.data.get("watch", []):
        reasons = conditions.reasons(row["when"], known, policy.today)
        if all(reason.holds for reason in reasons):
            records = {record.id: record for reason in reasons for record in behind.get(reason.fact, ())}
            hits.append(Hit(row["code"], (row["title"], row["title_en"]), tuple(reasons), tuple(records.values())))
    return Watched(found, tuple(hits)) if hits else None


def told(reason: Reason, lang: Lang) -> str:
    """The test with its figures, as people read it."""
    if reason.value == _BEYOND:
        return labels.word("watch.no-limit", lang)
    value = rounded(reason.value) if isinstance(reason.value, Fraction) else reason.value
    return conditions.told(replace(reason, value=value), lang)


def _watch_list(register: Register, policy: Policy) -> list[Watched]:
    return [found for customer in register.of("customer") if (found := watched(register, policy, customer)) is not None]


def facts_of(register: Register, policy: Policy, found: Exposure, rules: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[Record]]]:
    """(the facts that conditions may ask for, fact → the records that it comes from)."""
    day, spans = policy.today.isoformat(), rules.get("facts", {})
    months = spans.get("investigation_months")
    since = months_later(policy.today, -months).isoformat() if months is not None else ""
    beyond = found.limit == 0 and found.outstanding > 0
    decided = [found.decision] if found.decision else []
    facts: dict[str, Any] = {
        "grade": found.grade,
        "utilisation": _BEYOND if beyond else found.utilisation,
        "overdue_days": found.oldest_overdue_days,
        "overdue_amount": rounded(found.overdue),
        "valid_to": found.decision.data["valid_to"] if found.decision else None,
    }
    behind = {"grade": decided, "utilisation": decided, "valid_to": decided}
    late = {line.record.id: line.record for item in found.receivables if item.days_overdue(policy.today) > 0 for line in item.lines}
    steps = [record for one in dunned(register, policy, found.customer.id) for record in one.records]
    behind |= {"overdue_days": [*late.values(), *steps], "overdue_amount": [*late.values(), *steps]}
    if found.credit_file is not None:
        sums = gathered(register, rules, found.credit_file, policy.today, {})
        facts |= {"max_overdue_days": sums.max_overdue_days, "trading_months": sums.trading_months}
    for fact, (value, records) in _events(register, found, since, day).items():
        facts[fact], behind[fact] = value, records
    return facts, behind


Found = tuple[Any, list[Record]]


def _events(register: Register, found: Exposure, since: str, day: str) -> dict[str, Found]:
    """Fact → (what investigations and reports say of it, those that say so)."""
    investigation = _newest(register, found, "credit-investigation", "investigated_on", since, day)
    said = [investigation] if investigation else []
    reports = [record for record, pointer in register.referring(found.customer.id) if record.kind.name == "info-report" and pointer == "/customer"]
    reports = [record for record in reports if record.data["reported_at"][:10] <= day]
    recent = [record for record in reports if record.data["reported_at"][:10] >= since]
    return {
        "dishonest_list": (investigation.data["dishonest_list"] if investigation else None, said),
        "abnormal_list": (investigation.data["abnormal_list"] if investigation else None, said),
        "litigation": _litigation(investigation, [record for record in recent if record.data["topic"] == "litigation"]),
        "stoppage": _stoppage(register, found, [record for record in recent if record.data["topic"] == "shutdown"], since, day),
        "registration_changes": _changes(register, found, [record for record in reports if record.data["topic"] == "ownership_change"], day),
    }


def _newest(register: Register, found: Exposure, kind: str, key: str, since: str, day: str) -> Record | None:
    referring = register.referring(found.credit_file.id) if found.credit_file else []
    records = [record for record, pointer in referring if record.kind.name == kind and pointer == "/credit_file"]
    dated = [record for record in records if since <= record.data[key] <= day]
    return max(dated, key=lambda record: (record.data[key], record.id), default=None)


def _litigation(investigation: Record | None, reports: list[Record]) -> Found:
    suits = investigation.data.get("litigation", []) if investigation else []
    against = [suit for suit in suits if suit["role"] in _AGAINST and suit["status"] not in _OVER]
    behind = [*([investigation] if investigation and against else []), *reports]
    return (True, behind) if behind else (None if investigation is None else False, [investigation] if investigation else [])


def _stoppage(register: Register, found: Exposure, reports: list[Record], since: str, day: str) -> Found:
    visit = _newest(register, found, "operation-report", "visited_on", since, day)
    heard = max(reports, key=lambda record: (record.data["reported_at"], record.id), default=None)
    if heard is not None and (visit is None or heard.data["reported_at"][:10] > visit.data["visited_on"]):
        return True, [heard]
    return (visit.data["stoppage"], [visit]) if visit else (None, [])


def _changes(register: Register, found: Exposure, reports: list[Record], day: str) -> Found:
    """The days of reports about owners and of notices that name the legal representative or the shareholders."""
    named = {title for pointer in _CHANGES for title in found.customer.kind.by_pointer[pointer].title}
    notices = [record for record, pointer in register.referring(found.customer.id) if record.kind.name == "change-notice" and pointer == "/customer"]
    told = [
        record for record in notices
        if record.data["state"] != "rejected" and record.data["raised_on"] <= day and any(item["field"] in named for item in record.data["items"])
    ]  # fmt: skip
    days = [*(record.data["reported_at"][:10] for record in reports), *(record.data["raised_on"] for record in told)]
    return sorted(days), [*reports, *told]
