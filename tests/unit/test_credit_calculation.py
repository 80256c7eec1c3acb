"""Score, grade, limit and terms: the published worked examples to the cent, any policy against an oracle of its own, and what must never happen."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import building
from mingbu import credit, yamlio
from mingbu.credit import Facts
from mingbu.money import rounded

PARTS = ("financial", "payment", "operation", "history")
FIGURES = ("current_assets", "inventory", "current_liabilities", "total_liabilities", "net_worth")


def sample_policy() -> dict[str, Any]:
    data, _ = yamlio.read((building.PROJECT / "records/policy/credit/2025-07-01.yml").read_bytes())
    assert data is not None
    return data


POLICY = sample_policy()
"""The sample company's policy: that of the worked examples."""


def facts(scores: str, sales: str, statements: str = "", **changes: Any) -> dict[str, Any]:
    """scores: 78/90/70/80; statements: current assets, inventory, current liabilities, total liabilities, net worth in thousands."""
    data = {
        "as_of": "2026-11-01",
        "scores": dict(zip(PARTS, scores.split("/"), strict=True)),
        "average_monthly_credit_sales": sales,
        "trading_months": 40,
        "max_overdue_days": 12,
        "dishonest_list": False,
    }
    if statements:
        data["statements"] = {key: f"{value}000.00" for key, value in zip(FIGURES, statements.split("/"), strict=True)}
    return data | changes


SOUND = "12000/4000/8000/10000/9000"


