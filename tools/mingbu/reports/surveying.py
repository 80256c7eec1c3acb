"""A round of the customer survey 定期调查 (A13, A14): who is covered, who owes what, and whether what changed has reached the card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from mingbu import deadlines
from mingbu.calendar import clipped
from mingbu.money import rounded
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports.fieldwork import Row, age, by_code, code, columns, done_by, listed, titled, totals
from mingbu.reports.model import Asked, CannotReport, Report, Table


@dataclass(frozen=True, slots=True)
class Round:
    """A round, whom it asks to be surveyed, and the surveys by customer, as of a day."""

    name: str
    opens_on: date
    due_on: date
    today: date
    owing: tuple[Record, ...]
    surveys: Mapping[str, Record]
    """customer → its survey of this round, also of customers that the round didn't ask for."""

    @property
    def to_do(self) -> list[Record]:
        return [customer for customer in self.owing if customer.id not in self.surveys]

    def coverage(self, of: Iterable[Record]) -> str:
        """Percent with one digit; blank where nobody is to be surveyed."""
        found = list(of)
        return rounded(Fraction(100 * sum(customer.id in self.surveys for customer in found), len(found)), 1) if found else ""


def round_of(register: Register, policy: Policy, period: Period | None = None) -> Round | None:
    """The round that was asked for, else the one that is open or was due last; None where the policy has no rounds.

    It asks for customers that we had traded with before it opened and that hadn't ended when it was due (or haven't today).
    Raises CannotReport for a month that has no round, or that hasn't begun.
    """
    row = deadlines.rule(policy, "survey.round")
    if row is None or "months" not in row:
        return None
    opens = _opening(row, policy.today, period)
    if opens is None:
        return None
    due = clipped(opens.year, opens.month, row["day"])
    name, on = f"{opens:%Y-%m}", policy.today.isoformat()
    held = {survey.data["customer"]: survey for survey in register.of("survey") if survey.data["round"] == name and survey.data["surveyed_on"] <= on}
    owing = [customer for customer in register.of("customer") if _owes(customer, opens, min(due, policy.today))]
    return Round(name, opens, due, policy.today, tuple(owing), held)


def _opening(row: Mapping[str, Any], today: date, period: Period | None) -> date | None:
    """The day on which the round opens."""
    if period is None:
        days = (clipped(year, month, row.get("opens", 1)) for year in (today.year - 1, today.year) for month in row["months"])
        return max((day for day in days if day <= today), default=None)
    months = {f"{period.first.year}-{month:02d}" for month in row["months"]}
    if period.name not in months:
        raise CannotReport("error.report-round", value=period.name, months=", ".join(f"{month:02d}" for month in row["months"]))
    opens = clipped(period.first.year, period.first.month, row.get("opens", 1))
    if opens > today:
        raise CannotReport("error.report-ahead", value=period.name)
    return opens


def _owes(customer: Record, opens: date, on: date) -> bool:
    """Whether it was an active customer on the day, traded with since before the round opened."""
    data = customer.data
    return str(data.get("first_trade_on", "9")) < opens.isoformat() and str(data.get("ended_on", "9")) > on.isoformat()


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    found = round_of(register, policy, asked.period)
    if found is None:
        return []
    spec = ("to_survey:count", "done:count", "left:count", "changed:count")
    departments = _grouped(found, "department", "department", lambda key: by_code(register, key))
    people = _grouped(found, "responsible", "responsible_staff", lambda key: (register.name_of(key), key))
    keys = ("to_survey", "done", "left", "changed")
    extra = len(found.surveys.keys() - {customer.id for customer in found.owing})
    notes = (titled("survey-note", opens=found.opens_on, due=found.due_on), *([titled("survey-extra", count=extra)] if extra else []))
    whole = {"name": titled("survey-all"), "to_survey": len(found.owing), "done": len(found.owing) - len(found.to_do), "left": len(found.to_do),
             "coverage": found.coverage(found.owing)}  # fmt: skip
    return [
        Table("round", titled("survey-of", round=found.name), columns("name", "to_survey:count", "done:count", "left:count", "coverage:percent"),
              [whole], {}, notes),
        Table("departments", titled("survey-departments"), columns("department:ref", *spec, "coverage:percent"), departments,
              totals(departments, *keys)),
        Table("surveyors", titled("survey-surveyors"), columns("responsible:ref", *spec, "coverage:percent"), people, totals(people, *keys)),
        _left(found),
        _changed(register, found),
    ]  # fmt: skip


