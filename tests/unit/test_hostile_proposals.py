"""Proposals that try to be let off: by a key under two names, names that run in a circle, schemas, policies and days of their own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import building
from building import ACTIVE, BOSS, FILE, NOT_RATED, PROSPECT
from company import DIRECTOR, Company
from mingbu import yamlio
from running import Command


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Company(tmp_path_factory.mktemp("proposed") / "register").root


@pytest.fixture
def template(founded: Path) -> Path:
    return founded


@pytest.fixture
def company(register_root: Path) -> Company:
    return Company.of(register_root)


def rewrite(path: Path, old: str, new: str) -> None:
    """Puts other text into a file of the proposal."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.rule("B20")
def test_a_key_that_two_people_have_is_found_whatever_its_comment(company: Company, mingbu: Command) -> None:
    kind, key, _ = building.public_key(BOSS).split()
    building.edit(company.root, "person", DIRECTOR, keys=[{"public_key": f"{kind} {key} another@x.example", "from": "2020-01-01"}])

    assert "unique.duplicate" in mingbu("check", "--format", "json").codes


def test_customers_named_by_each_others_id_run_in_no_circle(company: Company, mingbu: Command) -> None:
    building.edit(company.root, "customer", PROSPECT, short_name=NOT_RATED, legal_name=NOT_RATED)
    building.edit(company.root, "customer", NOT_RATED, short_name=PROSPECT, legal_name=PROSPECT)

    for arguments in (("show", PROSPECT), ("list", "customer"), ("history", PROSPECT)):
        result = mingbu(*arguments)
        assert result.status == 0
    assert NOT_RATED in mingbu("show", PROSPECT).out


@pytest.mark.rule("E9")
def test_an_approved_limit_does_not_pass_to_another_customer(company: Company, mingbu: Command) -> None:
    company.branch("proposal")
    building.edit(company.root, "credit-file", FILE, customer=PROSPECT)
    company.commit()

    result = mingbu("check", "--base", "main", "--format", "json")

    assert ("lifecycle.frozen", "/customer") in [(code, pointer) for _, _, code, pointer in result.findings]
    assert result.status == 1


# --- what verify and check rest on


@pytest.mark.rule("B20")
def test_verify_does_not_pass_over_a_file_that_cannot_be_read(company: Company, mingbu: Command) -> None:
    path = company.root / f"records/customer/00/{ACTIVE}.yml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    company.commit()

    plain, as_json = mingbu("verify"), mingbu("verify", "--format", "json")

    assert mingbu("check").status == 1
    assert (plain.status, plain.err.count("\n"), "1 个文件" in plain.err) == (1, 1, True)
    assert (as_json.status, sorted(as_json.json)) == (1, ["approvals", "genesis", "merges", "missing", "schema"])


@pytest.mark.rule("B20")
def test_verify_proves_nothing_without_a_policy_on_approvals(company: Company, mingbu: Command) -> None:
    shutil.rmtree(company.root / "records/policy/approvals")
    company.commit()

    result = mingbu("verify")

    assert (result.status, result.out, result.err.count("\n")) == (1, "", 1)


def test_a_genesis_that_cannot_be_there_is_refused(company: Company, mingbu: Command) -> None:
    shutil.rmtree(company.root / ".git")

    result = mingbu("verify", "--genesis", company.genesis)

    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("named", ["base", "genesis", "environment"])
