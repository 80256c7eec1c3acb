"""make bench: speed and memory against the limit and against others, as ratios of CPU time from one run."""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sqlite3
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import composition
import history
import signatures


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--files", type=int, default=10_000, help="record files of the synthetic repository (default: 10000)")
    parser.add_argument("--commits", type=int, help="its commits (default: five times the files)")
    parser.add_argument("--signatures", type=int, default=1000, help="signatures to verify (default: 1000)")
    parser.add_argument("--sales", type=int, default=100_000, help="lines of sales to report on (default: 100000)")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved runs of which the median counts (default: 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table as JSON too")
    parser.add_argument("--folder", type=Path, help="where the repositories are made (default: the system's temporary folder)")
    options = parser.parse_args()
    gc.set_threshold(200_000, 20, 20)  # as the command itself does
    with tempfile.TemporaryDirectory(prefix="mingbu-bench-", dir=options.folder) as folder:
        lines = history.measure(Path(folder), options.files, options.commits or 5 * options.files, options.rounds, _say)
        lines += signatures.measure(Path(folder), options.signatures, options.rounds, _say)
        lines += composition.measure(Path(folder), options.sales, options.rounds, _say)
    report = {"versions": _versions(), "rounds": options.rounds, "lines": [{key: _rounded(value) for key, value in line.items()} for line in lines]}
    sys.stdout.write(_table(report) + "\n")
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _say(text: str) -> None:
    sys.stderr.write(f"… {text}\n")


def _versions() -> dict[str, str]:
    git = subprocess.run(["git", "--version"], check=True, capture_output=True, text=True).stdout.split()[2]
    packages = {name: version(name) for name in ("mingbu", "gitpython", "cryptography", "pyyaml", "ibis-framework", "duckdb", "pandas")}
    return {"python": platform.python_version(), "git": git, "sqlite": sqlite3.sqlite_version, **packages}


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def _table(report: dict[str, Any]) -> str:
    """One line a measurement: what, seconds of the limit, of the other, of ours, the ratio or the figure, the goal."""
    rows = [["", "limit s", "other s", "ours s", "figure", "goal"]]
    for line in report["lines"]:
        times = [f"{line[key]:.3f}" if key in line else "" for key in ("limit", "peer", "ours")]
        rows.append([line["what"], *times, _figure(line), line.get("goal", "")])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    text = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
    versions = ", ".join(f"{name} {number}" for name, number in report["versions"].items())
    return "\n".join([*text, "", f"{versions}; medians of {report['rounds']} runs"])


def _figure(line: dict[str, Any]) -> str:
    if "ratio" in line:
        return f"{line['ratio']:.2f}x" if line["ratio"] < 100 else f"{line['ratio']:,.0f}x"
    if "ours_ms" in line:
        return f"{line['ours_ms']:.2f} ms"
    if "ours_mb" in line:
        return f"{line['ours_mb']} MB ({line['git_mb']} MB)"
    return f"n^{line['exponent']:.2f} (limit n^{line['exponent_of_limit']:.2f})"


if __name__ == "__main__":
    main()
