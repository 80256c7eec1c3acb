"""A credit calculation in words: the answer in a line, the sum as a clerk would check it on paper, what is in force beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mingbu import conditions, credit
from mingbu.cli.context import Context
from mingbu.credit import Calculation, Gathered, Step
from mingbu.credit.calculation import shown
from mingbu.credit.facts import plain
from mingbu.display import name, separated
from mingbu.labels import pick
from mingbu.money import rounded
from mingbu.register import Record

__all__ = ["answer", "cell", "in_force", "known_as_dict", "plain", "row", "sources", "told", "who"]


def answer(context: Context, policy: Record, found: Calculation) -> str:
    """Score, grade, limit or why there is none, terms; and the caps that lowered the grade."""
    figures = {"score": rounded(found.score), "grade": found.grade, "terms": _terms(context, found.terms_days)}
    if found.limit is None:
        separator = context.say("list.separator")
        line = context.say("credit.answer-refer", why=separator.join(_reason(context, step) for step in found.referred), **figures)
    else:
        line = context.say("credit.answer", limit=separated(rounded(found.limit)), **figures)
    if not found.capped_by:
        return line
    caps = context.say("list.separator").join(_title(context, policy, code) for code in found.capped_by)
    return line + context.say("credit.answer-capped", grade=found.score_grade, caps=caps)


def _terms(context: Context, days: int) -> str:
    return context.say("credit.terms", days=days) if days else context.say("credit.terms-none")


def _reason(context: Context, step: Step) -> str:
    """Why a person has to decide, with the figure that it lies in."""
    reason = context.say(f"credit.refer.{step.formula}")
    return context.say("credit.because", reason=reason, value=_spaced(step.inputs[step.formula])) if step.inputs else reason


def _title(context: Context, policy: Record, code: str) -> str:
    return next((pick((cap["title"], cap["title_en"]), context.lang) for cap in policy.data.get("caps", []) if cap["code"] == code), code)


def told(context: Context, policy: Record, found: Calculation) -> list[str]:
    """Every step on a line of its own, numbered."""
    return [f"{number}. {_step(context, policy, step, found)}" for number, step in enumerate(found.steps, 1)]


def _step(context: Context, policy: Record, step: Step, found: Calculation) -> str:
    words = {"formula": _formula(context, step.formula), "result": _spaced(step.result)}
    if step.name == "score":
        words["formula"] = _score(context, policy, step)
        words["result"] = _spaced(shown(found.score))
    elif step.name == "cap":
        words |= _cap(context, policy, step)
    elif step.name == "capped":
        capped = step.result != step.formula
        words["formula"] = context.say("credit.capped-to", grade=step.formula) if capped else context.say("credit.capped-none")
    elif step.name == "limit":
        labels = context.schemas.codes["rounding"]
        words |= {"unit": _spaced(step.inputs["unit"]), "direction": pick(labels[step.inputs["direction"]], context.lang).lower()}
    elif step.name == "refer":
        words["formula"] = _reason(context, step)
    return context.say(f"credit.step.{step.name}", **words).replace("= ≈", "≈")


def _score(context: Context, policy: Record, step: Step) -> str:
    """财务状况 35% × 78 + 付款习惯 30% × 90 + …"""
    fields = policy.kind.by_pointer
    parts = [(fields[f"/weights/{part}"].title, weight, step.inputs[part]) for part, weight in policy.data["weights"].items()]
    return " + ".join(f"{pick(title, context.lang)} {weight}% × {score}" for title, weight, score in parts)


def _cap(context: Context, policy: Record, step: Step) -> dict[str, str]:
    tests = [(conditions.told if test.holds else conditions.asked)(test, context.lang) for test in step.reasons]
    result = context.say("credit.cap-applies", grade=step.result) if step.result else context.say("credit.cap-not")
    return {"title": _title(context, policy, step.formula), "tests": context.say("list.separator").join(tests), "result": result}


def _formula(context: Context, formula: str) -> str:
    """As a person writes it: no min() and no max()."""
    if formula.startswith("min("):
        return context.say("list.separator").join(map(_spaced, formula[4:-1].split(", ")))
    if formula.startswith("max(0, "):
        return context.say("credit.not-below-zero", formula=_spaced(formula[7:-1]))
    return _spaced(formula)


_LONG = re.compile(r"(?<![\d.])\d{4,}(?:\.\d+)?")


def _spaced(text: str) -> str:
    """Every figure of a formula with separators: 420000.00 × 60 → 420,000.00 × 60."""
    return _LONG.sub(lambda found: separated(found.group()), text)


def in_force(context: Context, credit_file: Record, found: Calculation) -> list[str]:
    """The decision in force, and where today's sum differs from it."""
    decision = credit.in_force(context.sound, context.policy, credit_file.id)
    if decision is None:
        return [context.say("credit.in-force-none")]
    now = credit.limit_in_force(context.sound, context.today, decision)
    limit = separated(now.amount)
    if now.temporary:
        limit = context.say("credit.in-force-temporary", limit=limit, until=decision.data["temporary_limit"]["to"])
    words = {"grade": now.grade, "limit": limit, "terms": _terms(context, now.terms_days), "valid_to": decision.data["valid_to"]}
    pairs = [
        ("grade", now.grade, found.grade),
        ("limit", separated(now.amount), context.say("credit.referred") if found.limit is None else separated(rounded(found.limit))),
        ("terms", _terms(context, now.terms_days), _terms(context, found.terms_days)),
    ]
    differing = [
        context.say("credit.differs", what=context.say(f"credit.what.{what}"), now=was, computed=computed)
        for what, was, computed in pairs
        if was != computed
    ]
    return [context.say("credit.in-force", decision=decision.id, **words), *(differing or [context.say("credit.same")])]


