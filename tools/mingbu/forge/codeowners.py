"""CODEOWNERS: who reviews a change to which files, from the policy `owners` and the departments' teams (A4, B2)."""

from __future__ import annotations

from mingbu.labels import LANGS, word
from mingbu.register import Record, Register

PATH = ".github/CODEOWNERS"


def owners_by_path(owners: Record) -> dict[str, list[str]]:
    """path → ids of its departments, in the policy's order. A path that is named again gains one more department."""
    paths: dict[str, list[str]] = {}
    for row in owners.data["paths"]:
        departments = paths.setdefault(row["path"], [])
        if row["department"] not in departments:
            departments.append(row["department"])
    return paths


def without_team(register: Register, owners: Record) -> list[str]:
    """Ids of the departments that the policy names and that have no team on the git host, each once."""
    named = (department for departments in owners_by_path(owners).values() for department in departments)
    return [department for department in dict.fromkeys(named) if team(register, department) is None]


def team(register: Register, department: str) -> str | None:
    """The department's team on the git host, like @company/finance."""
    record = register.get(department)
    found = record.data.get("host_team") if record else None
    return str(found) if found else None


def codeowners(register: Register, owners: Record) -> str:
    """The whole file. Every department that the policy names must have a team (`without_team` is empty)."""
    lines = [f"# {word('codeowners.header', lang, path=owners.path)}" for lang in LANGS]
    above: list[str] = []
    for path, departments in owners_by_path(owners).items():
        if departments != above:
            lines += ["", f"# {word('list.separator', 'zh').join(map(register.name_of, departments))}"]
            above = departments
        lines.append(" ".join([path, *(str(team(register, department)) for department in departments)]))
    return "\n".join(lines) + "\n"
