"""Pages of visits and surveys: what is open and late, person by person, and the customer's own file on its card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import building
from building import ABSENT, ACTIVE, BRANCH, CLERK, COMPANY, HEAD, OFFICE, PROJECT, PROSPECT, SCHEMAS
from mingbu import yamlio
from mingbu.register import Policy, Record, Register
from mingbu.reports import REPORTS
from mingbu.site import home
from mingbu.site.boards.parts import Board
from mingbu.site.fieldwork import SECTION, files, overview, people
from mingbu.site.reader import Cell, Reader
from mingbu.site.sections import DRAWN

URGENT = {
    "report_class": "urgent", "urgency": "high", "occurred_at": "2026-11-16T08:00:00+08:00", "discovered_at": "2026-11-16T09:00:00+08:00",
    "reported_at": "2026-11-16T10:00:00+08:00", "topic": "litigation",
}  # fmt: skip
ANSWERED = {"answered_on": "2026-11-19", "answer": "停止发货。"}


def made(kind: str, number: int, *, like: str = "minimal", **said: Any) -> Record:
    return building.record(kind, building.fields(kind, like=like, id=f"{SCHEMAS.kinds[kind].prefix}-{number:06d}", **said))


def visit(number: int, day: str, submitted: str, *customers: str, **said: Any) -> Record:
    start = {"start": f"{day}T09:30:00+08:00", "channel": "visit", "purpose": "routine", "content": "了解用泵计划。", "result": "progress"}
    told = {"salesperson": CLERK, "owner_department": OFFICE, "visit_date": day, "submitted_at": f"{submitted}T18:00:00+08:00"}
    return made("visit-report", number, **told | said, lines=[start | {"customer": one} for one in customers or (ACTIVE,)])


def reader(*more: Record, lang: Any = "zh") -> Reader:
    """Two customers traded with since 2024, the sample's deadlines, and these records."""
    units = {COMPANY: ("company", ABSENT), BRANCH: ("branch", COMPANY), OFFICE: ("office", BRANCH)}
    found = [
        made("department", int(key[-1]), code=key[-1], name=f"部门{key[-1]}", level=level, parent=parent) for key, (level, parent) in units.items()
    ]
    found += [made("person", int(key[-1]), name=f"员工{key[-1]}", posts=[building.post("salesperson")]) for key in (CLERK, HEAD)]
    shared = {"department": OFFICE, "responsible_staff": CLERK, "status": "active", "first_trade_on": "2024-03-01"}
    for number, name in ((1, "松墨阀门"), (2, "云栖电机")):
        found.append(made("customer", number, short_name=name, legal_name=f"{name}有限公司", **shared))
    rules, faults = yamlio.read((PROJECT / "records/policy/deadlines/2024-01-01.yml").read_bytes())
    assert rules is not None and not faults
    register = Register(PROJECT, SCHEMAS, {one.id: one for one in [*found, building.record("policy-deadlines", rules), *more]}, ())
    return Reader(register, Policy(register, date(2026, 11, 20)), lang, None)


def pages(found: Reader) -> dict[str, Board]:
    return {board.path: board for board in SECTION.boards(found)}


def texts(board: Board, part: str) -> list[list[str]]:
    """The cells of the first table of a part, as they are read."""
    [rows] = [each.grids[0].rows if each.grids else [] for each in board.parts if each.id == part]
    return [[cell.text if isinstance(cell, Cell) else " ".join(one.text for one in cell) for cell in row] for row in rows]


def busy(lang: Any = "zh") -> Reader:
    """An urgent report and a daily one, a late visit with its reason and one without, a round of which one customer is done and changed."""
    changed = {"result": "changed", "changes": [{"field": "电话", "before": "1", "after": "2"}], "change_notice": "CHN-000001"}
    handled = {"state": "handled", "handled_on": "2026-08-20", "handled_by": HEAD, "handling": "已更正。"}
    return reader(
        made("info-report", 1, **URGENT), made("info-report", 2),
        visit(1, "2026-11-02", "2026-11-02", ACTIVE, PROSPECT),
        visit(2, "2026-11-03", "2026-11-06", late_reason="返程延误。"), visit(3, "2026-10-13", "2026-10-16"),
        made("survey", 1, round="2026-08", **changed), made("change-notice", 1, raised_on="2026-08-12", source="survey", **handled),
        lang=lang,
    )  # fmt: skip


@pytest.mark.rule("B14", "B17", "A13", "A14")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_board_says_what_is_urgent_late_and_to_be_surveyed(lang: Any) -> None:
    board = pages(busy(lang))[overview.BOARD]

    assert [(one.value, one.page, one.bad) for one in board.figures] == [
        ("1", "#urgent", True), ("1", "#late", True), ("0", "#top", False), ("50.0%", "#round", True), ("0", "#changed", False),
    ]  # fmt: skip
    assert [part.id for part in board.parts] == ["urgent", "informed", "late", "round", "to-do", "changed", "surveyors"]
    reason = {"zh": "没有说明", "en": "Not given"}[lang]
    assert [row[2:7] for row in texts(board, "late")] == [
        ["2026-11-03", "2026-11-04", "2026-11-06", "2", "返程延误。"], ["2026-10-13", "2026-10-14", "2026-10-16", "2", reason],
    ]  # fmt: skip
    assert [row[0] for row in texts(board, "to-do")] == ["云栖电机"]
    reached = {"zh": "原簿已更正", "en": "Card corrected"}[lang]
    assert [(row[0], *row[5:7]) for row in texts(board, "changed")] == [("松墨阀门", "2026-08-20", reached)]
    [row] = [part.grids[0].rows[0] for part in board.parts if part.id == "changed"]
    assert [cell.url for cell in row if isinstance(cell, Cell) and cell.url] == [
        "../survey/SUR-000001.html", f"../person/{CLERK}.html", "../change-notice/CHN-000001.html",
    ]  # fmt: skip


