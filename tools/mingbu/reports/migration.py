"""Migration of grades 等级迁移 (B19, E8, E9): year on year, as a matrix and file by file."""

from __future__ import annotations

from typing import Any

from mingbu import credit
from mingbu.register import Policy, Register
from mingbu.reports.exposure import as_of, both
from mingbu.reports.model import Asked, Column, Report, Table


def _tables(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    return of(credit.migration(register, as_of(register, policy, asked)))


def of(found: credit.Migration) -> list[Table]:
    """The matrix, and the customers whose grade changed."""
    return [_matrix(found), _moves(found)]


def _matrix(found: credit.Migration) -> Table:
    """The grades that occur, from best to worst: a year ago down, now across."""
    before = [grade for grade in found.grades if grade in {then for then, _ in found.matrix}]
    after = [grade for grade in found.grades if grade in {now for _, now in found.matrix}]
    rows: list[dict[str, Any]] = []
    for grade in [*before, None]:
        counts = {other or "ended": found.matrix.get((grade, other), 0) for other in [*after, None]}
        rows.append({"grade": (grade, grade) if grade else both("migration.new"), **counts, "all": sum(counts.values())})
    columns = (
        Column("grade", (f"{found.earlier} 的等级", f"Grade on {found.earlier}")),
        *(Column(grade, (grade, grade), "count") for grade in after),
        Column("ended", ("不再有效", "No longer in force"), "count"),
        Column("all", ("合计", "All"), "count"),
    )
    totals = {column.key: sum(row[column.key] for row in rows) for column in columns[1:]}
    zh, en = f"{found.earlier} 至 {found.later}", f"{found.earlier} to {found.later}"
    title = (f"等级迁移矩阵（{zh}，横向为现等级）", f"Migration matrix, {en}: across, the grade now")
    return Table("matrix", title, columns, rows, totals)


def _moves(found: credit.Migration) -> Table:
    rows = []
    for credit_file, before, after in found.moves:
        direction = found.direction(before, after)
        if direction != "same":
            rows.append({"customer": credit_file.data["customer"], "before": (before or "", before or ""), "after": (after or "", after or ""),
                         "direction": both(f"migration.{direction}")})  # fmt: skip
    columns = (
        Column("customer", ("客户", "Customer"), "ref"),
        Column("before", ("原等级", "Grade then")),
        Column("after", ("现等级", "Grade now")),
        Column("direction", ("变动", "Change")),
    )
    return Table("moves", ("等级变动的客户", "Customers whose grade changed"), columns, rows)


REPORT = Report("grade-migration", ("信用等级迁移", "Migration of credit grades"), ("B19", "E8", "E9"), _tables, frozenset({"period"}))
