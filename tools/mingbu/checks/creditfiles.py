"""Credit files 信用档案: their parts and enclosures, figures that agree, limits within the policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mingbu import credit
from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Record, Register


@check("credit.part-missing", "credit.section-missing", rules=("E9", "E10"))
def credit_files_have_their_parts(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E9, E10: the credit file of a customer we trade with has the forms and the enclosures that the policy asks."""
    found = policy.in_force("profiles")
    if found is None:
        return
    for credit_file in register.of("credit-file"):
        customer = register.get(credit_file.data["customer"])
        if customer is None or customer.data["status"] != "active":
            continue
        there = {record.kind.name for record, pointer in register.referring(credit_file.id) if pointer == "/credit_file"}
        for key, code, rule in (("parts", "credit.part-missing", "E9"), ("sections", "credit.section-missing", "E10")):
            for kind in found.data["credit_file"][key]:
                if kind not in there and kind in register.schemas.kinds:
                    yield credit_file.finding("", code, (rule,), value=register.schemas.kinds[kind].title)


@check("credit.self-approved", rules=("E9",))
def decisions_are_approved_by_another(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E9: who approves a credit decision is neither its author nor the applicant of the file's application."""
    for decision in register.of("credit-decision"):
        applicants = {
            record.data["applicant_staff"]: record
            for record, pointer in register.referring(decision.data["credit_file"])
            if record.kind.name == "credit-application" and pointer == "/credit_file" and record.data["prepared_on"] <= decision.data["valid_from"]
        }
        for statement in register.about(decision.id):
            if statement.data["by"] in applicants:
                yield statement.finding("/by", "credit.self-approved", ("E9",), value=register.name_of(statement.data["by"]))


_SUMS = (
    ("/total_assets", "==", ("/total_liabilities", "/net_assets")),
    ("/total_assets", ">=", ("/current_assets", "/fixed_assets")),
    ("/current_assets", ">=", ("/cash", "/receivables", "/inventory")),
    ("/total_liabilities", ">=", ("/current_liabilities",)),
)
"""Identities of a balance sheet: the whole, how it compares, the parts."""


@check("statement.identity", rules=("E10",))
def balance_sheets_agree(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E10: assets are liabilities and net assets; a whole isn't less than its parts."""
    for statement in register.of("financial-statement"):
        for whole, relation, parts in _SUMS:
            total, sum_of = Decimal(str(statement.get(whole))), sum(Decimal(str(statement.get(part))) for part in parts)
            if total != sum_of if relation == "==" else total < sum_of:
                titles = [statement.kind.by_pointer[part].title for part in parts]
                names = " + ".join(zh for zh, _ in titles), " + ".join(en for _, en in titles)
                yield statement.finding(whole, "statement.identity", ("E10",), value=str(total), other=str(sum_of), parts=names, relation=relation)


@check("credit.over-cap", "credit.over-terms", rules=("B20",))
def decisions_keep_within_the_grade(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B20: limit and terms are within those of the grade, or the decision states an exception that ends."""
    for decision in register.of("credit-decision"):
        made_under = register.get(decision.data["policy_id"])
        row = credit.grade_row(made_under, decision.data["approved_grade"]) if made_under else None
        if row is None or "exception_reason" in decision.data:
            continue
        if Decimal(decision.data["approved_limit"]) > Decimal(row["cap"]):
            yield decision.finding("/approved_limit", "credit.over-cap", ("B20",), value=decision.data["approved_limit"], limit=row["cap"])
        if decision.data["terms_days"] > row["terms_days"]:
            yield decision.finding("/terms_days", "credit.over-terms", ("B20",), value=str(decision.data["terms_days"]), limit=str(row["terms_days"]))


@check("credit.line-over-limit", rules=("E9",))
def lines_keep_within_the_decision(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E9: an active credit line isn't above the limit in force of its file."""
    for line in register.of("credit-line"):
        decision = credit.in_force(register, policy, line.data["credit_file"])
        if line.data["state"] == "active" and decision and Decimal(line.data["limit"]) > Decimal(decision.data["approved_limit"]):
            yield line.finding("/limit", "credit.line-over-limit", ("E9",), value=line.data["limit"], limit=decision.data["approved_limit"])


def _of_file(register: Register, record: Record, key: str) -> Record | None:
    """The record that a credit form names, when it belongs to another file."""
    other = register.get(record.data.get(key))
    return other if other and other.data.get("credit_file") != record.data.get("credit_file") else None


@check("credit.other-file", rules=("E9",))
def letters_and_lines_follow_decisions_of_their_file(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """E9: the decision that a letter or a line rests on is one of the same credit file."""
    for kind in ("standard-letter", "credit-line"):
        for record in register.of(kind):
            if other := _of_file(register, record, "decision_ref"):
                yield record.finding("/decision_ref", "credit.other-file", ("E9",), value=other.id)