@pytest.mark.rule("B17")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_urgent_report_stands_on_the_home_page_and_the_board_until_it_is_answered(lang: Any) -> None:
    asked, answered = (reader(made("info-report", 1, **URGENT | more), lang=lang) for more in ({}, ANSWERED))

    assert [(event.day, event.cell.text, event.cell.url) for event in home.figures(asked)["urgent"]] == [
        ("2026-11-16", "松墨阀门", "info-report/INF-000001.html"),
    ]  # fmt: skip
    assert home.figures(answered)["urgent"] == []
    assert len(texts(pages(asked)[overview.BOARD], "urgent")) == 1
    quiet = next(part for part in pages(answered)[overview.BOARD].parts if part.id == "urgent")
    assert quiet.grids == [] and quiet.lead


@pytest.mark.rule("B14", "B15")
def test_each_salesperson_has_a_page_with_months_late_reports_and_customers_to_survey() -> None:
    found = pages(busy())

    assert [row[:3] for row in texts(found[people.PEOPLE], "in-2026-11")] == [["员工1", "2", "3"]]
    assert [row[:3] for row in texts(found[people.PEOPLE], "in-2026")] == [["员工1", "3", "4"]]
    board = found[people.page_of(CLERK)]
    assert [row[:3] for row in texts(board, "months")] == [["2026-11", "2", "3"], ["2026-10", "1", "1"]]
    assert [one.value for one in board.figures] == ["3", "2", "0", "1"]
    assert [row[0] for row in texts(board, "to-do")] == ["云栖电机"]
    assert len(texts(board, "late")) == 2
    assert people.page_of(HEAD) not in found, "nobody who neither visits nor surveys"


@pytest.mark.rule("B13", "B15")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_card_shows_the_latest_of_the_own_file_and_leads_to_the_whole(lang: Any) -> None:
    seven = [visit(number, f"2026-11-0{number}", f"2026-11-0{number}") for number in range(1, 8)]
    won, contract = made("case", 1, like="won"), made("contract", 1, customer=ACTIVE, contract_no="HZ-1")
    found = reader(*seven, made("info-report", 1), made("survey", 1, round="2026-08"), won, contract, lang=lang)
    customer = found.register.records[ACTIVE]

    panel = files.panel(found, customer, f"customer/{ACTIVE}.html")
    assert panel is not None
    assert [len(grid.rows) for grid in panel.grids] == [4, 1, 1, 1, 1], "visits, information, surveys, cases, contracts"
    assert panel.grids[0].totals == [] and "7" in panel.grids[0].title and "7" in panel.summary
    assert [cell.text for row in panel.grids[0].rows for cell in row[1:2] if isinstance(cell, Cell)] == [f"2026-11-0{day}" for day in (7, 6, 5, 4)]
    assert [link.url for link in panel.links] == [f"../fieldwork/file-{ACTIVE}.html"]
    whole = pages(found)[files.page_of(ACTIVE)]
    assert len(texts(whole, "visits")) == 7
    assert {"facts", "visits", "information", "surveys", "cases", "contracts"} <= {part.id for part in whole.parts}
    assert files.panel(found, found.register.records[PROSPECT], "customer/x.html") is None


def test_the_overall_file_leads_to_each_customers_own() -> None:
    board = pages(busy())[files.FILES]

    [part] = board.parts
    assert [row[0].url for row in part.grids[0].rows if isinstance(row[0], Cell)] == [f"file-{ACTIVE}.html", f"file-{PROSPECT}.html"]


def test_pages_of_a_register_with_nothing_in_the_field_say_so() -> None:
    found = reader()
    empty = replace(found, register=Register(PROJECT, SCHEMAS, {}, ()), policy=Policy(Register(PROJECT, SCHEMAS, {}, ()), date(2026, 11, 20)))

    assert {path: [part.id for part in board.parts] for path, board in pages(empty).items()} == {
        overview.BOARD: ["urgent"], people.PEOPLE: [], files.FILES: [],
    }  # fmt: skip


def test_every_report_that_the_section_draws_is_there_and_its_page_too() -> None:
    found = pages(busy())

    for name, page in SECTION.drawn.items():
        path, _, part = page.partition("#")
        assert name in REPORTS and DRAWN[name] == page
        assert path in found and (not part or part in {each.id for each in found[path].parts}), name
    assert set(SECTION.navigation) <= set(found)


def test_the_guide_is_there_in_both_languages() -> None:
    for lang in ("zh", "en"):
        assert (PROJECT / "docs" / lang / "guide" / "fieldwork.md").is_file()