def test_nothing_is_judged_by_a_base_or_a_genesis_in_a_shallow_clone(
    company: Company, mingbu: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    company.commit()
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{company.root}", str(tmp_path / "shallow")], check=True)
    if named == "environment":
        monkeypatch.setenv("MINGBU_GENESIS", company.genesis)
    arguments = {"base": ["--base", "HEAD"], "genesis": ["--genesis", company.genesis], "environment": []}[named]

    result = mingbu("-C", str(tmp_path / "shallow"), "check", *arguments)

    assert (result.status, result.out, "git fetch --unshallow" in result.err) == (2, "", True)


# --- what a proposal may not choose for itself


@pytest.mark.rule("E9")
@pytest.mark.parametrize("pinned", ["2020-01-01", "2030-01-01"])
def test_a_proposal_does_not_choose_its_day(company: Company, mingbu: Command, pinned: str) -> None:
    before = mingbu("check", "--format", "json", "--base", "main").json["on"]
    register = company.root / "records/register.yml"
    data, _ = yamlio.read(register.read_bytes())
    company.branch("proposal")
    register.write_text(yamlio.dump(building.SCHEMAS.kinds["register"].arrange((data or {}) | {"today": pinned})), encoding="utf-8")
    company.decide(valid_from="2026-06-01")
    company.commit()

    assert mingbu("check", "--format", "json").json["on"] == pinned
    assert mingbu("check", "--format", "json", "--base", "main").json["on"] == before
    for arguments in (["main"], ["main", "HEAD"]):
        review = mingbu("review", *arguments, "--format", "json")
        assert (review.status, [need["given"] for need in review.json["approvals_needed"]]) == (1, [None])
        assert "date.future" not in [finding["code"] for finding in review.json["new_findings"]]


@pytest.mark.rule("B20")
def test_a_sample_that_stands_still_is_not_made_by_its_proposal(company: Company, mingbu: Command) -> None:
    """A register pinned to a day before its first commit has clocks that prove nothing: a proposal can't say that it is one."""
    register = company.root / "records/register.yml"
    data, _ = yamlio.read(register.read_bytes())
    company.branch("proposal")
    register.write_text(yamlio.dump(building.SCHEMAS.kinds["register"].arrange((data or {}) | {"today": "2026-01-04"})), encoding="utf-8")
    company.approve(company.decide(), at="2026-01-04T10:00:00+08:00")
    company.commit()

    assert "approval.backdated" in mingbu("check", "--base", "main", "--format", "json").codes


@pytest.mark.rule("E9")
def test_schemas_take_no_field_out_of_an_approval(company: Company, mingbu: Command) -> None:
    company.branch("proposal")
    schema = company.root / "schemas/credit-decision.yml"
    rewrite(schema, "x-category: credit, x-approval: credit-decision, x-rule: [B20]}", "x-category: credit, x-rule: [B20]}")
    company.commit()

    check, review = mingbu("check", "--base", "main", "--format", "json"), mingbu("review", "main", "--format", "json")

    lost = [(path, pointer) for path, line, code, pointer in check.findings if code == "approval.facet" and line > 1]
    keys = ("approved_grade", "approved_limit", "terms_days", "exception_reason")
    assert lost == [("schemas/credit-decision.yml", f"/properties/{key}") for key in keys]
    assert check.status == 1
    assert (review.status, [finding["code"] for finding in review.json["new_findings"]].count("approval.facet")) == (1, 4)


def test_a_kind_that_is_taken_away_takes_no_approvals_with_it(company: Company, mingbu: Command) -> None:
    company.branch("proposal")
    (company.root / "schemas/annual-review.yml").unlink()
    company.commit()

    assert "approval.facet" in mingbu("check", "--base", "main", "--format", "json").codes


def test_a_new_field_may_become_part_of_an_approval(company: Company, mingbu: Command) -> None:
    company.branch("proposal")
    rewrite(company.root / "schemas/product.yml", "x-en: Code, x-unique: exact,", "x-en: Code, x-unique: exact, x-approval: product,")
    company.commit()

    assert "approval.facet" not in mingbu("check", "--base", "main", "--format", "json").codes


@pytest.mark.rule("B11")
def test_a_policy_that_the_proposal_makes_unreadable_is_not_replaced_by_its_own(company: Company, mingbu: Command) -> None:
    company.branch("proposal")
    schema, policy = company.root / "schemas/policy-approvals.yml", company.root / "records/policy/approvals/2024-01-01.yml"
    rewrite(schema, "minimum: 0, maximum: 1440", "minimum: 1440, maximum: 1440")
    data, _ = yamlio.read(policy.read_bytes())
    own = (data or {}) | {"clock_skew_minutes": 1440}
    for row in own["steps"]:
        row.pop("needed", None), row.pop("unless_brought_in", None)
    policy.write_text(yamlio.dump(own), encoding="utf-8")
    company.decide()
    company.commit()

    check, review = mingbu("check", "--base", "main", "--format", "json"), mingbu("review", "main", "--format", "json")

    assert (check.status, "policy.missing" in check.codes) == (1, True)
    assert review.status == 1


@pytest.mark.rule("A20")
@pytest.mark.parametrize("folder", ["approval", "policy/duties"])
def test_review_refuses_a_change_that_takes_approvals_or_policies_away(company: Company, mingbu: Command, folder: str) -> None:
    company.branch("proposal")
    next(path for path in (company.root / "records" / folder).rglob("*.yml") if "TRO-000002" in str(path) or folder != "approval").unlink()
    company.commit()

    assert mingbu("review", "main").status == 1


def test_review_lets_an_ordinary_change_pass(company: Company, mingbu: Command) -> None:
    company.branch("proposal")
    building.edit(company.root, "product", "PRD-000001", name="多级离心泵")
    company.commit()

    assert mingbu("review", "main").status == 0
