"""The pages on contracts: the figures of the overview, who holds which file, what is missing, what is due; a contract's own panels."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import building
from building import CLERK, KEEPER
from mingbu.labels import Lang
from mingbu.register import Policy, open_register
from mingbu.site.boards.cells import Grid
from mingbu.site.boards.parts import Board
from mingbu.site.contracting import SECTION
from mingbu.site.contracting.panels import of_contract
from mingbu.site.reader import Cell, Reader

CONTRACT = "CON-000002"
SUMMARIES: dict[Lang, tuple[str, ...]] = {
    "zh": ("逾期未办 1 项", "未付 2 个，其中逾期 1 个", "完整度 75.00%，待补 1 类"),
    "en": ("1 overdue", "2 open, 1 of them overdue", "75.00% complete, groups missing: 1"),
}


@pytest.fixture
def reader(register_root: Path) -> Reader:
    """A contract with a file that is overdue, a missing group, a milestone overdue and its end near; and the draft of the register."""
    documents = building.fields("contract", like="signed")["documents"]
    documents[0] = {"group": documents[0]["group"], "state": "missing", "absent_reason": "审批单在法务"}
    moved = {"handed_over_on": "2026-02-06", "handed_over_by": CLERK, "received_by": KEEPER}
    events = [{"kind": "signing", "formalities_done_on": "2026-01-10", **moved}, {"kind": "change", "formalities_done_on": "2026-10-01"}]
    milestones = [
        {"due_on": "2026-10-31", "amount": "160000.00", "paid_on": "2026-11-02", "paid": "60000.00"},
        {"due_on": "2026-12-05", "amount": "200000.00"},
    ]
    building.write(register_root, "contract", like="signed", id=CONTRACT, contract_no="HZ-2026-002", performance_to="2026-12-31", events=events,
                   documents=documents, payment_milestones=milestones)  # fmt: skip
    return made(register_root, "zh")


def made(root: Path, lang: Lang) -> Reader:
    register = open_register(root, building.SCHEMAS)
    return Reader(register, Policy(register, date(2026, 11, 20)), lang, None)


def boards(reader: Reader) -> dict[str, Board]:
    return {board.path: board for board in SECTION.boards(reader)}


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text if isinstance(cell, Cell) else " ".join(one.text for one in cell) for cell in row] for row in grid.rows]


@pytest.mark.rule("E2", "E4", "E5")
def test_the_overview_counts_what_asks_for_attention(reader: Reader) -> None:
    found = boards(reader)

    assert list(found) == list(SECTION.navigation)
    figures = {figure.label: (figure.value, figure.bad) for figure in found["contracting/index.html"].figures}
    assert figures == {
        "有效合同": ("1", False),
        "有效合同金额": ("360,000.00", False),
        "60 天内期满": ("1", False),
        "逾期付款节点": ("1", True),
        "档案逾期未移交": ("1", True),
    }


@pytest.mark.rule("E2", "E5", "E6")
def test_the_boards_say_who_holds_which_file_and_what_it_lacks(reader: Reader) -> None:
    found = boards(reader)

    parts = {part.id: texts(part.grids[0]) for part in found["contracting/chain.html"].parts}
    assert parts["late"][0][1:] == ["变更", "纪晓风", "2026-10-01", "2026-11-01", "19", ""]
    assert parts["moving"][0][2:] == ["HZ-2026-002", "2026-10-01", "2026-11-01", "-19"]
    missing, matrix = found["contracting/folders.html"].parts
    assert "审批单在法务" in texts(missing.grids[0])[0][1]
    assert texts(matrix.grids[0])[0][1:4] == ["75.00%", "缺", "✓"]
    assert len(matrix.grids[0].header) == 2 + len(matrix.grids[1].rows) == 13


@pytest.mark.rule("E4")
def test_payments_and_ends_stand_in_the_order_of_their_days(reader: Reader) -> None:
    parts = {part.id: texts(part.grids[0]) for part in boards(reader)["contracting/dates.html"].parts}

    assert [(row[0], row[5]) for row in parts["overdue"]] == [("2026-10-31", "100,000.00")]
    assert [(row[0], row[1]) for row in parts["in-2026-12"]] == [("2026-12-05", "付款节点"), ("2026-12-31", "履行期满")]


@pytest.mark.rule("E2", "E4", "E5")
@pytest.mark.parametrize(("lang", "said"), SUMMARIES.items())
def test_the_page_of_a_contract_shows_its_chain_payments_and_file(reader: Reader, lang: Lang, said: tuple[str, ...]) -> None:
    told = made(reader.register.root, lang)
    record = told.register.records[CONTRACT]

    assert tuple(panel.summary for panel in of_contract(told, record, "contract/CON-000002.html")) == said
    draft = told.register.records["CON-000001"]
    assert of_contract(told, draft, "contract/CON-000001.html") == []
