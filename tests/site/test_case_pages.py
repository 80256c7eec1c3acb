"""Pages of prospect cases: the months of the report, open cases by stage, and where a case goes that isn't routed yet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import building
from mingbu.register import Policy, Register
from mingbu.site import home
from mingbu.site.casework import SECTION, monthly, waiting
from mingbu.site.reader import Reader

DAY = {"submitted_at": "2026-11-02T09:00:00+08:00"}
ROUTED = {"routed_to_branch": building.BRANCH, "routed_at": "2026-11-03T09:00:00+08:00"}


def reader(*more: dict[str, Any], lang: Any = "zh") -> Reader:
    """A register with one branch, one office, and these cases."""
    departments = [
        building.record("department", building.fields("department", id=building.BRANCH, code="HZ", name="杭州分公司", level="branch")),
        building.record("department", building.fields("department", id=building.OFFICE, code="XH", name="西湖办事处", level="office",
                                                      parent=building.BRANCH, regions=["330106"])),
    ]  # fmt: skip
    cases = [building.record("case", building.fields("case", id=f"CAS-{number:06d}", **said)) for number, said in enumerate(more)]
    found = Register(building.PROJECT, building.SCHEMAS, {record.id: record for record in [*departments, *cases]}, ())
    return Reader(found, Policy(found, date(2026, 11, 20)), lang, None)


@pytest.mark.rule("D8", "D9")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_month_since_the_first_case_has_a_page_and_the_home_page_says_the_same(lang: Any) -> None:
    lost = {"state": "lost", "closed_on": "2026-10-05", "lose_reason": "price", "cause_detail": "价格高"}
    found = reader({"submitted_at": "2026-09-01T09:00:00+08:00"}, {"submitted_at": "2026-09-02T09:00:00+08:00"} | lost, DAY, lang=lang)

    rows = monthly.months(found.register, found.policy)
    assert [(row["month"], row["opening"], row["lost"], row["carried_over"]) for row in rows] == [
        ("2026-09", 0, 0, 2), ("2026-10", 2, 1, 1), ("2026-11", 1, 0, 2),
    ]  # fmt: skip
    pages = {board.path: board for board in SECTION.boards(found)}
    assert {monthly.month_page(row["month"]) for row in rows} < set(pages)
    assert [part.id for part in pages["casework/month-2026-10.html"].parts] == ["figures", "cases", "reasons", "closed", "open"]
    assert [(bar.label, bar.total, [part[:2] for part in bar.parts]) for bar in home._months(found, 3)] == [
        ("2026-09", 2, [("negotiating", 2)]), ("2026-10", 2, [("lost", 1), ("negotiating", 1)]), ("2026-11", 2, [("negotiating", 2)]),
    ]  # fmt: skip


@pytest.mark.rule("D4", "D5")
def test_a_case_that_is_not_dispatched_says_where_it_goes() -> None:
    sent = ROUTED | {"assigned_office": building.OFFICE, "dispatched_at": "2026-11-03T10:00:00+08:00"}
    found = reader(DAY, DAY | ROUTED, DAY | sent, DAY | {"region_code": "110101"})
    panels = [waiting.destination(found, case, "case/x.html") for case in found.register.of("case")]

    assert [[line.text for line in panel.lines] if panel else None for panel in panels] == [["杭州分公司", "西湖办事处"]] * 2 + [None, []]
    assert "没有分公司" in (panels[3].summary if panels[3] else "")
    board = next(board for board in SECTION.boards(found) if board.path == waiting.BOARD)
    assert [figure.value for figure in board.figures] == ["2", "1", "1", "0", "0", "0"]


def test_pages_of_a_register_without_cases_say_nothing() -> None:
    assert {board.path: board.parts for board in SECTION.boards(reader())} == {monthly.MONTHS: [], waiting.BOARD: [], "casework/analysis.html": []}


def test_the_guide_is_there_in_both_languages() -> None:
    for lang in ("zh", "en"):
        assert (Path(building.PROJECT) / "docs" / lang / "guide" / "cases.md").is_file()
