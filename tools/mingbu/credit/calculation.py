"""Score sheet → score → caps → grade → limit → terms, by a policy of records/policy/credit.

Every figure is exact until it is shown: percents and Z compare exactly, the limit is rounded once, to the policy's unit.
Source: score = Σ wᵢ·sᵢ ÷ 100; sales limit = monthly credit sales × terms ÷ days × coefficient; Z and working assets after the
textbook model of working assets (营运资产): Z = CA/CL + (CA−Inv)/CL − CL/NW − TL/NW, working assets = ((CA−CL) + NW) ÷ 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from mingbu import conditions
from mingbu.conditions import Reason
from mingbu.credit.facts import Facts, Statements
from mingbu.money import rounded, to_unit

PolicyData = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sum as a person would write it: name (a key of the catalogue), formula with the figures put in, result."""

    name: str
    formula: str
    inputs: Mapping[str, str]
    result: str
    reasons: tuple[Reason, ...] = ()
    """Of a cap: the tests of its conditions."""


@dataclass(frozen=True, slots=True)
class Calculation:
    """What came out. Amounts are exact and in CNY; None is what doesn't apply or, for the limit, what a person has to decide."""

    score: Fraction
    score_grade: str
    capped_by: tuple[str, ...]
    grade: str
    sales_limit: Fraction | None
    working_asset_limit: Fraction | None
    grade_cap: Fraction
    z: Fraction | None
    limit: Fraction | None
    terms_days: int
    status: Literal["ok", "refer"]
    steps: tuple[Step, ...]


def score_of(policy: PolicyData, scores: Mapping[str, Fraction]) -> Fraction:
    """The weighted score, exact. Raises KeyError where a part has no score."""
    return sum((Fraction(weight) * scores[part] for part, weight in policy["weights"].items()), Fraction(0)) / 100


def grade_of(policy: PolicyData, score: Fraction) -> str:
    """The best grade whose lowest score is reached; the last one where none is."""
    return str(next((row for row in policy["grades"] if score >= Fraction(row["min_score"])), policy["grades"][-1])["grade"])


def calculate(policy: PolicyData, facts: Facts) -> Calculation:
    """The whole sum, with each step shown."""
    score = score_of(policy, facts.scores)
    score_grade = grade_of(policy, score)
    steps = [_score_step(policy, facts, score), Step("grade", f"{rounded(score)} → {score_grade}", {"score": rounded(score)}, score_grade)]
    grade, capped_by = _capped(policy, facts, score_grade, steps)
    row = next(row for row in policy["grades"] if row["grade"] == grade)
    steps.append(Step("terms", grade, {"grade": grade}, str(row["terms_days"])))
    results, refer = _methods(policy, facts, row, steps)
    cap = Fraction(row["cap"])
    steps.append(Step("grade_cap", grade, {"grade": grade}, rounded(cap)))
    limit = None if refer else _limit(policy, [*(value for value in results.values() if value is not None), cap], cap, steps)
    z = zone(facts.statements) if facts.statements and not refer and "working_assets" in results else None
    return Calculation(
        score, score_grade, capped_by, grade, results.get("sales"), results.get("working_assets"), cap, z, limit,
        row["terms_days"], "refer" if refer else "ok", tuple(steps),
    )  # fmt: skip


def _score_step(policy: PolicyData, facts: Facts, score: Fraction) -> Step:
    terms = [(weight, plain(facts.scores[part])) for part, weight in policy["weights"].items()]
    formula = " + ".join(f"{weight}% × {value}" for weight, value in terms)
    return Step("score", formula, {part: plain(facts.scores[part]) for part in policy["weights"]}, rounded(score))


def _capped(policy: PolicyData, facts: Facts, grade: str, steps: list[Step]) -> tuple[str, tuple[str, ...]]:
    """(the grade after caps, the codes of those that lower it, the worst first)."""
    order = [row["grade"] for row in policy["grades"]]
    known = facts.for_conditions()
    lowering = []
    for number, cap in enumerate(policy.get("caps", [])):
        tests = conditions.reasons(cap["when"], known, facts.as_of)
        if all(test.holds for test in tests) and cap["grade"] in order and order.index(cap["grade"]) > order.index(grade):
            lowering.append((-order.index(cap["grade"]), number, cap["code"]))
        applies = all(test.holds for test in tests)
        steps.append(Step("cap", cap["code"], {"grade": cap["grade"]}, cap["grade"] if applies else "", tuple(tests)))
    lowering.sort()
    final = order[-lowering[0][0]] if lowering else grade
    steps.append(Step("capped", grade, {"grade": grade}, final))
    return final, tuple(code for _, _, code in lowering)


