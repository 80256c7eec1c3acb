"""Information reports 信息报告 of salespeople (B17): by class and topic, answered or not and how soon, urgent ones first."""

from __future__ import annotations

from mingbu.owed import LATE
from mingbu.register import Policy, Record, Register
from mingbu.reports.changing import average
from mingbu.reports.fieldwork import Row, age, code, columns, days_between, done_by, owed_of, spanned, titled, totals, year_of
from mingbu.reports.model import Asked, Report, Table

URGENT = "urgent"

_OPEN = columns("report:ref", "class", "urgency", "topic", "customer:ref", "reporter:ref", "reported_to:ref", "reported_on:date", "due_on:date",
                "days:count", "in_time", "affected:amount")  # fmt: skip


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy, period, on = spanned(register, policy, asked, year_of(policy.today))
    made = [report for report in register.of("info-report") if done_by(report, "reported_at", on)]
    within = [report for report in made if period.holds(report.data["reported_at"][:10])]
    waiting = [report for report in made if not done_by(report, "answered_on", on)]
    classes = _counted(register, within, "report_class", "report_class", on)
    topics = _counted(register, within, "topic", "report_topic", on)
    spec = ("made:count", "answered:count", "unanswered:count", "average:number")
    keys = ("made", "answered", "unanswered")
    return [
        Table("open", titled("info-open", day=on), _OPEN, _open(register, policy, waiting)),
        Table("classes", titled("info-classes", period=period.name), columns("class", *spec), classes, totals(classes, *keys),
              (titled("average-note"),)),
        Table("topics", titled("info-topics", period=period.name), columns("topic", *spec), topics, totals(topics, *keys)),
    ]  # fmt: skip


def _open(register: Register, policy: Policy, waiting: list[Record]) -> list[Row]:
    """Urgent ones first, then the oldest; only for urgent ones the policy sets a day."""
    due = {item.subject: item for item in owed_of(register, policy, "info.answer")}
    rows = []
    for report in sorted(waiting, key=lambda report: (report.data["report_class"] != URGENT, report.data["reported_at"], report.id)):
        data, item = report.data, due.get(report.id)
        rows.append(
            {
                "report": report.id,
                "is_urgent": data["report_class"] == URGENT,
                "class": code(register, "report_class", data["report_class"]),
                "urgency": code(register, "urgency", data.get("urgency")),
                "topic": code(register, "report_topic", data["topic"]),
                "customer": data.get("customer", ""),
                "reporter": data["reporter"],
                "reported_to": data["reported_to"],
                "reported_on": data["reported_at"][:10],
                "due_on": item.due_on.isoformat() if item else "",
                "days": age(data["reported_at"], policy.today),
                "in_time": ("", "") if item is None else titled("late" if item.state(policy.today) == LATE else "running"),
                "affected": data.get("impact_amount", ""),
            }
        )
    return rows


def _counted(register: Register, reports: list[Record], field: str, codes: str, on: str) -> list[Row]:
    """Of the reports made in the period, by a field in the order of its codes."""
    rows = []
    for name in sorted(register.schemas.codes[codes], key=lambda name: name != URGENT):
        found = [report for report in reports if report.data[field] == name]
        if found:
            days = [days_between(one.data["reported_at"], day) for one in found if (day := done_by(one, "answered_on", on))]
            counts = {"made": len(found), "answered": len(days), "unanswered": len(found) - len(days), "average": average(days)}
            rows.append({("class" if field == "report_class" else field): code(register, codes, name), **counts})
    return rows


REPORT = Report(
    "information-reports", titled("information-reports"), ("B17",), _tables, frozenset({"period"}), usual_period=year_of, confidentiality="secret"
)
