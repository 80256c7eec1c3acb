"""What the page of a contract says besides its fields: where its file is, what is paid, what the file lacks."""

from __future__ import annotations

from mingbu import contracts
from mingbu.money import rounded
from mingbu.register import Record
from mingbu.site.boards.cells import Shown
from mingbu.site.contracting.calendar import milestone_grid
from mingbu.site.contracting.files import folder_grid, stage_grid
from mingbu.site.explaining import Panel
from mingbu.site.reader import Cell, Reader


def of_contract(reader: Reader, contract: Record, page: str) -> list[Panel]:
    """The chain, the payments and the completeness; nothing of a draft and a voided number, which have none of these."""
    shown = Shown(reader, page)
    found = [_chain(shown, contract), _payments(shown, contract), _folder(shown, contract)]
    return [panel for panel in found if panel is not None]


def _chain(shown: Shown, contract: Record) -> Panel | None:
    reader, today = shown.reader, shown.reader.policy.today
    chain = contracts.chain(reader.policy, contract)
    if not chain.stages:
        return None
    late = sum(stage.state(today) == "overdue" for stage in chain.stages)
    holder = reader.register.get(chain.holder)
    summary = shown.word("contracting.overdue-files", count=late) if late else shown.word("contracting.chain-well")
    lines = [shown.ref(holder)] if holder is not None else []
    words = {"since": chain.since, "until": chain.until or ""}
    said = shown.word("contracting.held-until" if chain.until else "contracting.held-since", **words)
    lines = [Cell(said), *lines] if lines else []
    return Panel("chain", shown.word("contracting.chain-of"), summary, [stage_grid(shown, chain, today)], lines)


def _payments(shown: Shown, contract: Record) -> Panel | None:
    today, rows = shown.reader.policy.today, contracts.milestones(contract)
    if not rows:
        return None
    overdue = sum(bool(row.overdue_days(today)) for row in rows)
    open_ = sum(row.open_on(today) > 0 for row in rows)
    summary = shown.word("contracting.payments-summary", open=open_, overdue=overdue)
    return Panel("payments", shown.word("contracting.payments-of"), summary, [milestone_grid(shown, rows, today)])


def _folder(shown: Shown, contract: Record) -> Panel | None:
    folder = contracts.folder(contract)
    if folder is None:
        return None
    summary = shown.word("contracting.folder-summary", percent=rounded(folder.percent), count=len(folder.of("missing")))
    return Panel("folder", shown.word("contracting.folder-of"), summary, [folder_grid(shown, folder)])
