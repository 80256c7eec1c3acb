"""Words of the reports on cases as pairs, and columns with the unit of what they hold."""

from __future__ import annotations

from mingbu import labels
from mingbu.register import Register
from mingbu.reports.model import Column, Pair


def pair(name: str, /, **args: object) -> Pair:
    """A word of the reports on cases in both languages."""
    zh, en = labels.catalogue("words")[f"casework.{name}"]
    return zh.format(**args), en.format(**args)


def column(key: str, unit: str = "text") -> Column:
    return Column(key, pair(f"column.{key}"), unit)


def code(register: Register, codes: str, value: object) -> Pair:
    """The label of a code; blank where there is none."""
    if not value:
        return "", ""
    zh, en = register.schemas.codes[codes].get(str(value), (str(value), str(value)))
    return zh, en


def titled(name: str, period: str) -> Pair:
    """A title with the period that it is of."""
    zh, en = pair(name)
    return f"{zh}（{period}）", f"{en} ({period})"


def joined(parts: list[Pair]) -> Pair:
    """Several remarks as one."""
    return "；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts)
