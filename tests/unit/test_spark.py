"""The expressions of composition give the same on Spark as on DuckDB. Only `make test-all` runs it: it needs Java and requirements-spark.txt."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import pytest

import ledger
from mingbu.composition import tables
from mingbu.composition.engine import DuckDB, Engine
from mingbu.composition.expressions import AXES, Spans
from mingbu.period import Period

pytestmark = pytest.mark.slow
SPANS = {name: Spans.of(Period.of(name), date(2026, 11, 20)) for name in ("2026", "2025-H2", "2024-02")}


def of_credit() -> tables.Tables:
    """Customers with and without a grade and a limit, who owe or have credit, by bucket."""
    exposures = [
        {"customer": row["customer"], "grade": row["grade"], "limit": Decimal("50000.00") if row["grade"] else None}
        | {"outstanding": Decimal(number * 33331 - 100000) / 100, "overdue": Decimal(number) / 100}
        for number, row in enumerate(ledger.customers())
    ]
    ageing = [
        {"customer": row["customer"], "bucket": f"d{number % 4}", "outstanding": Decimal(number % 3 * 12345) / 100}
        for number, row in enumerate(ledger.customers())
    ]
    return {"exposures": tables.table(tables.EXPOSURES, exposures), "ageing": tables.table(tables.AGEING, ageing)}


@cache
def everything() -> tables.Tables:
    return ledger.of_sales(ledger.lines(20_000, seed=2)) | of_credit()


@pytest.fixture(scope="module")
def duckdb() -> DuckDB:
    return DuckDB(everything())


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The same tables on Spark in this process's own machine."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.fail("pyspark isn't installed: run make test-all, or pip install -r requirements-spark.txt", pytrace=False)
    if shutil.which("java") is None and not (Path(os.environ.get("JAVA_HOME", "/")) / "bin" / "java").exists():
        pytest.fail("Java isn't installed: run make test-all as root, or install default-jre-headless", pytrace=False)
    session = _session(tmp_path_factory.mktemp("spark"))
    try:
        for name, table in everything().items():
            session.createDataFrame(table).createOrReplaceTempView(name)
        backend = ibis.pyspark.connect(session)
        yield Engine(backend, {name: backend.table(name) for name in everything()})
    finally:
        session.stop()


def _session(folder: Path) -> Any:
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.warehouse.dir": str(folder),
        "spark.local.dir": str(folder),
    }
    builder = SparkSession.builder.master("local[2]")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


@pytest.mark.rule("B19")
@pytest.mark.parametrize("most", [None, 5])
@pytest.mark.parametrize("axis", AXES)
def test_composition_is_the_same_on_spark_row_by_row(axis: str, most: int | None, duckdb: DuckDB, spark: Engine) -> None:
    for spans in SPANS.values():
        found = spark.groups(axis, spans, most)

        assert len(found) >= 1
        assert found == duckdb.groups(axis, spans, most)
        assert all(isinstance(row["amount"], Decimal) for row in found)


@pytest.mark.rule("B16")
@pytest.mark.parametrize("columns", [("customer",), ("customer", "product")])
def test_trade_is_the_same_on_spark(columns: tuple[str, ...], duckdb: DuckDB, spark: Engine) -> None:
    found = spark.traded(columns, SPANS["2026"])

    assert len(found) > 100
    assert found == duckdb.traded(columns, SPANS["2026"])


@pytest.mark.rule("B19", "E9")
@pytest.mark.parametrize("by", ["grade", "ageing"])
def test_credit_is_the_same_on_spark(by: str, duckdb: DuckDB, spark: Engine) -> None:
    found = spark.owing(by)

    assert len(found) >= 4
    assert found == duckdb.owing(by)
