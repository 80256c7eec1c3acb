"""Reports of what is owed: figures by hand, and totals that tie with the ledger of the sample."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import building
import owing
from building import ACTIVE, FILE, PROJECT, PROSPECT
from mingbu import trading
from mingbu.checks import sound_part
from mingbu.register import open_register
from owing import line
from running import Command


def tables(mingbu: Command, name: str, *arguments: str, root: Path | None = None) -> dict[str, dict[str, Any]]:
    """name → table of a report."""
    result = mingbu(*(["-C", str(root)] if root else []), "report", name, "--format", "json", *arguments)
    assert result.status == 0
    return {table["name"]: table for table in result.json["tables"]}


@pytest.fixture
def root(register_root: Path) -> Path:
    """The sample's credit policy; the rated customer owes in three buckets, an unrated one has a day overdue."""
    rules = owing.rules(effective_from="2024-01-01")
    building.write(register_root, "policy-credit", **{key: value for key, value in rules.items() if key not in {"schema", "examples", "remarks"}})
    lines = [
        line("2026-10-01", "150000.00", invoice_no="K1", due_on="2026-12-01"),
        line("2026-09-01", "40000.00", invoice_no="K2", due_on="2026-11-10", paid="10000.00", paid_on="2026-11-12"),
        line("2026-07-01", "20000.00", invoice_no="K3", due_on="2026-10-01"),
        line("2026-10-05", "-5000.00", invoice_no="R1", due_on="2026-10-05"),
        line("2026-10-20", "700.00", invoice_no="K4", due_on="2026-11-19", customer=PROSPECT),
    ]
    building.edit(register_root, "sales", "SAL-000001", lines=lines)
    building.commit_all(register_root)
    return register_root


@pytest.mark.rule("B20", "E1")
def test_exposure_shows_what_is_owed_against_the_limit(root: Path, mingbu: Command) -> None:
    """150,000 not yet due, 30,000 of K2 and 15,000 of K3 after the credit note: 195,000 of 200,000. 50 days overdue stop a grade A."""
    first, second = tables(mingbu, "exposure")["customers"]["rows"]

    money = {"limit": "200000.00", "outstanding": "195000.00", "not_due": "150000.00", "overdue": "45000.00", "available": "5000.00"}
    assert first == first | money | {"customer": ACTIVE, "grade": "A", "utilisation": "97.50", "oldest": 50}
    assert (second["customer"], second["limit"], second["outstanding"], second["utilisation"], second["stop"]) == (
        PROSPECT,
        None,
        "700.00",
        None,
        "未授信",
    )
    assert "例外 CEX-000001 准许供货至 2026-11-30" in first["because"]
    assert first["stop"] == "停货，例外期内可供货"


@pytest.mark.rule("B19", "E8")
def test_ageing_ties_from_buckets_to_customers(root: Path, mingbu: Command) -> None:
    found = tables(mingbu, "ageing")

    amounts = {row["bucket"]: (row["amount"], row["provision"]) for row in found["buckets"]["rows"] if row["amount"] != "0.00"}
    assert amounts == {"未到期": ("150000.00", "1500.00"), "逾期 1–30 天": ("30700.00", "921.00"), "逾期 31–60 天": ("15000.00", "750.00")}
    assert found["buckets"]["totals"] == {"amount": "195700.00", "share": "100.00", "provision": "3171.00"}
    [summary] = found["summary"]["rows"]
    assert (summary["outstanding"], summary["overdue"], summary["overdue_share"], summary["provision"]) == (
        "195700.00",
        "45700.00",
        "23.35",
        "3171.00",
    )
    assert found["customers"]["totals"]["total"] == "195700.00"


def test_a_report_of_a_month_is_that_of_its_last_day(root: Path, mingbu: Command) -> None:
    """Before K2 was paid in part and fell due."""
    [row, _] = tables(mingbu, "exposure", "--period", "2026-10")["customers"]["rows"]

    assert (row["outstanding"], row["overdue"]) == ("205000.00", "15000.00")
    assert tables(mingbu, "exposure", "--period", "2026")["customers"]["rows"][0]["outstanding"] == "195000.00", "never after today"


def test_a_period_that_has_not_begun_is_refused_in_one_line(root: Path, mingbu: Command) -> None:
    for name in ("exposure", "ageing", "watch-list", "dunning", "grade-migration", "trading-terms", "statutory-interest"):
        result = mingbu("report", name, "--period", "2027")
        assert (result.status, result.out, len(result.err.splitlines())) == (1, "", 1)


