"""Why a customer is in its classes, and how its limit comes about: the sums as a clerk would check them on paper."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mingbu import classification, conditions, credit
from mingbu.credit import Calculation, Step
from mingbu.credit.calculation import shown as written
from mingbu.credit.standing import told as told_block
from mingbu.display import separated
from mingbu.money import rounded
from mingbu.register import Record
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.reader import Cell, Reader, record_page

Lines = list[list[Cell | list[Cell]]]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a record's page that is folded away: what it says in a line, and the tables and lines behind it."""

    id: str
    title: str
    summary: str
    grids: list[Grid] = field(default_factory=list)
    lines: list[Cell] = field(default_factory=list)
    """Before the tables."""
    sources: list[Cell] = field(default_factory=list)
    links: list[Cell] = field(default_factory=list)


def classes(reader: Reader, customer: Record, page: str) -> Panel | None:
    """Each axis with what was declared, what the facts show, and the line of the policy; None without a policy."""
    shown, schemas, lang = Shown(reader, page), reader.register.schemas, reader.lang
    found = classification.of(reader.register, reader.policy, customer)
    if not found:
        return None
    rows: Lines = []
    for axis, value in found.items():
        because = [shown.text(line) for line in classification.because(schemas, value, lang)]
        policy = reader.register.get(value.policy)
        line = shown.link(reader.word("explain.line"), record_page(policy) + _anchor(policy, value.line)) if policy else Cell("")
        rows.append([Cell(classification.title(schemas, axis, lang), "short"), Cell(shown.axis(axis, value.value), "short"),
                     Cell(shown.axis(axis, value.declared) if value.declared is not None else "", "short"),
                     Cell(shown.axis(axis, value.derived) if value.derived is not None else "", "short"), because, line])  # fmt: skip
    header = shown.header("explain.axis", "explain.value", "explain.declared", "explain.derived", "column.because", "explain.policy")
    differing = sum(value.differs for value in found.values())
    summary = reader.word("explain.differing", count=differing) if differing else reader.word("explain.agreeing")
    return Panel("classes", reader.word("explain.classes"), summary, [Grid("", "", header, rows)])


def _anchor(policy: Record, line: str) -> str:
    """Where the page of the policy has the line: axis 3, its first rule → #axis-3-rule-0."""
    parts = line.split("/")[1:]
    if policy.kind.name != "policy-classification" or parts[:1] != ["axes"]:
        return ""
    return f"#axis-{parts[1]}" + (f"-rule-{parts[3]}" if len(parts) > 3 else "")


def limit(reader: Reader, record: Record, page: str) -> Panel | None:
    """The sum of today for a customer or a credit file, and what is in force, owed and due; None without a credit file."""
    shown, register, policy = Shown(reader, page), reader.register, reader.policy
    credit_file = record if record.kind.name == "credit-file" else credit.file_of(register, record.id)
    if credit_file is None:
        return None
    rules = policy.in_force("credit")
    known = register.memo(f"site.known {credit_file.id} {policy.today}", lambda: credit.known(register, policy, credit_file))
    found = credit.calculate(rules.data, known.facts) if rules and known else None
    exposed, standing = credit.exposure(register, policy, credit_file), credit.standing(register, policy, credit_file)
    grids = [_sum(shown, rules, found)] if found and rules else []
    grids += [_exposure(shown, exposed), *_dunning(shown, exposed)]
    lines = [*_in_force(shown, exposed), *(Cell(told_block(block, reader.lang), "bad") for block in standing.blocks)]
    sources = _sources(shown, known) if known else []
    links = [shown.link(reader.word("analysis.policy"), record_page(rules))] if rules else []
    summary = _answer(reader, found) if found else reader.word("explain.no-sheet")
    return Panel("limit", reader.word("explain.limit", day=policy.today), summary, grids, lines, sources, links)


def decided(reader: Reader, decision: Record, page: str) -> Panel | None:
    """The sum of the day on which the decision was prepared, by the policy that it names; None where it can't be worked out."""
    found, rules = credit.calculated(reader.register, decision), reader.register.get(decision.data["policy_id"])
    if found is None or rules is None:
        return None
    shown = Shown(reader, page)
    title = reader.word("explain.limit", day=decision.data["prepared_on"])
    return Panel(
        "limit", title, _answer(reader, found), [_sum(shown, rules, found)], [], [], [shown.link(reader.word("analysis.policy"), record_page(rules))]
    )


def _answer(reader: Reader, found: Calculation) -> str:
    amount = reader.word("explain.referred") if found.limit is None else separated(rounded(found.limit))
    return reader.word("explain.answer", score=rounded(found.score), grade=found.grade, limit=amount, days=found.terms_days)


def _sum(shown: Shown, rules: Record, found: Calculation) -> Grid:
    """Every step on a line: what, how, result."""
    rows: Lines = []
    for number, step in enumerate(found.steps, 1):
        result = written(found.score) if step.name == "score" else step.result
        rows.append([Cell(str(number), "count"), Cell(_what(shown, rules, step)), _how(shown, rules, step), Cell(_figures(result), "amount")])
    header = shown.header(("explain.number", "count"), "explain.step", "explain.sum", ("explain.result", "amount"))
    return Grid("", "", header, rows)


