"""One customer's own file 分档案 (B13, B15): key facts, and everything about it, newest first."""

from __future__ import annotations

from mingbu import derived, display
from mingbu.register import Policy, Record, Register
from mingbu.reports.dossier_trade import contracts_table, credit_table, loans_table, sales_table
from mingbu.reports.fieldwork import Row, about, code, columns, done_by, listed, newest, titled, totals
from mingbu.reports.model import Table


def own(register: Register, policy: Policy, customer: Record) -> list[Table]:
    """The customer's own file 分档案: key facts, then everything about it, newest first."""
    on = policy.today.isoformat()
    visits = visits_of(register, customer, on)
    told = newest([record for record in about(register, customer.id, "info-report") if done_by(record, "reported_at", on)], "reported_at")
    return [
        _facts(register, policy, customer),
        Table("visits", titled("file-visits"), columns("report:ref", "date:date", "purpose", "result", "content", "orders:amount",
              "collections:amount", "next_on:date"), visits, totals(visits, amounts=("orders", "collections"))),
        _told(register, told, on),
        _surveys(register, customer, on),
        _notices(register, customer, on),
        Table("complaints", titled("file-complaints"), columns("record:ref", "date:date", "reference", "content"),
              complaints_of(visits, told)),
        _cases(register, customer, on),
        contracts_table(register, customer),
        credit_table(register, policy, customer),
        sales_table(register, customer, on),
        loans_table(register, customer, on),
    ]  # fmt: skip


_FACTS = (
    "/legal_name", "/uscc", "/status", "/customer_nature", "/market_position", "/lifecycle", "/region_code", "/registered_address", "/telephone",
    "/department", "/responsible_staff", "/custodian", "/first_trade_on", "/trade_terms", "/settlement", "/credit_grade", "/credit_limit",
    "/payment_terms_days", "/last_survey_on", "/completeness", "/marketing",
)  # fmt: skip


def _facts(register: Register, policy: Policy, customer: Record) -> Table:
    """The card's fields that a reader asks for first; what has no value is left out."""
    rows = []
    for pointer in _FACTS:
        item = customer.kind.by_pointer.get(pointer)
        value = derived.value_of(register, policy, customer, pointer) if item else None
        if item is not None and value is not None:
            zh, en = (display.shown(register, item, value, lang) for lang in ("zh", "en"))
            rows.append({"item": (item.title[0], item.title[1]), "value": (zh, en)})
    return Table("facts", titled("file-facts"), columns("item", "value"), rows)


def visits_of(register: Register, customer: Record, on: str) -> list[Row]:
    """Every line of a visit report that names the customer."""
    return [
        {
            "report": report.id,
            "date": report.data["visit_date"],
            "purpose": code(register, "visit_purpose", line["purpose"]),
            "result": code(register, "visit_result", line["result"]),
            "content": " ".join(line["content"].split()),
            "orders": line.get("order_amount", "0.00"),
            "collections": line.get("collected_amount", "0.00"),
            "next_on": line.get("next_visit_on", ""),
            "complaint": line.get("complaint_ref", ""),
            "is_complaint": "complaint_ref" in line or line["purpose"] == "complaint",
        }
        for report in newest(_of_visits(register, customer), "visit_date")
        if report.data["visit_date"] <= on
        for line in report.data["lines"]
        if line.get("customer") == customer.id
    ]


def _of_visits(register: Register, customer: Record) -> list[Record]:
    return about(register, customer.id, "visit-report", "/lines")


def _told(register: Register, told: list[Record], on: str) -> Table:
    rows = [
        {
            "report": record.id,
            "date": record.data["reported_at"][:10],
            "class": code(register, "report_class", record.data["report_class"]),
            "topic": code(register, "report_topic", record.data["topic"]),
            "content": " ".join(record.data["facts"].split()),
            "affected": record.data.get("impact_amount", ""),
            "answered_on": done_by(record, "answered_on", on),
        }
        for record in told
    ]
    spec = columns("report:ref", "date:date", "class", "topic", "content", "affected:amount", "answered_on:date")
    return Table("information", titled("file-information"), spec, rows)


def _surveys(register: Register, customer: Record, on: str) -> Table:
    rows = [
        {
            "survey": record.id,
            "round": record.data["round"],
            "surveyed_on": record.data["surveyed_on"],
            "surveyor": record.data["surveyor"],
            "result": code(register, "survey_result", record.data["result"]),
            "fields": listed(change["field"] for change in record.data.get("changes", [])),
            "notice": record.data.get("change_notice", ""),
            "corrected_on": record.data.get("card_corrected_on", ""),
        }
        for record in newest(about(register, customer.id, "survey"), "surveyed_on")
        if record.data["surveyed_on"] <= on
    ]
    spec = columns("survey:ref", "round", "surveyed_on:date", "surveyor:ref", "result", "fields", "notice:ref", "corrected_on:date")
    return Table("surveys", titled("file-surveys"), spec, rows)


def _notices(register: Register, customer: Record, on: str) -> Table:
    rows = [
        {
            "notice": record.id,
            "raised_on": record.data["raised_on"],
            "raised_by": record.data["raised_by"],
            "kind": code(register, "change_kind", record.data["kind"]),
            "fields": listed(item["field"] for item in record.data["items"]),
            "state": code(register, "change_state", record.data["state"]),
            "handled_on": done_by(record, "handled_on", on),
        }
        for record in newest(about(register, customer.id, "change-notice"), "raised_on")
        if record.data["raised_on"] <= on
    ]
    return Table(
        "notices",
        titled("file-notices"),
        columns("notice:ref", "raised_on:date", "raised_by:ref", "kind", "fields", "state", "handled_on:date"),
        rows,
    )


def complaints_of(visits: list[Row], told: list[Record]) -> list[Row]:
    """Visits about a complaint, and information reports on one."""
    rows = [
        {"record": row["report"], "date": row["date"], "reference": row["complaint"], "content": row["content"]}
        for row in visits
        if row["is_complaint"]
    ]
    rows += [
        {"record": record.id, "date": record.data["reported_at"][:10], "reference": "", "content": " ".join(record.data["facts"].split())}
        for record in told
        if record.data["topic"] == "complaint"
    ]
    return sorted(rows, key=lambda row: (row["date"], row["record"]), reverse=True)


def cases_of(register: Register, customer: Record, on: str) -> list[Record]:
    """The prospect cases that became this customer, or an order of it; newest first."""
    found = (case for case in about(register, customer.id, "case", "/won_customer_id") if case.data["submitted_at"][:10] <= on)
    return newest(found, "submitted_at")


def _cases(register: Register, customer: Record, on: str) -> Table:
    rows = [
        {
            "case": record.id,
            "case_on": record.data["submitted_at"][:10],
            "submitter": record.data["submitter"],
            "office": record.data.get("assigned_office", ""),
            "state": code(register, "case_state", record.data["state"]),
            "closed_on": done_by(record, "closed_on", on),
            "won": record.data.get("won_amount", ""),
        }
        for record in cases_of(register, customer, on)
    ]
    spec = columns("case:ref", "case_on:date", "submitter:ref", "office:ref", "state", "closed_on:date", "won:amount")
    return Table("cases", titled("file-cases"), spec, rows, totals(rows, amounts=("won",)))