@pytest.mark.rule("E8", "E10")
def test_dunning_names_the_step_that_is_due_and_the_next(root: Path, mingbu: Command) -> None:
    called = {"credit_file": FILE, "invoice_no": "K2", "due_on": "2026-11-10", "step": "call", "acted_on": "2026-11-11"}
    promise = {"promise_amount": "35000.00", "promise_on": "2026-11-15", "amount": "40000.00", "outstanding": "40000.00"}
    building.write(root, "dunning", id="DUN-000002", **called, **promise, next_step_on="2026-11-16")

    found = tables(mingbu, "dunning")

    rows = {row["invoice"]: (row["days"], row["last"], row["state"], row["now"], row["now_on"], row["next"]) for row in found["invoices"]["rows"]}
    assert rows == {
        "K3": (50, "", "已迟", "停止发货", "2026-10-31", "最后通知"),
        "K2": (10, "电话催款", "应做", "第一次催款函", "2026-11-17", "第二次催款函"),
        "K4": (1, "", "已迟", "电话催款", "2026-11-20", "第一次催款函"),
    }
    assert [(row["invoice"], row["promise_amount"]) for row in found["promises"]["rows"]] == [("K2", "35000.00")]


@pytest.mark.rule("E1")
def test_the_watch_list_says_why(root: Path, mingbu: Command) -> None:
    rows = tables(mingbu, "watch-list")["customers"]["rows"]

    assert [(row["customer"], row["condition"], row["because"]) for row in rows] == [
        (ACTIVE, "逾期超过 30 天", "逾期天数 50，超过 30"),
        (ACTIVE, "限度使用率超过 90%", "限度使用率（%） 97.50，超过 90"),
    ]


@pytest.mark.rule("B20")
def test_terms_by_grade_count_customers_and_limits(root: Path, mingbu: Command) -> None:
    table = tables(mingbu, "trading-terms")["grades"]

    rows = {row["grade"]: row for row in table["rows"]}
    assert (rows["A"]["terms_days"], rows["A"]["customers"], rows["A"]["limits"], rows["A"]["outstanding"]) == (45, 1, "200000.00", "195000.00")
    assert (rows["未评级"]["customers"], rows["未评级"]["company_grade"], rows["未评级"]["outstanding"]) == (1, "E（未评级）", "700.00")
    assert table["totals"] == {"customers": 2, "limits": "200000.00", "outstanding": "195700.00"}


@pytest.mark.rule("B20", "E8")
def test_interest_by_law_is_listed_with_its_days(root: Path, mingbu: Command) -> None:
    """Government pays in 30 days: K2 of 1 September by 1 October, K3 by 31 July; 30,000 and 15,000 at 0.05 %."""
    building.edit(root, "customer", ACTIVE, customer_nature="government", enterprise_size="not_applicable")

    rows = {row["invoice"]: row for row in tables(mingbu, "statutory-interest")["invoices"]["rows"]}

    assert {key: (row["due_on"], row["days_late"], row["interest"]) for key, row in rows.items()} == {
        "K1": ("2026-10-31", 20, "1500.00"), "K2": ("2026-10-01", 50, "750.00"), "K3": ("2026-07-31", 112, "840.00"),
    }  # fmt: skip


def test_grades_of_a_year_are_told_file_by_file(root: Path, mingbu: Command) -> None:
    found = tables(mingbu, "grade-migration")

    assert found["matrix"]["rows"] == [{"grade": "新评级", "A": 1, "ended": 0, "all": 1}]
    assert found["moves"]["rows"] == [{"customer": ACTIVE, "before": "", "after": "A", "direction": "新评级"}]


# --- the sample


@pytest.mark.rule("B19", "E8")
@pytest.mark.parametrize("day", ["2026-11-20", "2026-06-30", "2025-12-31"])
def test_what_the_sample_is_owed_is_its_ledger(mingbu: Command, day: str) -> None:
    lines = [one for found in trading.lines(sound_part(open_register(PROJECT))).values() for one in found]
    ledger = str(sum((one.outstanding(day) for one in lines), Decimal("0.00")))

    aged, exposed = (tables(mingbu, name, "--period", day, root=PROJECT) for name in ("ageing", "exposure"))
    terms = tables(mingbu, "trading-terms", "--period", day, root=PROJECT)

    assert aged["summary"]["rows"][0]["outstanding"] == aged["buckets"]["totals"]["amount"] == aged["customers"]["totals"]["total"] == ledger
    assert exposed["customers"]["totals"]["outstanding"] == terms["grades"]["totals"]["outstanding"] == ledger
