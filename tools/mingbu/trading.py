"""Trade 交易往来 with customers, told by the lines of sales: every line once, by customer, as of any day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from mingbu.register import Record, Register


@dataclass(frozen=True, slots=True)
class Line:
    """One line of sales; amounts in CNY, negative for what was returned or allowed. Days are ISO dates."""

    record: Record
    number: int
    customer: str
    product: str
    department: str
    date: str
    quantity: int
    amount: Decimal
    invoice_no: str | None
    due_on: str | None
    paid: Decimal
    paid_on: str | None

    @property
    def pointer(self) -> str:
        """Where the line stands in its record."""
        return f"/lines/{self.number}"

    def outstanding(self, on: str) -> Decimal:
        """What was still owed at the end of the day; nothing before the sale. Of a return, `paid` is what was paid back."""
        if self.date > on:
            return Decimal("0.00")
        if self.paid_on is None or self.paid_on > on:
            return self.amount
        return self.amount - self.paid if self.amount >= 0 else self.amount + self.paid


def lines(register: Register) -> Mapping[str, list[Line]]:
    """Customer → its lines, oldest first; worked out once for a register."""
    return register.memo("trading.lines", lambda: _by_customer(_read(register)))


def lines_of(register: Register, customer: str) -> list[Line]:
    return lines(register).get(customer, [])


def _read(register: Register) -> Iterable[Line]:
    for record in register.of("sales"):
        for number, line in enumerate(record.data["lines"]):
            yield Line(
                record, number, line["customer"], line["product"], record.data["department"], line["date"], line["quantity"],
                Decimal(line["amount"]), line.get("invoice_no"), line.get("due_on"), Decimal(line.get("paid", "0.00")), line.get("paid_on"),
            )  # fmt: skip


def _by_customer(found: Iterable[Line]) -> dict[str, list[Line]]:
    result: dict[str, list[Line]] = {}
    for line in sorted(found, key=lambda line: (line.date, line.record.id, line.number)):
        result.setdefault(line.customer, []).append(line)
    return result


def dealings(register: Register, customer: Record, until: str) -> list[str]:
    """The days up to one on which we traded, oldest first: of the sales lines; of the card's notes where there is no line until then."""
    traded = [line for line in lines_of(register, customer.id) if line.date <= until]
    days = [line.date for line in traded if line.amount > 0] if traded else [entry["date"] for entry in customer.data.get("dealings", [])]
    return sorted({day for day in days if day <= until})
