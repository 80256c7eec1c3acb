"""Policies in force: dated records under records/policy/<topic>/, the newest not after the day counts."""

from __future__ import annotations

from datetime import date

from mingbu.register.model import Record, Register


class Policy:
    """The company's rules as of one day; older versions stay readable through `in_force`."""

    def __init__(self, register: Register, today: date) -> None:
        self._register = register
        self.today = today

    def in_force(self, topic: str, on: date | str | None = None) -> Record | None:
        """The policy record of this topic that is in force on the day (default: today), or None."""
        day = str(on or self.today)
        dated = [record for record in self._register.policies(topic) if record.data["effective_from"] <= day]
        return max(dated, key=lambda record: record.id, default=None)
