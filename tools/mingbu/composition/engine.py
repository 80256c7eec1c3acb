"""Where the expressions run: DuckDB in memory, or any other backend of Ibis that is handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ibis

from mingbu.composition import expressions, tables
from mingbu.composition.expressions import AXES, Spans
from mingbu.register import Policy, Register

Row = dict[str, Any]


class Engine:
    """Tables on a backend of Ibis, and the questions that are asked of them."""

    def __init__(self, backend: Any, tables: Mapping[str, Any]) -> None:
        """The tables of tables.py by name, as expressions of the backend."""
        self._backend, self._tables = backend, tables

    def groups(self, axis: str, spans: Spans, most: int | None = None) -> list[Row]:
        """Rows {place, key, amount, previous, to_date, same_days, first, lines, groups, squares}, the greatest first.

        Raises KeyError for no axis.
        """
        told = AXES[axis]
        return self._rows(("groups", axis, spans, most), lambda: expressions.ranked(expressions.composed(self._tables, told, spans), most))

    def traded(self, columns: tuple[str, ...], spans: Spans) -> list[Row]:
        """Rows of trade by these columns of the lines: see expressions.traded."""
        return self._rows(("traded", columns, spans), lambda: expressions.traded(self._tables, list(columns), spans))

    def owing(self, by: str) -> list[Row]:
        """Rows of credit by grade or by bucket: see expressions.owing."""
        return self._rows(("owing", by), lambda: expressions.owing(self._tables, by))

    def _rows(self, question: tuple[Any, ...], expression: Callable[[], Any]) -> list[Row]:
        """What an expression gives, with amounts as decimals."""
        found: list[Row] = self._backend.to_pyarrow(expression()).to_pylist()
        return found


class DuckDB(Engine):
    """The tables copied into DuckDB in memory. The SQL of a question is made once: making it takes longer than running it."""

    def __init__(self, tables: tables.Tables) -> None:
        database = ibis.duckdb.connect(threads=1)
        super().__init__(database, {name: database.create_table(name, ibis.memtable(table)) for name, table in tables.items()})
        self._compiled: dict[tuple[Any, ...], str] = {}

    def _rows(self, question: tuple[Any, ...], expression: Callable[[], Any]) -> list[Row]:
        if question not in self._compiled:
            self._compiled[question] = self._backend.compile(expression())
        cursor = self._backend.raw_sql(self._compiled[question])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def of_sales(register: Register, policy: Policy) -> Engine:
    """The register's sales on DuckDB; loaded once for a register and a day."""
    return register.memo(f"sales on DuckDB {policy.today}", lambda: DuckDB(tables.of_sales(register, policy)))


def of_credit(register: Register, policy: Policy) -> Engine:
    """What is owed on the policy's day, on DuckDB; loaded once for a register and a day."""
    return register.memo(f"credit on DuckDB {policy.today}", lambda: DuckDB(tables.of_credit(register, policy)))
