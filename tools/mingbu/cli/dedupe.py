"""mingbu dedupe: customers and open cases that may be one company; or how alike the names of a list are."""

from __future__ import annotations

import argparse
import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mingbu.cli import left_out
from mingbu.cli.context import Context, as_json
from mingbu.documents.aligned import table
from mingbu.duplicates import Likeness, Pair, Rules, compare_names, pairs_of, rules_of
from mingbu.duplicates.finder import BANDS
from mingbu.register import Record

_SCHEMA = "mingbu/dedupe/1"
_COLUMNS = ("a", "b")


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))
    parser.add_argument("--pairs", metavar="FILE.csv", help=say("help.dedupe.pairs"))


def run(context: Context, options: argparse.Namespace) -> int:
    if options.pairs is not None:
        names = _names(context, options.pairs)
        rules = _rules(context)
        _print_names(context, options.format, [(a, b, compare_names(a, b, rules)) for a, b in names])
    else:
        _print_pairs(context, options.format, pairs_of(context.sound, _rules(context)))
        left_out.tell(context, "customer", "case")
    return 0


def _rules(context: Context) -> Rules:
    policy = context.policy.in_force("duplicates")
    if policy is None:
        raise context.refuse("dedupe.no-policy", status=1, date=context.today)
    return rules_of(policy)


def _print_pairs(context: Context, form: str, pairs: list[Pair]) -> None:
    if form == "json":
        rows = [{"a": p.one.id, "b": p.other.id, "score": p.score, "band": p.band, "because": list(p.because)} for p in pairs]
        print(as_json({"schema": _SCHEMA, "pairs": rows}))
        return
    if pairs:
        head = [context.say(f"dedupe.{key}") for key in ("band", "score", "a", "b", "because")]
        rows_of = [[_band(context, p.band), str(p.score), _who(p.one), _who(p.other), _because(context, p.because)] for p in pairs]
        print("\n".join(table([head, *rows_of])))
    _summary(context, len(pairs), Counter(str(pair.band) for pair in pairs))


def _print_names(context: Context, form: str, rows: list[tuple[str, str, Likeness]]) -> None:
    if form == "json":
        pairs = [{"a": a, "b": b, "score": likeness.score, "band": likeness.band} for a, b, likeness in rows]
        print(as_json({"schema": _SCHEMA, "pairs": pairs}))
        return
    if rows:
        head = [context.say(f"dedupe.{key}") for key in ("band", "score", "a", "b", "because")]
        cells = [[_band(context, found.band), str(found.score), a, b, _because(context, found.because)] for a, b, found in rows]
        print("\n".join(table([head, *cells])))
    _summary(context, len(rows), Counter(str(likeness.band) for *_, likeness in rows))


def _summary(context: Context, count: int, bands: Counter[str]) -> None:
    counts = {band.replace("-", "_"): bands[band] for band in BANDS}
    print(context.say("dedupe.summary", count=count, **counts))


def _band(context: Context, band: str | None) -> str:
    return context.say(f"dedupe.band-{band or 'none'}")


def _because(context: Context, because: tuple[str, ...]) -> str:
    return context.say("list.separator").join(context.say(f"dedupe.because-{key}") for key in because)


def _who(record: Record) -> str:
    return f"{record.id} {record.data.get('legal_name') or record.data.get('company_name')}"


def _names(context: Context, path: str) -> list[tuple[str, str]]:
    """The rows of the file in its order. Refused in one line where it isn't a list of pairs of names."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
        rows: list[tuple[int, dict[Any, Any]]] = []
        csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))  # of the whole process: it only grows
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        columns = [str(name).strip() for name in reader.fieldnames or ()]
        if not set(_COLUMNS) <= set(columns) or len(set(columns)) < len(columns):
            raise context.refuse("error.pairs-columns", path=path)
        reader.fieldnames = columns
        rows = [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise context.refuse("error.pairs", path=path, detail=error.strerror or error) from None
    except (UnicodeDecodeError, csv.Error, ValueError):
        raise context.refuse("error.pairs", path=path, detail=context.say("error.pairs-not-csv")) from None
    for line, row in rows:
        if None in row or None in row.values():
            raise context.refuse("error.pairs-row", path=path, line=line)
    return [(row["a"], row["b"]) for _, row in rows]
