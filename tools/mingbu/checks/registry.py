"""What a check is: a generator over the register, with the codes it gives and the requirements it serves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from mingbu.findings import Finding
from mingbu.register import Policy, Register

Body = Callable[[Register, Policy, date], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One rule over the whole register."""

    name: str
    codes: tuple[str, ...]
    rules: tuple[str, ...]
    body: Body

    def __call__(self, register: Register, policy: Policy, today: date) -> Iterator[Finding]:
        """The findings; each names the requirements that it breaks: its own, else the field's, else the check's."""
        for finding in self.body(register, policy, today):
            yield finding if finding.rules else replace(finding, rules=self.rules)


def check(*codes: str, rules: tuple[str, ...] = ()) -> Callable[[Body], Check]:
    """Makes a check of a generator; the decorator says once what trace and the findings name."""
    return lambda body: Check(body.__name__, codes, rules, body)