def _what(shown: Shown, rules: Record, step: Step) -> str:
    if step.name != "cap":
        return shown.word(f"sum.{step.name}")
    titles = {cap["code"]: (cap["title"], cap["title_en"]) for cap in rules.data.get("caps", [])}
    return shown.word("sum.cap", title=shown.reader.pick(titles[step.formula]))


def _how(shown: Shown, rules: Record, step: Step) -> Cell | list[Cell]:
    """The formula in words, then with the figures put in."""
    if step.name == "score":
        parts = (
            f"{shown.reader.label(rules.kind.name, f'/weights/{part}')} {rules.data['weights'][part]}% × {score}"
            for part, score in step.inputs.items()
        )
        return Cell(" + ".join(parts))
    if step.name == "cap":
        said = [(conditions.told if test.holds else conditions.asked)(test, shown.reader.lang) for test in step.reasons]
        return Cell(shown.word("clause.separator").join([*said, shown.word("sum.applies" if step.result else "sum.not-applied")]))
    if step.name == "capped":
        return Cell(shown.word("sum.lowered", grade=step.formula) if step.result != step.formula else shown.word("sum.not-capped"))
    if step.name == "refer":
        return Cell(" ".join([shown.word(f"credit.refer.{step.formula}"), *map(_figures, step.inputs.values())]))
    if step.name == "limit":
        way = shown.code("rounding", step.inputs["direction"]).text
        return Cell(shown.word("sum.to-unit", value=_figures(step.formula), unit=_figures(step.inputs["unit"]), way=way))
    formula = _figures(step.formula)
    if formula.startswith("min("):
        formula = shown.word("list.separator").join(map(_figures, step.formula[4:-1].split(", ")))
    elif formula.startswith("max(0, "):
        formula = shown.word("credit.not-below-zero", formula=_figures(step.formula[7:-1]))
    if step.name in _FORMULAS:
        return [Cell(shown.word(f"sum.formula-{step.name}")), Cell(f"= {formula}".replace("= ≈", "≈"))]
    return Cell(formula)


_FORMULAS = frozenset({"sales_limit", "z", "working_assets", "working_asset_limit"})
_LONG = re.compile(r"(?<![\d.])\d{4,}(?:\.\d+)?")


def _figures(text: str) -> str:
    """Every long figure of a formula with separators."""
    return _LONG.sub(lambda found: separated(found.group()), text)


def _exposure(shown: Shown, found: credit.Exposure) -> Grid:
    """What is owed against the limit."""
    header = shown.header(("column.limit", "amount"), ("column.outstanding", "amount"), ("explain.not-due", "amount"), ("column.overdue", "amount"),
                          ("explain.oldest", "count"), ("column.used", "percent"), ("explain.available", "amount"))  # fmt: skip
    amounts = [shown.amount(value) for value in (found.limit, found.outstanding, found.not_due, found.overdue)]
    others = [shown.count(found.oldest_overdue_days), shown.percent(found.utilisation, 1), shown.amount(found.available)]
    row: list[Cell | list[Cell]] = [*amounts, *others]
    return Grid("", shown.word("explain.owed"), header, [row])


def _dunning(shown: Shown, exposed: credit.Exposure) -> list[Grid]:
    """The open invoices with the step that is due on each."""
    rows: Lines = []
    for found in credit.dunned(shown.reader.register, shown.reader.policy, exposed.customer.id):
        item, now, last = found.receivable, found.now, found.last
        done = shown.link(f"{shown.code('dunning_step', last.data['step']).text} {last.data['acted_on']}", record_page(last)) if last else Cell("")
        step = f"{shown.code('dunning_step', now.step).text} {now.due_on}" if now else ""
        rows.append([shown.text(item.invoice_no or ""), shown.date(item.due_on), shown.count(item.days_overdue(shown.reader.policy.today)),
                     shown.amount(item.outstanding), done, Cell(step)])  # fmt: skip
    header = shown.header(
        "column.invoices", "explain.due-on", ("explain.days", "count"), ("column.outstanding", "amount"), "explain.last-step", "column.step-due"
    )
    return [Grid("", shown.word("analysis.dunning"), header, rows)] if rows else []


def _in_force(shown: Shown, found: credit.Exposure) -> list[Cell]:
    if found.decision is None:
        return [Cell(shown.word("credit.in-force-none"))]
    now = credit.limit_in_force(shown.reader.register, shown.reader.policy.today, found.decision)
    words = {"grade": now.grade, "limit": separated(now.amount), "days": now.terms_days, "until": found.decision.data["valid_to"]}
    return [shown.link(shown.word("explain.in-force", **words), record_page(found.decision))]


def _sources(shown: Shown, known: credit.Gathered) -> list[Cell]:
    """The records that the facts came from."""
    found = [(record, key) for record, key in ((known.sheet, "prepared_on"), (known.statement, "statement_date"),
                                               (known.investigation, "investigated_on")) if record is not None]  # fmt: skip
    lines = [
        shown.link(shown.word("explain.from", kind=shown.reader.pick(record.kind.title), day=record.data[key]), record_page(record))
        for record, key in found
    ]
    sales = known.sales
    if sales.months:
        average = written(sales.sold / sales.months)
        words = {"first": sales.first, "last": sales.last, "lines": sales.lines, "months": sales.months}
        said = shown.word("credit.from.sales", sold=_figures(rounded(sales.sold)), average=_figures(average), **words)
        lines.append(Cell(said.replace("= ≈", "≈")))
    return lines
