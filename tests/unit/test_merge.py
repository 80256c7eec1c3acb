"""`mingbu merge`: two cards of one company become one, and nothing that pointed to either of them is lost."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

import building
from building import ACTIVE, FILE, NOT_RATED, PROSPECT
from mingbu.register import open_register
from running import Command

CARD = f"records/customer/00/{ACTIVE}.yml"
EARLIER = "CUS-000004"
CONSENT = "records/consent/00/CST-000001.yml"
Files = dict[str, str]


def files(root: Path) -> Files:
    """path → text of every record."""
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in sorted((root / "records").rglob("*.yml"))}


def places(root: Path, customer: str) -> set[str]:
    """kind:pointer of every reference to the customer, items of lists as *."""
    referring = open_register(root, building.SCHEMAS).referring(customer)
    return {f"{record.kind.name}:{re.sub('/[0-9]+', '/*', pointer)}" for record, pointer in referring}


def point_from_everywhere(root: Path) -> None:
    """Beyond what the sound register has: ACTIVE in every other field that may name a customer."""
    building.write(root, "case", like="won", won_customer_id=ACTIVE)
    building.write(root, "incident", like="full", customers=[ACTIVE])
    building.write(root, "notice", told=[{"customer": ACTIVE, "told_on": "2026-05-07", "channel": "email"}])
    building.edit(root, "disposal", "DSP-000001", customer=ACTIVE)
    building.edit(root, "customer", NOT_RATED, parent_customer=ACTIVE)
    building.write(root, "trade-opening", parent_customer=ACTIVE)
    building.write(root, "customer", id=EARLIER, status="merged", merged_into=ACTIVE)
    building.commit_all(root)


def changed(before: Files, after: Files) -> dict[str, list[tuple[str, str]]]:
    """path → (old, new) of every line that differs; the files have as many lines as before."""
    pairs = {path: list(zip(before[path].splitlines(), after[path].splitlines(), strict=True)) for path in after if after[path] != before[path]}
    return {path: [(old, new) for old, new in lines if old != new] for path, lines in pairs.items()}


@pytest.mark.rule("A2")
def test_a_reference_moves_wherever_a_record_may_name_a_customer(register_root: Path, mingbu: Command) -> None:
    point_from_everywhere(register_root)
    may_name = {f"{kind.name}:/{'/'.join(path)}" for kind in building.SCHEMAS.kinds.values() for path, targets in kind.refs if "customer" in targets}

    assert places(register_root, ACTIVE) == may_name
    assert mingbu("merge", ACTIVE, PROSPECT).status == 0
    assert places(register_root, ACTIVE) == set()
    assert places(register_root, PROSPECT) == may_name


@pytest.mark.rule("A2")
def test_after_a_merge_there_is_no_error_and_nothing_to_format(register_root: Path, mingbu: Command) -> None:
    point_from_everywhere(register_root)

    mingbu("merge", ACTIVE, PROSPECT)

    assert mingbu("check", "--format", "json").json["errors"] == 0
    assert (mingbu("fmt", "--check").status, mingbu("fmt", "--check").out) == (0, "")


def test_only_the_ids_change_and_comments_and_order_stay(register_root: Path, mingbu: Command) -> None:
    for name in ("contract/00/CON-000001", "visit-report/00/VIS-000001"):
        path = register_root / f"records/{name}.yml"
        text = path.read_text(encoding="utf-8")
        path.write_text("# 头\n" + re.sub(f"(customer: {ACTIVE})", "\\1  # 见名簿", text) + "# 尾\n", encoding="utf-8")
    assert mingbu("fmt", "--check").status == 0
    before = files(register_root)

    result = mingbu("merge", ACTIVE, PROSPECT)

    after = files(register_root)
    lines = changed({**before, CARD: ""}, {**after, CARD: ""})
    assert set(lines) | {CARD} == set(result.out.splitlines()[:-1])
    assert all(new == old.replace(ACTIVE, PROSPECT) for pairs in lines.values() for old, new in pairs)
    assert lines["records/contract/00/CON-000001.yml"] == [(f"customer: {ACTIVE}  # 见名簿", f"customer: {PROSPECT}  # 见名簿")]
    assert mingbu("fmt", "--check").status == 0


def test_an_id_on_the_line_below_its_key_moves_too(register_root: Path, mingbu: Command) -> None:
    path = register_root / "records/info-report/00/INF-000001.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(f"customer: {ACTIVE}", f"customer:\n  {ACTIVE}"), encoding="utf-8")

    result = mingbu("merge", ACTIVE, PROSPECT)

    assert result.status == 0
    assert f"customer:\n  {PROSPECT}\n" in path.read_text(encoding="utf-8")


@pytest.mark.rule("A2")
def test_the_card_that_goes_stays_and_points_on(register_root: Path, mingbu: Command) -> None:
    path = register_root / CARD
    text = path.read_text(encoding="utf-8").replace("status: active", "status: active  # 甲").replace("\ndepartment:", "\n# 乙\ndepartment:")
    path.write_text(text, encoding="utf-8")

    result = mingbu("merge", ACTIVE, PROSPECT)

    expected = text.replace("status: active  # 甲\n", f"status: merged  # 甲\nmerged_into: {PROSPECT}\n")
    assert path.read_text(encoding="utf-8") == expected
    assert result.out.splitlines()[-1] == "CUS-000001 已并入 CUS-000002，改动 12 个文件"
    assert mingbu("fmt", "--check", CARD).status == 0


@pytest.mark.rule("A2")
def test_a_merged_card_no_longer_counts_as_a_company_of_its_own(register_root: Path, mingbu: Command) -> None:
    """The card that stays may take over what has to be unique, and what was found twice is found no more."""
    twin = building.write(register_root, "customer", id=EARLIER, legal_name="云栖电机有限公司", uscc="91330106FAKE00021X")
    building.commit_all(register_root)
    assert mingbu("check", "--format", "json").codes == ["unique.duplicate", "unique.duplicate"]

    result = mingbu("merge", EARLIER, PROSPECT)

    assert (result.status, mingbu("check", "--format", "json").findings) == (0, [])
    assert "uscc: 91330106FAKE00021X" in twin.read_text(encoding="utf-8")


@pytest.mark.rule("A2")
def test_a_merged_card_is_in_no_register_of_customers_and_is_compared_with_none(register_root: Path, mingbu: Command) -> None:
    building.write(register_root, "customer", id=EARLIER, legal_name="云栖电机厂", short_name="云栖")
    building.commit_all(register_root)
    pairs = {(pair["a"], pair["b"]) for pair in mingbu("dedupe", "--format", "json").json["pairs"]}

    mingbu("merge", EARLIER, PROSPECT)

    views = [view["where"]["/status"] for view in building.SCHEMAS.kinds["customer"].views]
    assert (PROSPECT, EARLIER) in pairs
    assert mingbu("dedupe", "--format", "json").json["pairs"] == []
    assert all("merged" not in states for states in views)
    assert EARLIER not in mingbu("list", "customer", "--where", "status=prospect").out
    assert EARLIER not in mingbu("complete").out
    assert mingbu("show", EARLIER, "--format", "json").json["record"]["merged_into"] == PROSPECT


def test_a_statement_that_may_never_be_rewritten_passes_a_merge(register_root: Path, mingbu: Command) -> None:
    mingbu("merge", ACTIVE, PROSPECT)

    assert f"customer: {PROSPECT}" in (register_root / CONSENT).read_text(encoding="utf-8")
    assert mingbu("check", "--format", "json").findings == []

    building.edit(register_root, "consent", "CST-000001", customer=NOT_RATED)

    assert "lifecycle.frozen" in mingbu("check", "--format", "json").codes


def test_a_dry_run_names_the_files_and_writes_nothing(register_root: Path, mingbu: Command) -> None:
    before = files(register_root)

    would = mingbu("merge", ACTIVE, PROSPECT, "--dry-run")

    assert files(register_root) == before
    *named, last = would.out.splitlines()
    assert (would.status, last) == (0, "CUS-000001 将并入 CUS-000002，会改动 12 个文件")
    assert named == mingbu("merge", ACTIVE, PROSPECT).out.splitlines()[:-1]
    assert {path for path, text in files(register_root).items() if text != before[path]} == set(named)


def test_two_credit_files_are_for_a_person_to_decide_on(register_root: Path, mingbu: Command) -> None:
    building.write(register_root, "credit-file", id="CRD-000002", customer=PROSPECT)
    before = files(register_root)

    result = mingbu("merge", ACTIVE, PROSPECT)

    assert (result.status, result.out) == (1, "")
    assert f"records/credit-file/00/{FILE}.yml" in result.err or "records/credit-file/00/CRD-000002.yml" in result.err
    assert "unique.duplicate" in result.err
    assert result.err.splitlines()[-1].startswith("mingbu: 没有合并")
    assert files(register_root) == before


def test_a_list_that_would_name_the_card_twice_is_for_a_person_to_mend(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "access-request", "ACC-000001", customers=[ACTIVE, PROSPECT])
    before = files(register_root)

    result = mingbu("merge", ACTIVE, PROSPECT)

    assert result.status == 1
    assert "records/access-request/00/ACC-000001.yml:6:1: 错误 schema.unique-items" in result.err
    assert files(register_root) == before


def test_a_card_that_would_be_its_own_parent_is_refused(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "customer", PROSPECT, parent_customer=ACTIVE)

    result = mingbu("merge", ACTIVE, PROSPECT)

    assert result.status == 1
    assert f"records/customer/00/{PROSPECT}.yml" in result.err


def test_errors_that_were_there_before_do_not_stop_a_merge(register_root: Path, mingbu: Command) -> None:
    """Even where the merge moves their line."""
    building.write(register_root, "product", code="P-1", name="另一台泵")
    building.edit(register_root, "customer", ACTIVE, custodian="PER-ZZZZZZ")
    codes = mingbu("check", "--format", "json").codes

    result = mingbu("merge", ACTIVE, PROSPECT)

    assert result.status == 0
    assert mingbu("check", "--format", "json").codes == codes == ["reference.missing", "unique.duplicate"]


@pytest.mark.parametrize(
    ("away", "stays", "said"),
    [
        (ACTIVE, ACTIVE, "CUS-000001 与 CUS-000001 不能合并"),
        (ACTIVE, "PRD-000001", "不能合并"),
        ("DEP-000003", "DEP-000004", "不能合并"),
        (ACTIVE, "CUS-ZZZZZZ", "没有编号为 CUS-ZZZZZZ 的记录"),
        ("CUS-ZZZZZZ", ACTIVE, "没有编号为 CUS-ZZZZZZ 的记录"),
        ("CUS-000004", ACTIVE, "已经并入别的卡"),
        (ACTIVE, "CUS-000004", "已经并入别的卡"),
    ],
)
def test_what_cannot_be_merged_is_one_line_and_exit_status_1(register_root: Path, mingbu: Command, away: str, stays: str, said: str) -> None:
    building.write(register_root, "customer", id=EARLIER, status="merged", merged_into=PROSPECT)
    building.commit_all(register_root)
    before = files(register_root)

    result = mingbu("merge", away, stays)

    assert (result.status, result.out, len(result.err.splitlines())) == (1, "", 1)
    assert said in result.err
    assert files(register_root) == before


def test_a_broken_card_is_not_merged(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "customer", PROSPECT, side="?")

    assert mingbu("merge", ACTIVE, PROSPECT).status == 1
    assert mingbu("merge", PROSPECT, ACTIVE).status == 1


@pytest.mark.parametrize("failing", [1, 3, 12])
def test_a_write_that_fails_puts_back_what_was_there(register_root: Path, mingbu: Command, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    """Stands in for a full or read-only disk, which root doesn't notice: the system call fails once, the later ones work."""
    before, calls, really = files(register_root), 0, os.replace

    def replace(*arguments: Any) -> None:
        nonlocal calls
        calls += "records" in Path(arguments[1]).parts
        if calls == failing:
            raise OSError(28, "No space left on device", arguments[1])
        really(*arguments)

    monkeypatch.setattr(os, "replace", replace)

    result = mingbu("merge", ACTIVE, PROSPECT)

    assert calls >= failing
    assert result.status == 2
    assert result.err.splitlines()[-1].endswith("No space left on device")
    assert files(register_root) == before
    assert list((register_root / "records").rglob("*.tmp")) == []


def test_a_merge_speaks_english(register_root: Path, mingbu: Command) -> None:
    assert mingbu("--lang", "en", "merge", ACTIVE, PROSPECT).out.splitlines()[-1] == "CUS-000001 was merged into CUS-000002, 12 files changed"
    building.commit_all(register_root)
    assert mingbu("--lang", "en", "merge", ACTIVE, PROSPECT).err == "mingbu: CUS-000001 or CUS-000002 was merged already\n"
