"""What a run of the command gives back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    """What one run of the command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def findings(self) -> list[tuple[str, int, str, str]]:
        """(path, line, code, pointer) of `check --format json`."""
        return [(item["path"], item["line"], item["code"], item["pointer"]) for item in self.json["findings"]]

    @property
    def codes(self) -> list[str]:
        return [item["code"] for item in self.json["findings"]]


Command = Callable[..., Result]
