"""Consent 同意: whether data of a category may go to a recipient for a purpose on a day (C4, C5, C12).

A matter is (category, purpose, recipient), for marketing by a channel. Statements are read in the order in which they
take effect: a consent adds, a change replaces all earlier ones, a withdrawal ends what it names or everything, an
opt-out ends marketing. The newest one that names the matter decides; when it has expired, older ones don't revive.
"""

from __future__ import annotations

from dataclasses import dataclass

from mingbu.organization import company_of
from mingbu.register import Policy, Record, Register

_GIVING = frozenset({"consent", "separate_consent", "change"})


@dataclass(frozen=True, slots=True)
class Matter:
    """What is asked: a customer's data of a category, to a recipient, for a purpose, if wanted by a channel, on a day."""

    customer: str
    category: str
    recipient: str
    purpose: str
    day: str
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it is allowed, by which statement, and a word key that says why."""

    allowed: bool
    reason: str
    statement: str | None = None


def decide(register: Register, policy: Policy, matter: Matter) -> Answer:
    """The answer for a matter; a legal duty is outside this and needs its citation."""
    trouble = recipient_trouble(register, matter)
    return Answer(False, trouble) if trouble else consented(register, policy, matter)


def consented(register: Register, policy: Policy, matter: Matter) -> Answer:
    """Whether a consent covers the matter, whoever the recipient is."""
    rules = policy.in_force("privacy", matter.day) or policy.in_force("privacy")
    if rules is None or matter.purpose not in rules.data["purposes"]:
        return Answer(False, "consent.purpose")
    given = _standing(register, policy, matter, frozenset(rules.data["marketing_purposes"]))
    if isinstance(given, Answer):
        return given
    if _needs_separate(register, rules, matter):
        given = [statement for statement in given if statement.data["statement_kind"] == "separate_consent"]
        if not given:
            return Answer(False, "consent.separate")
    if not given:
        return Answer(False, "consent.none")
    newest = given[-1]
    if newest.data.get("valid_to", "9") < matter.day:
        return Answer(False, "consent.expired", newest.id)
    return Answer(True, "consent.given", newest.id)


def statements(register: Register, customer: str, day: str) -> list[Record]:
    """The customer's statements that have taken effect by the end of the day, in that order."""
    found = [other for other, pointer in register.referring(customer) if other.kind.name == "consent" and pointer == "/customer"]
    return sorted((record for record in found if effective(record)[:10] <= day), key=lambda record: (effective(record), record.id))


def effective(statement: Record) -> str:
    """The moment from which a statement counts: a consent when it was given, what ends one when any of us received it."""
    return str(statement.data["given_at" if statement.data["statement_kind"] in _GIVING else "received_at"])


def _standing(register: Register, policy: Policy, matter: Matter, marketing: frozenset[str]) -> list[Record] | Answer:
    """The statements that name the matter and that nothing later has ended; an Answer where an ending one decides."""
    standing: list[Record] = []
    ended: Answer | None = None
    for statement in statements(register, matter.customer, matter.day):
        kind = statement.data["statement_kind"]
        if kind in _GIVING:
            standing = [] if kind == "change" else standing
            if _names(register, statement, matter, marketing):
                standing.append(statement)
                ended = None
        elif kind == "withdrawal" and _ends(register, statement, matter):
            standing, ended = [], Answer(False, "consent.withdrawn", statement.id)
        elif kind == "opt_out" and matter.purpose in marketing and _covers_channel(statement, matter):
            standing, ended = [], Answer(False, "consent.opted-out", statement.id)
    return ended if ended and not standing else standing


def _names(register: Register, statement: Record, matter: Matter, marketing: frozenset[str]) -> bool:
    channels = statement.data.get("channels") if matter.purpose in marketing else None
    return (
        matter.category in statement.data.get("data_categories", [])
        and matter.purpose in statement.data.get("purposes", [])
        and any(same_recipient(register, recipient, matter.recipient) for recipient in statement.data.get("recipients", []))
        and (not channels or matter.channel in channels)
    )


