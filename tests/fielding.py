"""A small register of the field for the tests: an office, four people, three customers, and whatever a test adds; reports of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import building
from building import ABSENT, ACTIVE, BOSS, BRANCH, CLERK, COMPANY, HEAD, KEEPER, NOT_RATED, OFFICE, PROJECT, PROSPECT, SCHEMAS
from mingbu import yamlio
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports import REPORTS, Asked, Table

FRIDAY, MONDAY, TUESDAY = "2026-11-06", "2026-11-09", "2026-11-10"
"""A report on a visit of Friday is due on Monday, one working day after."""
DONE = {"state": "handled", "handled_by": HEAD, "handling": "已更正。"}
NAMES = {ACTIVE: "松墨阀门", PROSPECT: "云栖电机", NOT_RATED: "竹屿环保"}


def known() -> list[Record]:
    """A branch with an office, four people, three customers that have traded with us since 2024, and the sample's deadlines."""
    units = {COMPANY: ("company", ABSENT), BRANCH: ("branch", COMPANY), OFFICE: ("office", BRANCH)}
    found = [
        building.record("department", building.fields("department", id=key, code=key[-1], name=f"部门{key[-1]}", level=level, parent=parent))
        for key, (level, parent) in units.items()
    ]
    people = {CLERK: [building.post("salesperson")], HEAD: [building.post("office_head"), building.post("finance_head", COMPANY)],
              KEEPER: [building.post("archivist", COMPANY)], BOSS: [building.post("salesperson", BRANCH)]}  # fmt: skip
    found += [building.record("person", building.fields("person", id=key, name=f"员工{key[-1]}", posts=posts)) for key, posts in people.items()]
    found += [customer(key) for key in NAMES]
    return [*found, *(policy(topic) for topic in ("deadlines", "duties"))]


def policy(topic: str) -> Record:
    """The sample's."""
    data, faults = yamlio.read((PROJECT / f"records/policy/{topic}/2024-01-01.yml").read_bytes())
    assert data is not None and not faults
    return building.record(f"policy-{topic}", data)


def customer(key: str, **said: Any) -> Record:
    shared = {"short_name": NAMES[key], "legal_name": f"{NAMES[key]}有限公司", "department": OFFICE, "responsible_staff": CLERK, "status": "active"}
    return building.record("customer", building.fields("customer", id=key, **shared | {"first_trade_on": "2024-03-01"} | said))


def made(kind: str, number: int, **said: Any) -> Record:
    prefix = SCHEMAS.kinds[kind].prefix
    return building.record(kind, building.fields(kind, id=f"{prefix}-{number:06d}", **said))


def line(who: str = ACTIVE, **said: Any) -> dict[str, Any]:
    named = {"customer": who} if who in NAMES else {"prospect_name": who}
    shared = {"start": "2026-11-18T09:30:00+08:00", "channel": "visit", "purpose": "routine", "content": "了解用泵计划。", "result": "progress"}
    return named | shared | said


def visit(number: int, day: str, submitted: str, *lines: dict[str, Any], **said: Any) -> Record:
    told = {"salesperson": CLERK, "owner_department": OFFICE, "visit_date": day, "submitted_at": f"{submitted}T18:00:00+08:00"}
    return made("visit-report", number, **told | said, lines=list(lines) or [line()])


def register(*more: Record) -> Register:
    return Register(PROJECT, SCHEMAS, {record.id: record for record in (*known(), *more)}, ())


def report(name: str, found: Register, period: str | None = None, today: str = "2026-11-20", **asked: Any) -> dict[str, Table]:
    what, day = REPORTS[name], date.fromisoformat(today)
    meant = what.meant(Asked(Period.of(period) if period else None, **asked), day)
    return {table.name: table for table in what.tables(found, Policy(found, day), meant)}


def rows(table: Table, *names: str) -> list[tuple[Any, ...]]:
    """These columns of each row; of a text in two languages the Chinese one."""
    return [tuple(row[name][0] if isinstance(row[name], tuple) else row[name] for name in names) for row in table.rows]
