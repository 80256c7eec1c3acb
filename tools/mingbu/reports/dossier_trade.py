"""Trade with a customer in its own file 分档案 (B15): contracts, credit decisions, trade by year, loans of its papers."""

from __future__ import annotations

from mingbu import credit, trading
from mingbu.register import Policy, Record, Register
from mingbu.reports.fieldwork import NONE, about, amount, code, column, columns, done_by, listed, newest, titled, totals
from mingbu.reports.model import Table


def contracts_table(register: Register, customer: Record) -> Table:
    rows = [
        {
            "contract": record.id,
            "contract_no": record.data["contract_no"],
            "signed_on": record.data.get("signed_on", ""),
            "until": record.data.get("performance_to", ""),
            "handler": record.data["handler"],
            "state": code(register, "contract_status", record.data["status"]),
            "value": record.data["amount"],
        }
        for record in newest(about(register, customer.id, "contract"), "signed_on")
    ]
    spec = columns("contract:ref", "contract_no", "signed_on:date", "until:date", "handler:ref", "state")
    value = column("value", "amount", "contract_amount")
    return Table("contracts", titled("file-contracts"), (*spec, value), rows, totals(rows, amounts=("value",)))


def decisions_of(register: Register, customer: Record) -> list[Record]:
    opened = credit.file_of(register, customer.id)
    return credit.decisions_of(register, opened.id) if opened else []


def credit_table(register: Register, policy: Policy, customer: Record) -> Table:
    valid = credit.decision_for(register, policy, customer)
    rows = [
        {
            "decision": record.id,
            "from": record.data["valid_from"],
            "until": record.data["valid_to"],
            "grade": code(register, "credit_grade", record.data["approved_grade"]),
            "limit": record.data["approved_limit"],
            "terms": record.data["terms_days"],
            "remark": titled("in-force") if valid is not None and valid.id == record.id else NONE,
        }
        for record in reversed(decisions_of(register, customer))
    ]
    spec = columns("decision:ref", "from:date", "until:date", "grade", "limit:amount", "terms:count", "remark")
    return Table("credit", titled("file-credit"), spec, rows)


def sales_table(register: Register, customer: Record, on: str) -> Table:
    """Year by year, newest first; collections by the day on which they were paid."""
    lines = [line for line in trading.lines_of(register, customer.id) if line.date <= on]
    paid = [line for line in lines if line.paid_on is not None and line.paid_on <= on]
    years = sorted({line.date[:4] for line in lines} | {str(line.paid_on)[:4] for line in paid}, reverse=True)
    rows = [
        {
            "year": year,
            "sales": amount(line.amount for line in lines if line.date[:4] == year and line.amount > 0),
            "returns": amount(line.amount for line in lines if line.date[:4] == year and line.amount < 0),
            "net": amount(line.amount for line in lines if line.date[:4] == year),
            "collections": amount(line.paid if line.amount >= 0 else -line.paid for line in paid if str(line.paid_on)[:4] == year),
        }
        for year in years
    ]
    keys = ("sales", "returns", "net", "collections")
    return Table("sales", titled("file-sales"), columns("year", *(f"{key}:amount" for key in keys)), rows, totals(rows, amounts=keys))


def loans_table(register: Register, customer: Record, on: str) -> Table:
    rows = [
        {
            "request": record.id,
            "requester": record.data["requester"],
            "documents": listed(record.data["items"]),
            "form": code(register, "access_form", record.data["form"]),
            "lent_on": record.data["lent_at"][:10],
            "due_on": record.data["due_on"],
            "returned_on": done_by(record, "returned_at", on),
            "condition": code(register, "return_condition", record.data.get("condition_on_return")),
        }
        for record in newest(about(register, customer.id, "access-request", "/customers"), "lent_at")
        if done_by(record, "lent_at", on)
    ]
    spec = columns("request:ref", "requester:ref", "documents", "form", "lent_on:date", "due_on:date", "returned_on:date", "condition")
    return Table("loans", titled("file-loans"), spec, rows)
