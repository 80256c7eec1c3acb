"""A small synthetic register for the tests: a valid record of every kind, written where its id says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from mingbu import approvals, ids, sshsig, yamlio
from mingbu.demo.keys import private_key
from mingbu.register import Record
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
BOSS, OPENING = "PER-000004", "TRO-000001"
ACCOUNT = "lin-zhiqiu"
"""The office head on the git host."""
FILE, DECISION, CASE = "CRD-000001", "CDE-000001", "CAS-000001"
CREDIT_POLICY, EARLIER_POLICY = "credit/2024-01-01", "credit/2023-01-01"


def _case(kind: str, name: str) -> dict[str, Any]:
    """What a good case of the kind holds; a policy is in force since before every other record."""
    data, faults = yamlio.read((CASES / kind / "good" / f"{name}.yml").read_bytes())
    assert data is not None and not faults, kind
    return data | ({"effective_from": "2024-01-01"} if kind.startswith("policy-") else {})


MINIMAL: dict[str, dict[str, Any]] = {kind: _case(kind, "minimal") for kind in SCHEMAS.kinds}
"""A valid record of each kind, with what its schema requires and little else."""


def fields(kind: str, *, like: str = "minimal", **changes: Any) -> dict[str, Any]:
    """A record's data in the order of its schema: that of a good case with these fields put in, or left out (ABSENT)."""
    case = MINIMAL[kind] if like == "minimal" else _case(kind, like)
    data = {key: value for key, value in {"schema": f"{kind}/1", **case, **changes}.items() if value is not ABSENT}
    return SCHEMAS.kinds[kind].arrange(data)


def record(kind: str, data: dict[str, Any]) -> Record:
    """The data as a record of the register."""
    path = path_of(kind, data)
    placed = ids.record_at(SCHEMAS.kinds, path)
    assert placed is not None, path
    return Record(placed[0], placed[1], path, data, yamlio.dump(data).encode("utf-8"))


def path_of(kind: str, data: dict[str, Any]) -> str:
    """Where a record with this identity stands, relative to the root."""
    if kind == "register":
        return "records/register.yml"
    if kind.startswith("policy-"):
        return f"records/policy/{kind.removeprefix('policy-')}/{data['effective_from']}.yml"
    if kind == "approval":
        return ids.place(SCHEMAS.kinds[kind], ids.approval_id(data["subject"], data["step"], data["digest"]))
    return ids.place(SCHEMAS.kinds[kind], data["id"])


def write(root: Path, kind: str, *, like: str = "minimal", **changes: Any) -> Path:
    """Writes a record of the kind at its place."""
    data = fields(kind, like=like, **changes)
    return write_text(root, path_of(kind, data), yamlio.dump(data))


def edit(root: Path, kind: str, record_id: str, **changes: Any) -> Path:
    """Writes these fields into a record that is there, or leaves them out (ABSENT)."""
    data, faults = yamlio.read((root / ids.place(SCHEMAS.kinds[kind], record_id)).read_bytes())
    assert data is not None and not faults
    kept = {key: value for key, value in (data | changes).items() if value is not ABSENT}
    return write_text(root, ids.place(SCHEMAS.kinds[kind], record_id), yamlio.dump(SCHEMAS.kinds[kind].arrange(kept)))


def approve(root: Path, path: Path, step: str, **changes: Any) -> Path:
    """Writes the approval of what the record says now, signed with the approver's key."""
    data, faults = yamlio.read(path.read_bytes())
    assert data is not None and not faults
    subject = record(data["schema"].partition("/")[0], data)
    covers = list(approvals.facet(subject.kind, FACETS.get(step, step)))
    content = {"subject": subject.id, "step": step, "covers": covers, "digest": approvals.digest(subject, covers)}
    said = {"by": BOSS, "role": "unit_supervisor", "at": "2024-02-01T10:00:00+08:00"} | content | changes
    return write(root, "approval", **signed(fields("approval", **said)))


def signed(statement: dict[str, Any], by: str | None = None, number: int = 1) -> dict[str, Any]:
    """The statement under a signature, by default with the first key of its approver."""
    bare = {key: value for key, value in statement.items() if key != "signature" and value is not ABSENT}
    signature = sshsig.sign(private_key(by or bare["by"], number), approvals.payload(bare), approvals.NAMESPACE)
    return bare | {"signature": signature}