@pytest.mark.rule("B20", "E10")
@pytest.mark.parametrize(
    ("given_facts", "expected"),
    [
        (
            facts("78/90/70/80", "420000.00", SOUND),
            {"score": "80.30", "grade": "AA", "sales_limit": "756000.00", "working_asset_limit": "1300000.00", "z": "0.50", "limit": "750000.00"},
        ),
        (
            facts("50/85/65/40", "150000.00", trading_months=5, max_overdue_days=0),
            {"score": "62.00", "score_grade": "BBB", "capped_by": ["short_trade"], "grade": "BB", "limit": "60000.00", "terms_days": 30},
        ),
        (
            facts("82/55/75/70", "600000.00", "4000/1500/5000/10900/2450", max_overdue_days=91),
            {
                "score": "70.70",
                "score_grade": "A",
                "capped_by": ["overdue_90"],
                "grade": "B",
                "z": "-5.19",
                "limit": "0.00",
                "sales_limit": "60000.00",
            },
        ),
        (facts("78/90/70/80", "420000.00", SOUND, dishonest_list=True), {"grade": "D", "limit": "0.00", "terms_days": 0, "capped_by": ["dishonest"]}),
        (facts("82/55/75/70", "600000.00", max_overdue_days=90), {"grade": "BBB", "capped_by": ["no_statements"], "limit": "360000.00"}),
        (
            facts("95/95/95/95", "600000.00", trading_months=5, max_overdue_days=91),
            {"grade": "B", "capped_by": ["overdue_90", "short_trade", "no_statements"], "limit": "60000.00"},
        ),
        (facts("78/90/70/80", "-420000.00", SOUND), {"sales_limit": "0.00", "limit": "0.00", "status": "ok"}),
        (facts("95/95/95/95", "9000000.00", "120000/40000/8000/10000/900000"), {"sales_limit": "27000000.00", "limit": "5000000.00"}),
    ],
)
def test_the_worked_examples_come_out_to_the_cent(given_facts: dict[str, Any], expected: dict[str, Any]) -> None:
    figures = credit.calculate(POLICY, Facts.of(given_facts)).figures()

    assert {key: figures[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("statements", "reason"),
    [("12000/4000/8000/10000/0", "net_worth"), ("12000/4000/8000/10000/-1", "net_worth"), ("12000/4000/0/10000/9000", "current_liabilities")],
)
def test_what_allows_no_automatic_limit_goes_to_a_person_with_its_reason(statements: str, reason: str) -> None:
    data = facts("78/90/70/80", "420000.00", statements)
    data["statements"] = {key: "0.00" if value == "0000.00" else value for key, value in data["statements"].items()}

    found = credit.calculate(POLICY, Facts.of(data))

    assert (found.status, found.limit, found.z, found.working_asset_limit) == ("refer", None, None, None)
    assert rounded(found.sales_limit or 0) == "756000.00"
    assert [step.formula for step in found.referred] == [reason]


def test_a_policy_without_method_gives_grade_and_terms_and_leaves_the_limit_to_a_person() -> None:
    found = credit.calculate({key: value for key, value in POLICY.items() if key != "limit"}, Facts.of(facts("78/90/70/80", "420000.00")))

    assert (found.status, found.limit, found.grade, found.terms_days) == ("refer", None, "BBB", 30)


def test_a_score_just_below_a_grade_stays_below_it_however_it_is_rounded() -> None:
    """79.9965 is shown as 80.00, but isn't 80."""
    found = credit.calculate(POLICY, Facts.of(facts("79.99/80/80/80", "1.00", SOUND)))

    assert (found.figures()["score"], found.score_grade) == ("80.00", "A")
    assert next(step.formula for step in found.steps if step.name == "grade") == "≈ 79.997 ≥ 70"


# Any policy, against a sum of its own.

percents = st.integers(0, 10000).map(lambda cents: f"{Decimal(cents) / 100}")
amounts = st.integers(0, 2_000_000_000).map(lambda cents: f"{Decimal(cents) / 100:.2f}")
signed = st.integers(-500_000_000, 2_000_000_000).map(lambda cents: f"{Decimal(cents) / 100:.2f}")
CODES = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C", "D"]


@st.composite
def policies(draw: st.DrawFn, sane: bool = False) -> dict[str, Any]:
    """A valid policy; a sane one gives a better grade no less."""
    cuts = sorted(draw(st.lists(st.integers(0, 10000), min_size=3, max_size=3)))
    weights = [cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 10000 - cuts[2]]
    lowest = [*sorted(draw(st.sets(st.integers(1, 9999), min_size=0, max_size=9)), reverse=True), 0]
    count = len(lowest)
    caps = draw(st.lists(amounts, min_size=count, max_size=count))
    terms = draw(st.lists(st.integers(0, 365), min_size=count, max_size=count))
    coefficients = draw(st.lists(percents, min_size=count, max_size=count))
    if sane:
        caps, terms, coefficients = (
            sorted(caps, key=Decimal, reverse=True),
            sorted(terms, reverse=True),
            sorted(coefficients, key=Decimal, reverse=True),
        )
    rows = zip(CODES, (f"{Decimal(low) / 100}" for low in lowest), terms, coefficients, caps, strict=False)
    grades = [dict(zip(("grade", "min_score", "terms_days", "coefficient", "cap"), row, strict=True)) for row in rows]
    bands = sorted(draw(st.sets(st.integers(-600, 300), min_size=1, max_size=9)), reverse=True)
    methods = [
        {"method": "sales", "days": draw(st.integers(1, 366))},
        {"method": "working_assets", "rates": [{"at_least": f"{Decimal(z) / 100}", "rate": draw(percents)} for z in bands], "below": draw(percents)},
    ]
    tests = [
        [{"fact": "max_overdue_days", "above": str(draw(st.integers(0, 100)))}],
        [{"fact": "dishonest_list", "is": True}, {"fact": "trading_months", "below": "12"}],
        [{"fact": "statements", "filled": False}],
    ]
    events = [{"code": f"c{index}", "when": when, "grade": draw(st.sampled_from(CODES[:count]))} for index, when in enumerate(tests)]
    unit = draw(st.sampled_from(["0.01", "1.00", "10000.00", "33333.33"]))
    return {
        "weights": {part: f"{Decimal(weight) / 100}" for part, weight in zip(PARTS, weights, strict=True)},
        "grades": grades,
        "caps": events,
        "limit": {
            "methods": draw(st.sampled_from([methods, methods[:1], methods[1:]])),
            "unit": unit,
            "direction": draw(st.sampled_from(["down", "up", "half_up"])),
        },
    }


@st.composite
def any_facts(draw: st.DrawFn) -> dict[str, Any]:
    data = facts("/".join(draw(percents) for _ in PARTS), draw(signed), trading_months=draw(st.integers(0, 30)))
    data |= {"max_overdue_days": draw(st.integers(0, 120)), "dishonest_list": draw(st.booleans())}
    if draw(st.booleans()):
        data["statements"] = {key: draw(amounts) for key in FIGURES[:4]} | {"net_worth": draw(signed)}
    return data


def oracle(policy: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """The same sum once more, in decimals of a thousand digits, straight from the description."""
    score = sum((Decimal(policy["weights"][part]) * Decimal(data["scores"][part]) / 100 for part in PARTS), Decimal(0))
    order = [row["grade"] for row in policy["grades"]]
    at = next(index for index, row in enumerate(policy["grades"]) if score >= Decimal(row["min_score"]))
    holding = [data["max_overdue_days"] > int(policy["caps"][0]["when"][0]["above"]), data["dishonest_list"] and data["trading_months"] < 12]
    holding.append("statements" not in data)
    worst = max([at, *(order.index(cap["grade"]) for cap, holds in zip(policy["caps"], holding, strict=True) if holds)])
    row = policy["grades"][worst]
    result = {"score_grade": order[at], "grade": order[worst], "terms_days": row["terms_days"], "status": "ok", "limit": None}
    candidates, s = [Decimal(row["cap"])], {key: Decimal(value) for key, value in data.get("statements", {}).items()}
    for method in policy["limit"]["methods"]:
        if method["method"] == "sales":
            sales = Decimal(data["average_monthly_credit_sales"]) * row["terms_days"] * Decimal(row["coefficient"]) / method["days"]
            candidates.append(max(sales, Decimal(0)))
        elif s and (s["net_worth"] <= 0 or s["current_liabilities"] == 0):
            result["status"] = "refer"
        elif s:
            liquid, owed = s["current_assets"], s["current_liabilities"]
            z = liquid / owed + (liquid - s["inventory"]) / owed - owed / s["net_worth"] - s["total_liabilities"] / s["net_worth"]
            rate = next((band["rate"] for band in method["rates"] if z + Decimal("1e-500") >= Decimal(band["at_least"])), method["below"])
            candidates.append(max(Decimal(0), Decimal(rate) / 100 * (liquid - owed + s["net_worth"]) / 2))
    if result["status"] == "ok":
        unit, how = Decimal(policy["limit"]["unit"]), {"down": ROUND_DOWN, "up": ROUND_UP, "half_up": ROUND_HALF_UP}[policy["limit"]["direction"]]
        least = min(candidates)
        nudged = least / unit + (Decimal("1e-500") if how != ROUND_UP else -Decimal("1e-500"))  # what doesn't end isn't quite exact here
        whole = max(Decimal(0), nudged.to_integral_value(how)) * unit
        result["limit"] = f"{min(whole, Decimal(row['cap'])):.2f}"
    return result


@given(policies(), any_facts())
def test_any_policy_and_any_facts_come_out_as_an_independent_sum_has_it(policy: dict[str, Any], data: dict[str, Any]) -> None:
    figures = credit.calculate(policy, Facts.of(data)).figures()

    with localcontext(prec=1000):
        expected = oracle(policy, data)
    assert {key: figures[key] for key in expected} == expected


@given(policies(sane=True), any_facts(), st.sampled_from(PARTS), percents)
def test_a_better_sheet_never_lowers_grade_terms_or_limit(policy: dict[str, Any], data: dict[str, Any], part: str, other: str) -> None:
    lower, higher = sorted((data["scores"][part], other), key=Decimal)
    worse, better = (credit.calculate(policy, Facts.of({**data, "scores": {**data["scores"], part: value}})) for value in (lower, higher))

    order = [row["grade"] for row in policy["grades"]]
    assert order.index(better.grade) <= order.index(worse.grade)
    assert better.terms_days >= worse.terms_days
    assert better.status == worse.status
    assert better.limit is None or (worse.limit is not None and better.limit >= worse.limit)


@given(policies(), any_facts())
def test_a_limit_is_never_above_the_cap_of_its_grade_nor_below_zero(policy: dict[str, Any], data: dict[str, Any]) -> None:
    found = credit.calculate(policy, Facts.of(data))

    assert found.limit is None or 0 <= found.limit <= found.grade_cap


def test_every_example_of_the_sample_policies_comes_out_right() -> None:
    for version in ("2024-01-01", "2025-07-01"):
        data, _ = yamlio.read((building.PROJECT / f"records/policy/credit/{version}.yml").read_bytes())
        assert data is not None
        assert list(credit.wrong(data)) == []
    assert len(POLICY["examples"]) >= 7


def test_facts_read_from_a_file_and_written_again_are_the_same() -> None:
    data = facts("78/90.5/70/80", "420000.00", SOUND)

    assert Facts.of(data).as_data() == {"schema": "credit-facts/1", **data}
    assert Facts.of(data).as_of == date(2026, 11, 1)
