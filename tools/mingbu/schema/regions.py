"""Names of administrative divisions: provinces from the code list, below them python-stdnum's table."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=8192)
def division_name(code: str) -> str | None:
    """The county or city of a six-digit code in Chinese; '' for a whole province; None when the table has no such code."""
    if code[2:] == "0000":
        return ""
    from stdnum import numdb

    levels = numdb.get("cn/loc").info(code)
    if len(levels) < 2 or not levels[1][1].get("county"):
        return None
    newest = str(levels[1][1]["county"]).split(",")[-1]  # names by period: [1983-1989]…,[1990-]…
    return newest.rpartition("]")[2]