def public_key(person: str, number: int = 1) -> str:
    """The public key with which the person signs in the tests."""
    return sshsig.public_text(private_key(person, number), f"{person}@qinglan.example")


FACETS = {"credit-decision-large": "credit-decision", "credit-exception": "credit-decision"}
"""Steps that cover the fields of another one, as the sample's policy says."""


def write_text(root: Path, path: str, text: str | bytes) -> Path:
    """Writes a file below root as it is, folders included."""
    full = root / path
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return full


def post(name: str, department: str = OFFICE, since: str = "2020-01-01") -> dict[str, str]:
    return {"post": name, "department": department, "from": since}


def _organization(root: Path) -> None:
    write(root, "department", id=GROUP, code="QL", name="青岚集团", level="group")
    write(root, "department", id=COMPANY, code="YB", name="青岚仪表有限公司", level="company", parent=GROUP, regions=["33"], intake=True)
    write(root, "department", id=BRANCH, code="HZ", name="杭州分公司", level="branch", parent=COMPANY, regions=["3301"])
    write(root, "department", id=OFFICE, code="HZ-XH", name="西湖办事处", level="office", parent=BRANCH, regions=["330106"])
    clerk = [post("salesperson"), post("finance_clerk", COMPANY)]
    boss = [post(name, COMPANY) for name in ("unit_supervisor", "general_manager", "credit_manager", "board", "branch_manager", "finance_head")]
    head = [post("office_head"), post("finance_head", COMPANY), post("chairman", GROUP)]
    keeper = [post("customer_file_keeper"), post("credit_administrator", COMPANY), post("archivist", COMPANY, "2023-01-01")]
    write(root, "person", id=CLERK, name="纪晓风", employee_no="001", emails=["ji@qinglan.example"], posts=clerk, keys=_keys(CLERK))
    write(root, "person", id=HEAD, name="林知秋", employee_no="002", posts=head, keys=_keys_of_head(), host_account=ACCOUNT)
    write(root, "person", id=KEEPER, name="沈清禾", employee_no="003", posts=keeper, keys=_keys(KEEPER))
    write(root, "person", id=BOSS, name="高望岳", employee_no="004", posts=boss, keys=_keys(BOSS))
    kinds = {"file_management": (COMPANY, BRANCH), "access_rules": (COMPANY, BRANCH), "information_reporting": (COMPANY,)}
    for number, (kind, department) in enumerate((kind, department) for kind, found in kinds.items() for department in found):
        write(root, "procedure", id=f"PRO-00000{number + 1}", procedure_kind=kind, department=department)
    for number, measure in enumerate(SCHEMAS.codes["safeguard"]):
        write(root, "attestation", id=f"ATT-00000{number + 1}", measure=measure)


def _keys(person: str) -> list[dict[str, str]]:
    return [{"public_key": public_key(person), "from": "2020-01-01"}]


def _keys_of_head() -> list[dict[str, str]]:
    """The second has run out, the third was lost."""
    expired = {"public_key": public_key(HEAD, 2), "from": "2020-01-01", "to": "2023-12-31"}
    revoked = {"public_key": public_key(HEAD, 3), "from": "2020-01-01", "revoked_from": "2024-01-15"}
    return [*_keys(HEAD), expired, revoked]


def _policies(root: Path) -> None:
    """Classification, credit, site and owners as small as can be; what the company decides for itself as the sample has it."""
    small = {"classification", "credit", "site", "owners"}
    for topic in sorted({kind.removeprefix("policy-") for kind in SCHEMAS.kinds if kind.startswith("policy-")} - small):
        shutil.copytree(PROJECT / "records" / "policy" / topic, root / "records" / "policy" / topic)
    _nothing_owed_yet(root)
    write(root, "policy-credit", effective_from=EARLIER_POLICY.partition("/")[2])
    write(root, "policy-credit")
    write(root, "policy-classification")
    write(root, "policy-site")
    write(root, "policy-owners")