def _ends(register: Register, statement: Record, matter: Matter) -> bool:
    """A withdrawal ends what it names on each side; a side that it leaves out, it names whole."""
    data = statement.data
    recipients = data.get("recipients")
    return (
        matter.category in (data.get("data_categories") or [matter.category])
        and matter.purpose in (data.get("purposes") or [matter.purpose])
        and (not recipients or any(same_recipient(register, recipient, matter.recipient) for recipient in recipients))
        and _covers_channel(statement, matter)
    )


def _covers_channel(statement: Record, matter: Matter) -> bool:
    """Without channels it covers all; a question without a channel is about every channel."""
    channels = statement.data.get("channels")
    return not channels or matter.channel is None or matter.channel in channels


def same_recipient(register: Register, one: str, other: str) -> bool:
    """Whether both are the same company, named by itself or by its entry in the list of recipients."""
    return one == other or _company(register, one) == _company(register, other) != ""


def _company(register: Register, recipient: str) -> str:
    """The department that a recipient of the group is, '' for a third party."""
    found = register.get(recipient)
    if found is None:
        return ""
    return found.id if found.kind.name == "department" else str(found.data.get("department", ""))


def recipient_trouble(register: Register, matter: Matter) -> str:
    """'' for a company of the group or a third party whose mandate covers the matter on the day; else a word key.

    A public authority receives data for a legal duty only.
    """
    found = register.get(matter.recipient)
    if found is None:
        return "consent.recipient"
    if found.kind.name == "department":
        return ""
    data = found.data
    if data["relation"] == "authority":
        return "consent.authority"
    if data.get("revoked_on", "9") <= matter.day:
        return "consent.mandate"
    if data["relation"] == "entrusted" and not data["mandate_from"] <= matter.day <= data.get("mandate_to", "9"):
        return "consent.mandate"
    covered = matter.purpose in data["purposes"] and matter.category in data["data_categories"]
    return "" if covered else "consent.mandate-scope"


def _needs_separate(register: Register, rules: Record, matter: Matter) -> bool:
    """A natural person's data of the policy's categories, or to another company than the one that collected them."""
    customer = register.get(matter.customer)
    if customer is None or customer.data.get("organization_form") != "natural_person":
        return False
    if matter.category in rules.data["separate_categories"]:
        return True
    collector, receiver = register.get(customer.data.get("collected_by")), register.get(_company(register, matter.recipient))
    elsewhere = receiver is None or collector is None or company_of(register, collector) != company_of(register, receiver)
    return bool(rules.data.get("remote_needs_separate")) and elsewhere


def stage(statement: Record) -> str:
    """How far a statement was carried out: received, stopped, propagated."""
    if statement.data.get("propagated_to"):
        return "propagated"
    return "stopped" if "stopped_at" in statement.data else "received"


def marketing_state(register: Register, policy: Policy, customer: Record) -> str:
    """agreed, not_asked or opted_out, today; an opt-out of some channels is shown as one (C12)."""
    day = policy.today.isoformat()
    answers = [may_be_addressed(register, policy, customer, channel, day) for channel in register.schemas.codes["channel"]]
    if any(answer.reason == "consent.opted-out" for answer in answers):
        return "opted_out"
    return "agreed" if any(answer.allowed for answer in answers) else "not_asked"


def may_be_addressed(register: Register, policy: Policy, customer: Record, channel: str, day: str) -> Answer:
    """Whether we may address the customer for marketing by the channel: no, unless a consent to it stands (C12).

    Asked is the unit that collected the data, its company, and the register's own company.
    """
    rules = policy.in_force("privacy", day) or policy.in_force("privacy")
    collector = register.get(customer.data.get("collected_by"))
    units = (collector.id, company_of(register, collector)) if collector else ()
    ours = [unit for unit in dict.fromkeys([*units, str(register.settings.get("company", ""))]) if unit]
    answers = [
        decide(register, policy, Matter(customer.id, "basic", unit, purpose, day, channel))
        for purpose in (rules.data["marketing_purposes"] if rules else [])
        for unit in ours
    ]
    ended = next((answer for answer in answers if answer.reason == "consent.opted-out"), Answer(False, "consent.none"))
    return next((answer for answer in answers if answer.allowed), ended)
