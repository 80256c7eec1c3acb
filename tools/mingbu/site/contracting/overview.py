"""The overview of contracts, with the statistics of the last half-year, and the ledger by department."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from mingbu import contracts, deadlines
from mingbu.contracts import Stage
from mingbu.display import separated
from mingbu.register import Record
from mingbu.site.boards.cells import Shown
from mingbu.site.boards.parts import Board, Figure, Part
from mingbu.site.boards.reported import grid, reported
from mingbu.site.reader import Reader

OVERVIEW, LEDGER = "contracting/index.html", "contracting/ledger.html"
CHAIN, FOLDERS, DATES = "contracting/chain.html", "contracting/folders.html", "contracting/dates.html"
_BALANCE = ("currency", "opening", "signed", "completed", "terminated", "voided", "closing", "closing_amount")
_LEDGER = ("number", "contract", "customer", "handler", "amount", "currency", "signed_on", "performance_to", "state", "handed_over", "shelf")


def boards(reader: Reader) -> Iterator[Board]:
    yield _overview(Shown(reader, OVERVIEW))
    if reader.register.of("contract"):
        yield _ledger(Shown(reader, LEDGER))


def _overview(shown: Shown) -> Board:
    reader, day = shown.reader, shown.reader.policy.today
    title, lead = shown.word("contracting.overview"), shown.word("contracting.overview-lead", day=day)
    if not reader.register.of("contract"):
        return Board(OVERVIEW, OVERVIEW, title, shown.word("contracting.none"))
    found = reported(reader.register, reader.policy, "contract-statistics")
    parts = []
    for name, columns in (("balance", _BALANCE), ("kinds", ("type", "side", *_BALANCE)), ("states", ()), ("in_time", ()), ("payments", ())):
        if name in found and found[name].rows:
            table = found[name]
            shown_table = replace(grid(reader, table, OVERVIEW, columns=columns), title="")  # the part has it
            parts.append(Part(name, reader.pick(table.title), "", [], [shown_table], layout="below"))
    links = [shown.link(shown.word("contracting.statistics"), "report/contract-statistics.html")]
    return Board(OVERVIEW, OVERVIEW, title, lead, figures(shown), parts, links)


def figures(shown: Shown) -> list[Figure]:
    """In force, their amount, what ends soon, milestones overdue, files late: each with the page that says more."""
    reader, today = shown.reader, shown.reader.policy.today
    every = reader.register.of("contract")
    running = [one for one in every if contracts.life(one).in_force(today)]
    ours = [one for one in running if contracts.currency(one) == contracts.CNY]
    others = len(running) - len(ours)
    amount = str(sum((Decimal(one.data["amount"]) for one in ours), Decimal("0.00")))
    within = soon(reader)
    ending = [one for contract in running for one in contracts.endings(contract, today) if one.what == "expiry" and 0 <= one.days(today) <= within]
    overdue = [row for one in every for row in contracts.milestones(one) if row.overdue_days(today)]
    owed = str(sum((row.overdue_on(today) for row in overdue if contracts.currency(row.contract) == contracts.CNY), Decimal("0.00")))
    files = late(reader)
    foreign = shown.word("contracting.other-currencies", count=others) if others else ""
    return [
        Figure(shown.word("contracting.in-force"), str(len(running)), _page(shown, LEDGER), foreign),
        Figure(shown.word("contracting.amount"), separated(amount), _page(shown, LEDGER), shown.word("contracting.cny")),
        Figure(shown.word("contracting.ending", days=within), str(len(ending)), _page(shown, DATES)),
        Figure(shown.word("contracting.overdue"), str(len(overdue)), _page(shown, DATES), separated(owed) if overdue else "", bool(overdue)),
        Figure(shown.word("contracting.late"), str(len(files)), _page(shown, CHAIN), "", bool(files)),
    ]


def soon(reader: Reader) -> int:
    """Within how many days the end of performance is told beforehand, as the policy says."""
    row = deadlines.rule(reader.policy, "contract.expiry")
    return int(row.get("remind_days", 0)) if row else 0


def late(reader: Reader) -> list[tuple[Record, Stage]]:
    """The moves of files that are overdue."""
    today = reader.policy.today
    every = reader.register.of("contract")
    return [(one, stage) for one in every for stage in contracts.chain(reader.policy, one).stages if stage.state(today) == "overdue"]


def _page(shown: Shown, page: str) -> str:
    return shown.link("", page).url or ""


def _ledger(shown: Shown) -> Board:
    """A part for each department, in the order of the report."""
    reader = shown.reader
    table = reported(reader.register, reader.policy, "contract-ledger")["contracts"]
    parts = []
    for department in dict.fromkeys(row["department"] for row in table.rows):
        rows = [row for row in table.rows if row["department"] == department]
        lead = shown.word("contracting.counted", count=len(rows))
        listed = replace(grid(reader, table, LEDGER, rows, _LEDGER), title="")
        parts.append(Part(f"of-{department}", shown.id(department).text, lead, [], [listed], layout="below"))
    links = [
        shown.link(shown.word("contracting.whole-ledger"), "report/contract-ledger.html"),
        shown.link(shown.word("contracting.register"), "contract/index.html"),
    ]
    lead = shown.word("contracting.ledger-lead", day=reader.policy.today)
    return Board(LEDGER, LEDGER, shown.word("contracting.ledger"), lead, [], parts, links)
