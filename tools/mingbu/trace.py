"""Traceability 追溯: from each requirement to its article, fields, checks, pages, deadlines and tests, and to what is wrong now.

Everything is found where it stands: x-rule in the schemas, rules on checks, articles of policies, the failing cases of
tests/, each of which says what it expects. Only the requirements themselves are listed (catalogue/requirements.yml).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from mingbu.checks import CHECKS, attachments
from mingbu.findings import Finding
from mingbu.labels import catalogue
from mingbu.register import Policy, Register
from mingbu.reports import REPORTS
from mingbu.schema import lint
from mingbu.schema.kinds import Schemas

EXPECTATION = re.compile(r"^# expect: (\d+) (\S+)(?: (/\S*))?(?: ([A-F]\d+(?:,[A-F]\d+)*))?$", re.M)
"""The first lines of a failing case: line, code, pointer, and the requirements that the finding names."""


@dataclass(frozen=True)
class Requirement:
    """One requirement with everything that serves it."""

    id: str
    title: tuple[str, str]
    article: str
    needs: tuple[str, ...]
    source_missing: bool
    regulation: str | None
    fields: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    reminders: list[str] = field(default_factory=list)
    approvals: list[str] = field(default_factory=list)
    access: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    findings: int = 0

    @property
    def open_needs(self) -> list[str]:
        """What the requirement asks for and nothing answers yet; `test` where no test would notice."""
        there = {
            "record": self.fields, "check": self.checks, "page": self.pages, "report": self.reports,
            "reminder": self.reminders, "approval": self.approvals, "access": self.access, "test": self.tests,
        }  # fmt: skip
        return [need for need in (*self.needs, "test") if not there[need]]

    @property
    def state(self) -> str:
        return "open" if self.source_missing or self.open_needs else "met"


def trace(register: Register, policy: Policy, findings: Iterable[Finding]) -> list[Requirement]:
    """Every requirement, in order."""
    found = {name: _requirement(register, name, entry) for name, entry in catalogue("requirements").items()}
    served = (
        ("fields", _fields(register.schemas)),
        ("checks", _checks()),
        ("pages", _pages(register, policy)),
        ("reports", ((rule, report.name) for report in REPORTS.values() for rule in report.rules)),
        ("reminders", _deadlines(policy)),
        ("approvals", _steps(policy)),
        ("access", _owners(policy)),
        ("tests", _tests(register.root)),
    )
    for name, pairs in served:
        for rule, text in pairs:
            if rule in found and text not in (entries := getattr(found[rule], name)):
                entries.append(text)
    for rule, code in _schema_checks(register.root):
        if rule in found and code not in found[rule].checks:
            found[rule].checks.append(code)
    counts: dict[str, int] = {}
    for finding in findings:
        for rule in finding.rules:
            counts[rule] = counts.get(rule, 0) + 1
    for requirement in found.values():
        object.__setattr__(requirement, "findings", counts.get(requirement.id, 0))
    return list(found.values())


def _requirement(register: Register, name: str, entry: Mapping[str, Any]) -> Requirement:
    zh, en = entry["title"]
    regulation = next((record for record in register.of("regulation") if record.data["letter"] == name[0]), None)
    articles = regulation.data["articles"] if regulation else []
    article = next((row["article"] for row in articles if name in row["requirements"]), entry["article"])
    missing = entry.get("state") == "missing_source"
    return Requirement(name, (zh, en), article, tuple(entry["needs"]), missing, regulation.id if regulation else None)


def _fields(schemas: Schemas) -> Iterator[tuple[str, str]]:
    """(rule, kind and pointer) of every field that serves one."""
    for kind in schemas.kinds.values():
        for item in kind.fields:
            yield from ((rule, f"{kind.name}:{item.pointer}") for rule in item.node.get("x-rule", []))


def _checks() -> Iterator[tuple[str, str]]:
    for check in CHECKS:
        yield from ((rule, code) for rule in check.rules for code in check.codes)
    yield from ((rule, code) for rule in attachments.RULES for code in attachments.CODES)
    yield from ((rule, code) for code, rules in lint.RULES.items() for rule in rules)


def _pages(register: Register, policy: Policy) -> Iterator[tuple[str, str]]:
    """Register pages and cards by their schema, and the pages of the policies in force."""
    for kind in register.schemas.kinds.values():
        yield from ((rule, f"{kind.name}/*.html") for rule in kind.spec.get("x-rule", []))
        for view in kind.views if kind.prefix else ():
            yield from ((rule, f"{kind.name}/{view['name']}.html") for rule in view.get("x-rule", []))
        topic = kind.name.removeprefix("policy-")
        in_force = policy.in_force(topic) if topic != kind.name else None
        if in_force:
            yield from ((rule, f"{kind.name}/{in_force.data['effective_from']}.html") for rule in in_force.data["articles"])


def _deadlines(policy: Policy) -> Iterator[tuple[str, str]]:
    found = policy.in_force("deadlines")
    for row in found.data["deadlines"] if found else []:
        yield from ((rule, row["what"]) for rule in row["articles"])


def _steps(policy: Policy) -> Iterator[tuple[str, str]]:
    found = policy.in_force("approvals")
    for row in found.data["steps"] if found else []:
        yield from ((rule, row["step"]) for rule in row["articles"])


def _owners(policy: Policy) -> Iterator[tuple[str, str]]:
    """Who may enter and correct what: a change of these files needs the review of their owner."""
    found = policy.in_force("owners")
    for row in found.data["paths"] if found else []:
        yield from ((rule, row["path"]) for rule in row.get("articles", ()))


def _tests(root: Path) -> Iterator[tuple[str, str]]:
    for name, _, rules in _cases(_tests_folder(root)):
        yield from ((rule, name) for rule in rules)
    for name, rules in _marked(_tests_folder(root)):
        yield from ((rule, name) for rule in rules)


def _schema_checks(root: Path) -> Iterator[tuple[str, str]]:
    """What the schemas themselves check for a requirement, as the failing cases show."""
    for _, code, rules in _cases(_tests_folder(root)):
        if code.startswith(("schema.", "unique.", "reference.", "date.")):
            yield from ((rule, code) for rule in rules)


def _tests_folder(root: Path) -> Path:
    """The tests beside the register, else those that came with the package."""
    package = Path(__file__).parent
    places = (root / "tests", package / "tests", package.parents[1] / "tests")
    return next((place for place in places if (place / "cases").is_dir()), places[0])


@lru_cache
def _cases(tests: Path) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(name, code, requirements) of every finding that a failing case expects."""
    found = []
    for path in sorted((tests / "cases").glob("*/bad/*.yml")):
        name = f"tests/{path.relative_to(tests).as_posix()}"
        for _, code, _, rules in EXPECTATION.findall(path.read_text(encoding="utf-8")):
            found.append((name, code, tuple(rules.split(",")) if rules else ()))
    return tuple(found)


@lru_cache
def _marked(tests: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(name, requirements) of every test function that is marked with @pytest.mark.rule(…)."""
    found = []
    for path in sorted(tests.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "mark.rule(" in text else ():
            if isinstance(node, ast.FunctionDef):
                rules = [rule for decorator in node.decorator_list for rule in _rules_of(decorator)]
                if rules:
                    found.append((f"tests/{path.relative_to(tests).as_posix()}::{node.name}", tuple(rules)))
    return tuple(found)


def _rules_of(decorator: ast.expr) -> list[str]:
    if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute) and decorator.func.attr == "rule":
        return [str(argument.value) for argument in decorator.args if isinstance(argument, ast.Constant)]
    return []
