"""Where the file of each contract is, and which documents it has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingbu import contracts
from mingbu.contracts import Chain, Folder, Stage
from mingbu.register import Record
from mingbu.site.boards.cells import NONE, Grid, Shown
from mingbu.site.boards.parts import Board, Part
from mingbu.site.contracting.overview import CHAIN, FOLDERS, late
from mingbu.site.reader import Cell, Reader

__all__ = ["CHAIN", "FOLDERS", "boards", "event", "folder_grid", "stage_grid"]

Lines = list[list[Cell | list[Cell]]]
_MARKS = {"present": "✓", "not_applicable": "—"}


def boards(reader: Reader) -> Iterator[Board]:
    yield _chain(Shown(reader, CHAIN))
    yield _folders(Shown(reader, FOLDERS))


def _chain(shown: Shown) -> Board:
    reader, today = shown.reader, shown.reader.policy.today
    found = [(one, contracts.chain(reader.policy, one)) for one in reader.register.of("contract")]
    held = [(one, chain) for one, chain in found if chain.holder is not None]
    moving = sorted((pair for pair in held if pair[1].until is not None), key=lambda pair: (str(pair[1].until), pair[0].id))
    kept = sorted((pair for pair in held if pair[1].until is None and not pair[1].shelf), key=lambda pair: (str(pair[1].since), pair[0].id))
    shelved = sorted((pair for pair in held if pair[1].until is None and pair[1].shelf), key=lambda pair: (pair[1].shelf, pair[0].id))
    overdue = sorted(late(reader), key=lambda pair: (str(pair[1].due_on), pair[0].id))
    parts = [
        Part("late", shown.word("contracting.late-files"), "", [], [_late(shown, overdue, today)], layout="below"),
        Part(
            "moving",
            shown.word("contracting.moving"),
            shown.word("contracting.moving-lead"),
            [],
            [_held(shown, moving, today, more="until")],
            layout="below",
        ),
        Part("kept", shown.word("contracting.kept"), shown.word("contracting.kept-lead"), [], [_held(shown, kept, today)], layout="below"),
        Part("shelved", shown.word("contracting.shelved"), "", [], [_held(shown, shelved, today, more="shelf")], layout="below"),
    ]
    links = [shown.link(shown.word("analysis.report"), "report/contract-handover.html")]
    return Board(CHAIN, CHAIN, shown.word("contracting.chain"), shown.word("contracting.chain-lead", day=today), [], parts, links)


def _late(shown: Shown, found: list[tuple[Record, Stage]], today: date) -> Grid:
    rows: Lines = [
        [shown.ref(one), Cell(event(shown, stage.what), "short"), shown.id(one.data["handler"]), shown.date(stage.event_on),
         shown.date(str(stage.due_on)), shown.count(stage.late_days(today)), shown.text(stage.reason)]
        for one, stage in found
    ]  # fmt: skip
    header = shown.header("contracting.contract", "contracting.formality", "contracting.handler", ("contracting.done-on", "date"),
                          ("contracting.due-on", "date"), ("contracting.days-late", "count"), "contracting.reason")  # fmt: skip
    return Grid("", "", header, rows, empty=shown.word("contracting.no-late"))


def _held(shown: Shown, found: list[tuple[Record, Chain]], today: date, *, more: str = "") -> Grid:
    """Who holds which file, since when; more: until, by when it goes on, or shelf, where it stands."""
    rows: Lines = []
    for one, chain in found:
        row = [shown.id(chain.holder), shown.ref(one), Cell(one.data["contract_no"], "short"), shown.date(str(chain.since))]
        if more == "until" and chain.until is not None:
            row += [shown.date(chain.until), shown.count((date.fromisoformat(chain.until) - today).days)]
        rows.append([*row, *([Cell(chain.shelf, "short")] if more == "shelf" else [])])
    others = {"until": [("contracting.until", "date"), ("contracting.days-left", "count")], "shelf": [("contracting.shelf", "short")]}.get(more, [])
    header = shown.header("contracting.holder", "contracting.contract", "contracting.number", ("contracting.since", "date"), *others)
    return Grid("", "", header, rows, empty=shown.word("contracting.no-files"))


def event(shown: Shown, what: str) -> str:
    """What a stage is called."""
    return shown.word("contracts.archiving") if what == contracts.ARCHIVE else shown.code("contract_event", what).text


def stage_grid(shown: Shown, chain: Chain, today: date) -> Grid:
    """The chain of one contract, as its own page shows it."""
    rows: Lines = []
    for stage in chain.stages:
        state = stage.state(today)
        told = f"{state}-reason" if state == "late" and stage.reason else state
        badge = shown.badge(shown.word(f"contracts.stage-{told}"), _BADGES[state])
        done = shown.date(stage.done_on) if stage.done_on else NONE
        people = [shown.id(person) if person else NONE for person in (stage.by, stage.to)]
        days = stage.days_left(today)
        rows.append([Cell(event(shown, stage.what), "short"), shown.date(stage.event_on), shown.date(stage.due_on or ""), done, *people,
                     shown.text(stage.receipt), badge, NONE if days is None else shown.count(days)])  # fmt: skip
    dates = [(f"contracting.{key}", "date") for key in ("done-on", "due-on", "moved-on")]
    others = [f"contracting.{key}" for key in ("by", "to", "receipt", "state")]
    header = shown.header("contracting.formality", *dates, *others, ("contracting.days-left", "count"))
    return Grid("", "", header, rows, empty=shown.word("contracting.no-files"))


_BADGES = {"in_time": "valid", "late": "warning", "open": "short", "overdue": "error"}


def _folders(shown: Shown) -> Board:
    reader = shown.reader
    every = [(one, folder) for one in reader.register.of("contract") if (folder := contracts.folder(one)) is not None]
    every.sort(key=lambda pair: (pair[1].percent, pair[0].data["contract_no"]))
    groups = reader.register.schemas.codes["contract_document_group"]
    owed: Lines = [
        [[shown.ref(one), shown.id(one.data["handler"])], [_group(shown, group.code), *(shown.text(reason) for reason in group.reasons)]]
        for one, folder in every
        for group in folder.of("missing")
    ]
    header = shown.header("contracting.contract-of", "contracting.group-why")
    missing = Grid("", "", header, owed, empty=shown.word("contracting.nothing-missing"))
    rows: Lines = [[shown.ref(one), shown.percent(folder.percent), *(_mark(shown, group.state) for group in folder.groups)] for one, folder in every]
    header = [*shown.header("contracting.contract", ("contracting.percent", "percent")), *(Cell(_circled(at), "short") for at in range(len(groups)))]
    keys: Lines = [[Cell(_circled(at), "short"), _group(shown, code)] for at, code in enumerate(groups)]
    legend = Grid("", shown.word("contracting.groups"), shown.header("contracting.mark", "contracting.group"), keys)
    matrix = Grid("", "", header, rows, note=shown.word("contracting.marks"))
    parts = [
        Part("missing", shown.word("contracting.missing"), "", [], [missing], layout="below"),
        Part("matrix", shown.word("contracting.matrix"), shown.word("contracting.matrix-lead"), [], [matrix, legend], layout="below"),
    ]
    links = [shown.link(shown.word("analysis.report"), "report/contract-completeness.html")]
    lead = shown.word("contracting.folders-lead", count=len(every), day=reader.policy.today)
    return Board(FOLDERS, FOLDERS, shown.word("contracting.folders"), lead, [], parts, links)


def _mark(shown: Shown, state: str) -> Cell:
    return shown.badge(shown.word("contracting.lacks"), "error") if state == "missing" else Cell(_MARKS[state], "short")


def _group(shown: Shown, code: str) -> Cell:
    """The long name of a group, which may be broken."""
    return Cell(shown.code("contract_document_group", code).text)


def _circled(at: int) -> str:
    """①, ②, … as the regulation numbers the groups."""
    return chr(ord("①") + at)


def folder_grid(shown: Shown, folder: Folder) -> Grid:
    """The groups of one contract, as its own page shows them."""
    rows: Lines = []
    for at, group in enumerate(folder.groups):
        word = shown.word(f"contracts.group-{group.state}")
        state = shown.badge(word, "error") if group.state == "missing" else Cell(word, "short")
        name = _group(shown, group.code)
        rows.append([Cell(_circled(at), "short"), name, state, shown.count(group.documents), shown.text(" ".join(group.reasons))])
    header = shown.header("contracting.mark", "contracting.group", "contracting.state", ("contracting.documents", "count"), "contracting.reason")
    return Grid("", "", header, rows)
