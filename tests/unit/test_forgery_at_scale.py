"""2,000 records and 10,000 commits with forged approvals and evil merges among them: all are found, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, CLERK, HEAD, KEEPER
from company import MANAGER, Company, address
from mingbu import approvals, sshsig, yamlio
from stream import Files, Stream

RECORDS, COMMITS, PLANTED_EACH = 2_000, 10_000, 5
CHINA = timezone(timedelta(hours=8))
Statement = dict[str, Any]


@dataclass
class World:
    """The main line and what stands on it."""

    stream: Stream
    tip: str
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Decision → what its record says on the main line."""
    last: dict[str, Statement] = field(default_factory=dict)
    """Decision → its newest statement."""

    def text(self, decision: str, **changes: Any) -> bytes:
        data = building.fields("credit-decision", **self.said[decision] | changes)
        return yamlio.dump(data).encode()

    def statement(self, decision: str, limit: str, **said: Any) -> Statement:
        """A sound, unsigned statement about the decision with this limit, made now."""
        now = building.record("credit-decision", building.fields("credit-decision", **self.said[decision] | {"approved_limit": limit}))
        covers = approvals.facet(now.kind, "credit-decision")
        before = building.record("credit-decision", building.fields("credit-decision", **self.said[decision])) if decision in self.last else None
        made = {
            "subject": decision,
            "step": "credit-decision",
            "covers": list(covers),
            "digest": approvals.digest(now, covers),
            "from": approvals.digest(before, covers) if before else ABSENT,
            "previous": approvals.chained(self.last[decision]) if decision in self.last else ABSENT,
            "base": self.tip,
            "by": MANAGER,
            "role": "credit_manager",
            "at": datetime.fromtimestamp(self.stream.clock + 30, CHINA).isoformat(),
            "signature": ABSENT,
        }
        return {key: value for key, value in building.fields("approval", **made | said).items() if value is not ABSENT}

    def land(self, decision: str, limit: str, forge: Callable[[World, str, str], Statement | None] | None = None, **changes: Any) -> None:
        """A branch with the decision and its statement, merged."""
        self.said.setdefault(decision, {"id": decision, "credit_file": building.FILE, "valid_from": "2027-01-01", "valid_to": "2027-12-31"})
        name = f"b{self.stream.count}"
        author = MANAGER if changes.pop("author", None) else CLERK
        proposed = self.text(decision, approved_limit=limit, **changes)
        files: Files = {building.path_of("credit-decision", {"id": decision}): proposed}
        self.stream.commit(name, files, by=who(author), start=self.tip)
        statement = forge(self, decision, limit) if forge else building.signed(self.statement(decision, limit))
        if statement is not None:
            path = building.path_of("approval", statement)
            text = yamlio.dump(building.SCHEMAS.kinds["approval"].arrange(statement)).encode()
            self.stream.commit(name, {path: text}, by=who(MANAGER), message="核准")
            files[path] = text
            self.last[decision] = statement
        self.tip = self.stream.commit("main", files, by=who(KEEPER), start=self.tip, merged=f"refs/heads/{name}", message=f"合并 {name}")
        self.said[decision] |= {"approved_limit": limit, **changes}

    def edit(self, decision: str, message: str = "改", **changes: Any) -> None:
        """A change straight on the main line."""
        self.said[decision] |= changes
        self.tip = self.stream.commit(
            "main", {building.path_of("credit-decision", {"id": decision}): self.text(decision)}, by=who(CLERK), start=self.tip, message=message
        )

    def merge(self, decision: str, number: int, **made_up: Any) -> None:
        """A branch changes one remark, main another, and the merge has both; made_up: what neither side has."""
        path = building.path_of("credit-decision", {"id": decision})
        name = f"b{self.stream.count}"
        self.stream.commit(name, {path: self.text(decision, remarks=f"备注 {number}")}, by=who(CLERK), start=self.tip)
        self.edit(decision, legacy_no=f"XS-{number}")
        self.said[decision]["remarks"] = f"备注 {number}"
        files: Files = {path: self.text(decision, **made_up)}
        self.tip = self.stream.commit("main", files, by=who(KEEPER), start=self.tip, merged=f"refs/heads/{name}", message=f"合并 {name}")
        self.said[decision] |= made_up


def who(person: str) -> str:
    return f"{person} <{address(person)}>"


def _with(**said: Any) -> Callable[[World, str, str], Statement]:
    return lambda world, decision, limit: building.signed(world.statement(decision, limit, **said))


def _namespace(world: World, decision: str, limit: str) -> Statement:
    bare = world.statement(decision, limit)
    return bare | {"signature": sshsig.sign(building.private_key(MANAGER), approvals.payload(bare), "git")}


