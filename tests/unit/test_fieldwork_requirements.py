"""What the regulations ask of reports and cards: every report is there and named in both languages, a card says where its data come from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import building
from building import ABSENT, CLERK, COMPANY, KEEPER, OFFICE, PROSPECT
from chinese import CHINESE
from mingbu import yamlio
from mingbu.labels import catalogue
from mingbu.reports import REPORTS
from running import Command

ASKED = {
    *("A3", "A7", "A9", "A13", "A18"), *("B3", "B4", "B6", "B7", "B10", "B14", "B15", "B16", "B18", "B19", "B21", "B22"), *("C10", "C13"),
    *("D1", "D6", "D7", "D8", "D9", "D10"), *("E1", "E2", "E4", "E7", "E8", "E11", "E12"), "F4",
}  # fmt: skip
"""The requirements of the regulations that ask for a report or a list."""
FILLED = {
    "legal_name": "松鹤泵业有限公司", "short_name": "松鹤泵业", "uscc": "91330106FAKE00099X", "organization_form": "limited_company",
    "customer_nature": "ordinary", "side": "sell", "is_branch": "false", "legal_representative": "闻笛", "industry_section": "C",
    "registered_address": "杭州市西湖区临溪路 9 号", "region_code": "330106", "source_of_information": "exhibition", "source": "marketing",
    "collected_by": COMPANY, "customer_rank": "b", "market_position": "general", "time_series": "new", "trade_stage": "future",
    "lifecycle": "potential", "status": "prospect", "department": OFFICE, "responsible_staff": CLERK, "custodian": KEEPER,
    "owner_department": COMPANY, "prepared_by": CLERK, "/contacts/0/name": "闻笛", "/contacts/0/title": "总经理",
    "/preliminary_check/checked_on": "2026-04-20", "/preliminary_check/checked_by": CLERK, "/preliminary_check/latent_need": "设备年底到期。",
}  # fmt: skip
"""What a clerk knows of a company that isn't a customer yet."""


def test_every_requirement_that_asks_for_a_report_has_one() -> None:
    served = {rule for report in REPORTS.values() for rule in report.rules}

    assert {name for name, entry in catalogue("requirements").items() if "report" in entry["needs"]} == ASKED
    assert served >= ASKED, sorted(ASKED - served)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_of_reports_names_each_with_a_title_of_its_own_and_what_it_serves(lang: str, mingbu: Command) -> None:
    lines = [line for line in mingbu("--lang", lang, "report", "--list").out.splitlines() if line.split()[0] in REPORTS]
    titles = {report.name: report.title[lang == "en"] for report in REPORTS.values()}

    assert [line.split()[0] for line in lines] == list(titles)
    assert all(titles[line.split()[0]] in line for line in lines)
    assert [title for title, count in Counter(titles.values()).items() if count > 1] == []
    assert all(bool(CHINESE.search(title)) == (lang == "zh") for title in titles.values())
    named = {rule for line in lines for rule in line.rpartition("(")[2].rstrip(")").split(", ")}
    assert named >= ASKED


@pytest.mark.rule("C2")
@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"source": ABSENT}, "schema.required", "/source"),
        ({"collected_by": ABSENT}, "schema.required", "/collected_by"),
        ({"source": "hearsay"}, "schema.enum", "/source"),
        ({"collected_by": "DEP-Z99999"}, "reference.missing", "/collected_by"),
        ({"collected_by": CLERK}, "schema.reference", "/collected_by"),
    ],
)
def test_a_card_says_how_its_data_were_obtained_and_by_which_unit(
    changes: dict[str, object], code: str, pointer: str, register_root: Path, mingbu: Command
) -> None:
    path = building.edit(register_root, "customer", PROSPECT, **changes).relative_to(register_root).as_posix()

    result = mingbu("check", "--format", "json")
    assert (path, code, pointer) in {(where, what, at) for where, _, what, at in result.findings}
    assert result.status == 1


@pytest.mark.rule("C2")
def test_the_source_of_the_data_is_shown_and_can_be_asked_for(register_root: Path, mingbu: Command) -> None:
    building.edit(register_root, "customer", PROSPECT, source="dealings", collected_by=OFFICE)

    shown = mingbu("show", PROSPECT).out
    assert "资料取得方式" in shown and "西湖办事处" in shown
    listed = mingbu("list", "customer", "--where", "source=dealings", "--format", "json").json
    assert PROSPECT in str(listed) and listed != mingbu("list", "customer", "--format", "json").json


@pytest.mark.rule("B13")
def test_a_card_is_filled_kept_and_consulted(register_root: Path, mingbu: Command) -> None:
    """What is left out is asked for by its name; the card lies at the place that its number says, and is found by its name."""
    there = set((register_root / "records/customer").rglob("*.yml"))
    values = [part for key, value in FILLED.items() for part in ("--set", f"{key}={value}")]

    refused = mingbu("new", "customer", *values[2:])
    assert refused.status != 0 and "客户全称" in refused.err + refused.out
    assert set((register_root / "records/customer").rglob("*.yml")) == there
    assert mingbu("new", "customer", *values).status == 0
    [path] = set((register_root / "records/customer").rglob("*.yml")) - there
    data, _ = yamlio.read(path.read_bytes())
    assert data is not None and path.relative_to(register_root).as_posix() == building.path_of("customer", data)
    assert "松鹤泵业有限公司" in mingbu("show", data["id"]).out
    assert data["id"] in mingbu("list", "customer", "--where", "short_name=松鹤泵业").out
    file = {table["name"]: table for table in mingbu("report", "customer-file", "--who", data["id"], "--format", "json").json["tables"]}
    assert {"item": "客户全称", "value": "松鹤泵业有限公司"} in file["facts"]["rows"]