def sources(context: Context, known: Gathered) -> list[str]:
    """The records that the facts came from."""
    lines = []
    if known.sheet is not None:
        lines.append(context.say("credit.from.sheet", id=known.sheet.id, date=known.sheet.data["prepared_on"]))
    for what, record, key in (("statement", known.statement, "statement_date"), ("investigation", known.investigation, "investigated_on")):
        if record is None:
            lines.append(context.say("credit.from.none", what=context.say(f"credit.kind.{what}")))
        else:
            lines.append(context.say(f"credit.from.{what}", id=record.id, date=record.data[key]))
    sales, average = known.sales, known.facts.average_monthly_credit_sales
    if average is None:
        return [*lines, context.say("credit.from.no-sales")]
    figures = {"lines": sales.lines, "months": sales.months, "sold": _spaced(rounded(sales.sold)), "average": _spaced(shown(average))}
    said = context.say("credit.from.sales", first=sales.first.isoformat(), last=sales.last.isoformat(), **figures)
    return [*lines, said.replace("= ≈", "≈")]


def known_as_dict(context: Context, credit_file: Record, known: Gathered) -> dict[str, Any]:
    """What JSON adds for a customer: facts, the records that they came from, the decision in force."""
    sales = known.sales
    window = {
        "from": sales.first.isoformat(),
        "to": sales.last.isoformat(),
        "months": sales.months,
        "lines": sales.lines,
        "amount": rounded(sales.sold),
    }
    records = {"score_sheet": known.sheet, "statement": known.statement, "investigation": known.investigation}
    return {
        "customer": credit_file.data["customer"],
        "facts": known.facts.as_data(),
        "sources": {**{key: record.id if record else None for key, record in records.items()}, "sales": window if sales.months else None},
        "decision": _decision(context, credit_file),
    }


def _decision(context: Context, credit_file: Record) -> dict[str, Any] | None:
    decision = credit.in_force(context.sound, context.policy, credit_file.id)
    if decision is None:
        return None
    now = credit.limit_in_force(context.sound, context.today, decision)
    dates = {key: decision.data[key] for key in ("valid_from", "valid_to")}
    return {"id": decision.id, "grade": now.grade, "limit": now.amount, "temporary": now.temporary, "terms_days": now.terms_days, **dates}


def row(context: Context, credit_file: Record) -> dict[str, Any]:
    """A credit file on one line; null where nothing is in force or nothing comes out."""
    now, found = _decision(context, credit_file), credit.today(context.sound, context.policy, credit_file)
    return {
        "customer": credit_file.data["customer"],
        "credit_file": credit_file.id,
        **{key: now[key] if now else None for key in ("grade", "limit", "terms_days", "valid_to")},
        "computed_grade": found.grade if found else None,
        "computed_limit": rounded(found.limit) if found and found.limit is not None else None,
        "status": found.status if found else None,
    }


def who(context: Context, line: Mapping[str, Any]) -> list[str]:
    return [name(context.sound, line["customer"], context.lang), line["credit_file"]]


def cell(context: Context, line: Mapping[str, Any], key: str) -> str:
    if key == "computed_limit" and line["status"] == "refer":
        return context.say("credit.referred")
    value = line[key]
    return "" if value is None else separated(value) if key in {"limit", "computed_limit"} else str(value)