FORGED: dict[str, tuple[str, Callable[[World, str, str], Statement | None], dict[str, Any]]] = {
    "no approval": ("approval.missing", lambda world, decision, limit: None, {}),
    "no signature": ("approval.unsigned", lambda world, decision, limit: world.statement(decision, limit), {}),
    "another one's key": ("approval.signer", lambda world, decision, limit: building.signed(world.statement(decision, limit), HEAD), {}),
    "altered afterwards": ("approval.signature", lambda w, d, limit: building.signed(w.statement(d, limit)) | {"opinion": "同意。"}, {}),
    "for another purpose": ("approval.namespace", _namespace, {}),
    "without the post": ("approval.post", _with(by=HEAD), {}),
    "a post that may not": ("approval.role", _with(by=HEAD, role="finance_head"), {}),
    "prepared by himself": ("approval.self", _with(), {"prepared_by": MANAGER}),
    "committed by himself": ("approval.self", _with(), {"author": True}),
    "backdated": ("approval.backdated", _with(at="2026-01-05T09:00:01+08:00"), {}),
    "a base from elsewhere": ("approval.base", _with(base="1" * 40), {}),
    "another content before": ("approval.from", _with(**{"from": "sha256:" + "0" * 64}), {}),
    "a chain to nowhere": ("approval.replay", _with(previous="sha256:" + "0" * 64), {}),
}


def grow(company: Company) -> dict[str, tuple[str, str]]:
    """Appends the commits; decision → (what was planted, the code that it has to get)."""
    planted: dict[str, tuple[str, str]] = {}
    decisions = iter(f"CDE-{number:06d}" for number in range(100_000, 100_000 + RECORDS))
    with Stream(company.root, int(datetime.fromisoformat("2026-02-01T09:00:00+08:00").timestamp())) as stream:
        world = World(stream, company.genesis)
        for name, (code, forge, changes) in FORGED.items():
            for decision in (next(decisions) for _ in range(PLANTED_EACH)):
                world.land(decision, "300000.00", forge, **changes)
                planted[decision] = name, code
        _replays(world, [next(decisions) for _ in range(PLANTED_EACH)], planted)
        _edits_and_merges(world, [next(decisions) for _ in range(3 * PLANTED_EACH)], planted)
        honest = list(decisions)
        for decision in honest:
            world.land(decision, "200000.00")
        number = 0
        while stream.count < COMMITS - 1:
            decision = honest[number * 7 % len(honest)]
            if number % 3 == 0:
                world.land(decision, f"{200_000 + number}.00")
            elif number % 3 == 1:
                world.merge(decision, number)
            else:
                world.edit(decision, remarks=f"补记 {number}")
            number += 1
    return planted


def _replays(world: World, decisions: list[str], planted: dict[str, tuple[str, str]]) -> None:
    """300, 450, and 300 again under the old statement, taken away and put back."""
    for decision in decisions:
        world.land(decision, "300000.00")
        old = world.last[decision]
        path = building.path_of("approval", old)
        world.land(decision, "450000.00")
        world.tip = world.stream.commit("main", {path: None}, by=who(CLERK), start=world.tip)
        world.land(decision, "300000.00", lambda *_, old=old: old)  # type: ignore[misc]
        planted[decision] = "an old statement put back", "approval.replay"


def _edits_and_merges(world: World, decisions: list[str], planted: dict[str, tuple[str, str]]) -> None:
    for number, decision in enumerate(decisions):
        world.land(decision, "300000.00")
        if number % 3 == 0:
            world.edit(decision, approved_limit="390000.00")
            planted[decision] = "edited after the approval", "approval.stale"
            continue
        world.merge(decision, number, approved_limit="490000.00")
        planted[decision] = "an evil merge", "approval.evil-merge"
        if number % 3 == 2:
            world.edit(decision, approved_limit="300000.00")
            planted[decision] = "an evil merge, put back", "approval.evil-merge"


@pytest.mark.rule("E9", "B20")
def test_every_forgery_among_ten_thousand_commits_is_found_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    company = Company(tmp_path / "register")
    planted = grow(company)
    company.git("reset", "-q", "--hard", "main")
    assert int(company.git("rev-list", "--count", "--all")) >= COMMITS
    assert building.count(company.root) >= RECORDS

    command = [sys.executable, "-m", "mingbu", "verify", "--format", "json", "--genesis", company.genesis]
    done = subprocess.run(command, cwd=company.root, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)

    found: dict[str, set[str]] = {}
    for item in report["approvals"]:
        if item["code"] not in {None, "approval.superseded"}:
            found.setdefault(item["subject"], set()).add(item["code"])
    for item in report["missing"]:
        found.setdefault(item["subject"], set()).add("approval.missing")
    for item in report["merges"]:
        found.setdefault(item["subject"], set()).add("approval.evil-merge")
    hits = Counter(planted[decision][0] for decision, codes in found.items() if decision in planted and planted[decision][1] in codes)
    alarms = {decision: codes for decision, codes in found.items() if decision not in planted}
    rows = [(name, code, sum(value[0] == name for value in planted.values()), hits[name]) for name, code in dict.fromkeys(planted.values())]
    lines = [f"{name:<28}{code:<24}{count:>8}{seen:>8}" for name, code, count, seen in rows]
    honest = f"{'honest statements, false alarms':<52}{len(report['approvals']) - len(planted):>8}{len(alarms):>8}"
    with capsys.disabled():
        sys.stdout.write("\n".join(["", f"{'planted':<28}{'code':<24}{'planted':>8}{'found':>8}", *lines, honest, ""]))

    assert alarms == {}
    assert hits == Counter(name for name, _ in planted.values())
    assert done.returncode == 1