def _methods(policy: PolicyData, facts: Facts, row: Mapping[str, Any], steps: list[Step]) -> tuple[dict[str, Fraction | None], bool]:
    """(method → its limit, None where it doesn't apply; whether a person has to decide)."""
    found: dict[str, Fraction | None] = {}
    refer = "limit" not in policy
    if refer:
        steps.append(Step("refer", "no_method", {}, ""))
    for method in policy.get("limit", {}).get("methods", []):
        if method["method"] == "sales":
            found["sales"] = _by_sales(method, facts, row, steps)
        elif facts.statements is None:
            found["working_assets"] = None
        elif facts.statements.net_worth <= 0 or facts.statements.current_liabilities == 0:
            refer = True
            reason = "net_worth" if facts.statements.net_worth <= 0 else "current_liabilities"
            steps.append(Step("refer", reason, {reason: rounded(getattr(facts.statements, reason))}, ""))
        else:
            found["working_assets"] = _by_working_assets(method, facts.statements, steps)
    return found, refer


def _by_sales(method: Mapping[str, Any], facts: Facts, row: Mapping[str, Any], steps: list[Step]) -> Fraction:
    sales, terms, days, coefficient = facts.average_monthly_credit_sales, row["terms_days"], method["days"], row["coefficient"]
    result: Fraction = max(Fraction(0), sales * terms / days * Fraction(coefficient))
    inputs = {"average_monthly_credit_sales": rounded(sales), "terms_days": str(terms), "days": str(days), "coefficient": coefficient}
    steps.append(Step("sales_limit", f"{rounded(sales)} × {terms} ÷ {days} × {coefficient}", inputs, rounded(result)))
    return result


def zone(statements: Statements) -> Fraction:
    """Z of the statements; net worth and current liabilities aren't zero."""
    s = statements
    liquidity = (s.current_assets + s.current_assets - s.inventory) / s.current_liabilities
    return liquidity - (s.current_liabilities + s.total_liabilities) / s.net_worth


def _by_working_assets(method: Mapping[str, Any], s: Statements, steps: list[Step]) -> Fraction:
    z = zone(s)
    inputs = {key: rounded(getattr(s, key)) for key in ("current_assets", "inventory", "current_liabilities", "total_liabilities", "net_worth")}
    ca, inventory, cl, tl, nw = inputs.values()
    steps.append(Step("z", f"{ca} ÷ {cl} + ({ca} − {inventory}) ÷ {cl} − {cl} ÷ {nw} − {tl} ÷ {nw}", inputs, rounded(z)))
    rate = next((row["rate"] for row in method["rates"] if z >= Fraction(row["at_least"])), method["below"])
    steps.append(Step("rate", f"Z {rounded(z)}", {"z": rounded(z)}, f"{rate}%"))
    assets = (s.current_assets - s.current_liabilities + s.net_worth) / 2
    steps.append(Step("working_assets", f"(({ca} − {cl}) + {nw}) ÷ 2", inputs, rounded(assets)))
    result = max(Fraction(0), Fraction(rate) / 100 * assets)
    steps.append(Step("working_asset_limit", f"{rate}% × {rounded(assets)}", {"rate": rate, "working_assets": rounded(assets)}, rounded(result)))
    return result


def _limit(policy: PolicyData, candidates: list[Fraction], cap: Fraction, steps: list[Step]) -> Fraction:
    least, rule = min(candidates), policy["limit"]
    limit = min(to_unit(least, Fraction(rule["unit"]), rule["direction"]), cap)
    inputs = {"least": rounded(least), "unit": rule["unit"], "direction": rule["direction"]}
    formula = f"min({', '.join(rounded(value) for value in candidates)})"
    steps.append(Step("limit", formula, inputs, rounded(limit)))
    return limit


def plain(value: Fraction) -> str:
    """A decimal as people write it: 78, 82.5; exact, since records hold decimals only."""
    text = rounded(value, 4)
    return text.rstrip("0").rstrip(".")
