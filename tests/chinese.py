"""Chinese in what the command says in English: only the values of records may be."""

from __future__ import annotations

import re
from pathlib import Path

from mingbu.schema.regions import division_name

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
_REGIONS = {f"浙江省{division_name('330100')}{division_name('330106')}"}


def not_a_value(output: str, root: Path) -> set[str]:
    """Chinese in an English output that isn't the value of a record, or the name of the region that a code stands for."""
    values = "".join(path.read_text(encoding="utf-8", errors="replace") for path in (root / "records").rglob("*.yml"))
    return {run for run in CHINESE.findall(output) if run not in values and run not in _REGIONS}
