"""Score sheet → score → caps → grade → limit → terms, by a policy of records/policy/credit.

Every figure is exact until it is shown: percents and Z compare exactly, the limit is rounded once, to the policy's unit.
Source: score = Σ wᵢ·sᵢ ÷ 100; sales limit = monthly credit sales × terms ÷ days × coefficient; Z and working assets after the
textbook model of working assets (营运资产): Z = CA/CL + (CA−Inv)/CL − CL/NW − TL/NW, working assets = ((CA−CL) + NW) ÷ 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from mingbu import conditions
from mingbu.conditions import Reason
from mingbu.credit.facts import FIGURES, Facts, Statements, plain
from mingbu.money import rounded, to_unit

PolicyData = Mapping[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sum as a person would write it: name (a key of the catalogue), formula with the figures put in, result.

    A figure that was shortened to be shown has ≈ before it.
    """

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

    def figures(self) -> dict[str, Any]:
        """Rounded once, as outputs and worked examples show them, in the order of the outputs."""
        return {
            "score": rounded(self.score),
            "score_grade": self.score_grade,
            "capped_by": list(self.capped_by),
            "grade": self.grade,
            "sales_limit": _text(self.sales_limit),
            "working_asset_limit": _text(self.working_asset_limit),
            "grade_cap": rounded(self.grade_cap),
            "z": _text(self.z),
            "limit": _text(self.limit),
            "terms_days": self.terms_days,
            "status": self.status,
        }

    @property
    def referred(self) -> tuple[Step, ...]:
        """Why a person has to decide the limit: steps named refer, whose formula is the reason."""
        return tuple(step for step in self.steps if step.name == "refer")


def _text(value: Fraction | None) -> str | None:
    return None if value is None else rounded(value)


def score_of(policy: PolicyData, scores: Mapping[str, Fraction]) -> Fraction:
    """The weighted score, exact. Raises KeyError where a part has no score."""
    return sum((Fraction(weight) * scores[part] for part, weight in policy["weights"].items()), Fraction(0)) / 100


def row_of(policy: PolicyData, score: Fraction) -> Row:
    """The line of the best grade whose lowest score is reached; the last one where none is."""
    rows: list[Row] = policy["grades"]
    return next((row for row in rows if score >= Fraction(row["min_score"])), rows[-1])


def calculate(policy: PolicyData, facts: Facts, override: str | None = None) -> Calculation:
    """The whole sum, with each step shown; with the terms and the limit of another grade of the policy where a person set one."""
    score = score_of(policy, facts.scores)
    by_score = row_of(policy, score)
    steps = [_score_step(policy, facts, score), _grade_step(policy, score, by_score)]
    grade, capped_by = _capped(policy, facts, by_score["grade"], steps)
    grade = override or grade
    row = next(row for row in policy["grades"] if row["grade"] == grade)
    steps.append(Step("terms", grade, {"grade": grade}, str(row["terms_days"])))
    results, refer = _methods(policy, facts, row, steps)
    cap = Fraction(row["cap"])
    steps.append(Step("grade_cap", grade, {"grade": grade}, rounded(cap)))
    limit = None if refer else _limit(policy, [*(value for value in results.values() if value is not None), cap], cap, steps)
    z = zone(facts.statements) if facts.statements and results.get("working_assets") is not None else None
    return Calculation(
        score, by_score["grade"], capped_by, grade, results.get("sales"), results.get("working_assets"), cap, z, limit,
        row["terms_days"], "refer" if refer else "ok", tuple(steps),
    )  # fmt: skip


def _score_step(policy: PolicyData, facts: Facts, score: Fraction) -> Step:
    terms = [(weight, plain(facts.scores[part])) for part, weight in policy["weights"].items()]
    formula = " + ".join(f"{weight}% × {value}" for weight, value in terms)
    return Step("score", formula, {part: plain(facts.scores[part]) for part in policy["weights"]}, rounded(score))


def _grade_step(policy: PolicyData, score: Fraction, row: Row) -> Step:
    """The score against the lowest one of the grade; with as many digits as it takes to see why."""
    bounds = [Fraction(other["min_score"]) for other in policy["grades"]]
    told = telling(score, lambda value: [value >= bound for bound in bounds])
    relation = "≥" if score >= Fraction(row["min_score"]) else "<"
    return Step("grade", f"{told} {relation} {row['min_score']}", {"score": rounded(score), "min_score": row["min_score"]}, row["grade"])


def _capped(policy: PolicyData, facts: Facts, grade: str, steps: list[Step]) -> tuple[str, tuple[str, ...]]:
    """(the grade after caps, the codes of those that lower it, the worst first)."""
    order = [row["grade"] for row in policy["grades"]]
    known = facts.for_conditions()
    lowering = []
    for number, cap in enumerate(policy.get("caps", [])):
        tests = conditions.reasons(cap["when"], known, facts.as_of)
        applies = all(test.holds for test in tests)
        if applies and cap["grade"] in order and order.index(cap["grade"]) > order.index(grade):
            lowering.append((-order.index(cap["grade"]), number, cap["code"]))
        steps.append(Step("cap", cap["code"], {"grade": cap["grade"]}, cap["grade"] if applies else "", tuple(tests)))
    lowering.sort()
    final = order[-lowering[0][0]] if lowering else grade
    steps.append(Step("capped", grade, {"grade": grade}, final))
    return final, tuple(code for _, _, code in lowering)


