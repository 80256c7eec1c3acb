"""Route sheets 路线单 (B14, B18): whom each salesperson visits on a day, to print and take along."""

from __future__ import annotations

from datetime import date

from mingbu import display, labels
from mingbu.classification.routes import Sheet, Stop, route_sheet, salespeople
from mingbu.labels import LANGS
from mingbu.register import Policy, Register
from mingbu.reports.model import Asked, CannotReport, Column, Pair, Report, Table

_COLUMNS = (
    Column("order", ("路序", "Order"), "count"),
    Column("customer", ("客户", "Customer"), "ref"),
    Column("address", ("地址", "Address")),
    Column("contact", ("联系人", "Contact")),
    Column("telephone", ("电话", "Telephone")),
    Column("why", ("事由", "Why")),
    Column("last", ("上次走访", "Last visit"), "date"),
    Column("agreed", ("约定事项", "Agreed")),
    Column("cases", ("接洽中的提报", "Open cases")),
)


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    day = _day(policy, asked)
    if asked.who is not None:
        person = register.get(asked.who)
        if person is None or person.kind.name != "person":
            raise CannotReport("error.report-who", value=asked.who)
        return [_table(register, route_sheet(register, policy, person.id, day))]
    sheets = [route_sheet(register, policy, person, day) for person in salespeople(register)]
    return [_table(register, sheet) for sheet in sheets if sheet.stops]


def _day(policy: Policy, asked: Asked) -> date:
    if asked.period is None:
        return policy.today
    if asked.period.first != asked.period.last:
        raise CannotReport("error.report-day", value=asked.period.name)
    return asked.period.first


def _table(register: Register, sheet: Sheet) -> Table:
    rows = [
        {
            "order": "" if stop.order is None else stop.order,
            "customer": stop.customer.id,
            "address": stop.address,
            "contact": stop.contact[0],
            "telephone": stop.contact[1],
            "why": why(register, stop, sheet.day),
            "last": stop.last_on or "",
            "agreed": " ".join(stop.agreed.split()),
            "cases": " ".join(case.id for case in stop.cases),
        }
        for stop in sheet.stops
    ]
    return Table(f"route-{sheet.salesperson}", _title(register, sheet), _COLUMNS, rows)


def _title(register: Register, sheet: Sheet) -> Pair:
    name = display.name(register, sheet.salesperson, "zh")
    left = [labels.word("route.left-off", lang, count=sheet.left_off) if sheet.left_off else "" for lang in LANGS]
    zh, en = (labels.word("route.title", lang, name=name, date=sheet.day) + more for lang, more in zip(LANGS, left, strict=True))
    return zh, en


def why(register: Register, stop: Stop, day: date) -> Pair:
    """Why a customer is on the sheet of the day, in words."""
    position = register.schemas.codes["market_position"].get(stop.position, (stop.position, stop.position))
    since = (day - date.fromisoformat(stop.last.day)).days if stop.last else 0
    zh, en = (
        labels.word(f"route.why-{stop.why}", lang, position=labels.pick(list(position), lang), days=since, every=stop.every or "") for lang in LANGS
    )
    return zh, en


REPORT = Report("route-sheet", ("路线单", "Route sheets"), ("B14", "B18"), _tables, frozenset({"who", "period"}))
