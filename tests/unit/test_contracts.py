"""Contracts: what was in force on a day, the chain of a file, its groups, and what is paid; identities for any contracts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import building
from building import ABSENT, BRANCH, CLERK, COMPANY, KEEPER
from mingbu import contracts
from mingbu.period import Period
from mingbu.register import Policy, Record, open_register
from running import Command

CONTRACT = "CON-000001"
GROUPS = list(building.SCHEMAS.codes["contract_document_group"])


def tables(mingbu: Command, name: str, *arguments: str) -> dict[str, dict[str, Any]]:
    result = mingbu("report", name, "--format", "json", *arguments)
    assert result.status == 0, result.err
    return {table["name"]: table for table in result.json["tables"]}


def contract(number: int, **changes: Any) -> Record:
    named = {"id": f"CON-{number:06d}", "contract_no": f"HZ-2026-{number:03d}"}
    return building.record("contract", building.fields("contract", like="signed", **{**named, **changes}))


def handed(kind: str, done: str, over: str | None = None) -> dict[str, str]:
    moved = {"handed_over_on": over, "handed_over_by": CLERK, "received_by": KEEPER} if over else {}
    return {"kind": kind, "formalities_done_on": done, **moved}


def ended(how: str, day: str) -> dict[str, Any]:
    """The fields that say how a contract ended on the day."""
    if how == "terminated":
        return {"status": how, "changes": [{"kind": "termination", "date": day, "agreement_ref": "解 1"}]}
    if how == "completed":
        return {"status": how, "events": [handed("performance", day)]}
    return {"status": "voided", "voided_on": day, "voided_reason": "未履行"} if how == "voided" else {"status": how}


EDGES = [date(year, month, day) for year in (2024, 2025, 2026) for month, day in ((1, 1), (6, 30), (7, 1), (12, 31))]
DAYS = st.sampled_from(EDGES) | st.dates(date(2024, 1, 1), date(2026, 12, 31))


@st.composite
def any_contracts(draw: st.DrawFn) -> list[Record]:
    found = []
    for number in range(1, draw(st.integers(0, 8)) + 1):
        signed = draw(DAYS)
        how = draw(st.sampled_from(["performing", "disputed", "amended", "completed", "terminated", "voided", "unsigned"]))
        over = draw(DAYS | st.integers(-20, 700).map(lambda days, signed=signed: signed + timedelta(days=days)))
        amount = draw(st.integers(1, 10**9))
        currency = draw(st.sampled_from([ABSENT, "USD"]))
        started: dict[str, Any] = {"signed_on": signed.isoformat(), "amount": f"{amount // 100}.{amount % 100:02d}", "currency": currency}
        how_over = ended("voided" if how == "unsigned" else how, over.isoformat())
        found.append(contract(number, **started | how_over | ({"signed_on": ABSENT} if how == "unsigned" else {})))
    return found


def added(flows: list[contracts.Flow], name: str) -> tuple[int, Decimal]:
    return sum(flow[name].number for flow in flows), sum((flow[name].amount for flow in flows), Decimal(0))


@pytest.mark.rule("E7")
@settings(max_examples=60)
@given(any_contracts())
def test_opening_and_signed_are_ended_and_closing_in_every_period(found: list[Record]) -> None:
    for name in ("2024", "2025", "2026", "2024-H1", "2024-H2", "2025-H1", "2025-Q3", "2026-02", "2026-02-14"):
        flow = contracts.balance(found, Period.of(name))
        inflow = added([flow], "opening"), added([flow], "signed")
        outflow = [added([flow], key) for key in ("completed", "terminated", "voided", "closing")]
        assert [sum(part) for part in zip(*inflow, strict=True)] == [sum(part) for part in zip(*outflow, strict=True)], name


@pytest.mark.rule("E7")
@settings(max_examples=60)
@given(any_contracts())
def test_what_a_period_closes_with_the_next_one_opens_with_and_halves_add_up(found: list[Record]) -> None:
    halves = [contracts.balance(found, Period.of(f"{year}-H{half}")) for year in (2024, 2025, 2026) for half in (1, 2)]
    years = [contracts.balance(found, Period.of(str(year))) for year in (2024, 2025, 2026)]

    for before, after in (*pairwise(halves), *pairwise(years)):
        assert before["closing"].contracts == after["opening"].contracts
    for number, year in enumerate(years):
        first, second = halves[2 * number : 2 * number + 2]
        assert year["opening"].contracts == first["opening"].contracts
        assert year["closing"].contracts == second["closing"].contracts
        for name in ("signed", "completed", "terminated", "voided"):
            assert added([first, second], name) == added([year], name)


@pytest.fixture
def root(register_root: Path) -> Path:
    """Four contracts: performed, terminated and disputed ones, and one in dollars."""
    unpaid = [{"due_on": "2026-06-30", "amount": "360000.00"}]
    say: dict[str, Any] = {"handler": CLERK, "department": BRANCH}
    owed: dict[str, Any] = say | {"payment_milestones": unpaid}
    paid = {"paid_on": "2026-06-30", "paid": "100000.00"}
    milestones = [{"due_on": "2026-06-30", "amount": "100000.00", **paid}, {"due_on": "2026-09-30", "amount": "260000.00"}]
    building.write(register_root, "contract", like="signed", id=CONTRACT, contract_no="HZ-2026-001", status="performing",
                   payment_milestones=milestones, **say)  # fmt: skip
    building.write(register_root, "contract", like="signed", id="CON-000002", contract_no="HZ-2026-002", status="terminated",
                   changes=[{"kind": "termination", "date": "2026-05-05", "agreement_ref": "解 1", "formalities_done_on": "2026-05-08"}],
                   events=[handed("signing", "2026-01-10", "2026-03-06"), handed("termination", "2026-05-08", "2026-06-01")], **owed)  # fmt: skip
    building.write(register_root, "contract", like="signed", id="CON-000003", contract_no="HZ-2026-003", status="disputed", **owed)
    building.write(register_root, "contract", like="signed", id="CON-000004", contract_no="HZ-2026-004", currency="USD", side="buy",
                   **owed | {"department": COMPANY})  # fmt: skip
    building.commit_all(register_root)
    return register_root


@pytest.mark.rule("E7")
def test_the_first_half_stays_as_it_was_when_a_contract_is_completed_in_september(root: Path, mingbu: Command) -> None:
    before = tables(mingbu, "contract-statistics", "--period", "2026-H1")
    building.edit(
        root, "contract", CONTRACT, status="completed", events=[handed("signing", "2026-01-10", "2026-02-06"), handed("performance", "2026-09-20")]
    )

    assert tables(mingbu, "contract-statistics", "--period", "2026-H1") == before
    year = tables(mingbu, "contract-statistics", "--period", "2026-H2")["balance"]["rows"][0]
    assert (year["opening"], year["completed"], year["closing"]) == (2, 1, 1)


@pytest.mark.rule("E7")
def test_statistics_count_contracts_by_what_became_of_them_and_keep_currencies_apart(root: Path, mingbu: Command) -> None:
    found = tables(mingbu, "contract-statistics", "--period", "2026-H1")

    cny, usd = found["balance"]["rows"]
    assert (cny["currency"], cny["opening"], cny["signed"], cny["terminated"], cny["closing"], cny["closing_amount"]) == (
        "CNY",
        0,
        3,
        1,
        2,
        "720000.00",
    )
    assert (usd["currency"], usd["signed"], usd["closing_amount"]) == ("USD", 1, "360000.00")
    assert found["balance"]["totals"] == {"opening": 0, "signed": 4, "completed": 0, "terminated": 1, "voided": 0, "closing": 3}
    assert [row["contract"] for row in found["disputes"]["rows"]] == ["CON-000003"]
    assert [(row["number"], row["date"]) for row in found["changes"]["rows"]] == [("HZ-2026-002", "2026-05-05")]
    signing, *_ = found["in_time"]["rows"]
    assert (signing["due"], signing["in_time"], signing["late"], signing["rate"]) == (4, 3, 1, "75.00")
    assert found["numbers"]["rows"][0] | {"voided": "", "gaps": ""} == found["numbers"]["rows"][0]
    of_company = tables(mingbu, "contract-statistics", "--period", "2026-H1", "--who", BRANCH)["balance"]["totals"]
    assert of_company["signed"] == 3


@pytest.mark.rule("E7")
def test_a_dispute_that_began_later_is_none_of_the_half_before(root: Path, mingbu: Command) -> None:
    """What the register said then is read from its history, which begins later here: its first version speaks for June."""
    building.edit(root, "contract", CONTRACT, status="disputed")
    building.commit_all(root)

    assert CONTRACT not in [row["contract"] for row in tables(mingbu, "contract-statistics", "--period", "2026-H1")["disputes"]["rows"]]
    assert CONTRACT in [row["contract"] for row in tables(mingbu, "contract-statistics", "--period", "2026-H2")["disputes"]["rows"]]


@pytest.mark.rule("E7")
def test_statistics_of_a_period_that_has_not_begun_are_refused(root: Path, mingbu: Command) -> None:
    refused = mingbu("report", "contract-statistics", "--period", "2027-H1")

    assert refused.status == 1
    assert "2027-H1" in refused.err
    assert mingbu("report", "contract-ledger", "--who", CLERK).status == 1


@pytest.mark.rule("E3", "E4")
def test_the_ledger_has_every_number_by_department_and_says_where_the_file_is(root: Path, mingbu: Command) -> None:
    building.write(root, "contract", like="signed", id="CON-000005", contract_no="HZ-2026-005", status="voided", signed_on=ABSENT,
                   effective_on=ABSENT, events=ABSENT, voided_on="2026-05-01", voided_reason="未签成")  # fmt: skip
    found = tables(mingbu, "contract-ledger")

    assert [row["number"] for row in found["contracts"]["rows"]] == [f"HZ-2026-00{number}" for number in (1, 2, 3, 5)] + ["HZ-2026-004"]
    assert [(row["group"], row["currency"], row["contracts"], row["in_force"], row["amount"], row["voided"]) for row in found["sums"]["rows"]] == [
        ("杭州分公司", "CNY", 4, 2, "720000.00", 1),
        ("青岚仪表有限公司", "USD", 1, 1, "360000.00", 0),
    ]
    assert "amount" not in found["sums"]["totals"]
    assert len(tables(mingbu, "contract-ledger", "--who", BRANCH, "--by", "state")["contracts"]["rows"]) == 4
    second = found["contracts"]["rows"][1]
    assert (second["changes"], second["handed_over"], second["state"]) == ("2026-05-05 解除", "2026-06-01", "解除")


@pytest.mark.rule("E2")
def test_completeness_has_a_column_for_each_group_and_says_what_is_owed(root: Path, mingbu: Command) -> None:
    documents = building.fields("contract", like="signed")["documents"]
    documents[0] = {"group": GROUPS[0], "state": "missing", "absent_reason": "审批单在法务"}
    building.edit(root, "contract", CONTRACT, documents=documents)
    found = tables(mingbu, "contract-completeness")

    row = next(row for row in found["contracts"]["rows"] if row["contract"] == CONTRACT)
    assert [row[group] for group in GROUPS][:3] == ["待补", "有", "不适用"]
    assert row["percent"] == "75.00"
    assert "审批单在法务" in row["owed"]
    first = found["groups"]["rows"][0]
    assert (first["present"], first["missing"], first["percent"]) == (3, 1, "75.00")
    assert found["groups"]["totals"] == {"present": 15, "missing": 1, "not_applicable": 28, "percent": "93.75"}


@pytest.mark.rule("E5", "E6")
def test_every_formality_is_listed_once_with_the_day_it_is_due_and_what_became_of_it(root: Path, mingbu: Command) -> None:
    building.edit(root, "contract", CONTRACT, events=[handed("signing", "2026-01-31"), handed("performance", "2026-11-10")], late_reason="承办人出差",
                  verified_on="2026-02-10", verified_by=KEEPER, archived_on="2026-03-10", archived_by=KEEPER, archive_no="HT-1")  # fmt: skip
    found = tables(mingbu, "contract-handover")

    moves = {(row["number"], row["what"]): row for row in found["handovers"]["rows"]}
    assert len(moves) == len(found["handovers"]["rows"]) == 6  # a termination that stands among changes and events is one
    late = moves["HZ-2026-001", "签订"]
    assert (late["due_on"], late["state"], late["days"], late["reason"]) == ("2026-02-28", "逾期未办", -265, "承办人出差")
    assert (moves["HZ-2026-001", "履行"]["state"], moves["HZ-2026-001", "履行"]["days"]) == ("未到期", 20)
    assert (moves["HZ-2026-002", "签订"]["state"], moves["HZ-2026-002", "签订"]["days"]) == ("逾期，未说明原因", -24)
    assert moves["HZ-2026-002", "解除"]["state"] == "按时"
    archived = found["archiving"]["rows"]
    assert [(row["due_on"], row["state"], row["shelf"]) for row in archived] == [("2026-03-10", "按时", "HT-1")]
    assert found["rates"]["totals"] | {"in_time": 4, "late": 1, "overdue": 1, "open": 1, "rate": "66.67"} == found["rates"]["totals"]


@pytest.mark.rule("E4")
def test_payments_tie_for_each_side_and_currency(root: Path, mingbu: Command) -> None:
    found = tables(mingbu, "contract-payments", "--period", "2026-Q4")
    sell, buy = found["sums"]["rows"]

    assert (sell["currency"], sell["arrears"], sell["due"], sell["open"], sell["overdue"]) == ("CNY", "980000.00", "0.00", "980000.00", "980000.00")
    assert (buy["currency"], buy["overdue"]) == ("USD", "360000.00")
    for row in (*found["sums"]["rows"], *found["customers"]["rows"]):
        assert Decimal(row["arrears"]) + Decimal(row["due"]) - Decimal(row["paid"]) == Decimal(row["open"])
    assert found["sell-CNY"]["totals"]["open"] == sell["open"]
    second = tables(mingbu, "contract-payments", "--period", "2026-Q2")["sums"]["rows"][0]
    assert (second["due"], second["paid"], second["open"], second["overdue"]) == ("820000.00", "100000.00", "720000.00", "0.00")


@pytest.mark.rule("E5", "E6")
def test_the_holder_of_a_file_is_who_received_it_last(root: Path) -> None:
    register = open_register(root, building.SCHEMAS)
    policy = Policy(register, date(2026, 11, 20))

    def held(**changes: Any) -> tuple[str | None, str | None, str | None]:
        found = contracts.chain(policy, contract(9, **changes))
        return found.holder, found.since, found.until

    verified = {"verified_on": "2026-03-01", "verified_by": KEEPER}
    archived = {"archived_on": "2026-03-20", "archived_by": KEEPER, "archive_no": "A"}
    signing = handed("signing", "2026-01-10", "2026-02-06")
    assert held(events=[handed("signing", "2026-01-10")]) == (CLERK, "2026-01-10", "2026-02-10")
    assert held(events=[signing]) == (KEEPER, "2026-02-06", None)
    assert held(events=[signing], **verified) == (KEEPER, "2026-02-06", "2026-04-01")
    assert held(events=[signing], **verified, **archived) == (KEEPER, "2026-03-20", None)
    assert held(events=[signing, handed("performance", "2026-10-31")], **verified, **archived) == (CLERK, "2026-10-31", "2026-11-30")
    assert held(events=ABSENT) == (None, None, None)