def _nothing_owed_yet(root: Path) -> None:
    """Rounds are owed from December 2026 on: the small company has handed in nothing."""
    [path] = (root / "records/policy/deadlines").iterdir()
    data, faults = yamlio.read(path.read_bytes())
    assert data is not None and not faults
    rows = [row | ({"starts_on": "2026-12-01"} if "starts_on" in row else {}) for row in data["deadlines"]]
    write_text(root, path.relative_to(root).as_posix(), yamlio.dump(SCHEMAS.kinds["policy-deadlines"].arrange(data | {"deadlines": rows})))


def _customers(root: Path) -> None:
    trading = {"id": ACTIVE, "legal_name": "松墨阀门有限公司", "short_name": "松墨阀门", "uscc": "91330106FAKE000133"}
    other = dict.fromkeys(("legacy_no", "former_names", "english_name", "registration_no", "parent_customer", "sort_pinyin"), ABSENT)
    first = {"trade_opening": OPENING, "first_trade_on": "2024-03-01", "is_branch": False, "visit_route_order": 1}
    write(root, "customer", like="full", **other, **trading, **first)
    write(root, "customer", id=PROSPECT, legal_name="云栖电机有限公司", short_name="云栖电机", uscc="91330106FAKE00021X")
    write(root, "customer", id=NOT_RATED, legal_name="竹屿环保有限公司", short_name="竹屿环保", uscc="91330106FAKE0003XM")
    approve(root, write(root, "trade-opening", **trading | {"id": OPENING}), "trade-opening")
    approve(root, write(root, "trade-opening", id="TRO-000002"), "trade-opening")


def register(root: Path) -> Path:
    """A sound register: every kind in it, no finding."""
    shutil.copytree(PROJECT / "schemas", root / "schemas")
    write(root, "register")
    _organization(root)
    _policies(root)
    _customers(root)
    write(root, "product", id="PRD-000001", code="P-1", name="离心泵")
    write(root, "case", id=CASE, legacy_no="G001", company_name="青砚机械厂")
    write(root, "credit-file", id=FILE, customer=ACTIVE)
    decided = write(root, "credit-decision", id=DECISION, valid_from="2026-01-01", valid_to="2026-12-31")
    approve(root, decided, "credit-decision", role="credit_manager", at="2026-05-07T10:00:00+08:00")
    there = {path.name for path in (root / "records").iterdir()}
    for name, kind in SCHEMAS.kinds.items():
        if kind.prefix and "/" not in kind.prefix and name not in there:
            unique = {field.key: ABSENT for field in kind.fields if field.pointer.count("/") == 1 and "x-unique" in field.node}
            path = write(root, name, **unique | SINGLE.get(name, {}), id=f"{kind.prefix}-000001")
            if name in APPROVED:
                step, role, on = APPROVED[name]
                approve(root, path, step, role=role, at=f"{on}T10:00:00+08:00")
    return root


APPROVED = {
    "disposal": ("disposal", "general_manager", "2026-05-07"),
    "credit-exception": ("credit-block-exception", "credit_manager", "2026-11-02"),
}
"""Kind → (step, post, day) of the approval that its one record needs."""

SINGLE: dict[str, dict[str, Any]] = {
    "contract": {"contract_no": "HZ-2026-001"},
    "credit-line": {"credit_line_no": "SX-001"},
    "survey": {"round": "2026-08"},
    "sales": {"part": 2},
    "submission": {"period": "2025-H1"},
    "annual-review": {"review_year": 2024},
}
"""What the one record of a kind needs that its minimal case, which stands beside it in the tests, must not repeat."""


def count(root: Path) -> int:
    """How many records stand there."""
    return sum(1 for _ in (root / "records").rglob("*.yml"))


def git(root: Path, *arguments: str) -> str:
    """Runs git in the folder as a test person; what it prints."""
    command = ["git", "-C", str(root), "-c", "user.name=Test", "-c", "user.email=test@test.example", "-c", "commit.gpgsign=false", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(root: Path) -> str:
    """Makes the folder a git repository with one commit; its id."""
    git(root, "init", "-q", "-b", "main", "--template=")
    return commit_all(root)


def packed(root: Path) -> Path:
    """The repository with all that it holds in one file, so that copies of it are quickly made."""
    git(root, "repack", "-a", "-d", "-q")
    return root


def commit_all(root: Path) -> str:
    """Commits everything as it stands; the commit's id."""
    git(root, "add", "-A", ".")
    git(root, "commit", "-q", "-m", "Sample")
    return git(root, "rev-parse", "HEAD")
