"""The list of customers traded with 交易往来客户一览表 (A3, A6): by responsible department, read off the cards; nothing is written in it by hand."""

from __future__ import annotations

from mingbu import completeness, derived, display
from mingbu.register import Policy, Record, Register
from mingbu.reports.fieldwork import Row, by_code, code, columns, department_asked, titled, totals
from mingbu.reports.model import Asked, Report, Table

_LIST = columns(
    "number:count", "id", "customer:ref", "uscc", "region", "nature", "position", "lifecycle", "products", "settlement", "terms:count",
    "grade", "limit:amount", "responsible:ref", "telephone", "status", "seen:date",
)  # fmt: skip
_SHOWN = 4
"""Digits of a telephone number that a list shows; the card has the whole of it."""


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    within = department_asked(register, asked)
    held: dict[str, list[Record]] = {asked.who: []} if asked.who else {}
    for customer in register.of("customer"):
        if customer.data["status"] == "active" and (within is None or customer.data["department"] in within):
            held.setdefault(customer.data["department"], []).append(customer)
    order = sorted(held, key=lambda department: by_code(register, department))
    counts = [{"department": department, "customers": len(held[department])} for department in order]
    summary = Table(
        "departments",
        titled("departments"),
        columns("department:ref", "customers:count"),
        counts,
        totals(counts, "customers"),
        (titled("list-note"),),
    )
    return [summary, *(_list(register, policy, department, held[department]) for department in order)]


def _list(register: Register, policy: Policy, department: str, customers: list[Record]) -> Table:
    zh, en = (display.name(register, department, lang) for lang in ("zh", "en"))
    ordered = sorted(customers, key=_pinyin)
    rows = [_row(register, policy, number, customer) for number, customer in enumerate(ordered, 1)]
    return Table(f"list-{department}", (zh, en), _LIST, rows)


def _row(register: Register, policy: Policy, number: int, customer: Record) -> Row:
    data = customer.data
    grade, limit, terms = (derived.value_of(register, policy, customer, f"/{key}") for key in ("credit_grade", "credit_limit", "payment_terms_days"))
    province = register.schemas.codes["province"].get(data["region_code"][:2], (data["region_code"],) * 2)
    return {
        "number": number,
        "id": customer.id,
        "customer": customer.id,
        "uscc": data.get("uscc", ""),
        "region": (province[0], province[1]),
        "nature": code(register, "customer_nature", data["customer_nature"]),
        "position": code(register, "market_position", data["market_position"]),
        "lifecycle": code(register, "lifecycle", data.get("lifecycle")),
        "products": data.get("main_products", ""),
        "settlement": code(register, "settlement", data.get("settlement")),
        "terms": "" if terms is None else terms,
        "grade": code(register, "credit_grade", grade),
        "limit": "" if limit is None else str(limit),
        "responsible": data["responsible_staff"],
        "telephone": _masked(str(data.get("telephone", ""))),
        "status": code(register, "customer_status", data["status"]),
        "seen": completeness.last_seen(register, customer),
    }


def _masked(telephone: str) -> str:
    """The last digits alone."""
    digits = "".join(char for char in telephone if char.isdigit())
    return f"****{digits[-_SHOWN:]}" if digits else ""


def _pinyin(customer: Record) -> tuple[str, str]:
    from pypinyin import lazy_pinyin

    return str(customer.data.get("sort_pinyin") or " ".join(lazy_pinyin(customer.data["short_name"]))).lower(), customer.id


REPORT = Report("department-list", titled("department-list"), ("A3", "A6"), _tables, frozenset({"who"}))
