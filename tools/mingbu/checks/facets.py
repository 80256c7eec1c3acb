"""What approvals cover is said by the schemas: a change that is judged by a base takes nothing out of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu.checks.registry import check
from mingbu.findings import Finding
from mingbu.register import Policy, Register
from mingbu.schema.kinds import Field, Kind
from mingbu.schema.places import Places, source_path


@check("approval.facet", rules=("A11", "A20", "B26", "C14", "D12", "E9"))
def schemas_keep_what_approvals_cover(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """Every field that a statement covers (x-approval) by the schemas of a named base is covered by the same one still."""
    before = register.base.schemas if register.base else None
    for kind in before.kinds.values() if before else ():
        covered = [field for field in kind.fields if "x-approval" in field.node]
        lost = [field for field in covered if _facet(register.schemas.kinds.get(kind.name), field) != field.node["x-approval"]]
        file = register.schemas_folder / kind.path
        places = Places({kind.path: file.read_text(encoding="utf-8")} if lost and file.is_file() else {})
        for field in lost:
            yield places.finding(kind.path, source_path(field.pointer), "approval.facet", field=field.title, value=field.node["x-approval"])


def _facet(kind: Kind | None, field: Field) -> object:
    """What the field is approved with by the schemas of the change."""
    now = kind.by_pointer.get(field.pointer) if kind else None
    return now.node.get("x-approval") if now else None
