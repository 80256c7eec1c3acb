"""A ledger of sales made up by rule, straight as tables: returns, credit notes, awkward cents, customers and products that nobody knows."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from mingbu.composition import tables

CUSTOMERS, PRODUCTS, DEPARTMENTS = 400, 60, 8
FIRST = date(2024, 1, 1)
DAYS = (date(2026, 11, 20) - FIRST).days + 1
GRADES = [None, "AAA", "AA", "A", "B", "D"]
REGIONS = ["11", "31", "32", "33", "44", "51"]


def lines(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Lines of sales over nearly three years, one in twelve of them negative, some of nothing; one in a hundred names a customer
    or a product that isn't on record."""
    chance = random.Random(seed)
    return [_line(number, chance) for number in range(count)]


def _line(number: int, chance: random.Random) -> dict[str, Any]:
    day = FIRST + timedelta(chance.randrange(DAYS))
    cents = chance.choice([0, 1, 33, 67, 99]) + 100 * int(chance.paretovariate(0.9) * 200) % 10**9
    amount = Decimal(-cents if chance.random() < 1 / 12 else cents) / 100
    paid = amount if amount > 0 and chance.random() < 0.7 else Decimal("0.00")
    return {
        "line": f"SAL-{number:06}/lines/0",
        "date": day,
        "month": day.isoformat()[:7],
        "customer": f"CUS-{int(CUSTOMERS * 1.01 * chance.random() ** 2):06}",
        "product": f"PRD-{int(PRODUCTS * 1.01 * chance.random()):06}",
        "department": f"DEP-{chance.randrange(DEPARTMENTS):06}",
        "quantity": -1 if amount < 0 else chance.randrange(1, 500),
        "amount": amount,
        "paid": paid,
        "paid_on": day + timedelta(chance.randrange(90)) if paid else None,
    }


def customers() -> list[dict[str, Any]]:
    return [
        {"customer": f"CUS-{number:06}", "region": REGIONS[number % len(REGIONS)], "nature": ["ordinary", "partner"][number % 2]}
        | {"position": ["key", "general", "scattered"][number % 3], "grade": GRADES[number % len(GRADES)], "rank": "a"}
        for number in range(CUSTOMERS)
    ]


def products() -> list[dict[str, Any]]:
    return [{"product": f"PRD-{number:06}", "category": f"类别{number % 7}"} for number in range(PRODUCTS)]


def of_sales(rows: list[dict[str, Any]]) -> tables.Tables:
    """The lines with their customers and products, as tables.of_sales makes them of a register."""
    return {
        "sales": tables.table(tables.SALES, rows),
        "customers": tables.table(tables.CUSTOMERS, customers()),
        "products": tables.table(tables.PRODUCTS, products()),
    }


def keys(axis: str) -> dict[str, str]:
    """What each reference of a line tells on an axis, found by hand: id → key, "" for what isn't said."""
    if axis == "category":
        return {row["product"]: row["category"] for row in products()}
    return {row["customer"]: row[axis] or "" for row in customers()}
