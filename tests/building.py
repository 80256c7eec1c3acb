"""A small synthetic register for the tests: a valid record of every kind, written where its id says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from mingbu import ids, yamlio
from mingbu.schema.kinds import Schemas, load_schemas

PROJECT = Path(__file__).resolve().parents[1]
CASES = PROJECT / "tests" / "cases"
SCHEMAS: Schemas = load_schemas(PROJECT / "schemas")
TODAY = "2026-11-20"
ABSENT = object()
"""`write(root, "customer", uscc=ABSENT)` leaves the field out."""

GROUP, COMPANY, BRANCH, OFFICE = "DEP-000001", "DEP-000002", "DEP-000003", "DEP-000004"
CLERK, HEAD, KEEPER = "PER-000001", "PER-000002", "PER-000003"
ACTIVE, PROSPECT, NOT_RATED = "CUS-000001", "CUS-000002", "CUS-000003"
FILE, DECISION, CASE = "CRD-000001", "CDE-000001", "CAS-000001"
CREDIT_POLICY, EARLIER_POLICY = "credit/2024-01-01", "credit/2023-01-01"


def _minimal(kind: str) -> dict[str, Any]:
    """The kind's smallest good case; a policy is in force since before every other record."""
    data, faults = yamlio.read((CASES / kind / "good" / "minimal.yml").read_bytes())
    assert data is not None and not faults, kind
    return data | ({"effective_from": "2024-01-01"} if kind.startswith("policy-") else {})


MINIMAL: dict[str, dict[str, Any]] = {kind: _minimal(kind) for kind in SCHEMAS.kinds}
"""A valid record of each kind, with what its schema requires and little else."""

_ACTIVE = {
    "status": "active",
    "lifecycle": "existing",
    "trade_stage": "ongoing",
    "credit_standing": "按期付款。",
    "business_policy": "稳中求进。",
    "trading_attitude": "守信。",
    "dealings": [{"date": "2026-03-02", "note": "签订年度合同。"}],
    "first_trade_on": "2024-03-01",
    "trade_terms": "月结 30 天",
    "settlement": "monthly",
}


def fields(kind: str, **changes: Any) -> dict[str, Any]:
    """A record's data in the order of its schema: the minimal one with these fields put in, or left out (ABSENT)."""
    changed = {"schema": f"{kind}/1", **MINIMAL[kind], **changes}
    data = {key: value for key, value in changed.items() if value is not ABSENT}
    return SCHEMAS.kinds[kind].arrange(data)


def path_of(kind: str, data: dict[str, Any]) -> str:
    """Where a record with this identity stands, relative to the root."""
    if kind == "register":
        return "records/register.yml"
    if kind.startswith("policy-"):
        return f"records/policy/{kind.removeprefix('policy-')}/{data['effective_from']}.yml"
    return ids.place(SCHEMAS.kinds[kind], data["id"])


def write(root: Path, kind: str, **changes: Any) -> Path:
    """Writes a record of the kind at its place."""
    data = fields(kind, **changes)
    return write_text(root, path_of(kind, data), yamlio.dump(data))


def write_text(root: Path, path: str, text: str | bytes) -> Path:
    """Writes a file below root as it is, folders included."""
    full = root / path
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return full


def register(root: Path) -> Path:
    """A sound register: 20 records, every kind among them, no finding."""
    shutil.copytree(PROJECT / "schemas", root / "schemas")
    write(root, "register")
    write(root, "department", id=GROUP, code="QL", name="青岚集团", level="group")
    write(root, "department", id=COMPANY, code="YB", name="青岚仪表有限公司", level="company", parent=GROUP, regions=["33"], intake=True)
    write(root, "department", id=BRANCH, code="HZ", name="杭州分公司", level="branch", parent=COMPANY, regions=["3301"])
    write(root, "department", id=OFFICE, code="HZ-XH", name="西湖办事处", level="office", parent=BRANCH, regions=["330106"])
    for person, name, post in ((HEAD, "林知秋", "office_head"), (KEEPER, "沈清禾", "archivist")):
        write(root, "person", id=person, name=name, employee_no=person[-3:], posts=[{"post": post, "department": OFFICE, "from": "2023-01-01"}])
    write(root, "person", id=CLERK, name="纪晓风", employee_no="001", emails=["ji@qinglan.example"])
    write(root, "product", id="PRD-000001", code="P-1", name="离心泵")
    write(root, "regulation", id="REG-000001")
    write(root, "policy-credit", effective_from=EARLIER_POLICY.partition("/")[2])
    write(root, "policy-credit")
    write(root, "policy-site")
    write(root, "policy-owners")
    write(root, "customer", id=ACTIVE, legal_name="松墨阀门有限公司", short_name="松墨阀门", uscc="91330106FAKE000133", **_ACTIVE)
    write(root, "customer", id=PROSPECT, legal_name="云栖电机有限公司", short_name="云栖电机", uscc="91330106FAKE00021X")
    write(root, "customer", id=NOT_RATED, legal_name="竹屿环保有限公司", short_name="竹屿环保", uscc="91330106FAKE0003XM")
    write(root, "case", id=CASE, legacy_no="G001")
    write(root, "credit-file", id=FILE, customer=ACTIVE)
    write(root, "credit-decision", id=DECISION, valid_from="2026-01-01", valid_to="2026-12-31")
    return root


def commit(root: Path) -> str:
    """Makes the folder a git repository with one commit; its id."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(root), "-c", "user.name=Test", "-c", "user.email=test@test.example", "-c", "commit.gpgsign=false", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "Sample")
    return git("rev-parse", "HEAD")