def _grouped(found: Round, column: str, field: str, order: Any) -> list[Row]:
    groups: dict[str, list[Record]] = {}
    for customer in found.owing:
        groups.setdefault(customer.data[field], []).append(customer)
    rows = []
    for key in sorted(groups, key=order):
        done = [found.surveys[customer.id] for customer in groups[key] if customer.id in found.surveys]
        changed = sum(survey.data["result"] == "changed" for survey in done)
        counts = {"to_survey": len(groups[key]), "done": len(done), "left": len(groups[key]) - len(done), "changed": changed}
        rows.append({column: key, **counts, "coverage": found.coverage(groups[key])})
    return rows


def _left(found: Round) -> Table:
    """The list to do, with who owes it: by department, then the person."""
    rows = [
        {
            "customer": customer.id,
            "department": customer.data["department"],
            "responsible": customer.data["responsible_staff"],
            "due_on": found.due_on.isoformat(),
            "overdue": max((found.today - found.due_on).days, 0),
            "remark": titled("survey-ended", day=customer.data["ended_on"]) if _ended(customer, found.today) else ("", ""),
        }
        for customer in sorted(found.to_do, key=lambda one: (one.data["department"], one.data["responsible_staff"], one.id))
    ]
    spec = columns("customer:ref", "department:ref", "responsible:ref", "due_on:date", "overdue:count", "remark")
    return Table("to-do", titled("survey-to-do"), spec, rows)


def _ended(customer: Record, today: date) -> bool:
    return str(customer.data.get("ended_on", "9")) <= today.isoformat()


def _changed(register: Register, found: Round) -> Table:
    """Surveys that found something changed; first those whose change the card doesn't have yet."""
    rows = []
    for survey in found.surveys.values():
        if survey.data["result"] != "changed":
            continue
        on, notice = found.today.isoformat(), register.get(survey.data.get("change_notice"))
        corrected, state = done_by(survey, "card_corrected_on", on), _reached(survey, notice, on)
        rows.append(
            {
                "survey": survey.id,
                "customer": survey.data["customer"],
                "surveyed_on": survey.data["surveyed_on"],
                "surveyor": survey.data["surveyor"],
                "fields": listed(change["field"] for change in survey.data["changes"]),
                "notice": notice.id if notice else "",
                "notice_state": code(register, "change_state", notice.data["state"]) if notice else ("", ""),
                "corrected_on": corrected or (done_by(notice, "handled_on", on) if notice and state == "reached" else ""),
                "reached": titled(f"survey-{state}"),
                "days": age(survey.data["surveyed_on"], found.today) if state == "waiting" else 0,
                "is_waiting": state == "waiting",
            }
        )
    rows.sort(key=lambda row: (not row["is_waiting"], row["surveyed_on"], row["survey"]))
    spec = columns("survey:ref", "customer:ref", "surveyed_on:date", "surveyor:ref", "fields", "notice:ref", "notice_state", "corrected_on:date",
                   "reached", "days:count")  # fmt: skip
    return Table("changed", titled("survey-changed"), spec, rows, notes=(titled("survey-changed-note"),))


def _reached(survey: Record, notice: Record | None, on: str) -> str:
    """reached (the card was corrected), rejected (it was decided not to), or waiting."""
    if done_by(survey, "card_corrected_on", on):
        return "reached"
    if notice is None or not done_by(notice, "handled_on", on):
        return "waiting"
    return "reached" if notice.data["state"] == "handled" else "rejected"


REPORT = Report("survey-round", titled("survey-round"), ("A13", "A14"), _tables, frozenset({"period"}), confidentiality="secret")
