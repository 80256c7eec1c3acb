"""Departments: what stands above them, which company they belong to, which regions they serve."""

from __future__ import annotations

from mingbu.register import Record, Register

_COMPANIES = frozenset({"company", "group"})


def above(register: Register, department: object) -> list[str]:
    """The department and everything above it, nearest first; a circle ends where it closes."""
    chain: list[str] = []
    current = register.get(department)
    while current is not None and current.id not in chain:
        chain.append(current.id)
        current = register.get(current.data.get("parent"))
    return chain


def branches(register: Register, department: object) -> list[str]:
    """The branch that a department belongs to or is; where there is none, everything above it."""
    chain = above(register, department)
    return [found for found in chain if register.records[found].data.get("level") == "branch"] or chain


def company_of(register: Register, department: Record) -> str:
    """The id of the company or group that a department belongs to, '' at the top or in a circle."""
    chain = (register.records[found] for found in above(register, department.id))
    return next((record.id for record in chain if record.data.get("level") in _COMPANIES), "")


class Regions:
    """Which departments serve a region (D4): within each company, those with the longest prefix of its code."""

    def __init__(self, register: Register) -> None:
        self._served: dict[str, dict[str, list[str]]] = {}
        for department in register.of("department"):
            served = self._served.setdefault(company_of(register, department), {}) if department.data.get("regions") else {}
            for prefix in department.data.get("regions", []):
                served.setdefault(prefix, []).append(department.id)

    def of(self, code: str) -> list[str]:
        """The departments that serve the region; none when nobody does."""
        prefixes = (code, code[:4], code[:2])
        return [found for served in self._served.values() for found in next((served[prefix] for prefix in prefixes if prefix in served), [])]
