"""Departments and the register itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.organization import company_of
from mingbu.register import Policy, Record, Register


@check("parent.cycle", rules=("B2",))
def parents_run_in_no_circle(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """B2: the parents of a department, and of a customer, end at the top."""
    for kind, key in (("department", "parent"), ("customer", "parent_customer")):
        for record in register.of(kind):
            seen = {record.id}
            current = register.get(record.data.get(key))
            while current is not None and current.id not in seen:
                seen.add(current.id)
                current = register.get(current.data.get(key))
            if current is not None and current.id == record.id:
                yield record.finding(f"/{key}", "parent.cycle", value=register.name_of(record.id))


@check("department.region-twice", rules=("D4",))
def each_region_has_one_department(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """D4: on one level, a region prefix is served by one department."""
    seen: dict[tuple[str, str, str], Record] = {}
    for record in register.of("department"):
        for index, prefix in enumerate(record.data.get("regions", [])):
            other = seen.setdefault((record.data["level"], company_of(register, record), prefix), record)
            if other is not record:
                yield record.finding(f"/regions/{index}", "department.region-twice", value=prefix, other=register.name_of(other.id))


@check("register.company")
def register_belongs_to_a_company(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """register.yml names the group or a company."""
    settings = register.get("register")
    company = register.get(settings.data.get("company")) if settings else None
    if settings and company and company.data["level"] not in {"company", "group"}:
        yield settings.finding("/company", "register.company", value=register.name_of(company.id))
