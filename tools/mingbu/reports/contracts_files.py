"""Files of contracts (E2, E5, E6): what each of the groups of documents holds or lacks, and the hand-over of every formality."""

from __future__ import annotations

from datetime import date

from mingbu import contracts
from mingbu.contracts import Folder, Stage
from mingbu.money import rounded
from mingbu.register import Policy, Record, Register
from mingbu.reports.contracts import CONFIDENTIALITY, Row, both, chosen, code, listed
from mingbu.reports.model import Asked, Column, Report, Table

_STATES = ("present", "missing", "not_applicable")


def _completeness(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    found = [(one, folder) for one in chosen(register, asked.who) if (folder := contracts.folder(one)) is not None]
    return [_by_contract(register, found), _by_group(register, found)]


def _by_contract(register: Register, found: list[tuple[Record, Folder]]) -> Table:
    groups = register.schemas.codes["contract_document_group"]
    rows: list[Row] = []
    for one, folder in found:
        states = {group.code: both(f"contracts.group-{group.state}") for group in folder.groups}
        owed = [_owed(register, group.code, group.reasons) for group in folder.of("missing")]
        start = {"number": one.data["contract_no"], "contract": one.id, "handler": one.data["handler"]}
        rows.append({**start, **states, "percent": rounded(folder.percent), "owed": listed(owed)})
    columns = (
        Column("number", ("合同编号", "Number")),
        Column("contract", ("合同名称", "Title"), "ref"),
        Column("handler", ("承办人", "Handler"), "ref"),
        *(Column(key, (zh, en)) for key, (zh, en) in groups.items()),
        Column("percent", ("完整度（%）", "Complete (%)"), "percent"),
        Column("owed", ("待补", "Still to come")),
    )
    return Table("contracts", ("各合同档案的完整度", "Completeness by contract"), columns, rows, {}, (both("contracts.note-percent"),))


def _owed(register: Register, group: str, reasons: tuple[str, ...]) -> tuple[str, str]:
    zh, en = code(register, "contract_document_group", group)
    why_zh, why_en = (both("contracts.because", why=" ".join(reasons))) if reasons else ("", "")
    return zh + why_zh, en + why_en


def _by_group(register: Register, found: list[tuple[Record, Folder]]) -> Table:
    rows: list[Row] = []
    for key, (zh, en) in register.schemas.codes["contract_document_group"].items():
        states = [group.state for _, folder in found for group in folder.groups if group.code == key]
        counts = {state: states.count(state) for state in _STATES}
        rows.append({"group": (zh, en), **counts, "percent": _share(counts)})
    totals: Row = {state: sum(row[state] for row in rows) for state in _STATES}
    columns = (
        Column("group", ("文件类别", "Group")),
        Column("present", ("已归档", "Present"), "count"),
        Column("missing", ("待补", "Missing"), "count"),
        Column("not_applicable", ("不适用", "Not applicable"), "count"),
        Column("percent", ("完整度（%）", "Complete (%)"), "percent"),
    )
    return Table("groups", ("各类文件", "By group"), columns, rows, totals | {"percent": _share(totals)})


def _share(counts: Row) -> str:
    owed = counts["present"] + counts["missing"]
    return rounded(contracts.percent(counts["present"], owed)) if owed else ""


def _handover(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    found = [(one, stage) for one in chosen(register, asked.who) for stage in contracts.chain(policy, one).stages if _asked_for(stage, asked)]
    found.sort(key=lambda pair: (pair[1].due_on or "9", pair[0].data["contract_no"], pair[1].event_on))
    handed = [pair for pair in found if pair[1].what != contracts.ARCHIVE]
    archived = [pair for pair in found if pair[1].what == contracts.ARCHIVE]
    return [_moves(register, policy.today, handed), _archiving(register, policy.today, archived), _rates(register, policy.today, found)]


def _asked_for(stage: Stage, asked: Asked) -> bool:
    """Of a period: what was due, done or begun in it."""
    return asked.period is None or any(day is not None and asked.period.holds(day) for day in (stage.due_on, stage.done_on, stage.event_on))


def _stage(one: Record, stage: Stage, today: date) -> Row:
    state = stage.state(today)
    told = f"{state}-reason" if state == "late" and stage.reason else state
    left = stage.days_left(today)
    return {
        "number": one.data["contract_no"],
        "contract": one.id,
        "event_on": stage.event_on,
        "due_on": stage.due_on or "",
        "done_on": stage.done_on or "",
        "by": stage.by or "",
        "to": stage.to or "",
        "state": both(f"contracts.stage-{told}"),
        "days": "" if left is None else left,
        "reason": stage.reason if state in {"late", "overdue"} else "",
    }


_FIRST = (Column("number", ("合同编号", "Number")), Column("contract", ("合同名称", "Title"), "ref"))
_LAST = (
    Column("state", ("情况", "State")),
    Column("days", ("距期限天数（负数为逾期）", "Days left (negative: late)"), "count"),
    Column("reason", ("逾期原因", "Reason of lateness")),
)


def _moves(register: Register, today: date, found: list[tuple[Record, Stage]]) -> Table:
    rows = [
        _stage(one, stage, today) | {"what": code(register, "contract_event", stage.what), "handler": one.data["handler"], "receipt": stage.receipt}
        for one, stage in found
    ]
    columns = (
        *_FIRST,
        Column("what", ("手续", "Formality")),
        Column("handler", ("承办人", "Handler"), "ref"),
        Column("event_on", ("手续完毕日期", "Formalities done on"), "date"),
        Column("due_on", ("应移交日期", "Due on"), "date"),
        Column("done_on", ("移交日期", "Handed over on"), "date"),
        Column("by", ("移交人", "Handed over by"), "ref"),
        Column("to", ("接收人", "Received by"), "ref"),
        Column("receipt", ("移交凭据", "Receipt")),
        *_LAST,
    )
    return Table("handovers", (f"移交信用管理员（{today}）", f"Hand-over to the credit administrator ({today})"), columns, rows)


def _archiving(register: Register, today: date, found: list[tuple[Record, Stage]]) -> Table:
    rows = [_stage(one, stage, today) | {"shelf": one.data.get("archive_no", "")} for one, stage in found]
    columns = (
        *_FIRST,
        Column("event_on", ("核实日期", "Verified on"), "date"),
        Column("by", ("核实人", "Verified by"), "ref"),
        Column("due_on", ("应归档日期", "Due on"), "date"),
        Column("done_on", ("归档日期", "Archived on"), "date"),
        Column("to", ("归档人", "Archived by"), "ref"),
        Column("shelf", ("档号", "Shelf number")),
        *_LAST,
    )
    return Table("archiving", (f"移交档案室（{today}）", f"Archiving ({today})"), columns, rows)


def _rates(register: Register, today: date, found: list[tuple[Record, Stage]]) -> Table:
    states = ("in_time", "late", "overdue", "open")
    rows: list[Row] = []
    for what in (*register.schemas.codes["contract_event"], contracts.ARCHIVE):
        of_it = [stage.state(today) for _, stage in found if stage.what == what]
        title = both("contracts.archiving") if what == contracts.ARCHIVE else code(register, "contract_event", what)
        counts = {state: of_it.count(state) for state in states}
        rows.append({"what": title, **counts, "rate": _rate(counts)})
    totals: Row = {state: sum(row[state] for row in rows) for state in states}
    columns = (
        Column("what", ("手续", "Formality")),
        Column("in_time", ("按时", "In time"), "count"),
        Column("late", ("已办、逾期", "Done late"), "count"),
        Column("overdue", ("未办、逾期", "Overdue"), "count"),
        Column("open", ("未到期", "Open"), "count"),
        Column("rate", ("按时率（%）", "In time (%)"), "percent"),
    )
    return Table("rates", ("按时率", "In time"), columns, rows, totals | {"rate": _rate(totals)}, (both("contracts.note-rate"),))


def _rate(counts: Row) -> str:
    over = counts["in_time"] + counts["late"] + counts["overdue"]
    return rounded(contracts.percent(counts["in_time"], over)) if over else ""


COMPLETENESS = Report(
    "contract-completeness",
    ("合同档案完整度", "Completeness of contract files"),
    ("E2",),
    _completeness,
    frozenset({"who"}),
    confidentiality=CONFIDENTIALITY,
)
HANDOVER = Report(
    "contract-handover",
    ("合同档案移交与归档", "Hand-over and archiving of contract files"),
    ("E5", "E6"),
    _handover,
    frozenset({"who", "period"}),
    confidentiality=CONFIDENTIALITY,
)
