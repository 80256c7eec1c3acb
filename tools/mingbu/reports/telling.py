"""What customers are owed and what went wrong: changed measures and who has been told (C13), incidents and their handling (E12)."""

from __future__ import annotations

from datetime import datetime

from mingbu.owed import LATE
from mingbu.period import Period
from mingbu.register import Policy, Record, Register
from mingbu.reports.fieldwork import Row, age, code, columns, days_between, done_by, listed, owed_of, spanned, titled, totals, year_of
from mingbu.reports.model import Asked, Report, Table


def _notices(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy, _, on = spanned(register, policy, asked, year_of(policy.today))
    due = {item.subject: item for item in owed_of(register, policy, "notice.tell")}
    active = [customer.id for customer in register.of("customer") if customer.data["status"] == "active"]
    changes, left, channels = [], [], []
    for notice in sorted(register.of("notice"), key=lambda notice: (notice.data["changed_on"], notice.id), reverse=True):
        if notice.data["changed_on"] > on:
            continue
        told = {row["customer"]: row for row in notice.data.get("told", []) if row["told_on"] <= on}
        untold = [customer for customer in active if customer not in told]
        item, public = due.get(notice.id), done_by(notice, "public_on", on)
        late = item is not None and (item.was_late if public else item.state(policy.today) == LATE)
        changes.append(
            {
                "change": notice.id,
                "regulation": notice.data["regulation"],
                "version": notice.data["version"],
                "changed_on": notice.data["changed_on"],
                "due_on": item.due_on.isoformat() if item else "",
                "public_on": public,
                "in_time": titled("late" if late else "in-time" if public else "running"),
                "told": len(told),
                "told_active": len(active) - len(untold),
                "untold": len(untold),
            }
        )
        left += [_untold(register, policy, notice, customer) for customer in untold]
        channels += _channels(register, notice, [row["channel"] for row in told.values()])
    spec = ("change:ref", "regulation:ref", "version", "changed_on:date", "due_on:date", "public_on:date", "in_time")
    keys = ("told", "told_active", "untold")
    return [
        Table("changes", titled("notices-changes", day=on), columns(*spec, *(f"{key}:count" for key in keys)), changes, totals(changes, *keys),
              (titled("notices-note"),)),
        Table("untold", titled("notices-untold"), columns("change:ref", "customer:ref", "department:ref", "responsible:ref", "changed_on:date",
              "days:count"), left),
        Table("channels", titled("notices-channels"), columns("change:ref", "channel", "told:count"), channels, totals(channels, "told")),
    ]  # fmt: skip


def _untold(register: Register, policy: Policy, notice: Record, customer: str) -> Row:
    data = register.records[customer].data
    return {
        "change": notice.id,
        "customer": customer,
        "department": data["department"],
        "responsible": data["responsible_staff"],
        "changed_on": notice.data["changed_on"],
        "days": age(notice.data["changed_on"], policy.today),
    }


def _channels(register: Register, notice: Record, used: list[str]) -> list[Row]:
    names = [name for name in register.schemas.codes["channel"] if name in used]
    return [{"change": notice.id, "channel": code(register, "channel", name), "told": used.count(name)} for name in names]


def _incidents(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    policy, period, on = spanned(register, policy, asked, year_of(policy.today))
    found = [
        incident for incident in register.of("incident") if (day := done_by(incident, "discovered_at", on)) and _concerns(incident, day, period, on)
    ]
    found.sort(key=lambda incident: (bool(done_by(incident, "closed_on", on)), incident.data["discovered_at"], incident.id))
    rows = [_incident(register, policy, incident, on) for incident in found]
    kinds = []
    for name in register.schemas.codes["incident_kind"]:
        here = [incident for incident in found if incident.data["kind"] == name]
        if here:
            closed = sum(bool(done_by(incident, "closed_on", on)) for incident in here)
            kinds.append({"kind": code(register, "incident_kind", name), "count": len(here), "closed": closed, "not_closed": len(here) - closed})
    persons = [
        {"incident": incident.id, "person": row["person"], "responsibility": " ".join(row["responsibility"].split())}
        for incident in found
        for row in incident.data["persons"]
    ]
    spec = ("incident:ref", "kind", "what", "customers", "categories", "occurred_on:date", "discovered_on:date", "hours:count", "reported_to:ref")
    after = ("action", "remedy", "authority_on:date", "customers_told_on:date", "state", "closed_on:date", "days:count")
    return [
        Table("kinds", titled("incidents-kinds"), columns("kind", "count:count", "closed:count", "not_closed:count"), kinds,
              totals(kinds, "count", "closed", "not_closed")),
        Table("incidents", titled("incidents-listed", period=period.name), columns(*spec, *after), rows, notes=(titled("incidents-note"),)),
        Table("persons", titled("incidents-persons"), columns("incident:ref", "person:ref", "responsibility"), persons),
    ]  # fmt: skip


def _concerns(incident: Record, discovered: str, period: Period, on: str) -> bool:
    """Found or closed in the period, or found before it and not closed on the day."""
    closed = done_by(incident, "closed_on", on)
    return period.holds(discovered) or (period.holds(closed) if closed else discovered < period.first.isoformat())


def _incident(register: Register, policy: Policy, incident: Record, on: str) -> Row:
    data = incident.data
    closed = done_by(incident, "closed_on", on)
    return {
        "incident": incident.id,
        "kind": code(register, "incident_kind", data["kind"]),
        "what": listed(data["items"]),
        "customers": listed(register.name_of(customer) for customer in data.get("customers", [])),
        "categories": _categories(register, data.get("data_categories", [])),
        "occurred_on": data.get("occurred_on", ""),
        "discovered_on": data["discovered_at"][:10],
        "hours": _hours(data["discovered_at"], data["reported_at"]),
        "reported_to": data["reported_to"],
        "action": " ".join(data["action"].split()),
        "remedy": " ".join(data.get("remedy", "").split()),
        "authority_on": data.get("authority_notified_at", "")[:10],
        "customers_told_on": data.get("customers_notified_on", ""),
        "state": code(register, "incident_state", "closed" if closed else "open"),
        "closed_on": closed,
        "days": days_between(data["discovered_at"], closed) if closed else age(data["discovered_at"], policy.today),
    }


def _hours(found: str, told: str) -> int:
    """Whole hours from the discovery to the report."""
    return int((datetime.fromisoformat(told) - datetime.fromisoformat(found)).total_seconds() // 3600)


def _categories(register: Register, names: list[str]) -> tuple[str, str]:
    pairs = [code(register, "data_category", name) for name in names]
    return listed(zh for zh, _ in pairs)[0], listed(en for _, en in pairs)[1]


NOTICES = Report("notices-owed", titled("notices-owed"), ("C13",), _notices, frozenset({"period"}))
INCIDENTS = Report("incidents", titled("incidents"), ("E12", "A9"), _incidents, frozenset({"period"}), usual_period=year_of, confidentiality="secret")
