"""The home page: key figures, what is about to expire, the months' cases, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from mingbu import credit, display
from mingbu.register import Record
from mingbu.site.agenda import panels
from mingbu.site.analysis import overview
from mingbu.site.boards.cells import Shown
from mingbu.site.boards.parts import Figure
from mingbu.site.casework.monthly import shown_months
from mingbu.site.expiring import Event, expiring, linked
from mingbu.site.lately import landings
from mingbu.site.reader import Cell, Reader, record_page


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a small chart; parts are (state, count, percent of the longest bar)."""

    label: str
    total: int
    parts: list[tuple[str, int, int]]
    page: str | None = None
    lang: str | None = None


def figures(reader: Reader) -> dict[str, Any]:
    """Everything that the home page shows."""
    changes, most = reader.setting("changes_days"), reader.setting("changes_max")
    return {
        "name": reader.register.settings.get("name_en" if reader.lang == "en" else "name", "mingbu"),
        "figures": [*overview.headlines(Shown(reader, "index.html")), *_customers(reader), *_cases(reader), *_credit(reader)],
        "months": _months(reader, reader.setting("months_shown")),
        "case_states": list(_labels(reader, "case_state").items()),
        "grades": _grades(reader),
        "expiring": expiring(reader, reader.setting("expiring_days")),
        "landings": landings(reader, changes, most),
        "changes": _changes(reader, changes)[:most],
        "changes_days": changes,
        "urgent": _urgent(reader),
        "owed": panels.pressing(reader, most),
        "find": "customer/index.rows.json",
    }


def _urgent(reader: Reader) -> list[Event]:
    """Urgent information reports that nobody has answered yet (B17), newest first."""
    found = []
    for report in reader.register.of("info-report"):
        if report.data["report_class"] == "urgent" and "answered_on" not in report.data:
            who = report.data.get("customer", report.data["reporter"])
            target = reader.register.get(who)
            name, lang = (reader.name(target), reader.name_lang(target)) if target else (str(who), None)
            topic = reader.shown(report.kind.by_pointer["/topic"], report.data["topic"])
            found.append(Event(report.data["reported_at"][:10], topic, Cell(name, "ref", lang, record_page(report))))
    return sorted(found, key=lambda event: event.day, reverse=True)


def _labels(reader: Reader, name: str) -> dict[str, str]:
    return {code: reader.pick(pair) for code, pair in reader.register.schemas.codes.get(name, {}).items()}


def _count(records: list[Record], key: str, value: str) -> int:
    return sum(record.data.get(key) == value for record in records)


def _customers(reader: Reader) -> list[Figure]:
    customers = reader.register.of("customer")
    active, prospects = _count(customers, "status", "active"), _count(customers, "status", "prospect")
    ended = len(customers) - active - prospects
    current = [record for record in customers if record.data.get("status") == "active"]
    return [
        Figure(
            reader.word("home.active"), str(active), "customer/index.html", reader.word("home.key", count=_count(current, "market_position", "key"))
        ),
        Figure(reader.word("home.prospects"), str(prospects), "customer/classes.html"),
        Figure(reader.word("home.ended"), str(ended), "customer/suspended.html"),
    ]


def _cases(reader: Reader) -> list[Figure]:
    cases, month = reader.register.of("case"), reader.policy.today.isoformat()[:7]
    opened = sum(case.data["submitted_at"][:7] == month for case in cases)
    won = sum(case.data["state"] == "won" and case.data["closed_on"][:7] == month for case in cases)
    return [
        Figure(reader.word("home.cases"), str(_count(cases, "state", "negotiating")), "case/states.html"),
        Figure(reader.word("home.month"), str(opened), "case/months.html", reader.word("home.won", count=won)),
    ]


def _credit(reader: Reader) -> list[Figure]:
    limits = [
        Decimal(d.data["approved_limit"]) for f in reader.register.of("credit-file") if (d := credit.in_force(reader.register, reader.policy, f.id))
    ]
    total = display.separated(str(sum(limits, Decimal("0.00"))))
    return [Figure(reader.word("home.limit"), total, "credit-file/index.html", reader.word("home.files", count=len(limits)))]


def _months(reader: Reader, shown: int) -> list[Bar]:
    """Cases by month, as the report has them: won, lost and carried over, oldest month first."""
    found = shown_months(reader.register, reader.policy, _last_months(reader.policy.today, shown))
    counts = {month: [("won", row["won"]), ("lost", row["lost"]), ("negotiating", row["carried_over"])] for month, row in found.items()}
    longest = max((sum(count for _, count in parts) for parts in counts.values()), default=0) or 1
    return [
        Bar(month, sum(count for _, count in parts), [(state, count, round(100 * count / longest)) for state, count in parts if count])
        for month, parts in counts.items()
    ]


def _last_months(today: date, shown: int) -> list[str]:
    first = today.year * 12 + today.month - 1
    return [f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(first - shown + 1, first + 1)]


def _grades(reader: Reader) -> list[Bar]:
    """Credit files by the grade in force, best first."""
    counts: dict[str, int] = {}
    for credit_file in reader.register.of("credit-file"):
        grade = reader.value(credit_file, "/grade")
        if grade:
            counts[grade] = counts.get(grade, 0) + 1
    longest = max(counts.values(), default=1)
    labels = _labels(reader, "credit_grade")
    return [
        Bar(labels[grade], counts[grade], [("grade", counts[grade], round(100 * counts[grade] / longest))]) for grade in labels if grade in counts
    ]


def _changes(reader: Reader, days: int) -> list[Event]:
    """Dated facts of the last days, newest first: the records' own dates, where no history says who changed what."""
    first, today = (reader.policy.today - timedelta(days=days)).isoformat(), reader.policy.today.isoformat()
    found = [
        Event(day, what, linked(reader, record))
        for record in reader.register.records.values()
        for day, what in _facts(reader, record)
        if first <= day <= today
    ]
    return sorted(found, key=lambda event: (event.day, event.cell.url or "", event.what), reverse=True)


_FACTS = {
    "case": (("submitted_at", "home.submitted"), ("closed_on", None)),
    "credit-decision": (("valid_from", "home.decided"),),
    "customer": (("first_trade_on", "home.first-trade"), ("ended_on", "home.ended-on")),
    "credit-file": (("opened_on", "home.opened"),),
    "regulation": (("effective_on", "home.in-force"),),
}


def _facts(reader: Reader, record: Record) -> list[tuple[str, str]]:
    facts = []
    for key, what in _FACTS.get(record.kind.name, ()):
        day = record.data.get(key)
        if isinstance(day, str):
            facts.append((day[:10], reader.word(what or f"home.state-{record.data.get('state')}")))
    return facts
