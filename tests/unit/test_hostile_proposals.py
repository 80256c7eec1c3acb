"""Proposals that try to be let off: by a key under two names, names that run in a circle, schemas, policies and days of their own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import building
from building import ABSENT, ACTIVE, BOSS, CLERK, FILE, NOT_RATED, PROSPECT
from company import DIRECTOR, MANAGER, Company
from mingbu import yamlio
from running import Command


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Company(tmp_path_factory.mktemp("proposed") / "register").root


@pytest.fixture
def company(founded: Path, register_root: Path) -> Company:
    shutil.rmtree(register_root)
    shutil.copytree(founded, register_root, symlinks=True)
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