def _methods(policy: PolicyData, facts: Facts, row: Row, steps: list[Step]) -> tuple[dict[str, Fraction | None], bool]:
    """(method → its limit, None where it doesn't apply; whether a person has to decide)."""
    found: dict[str, Fraction | None] = {}
    reasons = [] if "limit" in policy else ["no_method"]
    for method in policy.get("limit", {}).get("methods", []):
        sales = method["method"] == "sales"
        reason = _no_sales(facts) if sales else _unfit(facts.statements)
        reasons += [reason] if reason else []
        if reason or (not sales and facts.statements is None):
            found[method["method"]] = None
        else:
            found[method["method"]] = (_by_sales if sales else _by_working_assets)(method, facts, row, steps)
    for reason in reasons:
        value = getattr(facts.statements, reason, None)
        told = rounded(value) if isinstance(value, Fraction) else str(value or "")
        steps.append(Step("refer", reason, {reason: told} if told else {}, ""))
    return found, bool(reasons)


def _no_sales(facts: Facts) -> str | None:
    return "sales" if facts.average_monthly_credit_sales is None else None


def _unfit(statements: Statements | None) -> str | None:
    """Why statements that are there give no limit; a key of refer.* in the catalogue."""
    if statements is None:
        return None
    if statements.currency is not None:
        return "currency"
    if statements.net_worth <= 0:
        return "net_worth"
    return "current_liabilities" if statements.current_liabilities == 0 else None


def _by_sales(method: Row, facts: Facts, row: Row, steps: list[Step]) -> Fraction:
    sales = facts.average_monthly_credit_sales or Fraction(0)
    terms, days, coefficient = row["terms_days"], method["days"], row["coefficient"]
    value: Fraction = sales * terms / days * Fraction(coefficient)
    inputs = {"average_monthly_credit_sales": rounded(sales), "terms_days": str(terms), "days": str(days), "coefficient": coefficient}
    steps.append(Step("sales_limit", _not_below_zero(value, f"{shown(sales)} × {terms} ÷ {days} × {coefficient}"), inputs, _result(value)))
    return max(Fraction(0), value)


def zone(statements: Statements) -> Fraction:
    """Z of the statements; net worth and current liabilities aren't zero."""
    s = statements
    liquidity = (s.current_assets + s.current_assets - s.inventory) / s.current_liabilities
    return liquidity - (s.current_liabilities + s.total_liabilities) / s.net_worth


def _by_working_assets(method: Row, facts: Facts, row: Row, steps: list[Step]) -> Fraction:
    s = facts.statements
    assert s is not None  # noqa: S101 - asked before
    z, bounds = zone(s), [Fraction(rate["at_least"]) for rate in method["rates"]]
    inputs = {key: rounded(getattr(s, key)) for key in FIGURES}
    ca, inventory, cl, tl, nw = inputs.values()
    told = telling(z, lambda value: [value >= bound for bound in bounds])
    steps.append(Step("z", f"{ca} ÷ {cl} + ({ca} − {inventory}) ÷ {cl} − {cl} ÷ {nw} − {tl} ÷ {nw}", inputs, told))
    band = next((rate for rate in method["rates"] if z >= Fraction(rate["at_least"])), None)
    rate, relation = (band["rate"], f"≥ {band['at_least']}") if band else (method["below"], f"< {method['rates'][-1]['at_least']}")
    steps.append(Step("rate", f"{told} {relation}", {"z": rounded(z)}, f"{rate}%"))
    assets = (s.current_assets - s.current_liabilities + s.net_worth) / 2
    steps.append(Step("working_assets", f"(({ca} − {cl}) + {nw}) ÷ 2", inputs, shown(assets)))
    value = Fraction(rate) / 100 * assets
    inputs = {"rate": rate, "working_assets": rounded(assets)}
    formula = f"{'≈ ' if shown(assets) != rounded(assets) else ''}{rate}% × {rounded(assets)}"
    steps.append(Step("working_asset_limit", _not_below_zero(value, formula), inputs, _result(value)))
    return max(Fraction(0), value)


def _not_below_zero(value: Fraction, formula: str) -> str:
    return formula if value >= 0 else f"max(0, {formula})"


def _result(value: Fraction) -> str:
    return shown(max(Fraction(0), value))


def _limit(policy: PolicyData, candidates: list[Fraction], cap: Fraction, steps: list[Step]) -> Fraction:
    least, rule = min(candidates), policy["limit"]
    unit, direction = Fraction(rule["unit"]), rule["direction"]
    told = telling(least, lambda value: to_unit(value, unit, direction))
    steps.append(Step("least", f"min({', '.join(shown(value) for value in candidates)})", {}, told))
    to_the_unit = to_unit(least, unit, direction)
    limit = min(to_the_unit, cap)
    inputs = {"unit": rule["unit"], "direction": direction}
    steps.append(Step("limit", told, inputs, rounded(to_the_unit)))
    if limit != to_the_unit:
        steps.append(Step("within_cap", f"min({rounded(to_the_unit)}, {rounded(cap)})", {}, rounded(limit)))
    return limit


def shown(value: Fraction) -> str:
    """An amount as it is written down: ≈ before it where it had to be rounded."""
    text = rounded(value)
    return text if Fraction(text) == value else f"≈ {text}"


def telling(value: Fraction, outcome: Callable[[Fraction], Any]) -> str:
    """The figure with two digits, or with more where a reader of two would come to another outcome; ≈ where it isn't exact."""
    digits = next((digits for digits in range(2, 13) if outcome(Fraction(rounded(value, digits))) == outcome(value)), 12)
    text = rounded(value, digits)
    return text if Fraction(text) == value else f"≈ {text}"
