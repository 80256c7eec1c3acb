"""Consent: each sentence of how statements are read, and the same reading again by brute force over random statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import building
from building import ABSENT, ACTIVE, BRANCH, COMPANY, GROUP
from mingbu import yamlio
from mingbu.privacy import Answer, Matter, decide, marketing_state
from mingbu.register import Policy, Record, Register

PERSON, SISTER, THIRD, AUTHORITY, LISTED = "CUS-000009", "DEP-000009", "RCP-000001", "RCP-000002", "RCP-000003"
TODAY = date.fromisoformat(building.TODAY)
_CATEGORIES, _PURPOSES, _CHANNELS = ["basic", "credit"], ["product_improvement", "marketing"], ["email", "sms"]


def _privacy_policy() -> Record:
    data, faults = yamlio.read((building.PROJECT / "records/policy/privacy/2024-01-01.yml").read_bytes())
    assert data is not None and not faults
    return building.record("policy-privacy", data)


def of(kind: str, *, like: str = "minimal", **changes: Any) -> Record:
    return building.record(kind, building.fields(kind, like=like, **changes))


_EVERYTHING: dict[str, Any] = {"purposes": _PURPOSES, "data_categories": _CATEGORIES}
_AROUND = [
    _privacy_policy(),
    building.record("register", building.fields("register")),
    of("department", id=GROUP, level="group", parent=ABSENT),
    of("department", id=COMPANY, level="company", parent=GROUP),
    of("department", id=SISTER, level="company", parent=GROUP),
    of("department", id=BRANCH, level="branch", parent=COMPANY),
    of("customer", id=ACTIVE, collected_by=COMPANY),
    of("customer", like="natural-person", id=PERSON, collected_by=BRANCH),
    of("recipient", like="entrusted", id=THIRD, **_EVERYTHING),
    of("recipient", id=AUTHORITY, relation="authority", department=ABSENT, **_EVERYTHING),
    of("recipient", id=LISTED, department=COMPANY, **_EVERYTHING),
]


def register(*more: Record) -> Register:
    """Two companies of a group, a customer whose data the first collected, a person whose data its branch did, third parties."""
    return Register(building.PROJECT, building.SCHEMAS, {record.id: record for record in [*_AROUND, *more]}, ())


def said(number: int, kind: str, day: str, **changes: Any) -> Record:
    """A statement given and received at ten on the day, about basic data, for better products, to the company."""
    moment = {"given_at": f"{day}T10:00:00+08:00", "received_at": f"{day}T10:00:00+08:00"}
    if kind in {"withdrawal", "opt_out"}:
        about = dict.fromkeys(("data_categories", "purposes", "recipients"), ABSENT)
    else:
        about = {"data_categories": ["basic"], "purposes": ["product_improvement"], "recipients": [COMPANY]}
    return of("consent", **{"id": f"CST-{number:06d}", "customer": ACTIVE, "statement_kind": kind, **moment, **about, **changes})


def ask(statements: list[Record], *, day: str = "2026-06-01", **changes: Any) -> Answer:
    """The answer for basic data of the customer, for better products, to the company."""
    matter = {"customer": ACTIVE, "category": "basic", "recipient": COMPANY, "purpose": "product_improvement", "day": day}
    known = register(*statements)
    return decide(known, Policy(known, TODAY), Matter(**matter | changes))


@pytest.mark.rule("C4")
@pytest.mark.parametrize(
    ("changes", "allowed"),
    [({}, True), ({"category": "credit"}, False), ({"purpose": "credit_assessment"}, False), ({"recipient": SISTER}, False)],
    ids=["as named", "another category", "another purpose", "another recipient"],
)
def test_a_matter_is_category_purpose_and_recipient(changes: dict[str, str], allowed: bool) -> None:
    assert ask([said(1, "consent", "2026-05-06")], **changes).allowed is allowed


@pytest.mark.rule("C4")
def test_without_a_statement_nothing_is_allowed() -> None:
    assert ask([]) == Answer(False, "consent.none")


@pytest.mark.rule("C4")
def test_a_statement_of_another_customer_says_nothing() -> None:
    assert not ask([said(1, "consent", "2026-05-06", customer=PERSON)]).allowed


@pytest.mark.rule("C4")
def test_a_consent_counts_from_the_day_on_which_it_was_given() -> None:
    statement = said(1, "consent", "2026-05-06", received_at="2026-05-20T10:00:00+08:00")

    assert [ask([statement], day=day).allowed for day in ("2026-05-05", "2026-05-06")] == [False, True]


@pytest.mark.rule("C4")
def test_a_consent_adds_to_earlier_ones() -> None:
    statements = [said(1, "consent", "2026-05-06"), said(2, "consent", "2026-05-07", data_categories=["credit"])]

    assert [ask(statements, category=category).statement for category in _CATEGORIES] == ["CST-000001", "CST-000002"]


@pytest.mark.rule("C4")
def test_a_change_replaces_all_earlier_consents() -> None:
    statements = [said(1, "consent", "2026-05-06"), said(2, "change", "2026-05-07", data_categories=["credit"])]

    assert [ask(statements, category=category).allowed for category in _CATEGORIES] == [False, True]


@pytest.mark.rule("C4")
def test_a_change_does_not_touch_later_consents() -> None:
    statements = [said(1, "change", "2026-05-06", data_categories=["credit"]), said(2, "consent", "2026-05-07")]

    assert [ask(statements, category=category).allowed for category in _CATEGORIES] == [True, True]


@pytest.mark.rule("C4")
@pytest.mark.parametrize(
    ("named", "ended"),
    [
        ({}, True),
        ({"data_categories": ["basic"]}, True),
        ({"data_categories": ["credit"]}, False),
        ({"purposes": ["marketing"]}, False),
        ({"recipients": [SISTER]}, False),
        ({"recipients": [LISTED]}, True),
        ({"data_categories": ["basic"], "purposes": ["product_improvement"], "recipients": [COMPANY]}, True),
        ({"data_categories": ["basic"], "purposes": ["product_improvement"], "recipients": [SISTER]}, False),
    ],
    ids=str,
)
def test_a_withdrawal_ends_what_it_names_or_everything(named: dict[str, list[str]], ended: bool) -> None:
    answer = ask([said(1, "consent", "2026-05-06"), said(2, "withdrawal", "2026-05-07", **named)])

    assert (answer.allowed, answer.reason) == ((False, "consent.withdrawn") if ended else (True, "consent.given"))


@pytest.mark.rule("C4")
def test_the_newest_statement_decides() -> None:
    kinds = ["consent", "withdrawal", "consent", "withdrawal", "separate_consent"]
    statements = [said(number, kind, f"2026-05-{number + 10}") for number, kind in enumerate(kinds)]

    allowed = [ask(statements, day=f"2026-05-{number + 10}").allowed for number in range(len(kinds))]

    assert allowed == [True, False, True, False, True]


@pytest.mark.rule("C4")
def test_an_expired_consent_does_not_revive_an_older_one() -> None:
    statements = [said(1, "consent", "2026-05-06"), said(2, "consent", "2026-05-07", valid_to="2026-05-31")]

    assert ask(statements, day="2026-05-31") == Answer(True, "consent.given", "CST-000002")
    assert ask(statements, day="2026-06-01") == Answer(False, "consent.expired", "CST-000002")


@pytest.mark.rule("C11", "C12")
@pytest.mark.parametrize("kind", ["withdrawal", "opt_out"])
@pytest.mark.parametrize("entity", [COMPANY, SISTER, GROUP, BRANCH])
def test_what_ends_use_counts_from_receipt_by_any_company_of_the_group(kind: str, entity: str) -> None:
    given = said(1, "consent", "2026-05-06", purposes=["marketing"])
    ending = said(2, kind, "2026-05-07", received_at="2026-05-20T10:00:00+08:00", receiving_entity=entity)

    allowed = [ask([given, ending], day=day, purpose="marketing").allowed for day in ("2026-05-19", "2026-05-20")]

    assert allowed == [True, False]


@pytest.mark.rule("C12")
def test_marketing_defaults_to_no() -> None:
    """A consent to another purpose is none to marketing."""
    statements = [said(1, "consent", "2026-05-06")]
    known = register(*statements)

    assert not ask(statements, purpose="marketing").allowed
    assert marketing_state(known, Policy(known, TODAY), known.records[ACTIVE]) == "not_asked"


@pytest.mark.rule("C12")
@pytest.mark.parametrize(
    ("channels", "allowed"),
    [(ABSENT, [False, False, False]), (["sms"], [True, False, False])],
    ids=["no channel named", "one channel named"],
)
def test_an_opt_out_without_channels_covers_all_of_them(channels: Any, allowed: list[bool]) -> None:
    statements = [said(1, "consent", "2026-05-06", purposes=["marketing"]), said(2, "opt_out", "2026-05-07", channels=channels)]

    assert [ask(statements, purpose="marketing", channel=channel).allowed for channel in ("email", "sms", None)] == allowed


@pytest.mark.rule("C12")
def test_an_opt_out_ends_marketing_and_nothing_else() -> None:
    statements = [said(1, "consent", "2026-05-06", purposes=_PURPOSES), said(2, "opt_out", "2026-05-07")]

    assert [ask(statements, purpose=purpose).allowed for purpose in _PURPOSES] == [True, False]


@pytest.mark.rule("C12")
def test_a_consent_to_some_channels_is_for_those() -> None:
    statements = [said(1, "consent", "2026-05-06", purposes=["marketing"], channels=["email"])]

    assert [ask(statements, purpose="marketing", channel=channel).allowed for channel in _CHANNELS] == [True, False]


@pytest.mark.rule("C12")
@pytest.mark.parametrize(
    ("statements", "shown"),
    [
        ([], "not_asked"),
        ([("consent", {"purposes": ["marketing"]})], "agreed"),
        ([("consent", {"purposes": ["marketing"]}), ("opt_out", {})], "opted_out"),
        ([("opt_out", {})], "opted_out"),
        ([("consent", {"purposes": ["marketing"]}), ("opt_out", {"channels": ["sms"]})], "opted_out"),
        ([("opt_out", {}), ("consent", {"purposes": ["marketing"]})], "agreed"),
        ([("consent", {"purposes": ["marketing"]}), ("withdrawal", {})], "not_asked"),
    ],
    ids=str,
)
def test_what_is_shown_of_marketing_follows_the_statements(statements: list[tuple[str, dict[str, Any]]], shown: str) -> None:
    known = register(*(said(number, kind, f"2026-05-{number + 10}", **more) for number, (kind, more) in enumerate(statements)))

    assert marketing_state(known, Policy(known, TODAY), known.records[ACTIVE]) == shown


@pytest.mark.rule("C5")
@pytest.mark.parametrize(
    ("recipient", "reason"),
    [
        (COMPANY, "consent.given"),
        (SISTER, "consent.given"),
        (LISTED, "consent.given"),
        (THIRD, "consent.given"),
        (AUTHORITY, "consent.authority"),
        ("RCP-ZZZZZZ", "consent.recipient"),
    ],
)
def test_recipients_are_companies_of_the_group_and_mandated_third_parties(recipient: str, reason: str) -> None:
    statement = said(1, "consent", "2026-05-06", recipients=[COMPANY, SISTER, THIRD, AUTHORITY, "RCP-ZZZZZZ"])

    assert ask([statement], recipient=recipient).reason == reason


@pytest.mark.rule("C5")
@pytest.mark.parametrize(
    ("mandate", "reason"),
    [
        ({"mandate_to": "2026-05-31"}, "consent.mandate"),
        ({"mandate_from": "2026-06-02"}, "consent.mandate"),
        ({"revoked_on": "2026-06-01"}, "consent.mandate"),
        ({"purposes": ["marketing"]}, "consent.mandate-scope"),
        ({"data_categories": ["credit"]}, "consent.mandate-scope"),
    ],
    ids=str,
)
def test_a_consent_does_not_make_up_for_a_mandate(mandate: dict[str, Any], reason: str) -> None:
    third = of("recipient", like="entrusted", **{"id": THIRD, **_EVERYTHING, **mandate})

    assert ask([said(1, "consent", "2026-05-06", recipients=[THIRD]), third], recipient=THIRD).reason == reason


def to_person(kind: str, **changes: Any) -> Record:
    return said(1, kind, "2026-05-06", customer=PERSON, data_categories=_CATEGORIES, recipients=[COMPANY, SISTER, THIRD], **changes)


@pytest.mark.rule("C4")
@pytest.mark.parametrize(
    ("category", "recipient", "needs"),
    [
        ("basic", COMPANY, False),
        ("credit", COMPANY, True),
        ("basic", SISTER, True),
        ("credit", SISTER, True),
        ("basic", THIRD, True),
    ],
)
def test_a_persons_data_need_a_separate_consent_beyond_basic_data_and_beyond_the_company(category: str, recipient: str, needs: bool) -> None:
    matter = {"customer": PERSON, "category": category, "recipient": recipient}

    assert ask([to_person("consent")], **matter).reason == ("consent.separate" if needs else "consent.given")
    assert ask([to_person("separate_consent")], **matter).allowed


@pytest.mark.rule("C4")
def test_a_company_needs_no_separate_consent() -> None:
    statement = said(1, "consent", "2026-05-06", data_categories=_CATEGORIES, recipients=[SISTER])

    assert ask([statement], category="credit", recipient=SISTER).allowed


@pytest.mark.rule("C4", "C5")
def test_a_legal_duty_rests_on_its_citation_and_never_on_silence() -> None:
    """The citation stands in the disclosure; statements are asked only where there is none."""
    assert not ask([], purpose="legal_duty").allowed


@pytest.mark.rule("C1")
def test_a_purpose_that_the_policy_does_not_have_is_not_allowed_whoever_agreed() -> None:
    assert ask([said(1, "consent", "2026-05-06", purposes=["research"])], purpose="research").reason == "consent.purpose"


# --- the same sentences again, read from the newest statement back


@dataclass(frozen=True)
class Said:
    """A drawn statement; None on a side means that it names nothing there."""

    kind: str
    hour: int
    categories: list[str] | None
    purposes: list[str] | None
    recipients: list[str] | None
    channels: list[str] | None
    valid_day: int | None

    @property
    def gives(self) -> bool:
        return self.kind in {"consent", "separate_consent", "change"}


def _some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, unique=True)


_RECIPIENTS = [COMPANY, SISTER, THIRD]


def _side(kind: str, gives: bool, values: list[str]) -> st.SearchStrategy[list[str] | None]:
    """What one side of a statement may name: something where it gives, perhaps nothing where it withdraws, nothing where it opts out."""
    return st.none() if kind == "opt_out" else _some(values) if gives else st.none() | _some(values)


@st.composite
def _statements(draw: st.DrawFn) -> list[Said]:
    """Up to six statements in a few days, one at each hour; those that give name all sides, as their schema asks."""
    result = []
    for hour in sorted(draw(st.lists(st.integers(0, 95), max_size=6, unique=True))):
        kind = draw(st.sampled_from(["consent", "separate_consent", "change", "withdrawal", "opt_out"]))
        gives = kind in {"consent", "separate_consent", "change"}
        named = [draw(_side(kind, gives, values)) for values in (_CATEGORIES, _PURPOSES, _RECIPIENTS)]
        until = draw(st.none() | st.integers(hour // 24, 4)) if gives else None
        result.append(Said(kind, hour, named[0], named[1], named[2], draw(st.none() | _some(_CHANNELS)), until))
    return result


def _as_record(number: int, statement: Said, customer: str) -> Record:
    """Given long before it was received where receipt counts, received long after where giving counts."""
    moment = f"2026-05-{statement.hour // 24 + 10}T{statement.hour % 24:02d}:00:00+08:00"
    times = {"given_at": moment if statement.gives else "2026-05-01T00:00:00+08:00", "received_at": moment}
    sides = {
        "data_categories": statement.categories,
        "purposes": statement.purposes,
        "recipients": statement.recipients,
        "channels": statement.channels,
    }
    until = None if statement.valid_day is None else f"2026-05-{statement.valid_day + 10}"
    changes = {key: ABSENT if value is None else value for key, value in {**sides, "valid_to": until}.items()}
    return said(number, statement.kind, "2026-05-10", customer=customer, **times, **changes)


def reading(statements: list[Said], customer: str, category: str, recipient: str, purpose: str, channel: str | None, day: int) -> bool:
    """The newest statement that speaks about the matter decides; where a separate consent is needed, only such a one gives it."""
    separate = customer == PERSON and (category != "basic" or recipient != COMPANY)
    for statement in sorted(statements, key=lambda each: each.hour, reverse=True):
        if statement.hour // 24 > day:
            continue
        on_channel = channel is None or statement.channels is None or channel in statement.channels
        if statement.gives:
            sides = (statement.categories or [], statement.purposes or [], statement.recipients or [])
            names = category in sides[0] and purpose in sides[1] and recipient in sides[2] and on_channel
            if names and (not separate or statement.kind == "separate_consent"):
                return statement.valid_day is None or statement.valid_day >= day
            if statement.kind == "change":
                return False
        elif statement.kind == "opt_out":
            if purpose == "marketing" and on_channel:
                return False
        else:
            named = [(statement.categories, category), (statement.purposes, purpose), (statement.recipients, recipient)]
            if on_channel and all(side is None or value in side for side, value in named):
                return False
    return False


@pytest.mark.rule("C4", "C12")
@settings(max_examples=400)
@given(_statements(), st.sampled_from([ACTIVE, PERSON]))
def test_every_matter_is_decided_as_the_sentences_say(statements: list[Said], customer: str) -> None:
    known = register(*(_as_record(number, statement, customer) for number, statement in enumerate(statements, 1)))
    policy = Policy(known, TODAY)
    matters = [
        (category, recipient, purpose, channel)
        for category in _CATEGORIES
        for recipient in _RECIPIENTS
        for purpose in _PURPOSES
        for channel in (_CHANNELS if purpose == "marketing" else [None])
    ]

    for day in range(5):
        for category, recipient, purpose, channel in matters:
            answer = decide(known, policy, Matter(customer, category, recipient, purpose, f"2026-05-{day + 10}", channel))
            assert answer.allowed is reading(statements, customer, category, recipient, purpose, channel, day), answer
