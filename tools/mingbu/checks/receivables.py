"""What is owed: goods held back without an exception, dunning that is late, payments that are too much."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mingbu import credit
from mingbu.checks.registry import check
from mingbu.credit.standing import told
from mingbu.findings import Finding
from mingbu.register import Policy, Register

_CODES = {"over_limit": "credit.over-limit", "overdue": "credit.overdue-stop"}


@check("credit.over-limit", "credit.overdue-stop", rules=("B20",))
def stops_have_an_exception(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: a customer we trade with keeps to its limit and its terms, or an approved exception that hasn't ended says why not."""
    for credit_file in register.of("credit-file"):
        customer = register.get(credit_file.data["customer"])
        if customer is None or customer.data["status"] != "active":
            continue
        for block in credit.standing(register, policy, credit_file).blocks:
            if block.code in _CODES and block.exception is None:
                yield credit_file.finding("", _CODES[block.code], ("B20",), because=(told(block, "zh"), told(block, "en")))


@check("credit.exception-self-approved", rules=("B20", "E9"))
def exceptions_are_approved_by_another(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20, E9: who approves an exception isn't who applied for it."""
    for exception in register.of("credit-exception"):
        for statement in register.about(exception.id):
            if statement.data["by"] == exception.data["applicant_staff"]:
                yield statement.finding("/by", "credit.exception-self-approved", ("B20", "E9"), value=register.name_of(statement.data["by"]))


@check("dunning.late", rules=("E10",))
def dunning_keeps_up(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E10: each step of collecting a debt is taken before the next one is due."""
    for found in credit.all_dunned(register, policy):
        if found.credit_file is not None and found.late and found.now is not None:
            names, step = register.schemas.codes["dunning_step"], found.late[-1]
            figures = {"value": found.receivable.number, "amount": str(found.receivable.outstanding), "date": step.due_on}
            yield found.credit_file.finding("", "dunning.late", ("E10",), step=(names[step.step][0], names[step.step][1]), **figures)


@check("sales.overpaid", rules=("E8",))
def receipts_are_not_more_than_the_line(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E8: what came in on a line isn't more than it amounts to; of a return, what was paid back."""
    for record in register.of("sales"):
        for number, line in enumerate(record.data["lines"]):
            if Decimal(line.get("paid", "0.00")) > abs(Decimal(line["amount"])):
                yield record.finding(f"/lines/{number}/paid", "sales.overpaid", value=line["paid"], limit=line["amount"])
