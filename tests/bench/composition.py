"""The reports of a year against the same cuts written for DuckDB by hand, and against pandas; loading isn't counted.

A report is what `mingbu report composition --top 10` works out of an axis: the first ten and the rest, this year and the year before,
both also up to the day, shares, concentration. All nine axes make the reports of a year.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
from measure import exponent, interleaved

from mingbu.composition.engine import DuckDB
from mingbu.composition.expressions import AXES, FIRST, Spans
from mingbu.composition.shares import change, concentration, shares
from mingbu.period import Period

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import ledger

_SPANS = Spans.of(Period.of("2026"), date(2026, 11, 20))
_TOP = 10
_SQL = """
with cut as (select {key} as key, date, amount from sales {join} where date between '2025-01-01' and '2026-12-31'),
groups as (
  select key, coalesce(sum(amount) filter (date between '2026-01-01' and '2026-12-31'), 0.00) as amount,
    coalesce(sum(amount) filter (date between '2025-01-01' and '2025-12-31'), 0.00) as previous,
    coalesce(sum(amount) filter (date between '2026-01-01' and '2026-11-20'), 0.00) as to_date,
    coalesce(sum(amount) filter (date between '2025-01-01' and '2025-11-20'), 0.00) as same_days,
    count(*) filter (date between '2026-01-01' and '2026-12-31') as lines
  from cut group by key),
placed as (select *, row_number() over (order by amount desc, key) as place from groups)
select least(place, {top} + 1) as place, if(place <= {top}, key, 'rest') as key, sum(amount), sum(previous), sum(to_date), sum(same_days),
  sum(lines), coalesce(sum(amount) filter (place <= {first}), 0.00), sum(amount::decimal(19, 2) * amount::decimal(19, 2)), count(*) filter (lines > 0)
from placed group by all order by place
"""


def measure(folder: Path, lines: int, rounds: int, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """The lines of the table about composition."""
    sizes, taken = [lines // 4, lines // 2, lines], []
    for size in sizes:
        say(f"composition: {size} lines of sales")
        taken.append(interleaved(_works(_parquet(folder / f"sales{size}", size)), 3 * rounds))
    last = taken[-1]
    what, limit = f"reports of a year by {len(AXES)} axes, {lines} lines of sales", last["limit"]
    ours, limits = ([time[name] for time in taken] for name in ("ours", "limit"))
    growth = f"reports, growth over {', '.join(map(str, sizes))} lines: {', '.join(f'{time:.3f}' for time in ours)} s"
    return [
        {"what": what, "limit": limit, "ours": last["ours"], "ratio": last["ours"] / limit, "goal": "≤ 2"},
        {"what": "… asked for the first time (expressions made into SQL)", "limit": limit, "ours": last["first"], "ratio": last["first"] / limit},
        {"what": "… pandas", "limit": limit, "peer": last["pandas"], "ratio": last["pandas"] / limit},
        {"what": growth, "exponent": exponent(sizes, ours), "exponent_of_limit": exponent(sizes, limits)},
    ]


def _parquet(folder: Path, size: int) -> Path:
    folder.mkdir()
    for name, table in ledger.of_sales(ledger.lines(size)).items():
        pq.write_table(table, folder / f"{name}.parquet")
    return folder


def _works(folder: Path) -> dict[str, Callable[[], object]]:
    """Each has loaded its tables; all must find the same."""
    tables = {path.stem: path for path in folder.glob("*.parquet")}
    engine = DuckDB({name: pq.read_table(path) for name, path in tables.items()})
    bare = duckdb.connect(config={"threads": 1})
    for name, path in tables.items():
        bare.execute(f"create table {name} as from '{path}'")
    frames = {name: pd.read_parquet(path) for name, path in tables.items()}
    frames["sales"]["amount"] = (frames["sales"]["amount"] * 100).astype("int64")
    frames["sales"]["date"] = pd.to_datetime(frames["sales"]["date"])
    for axis in AXES:
        ours, theirs = engine.groups(axis, _SPANS, _TOP), bare.execute(_sql(axis)).fetchall()
        assert [(row["key"], row["amount"], row["same_days"], row["squares"]) for row in ours] == [(row[1], row[2], row[5], row[8]) for row in theirs]
        assert [int(row["amount"] * 100) for row in ours] == list(_panda(frames, axis)["amount"]), axis
    return {
        "limit": lambda: [bare.execute(_sql(axis)).fetchall() for axis in AXES],
        "ours": lambda: [_report(engine, axis) for axis in AXES],
        "first": lambda: _anew(engine),
        "pandas": lambda: [_panda(frames, axis) for axis in AXES],
    }


def _report(engine: DuckDB, axis: str) -> object:
    groups = engine.groups(axis, _SPANS, _TOP)
    changes = [(change(row["amount"], row["previous"]), change(row["to_date"], row["same_days"])) for row in groups]
    return shares(groups), changes, concentration(groups)


def _anew(engine: DuckDB) -> None:
    engine._compiled.clear()
    for axis in AXES:
        _report(engine, axis)


def _sql(axis: str) -> str:
    told = AXES[axis]
    key, join = (f"coalesce({told.says}, '')", f"left join {told.records} using ({told.column})") if told.records else (told.column, "")
    return _SQL.format(key="month[6:]" if axis == "month" else key, join=join, top=_TOP, first=FIRST)


def _panda(frames: dict[str, pd.DataFrame], axis: str) -> pd.DataFrame:
    """Whole cents rather than decimals, which pandas has no sums for that are worth a comparison."""
    told, sales = AXES[axis], frames["sales"]
    lines = sales[(sales["date"] >= "2025-01-01") & (sales["date"] <= "2026-12-31")]
    if told.records:
        lines = lines.merge(frames[told.records][[told.column, told.says]], on=told.column, how="left")
    key = (lines[told.says] if told.records else lines[told.column]).fillna("")
    dates, cents = lines["date"], lines["amount"]
    now = dates >= "2026-01-01"
    parts = {"amount": now, "previous": ~now, "to_date": now & (dates <= "2026-11-20"), "same_days": dates <= "2025-11-20"}
    columns = {name: cents.where(mask, 0) for name, mask in parts.items()} | {"lines": now.astype("int64")}
    groups = pd.DataFrame(columns).groupby(key.str[5:] if axis == "month" else key).sum().rename_axis("key").reset_index()
    groups = groups.sort_values(["amount", "key"], ascending=[False, True])
    rest = groups.iloc[_TOP:]
    return pd.concat([groups.iloc[:_TOP], rest.drop(columns="key").sum().to_frame().T.assign(key="rest")]) if len(rest) else groups
