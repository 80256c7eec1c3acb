"""A small synthetic register for the tests: a valid record of every kind, written where its id says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from mingbu import ids, yamlio
from mingbu.schema.kinds import Schemas, load_schemas

PROJECT = Path(__file__).resolve().parents[1]
SCHEMAS: Schemas = load_schemas(PROJECT / "schemas")
TODAY = "2026-11-20"
ABSENT = object()
"""`write(root, "customer", uscc=ABSENT)` leaves the field out."""

GROUP, COMPANY, BRANCH, OFFICE = "DEP-000001", "DEP-000002", "DEP-000003", "DEP-000004"
CLERK, HEAD, KEEPER = "PER-000001", "PER-000002", "PER-000003"
ACTIVE, PROSPECT, NOT_RATED = "CUS-000001", "CUS-000002", "CUS-000003"
FILE, DECISION, CASE = "CRD-000001", "CDE-000001", "CAS-000001"
CREDIT_POLICY, EARLIER_POLICY = "credit/2024-01-01", "credit/2023-01-01"

_FORM = {"owner_department": COMPANY, "prepared_by": CLERK, "prepared_on": "2026-05-06"}
_SCORES = {"financial": "80", "payment": "90", "operation": "70", "history": "60"}

MINIMAL: dict[str, dict[str, Any]] = {
    "register": {
        "name": "试样名簿",
        "name_en": "Sample register",
        "company": GROUP,
        "languages": ["zh", "en"],
        "git_host": {"kind": "none"},
        "today": TODAY,
    },
    "department": {"id": OFFICE, "code": "XY", "name": "新设办事处", "level": "office"},
    "person": {
        "id": "PER-00000Z",
        "name": "路遥知",
        "employee_no": "T999",
        "posts": [{"post": "salesperson", "department": OFFICE, "from": "2024-01-01"}],
    },
    "product": {"id": "PRD-00000Z", "code": "P-9", "name": "样机", "category": "仪表", "unit": "台", "active": True},
    "regulation": {
        "id": "REG-00000Z",
        "letter": "A",
        "title": "客户资料管理办法",
        "title_en": "Customer data",
        "version": "1",
        "approving_body": "company",
        "approved_on": "2023-03-01",
        "effective_on": "2023-04-01",
        "owner_department": COMPANY,
        "articles": [{"article": "1", "summary": "一家公司一张卡。", "summary_en": "One card for each company.", "requirements": ["A1", "A2"]}],
    },
    "customer": {
        "id": "CUS-00000Z",
        "legal_name": "临溪泵业有限公司",
        "short_name": "临溪泵业",
        "uscc": "91330106FAKE00099X",
        "organization_form": "limited_company",
        "customer_nature": "ordinary",
        "side": "sell",
        "is_branch": False,
        "legal_representative": "闻笛",
        "industry_section": "C",
        "registered_address": "杭州市西湖区临溪路 9 号",
        "region_code": "330106",
        "contacts": [{"name": "闻笛", "title": "总经理"}],
        "source_of_information": "exhibition",
        "source": "marketing",
        "collected_by": COMPANY,
        "customer_rank": "b",
        "market_position": "general",
        "time_series": "new",
        "trade_stage": "future",
        "lifecycle": "target",
        "status": "prospect",
        "department": OFFICE,
        "responsible_staff": CLERK,
        "custodian": KEEPER,
        **_FORM,
    },
    "case": {
        "id": "CAS-00000Z",
        "submitted_at": "2026-06-01T09:30:00+08:00",
        "submitter": CLERK,
        "business_unit": COMPANY,
        "company_name": "望舒机械厂",
        "address": "杭州市西湖区望舒路 1 号",
        "region_code": "330106",
        "contact_name": "乐山",
        "contact_phone": "0571-5550 0190",
        "wanted_products": [{"description": "离心泵", "quantity": 2}],
        "source_of_information": "inbound",
        "current_brand": "无",
        "state": "negotiating",
        **_FORM,
    },
    "credit-file": {
        "id": "CRD-00000Z",
        "customer": NOT_RATED,
        "custodian": KEEPER,
        "opened_on": "2025-02-03",
        "overview": {"history": "2010 年设立。", "scale": "职工 40 人"},
        **_FORM,
    },
    "credit-decision": {
        "id": "CDE-00000Z",
        "credit_file": FILE,
        "policy_id": CREDIT_POLICY,
        "score_sheet": _SCORES,
        "approved_grade": "A",
        "approved_limit": "200000.00",
        "terms_days": 30,
        "valid_from": "2025-01-01",
        "valid_to": "2025-12-31",
        **_FORM,
    },
    "policy-credit": {
        "effective_from": "2024-01-01",
        "title": "信用政策",
        "title_en": "Credit policy",
        "articles": ["B20"],
        "weights": {"financial": "40", "payment": "30", "operation": "20", "history": "10"},
        "grades": [
            {"grade": "A", "company_grade": "A", "min_score": "70", "terms_days": 30, "coefficient": "1.00", "cap": "500000.00"},
            {"grade": "D", "company_grade": "D", "min_score": "0", "terms_days": 0, "coefficient": "0", "cap": "0.00"},
        ],
        "unrated": "E",
    },
    "policy-site": {
        "effective_from": "2024-01-01",
        "title": "站点设置",
        "title_en": "Site settings",
        "articles": ["B11"],
        "changes_days": 30,
        "changes_max": 20,
        "months_shown": 12,
        "expiring_days": 60,
        "links_max": 60,
        "search_records_max": 500,
    },
    "policy-owners": {
        "effective_from": "2024-01-01",
        "title": "文件归口",
        "title_en": "Owners",
        "articles": ["B2"],
        "paths": [{"path": "*", "department": COMPANY}],
    },
}
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
