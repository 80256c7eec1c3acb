"""A company's repository that grows commit by commit: who wrote what when, how it landed, and who signed it."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import building
from building import ABSENT, COMPANY, FILE
from mingbu import approvals, ids, yamlio
from mingbu.history import open_history
from mingbu.register import Record

MANAGER, DIRECTOR, NOTARY = "PER-0000CM", "PER-0000GM", "notary"
"""The credit manager; a general manager; who signs what was made of reviews."""

BEGAN = "2026-01-05T09:00:00+08:00"


class Company:
    """A sound register whose first commit is its genesis, and what people do to it afterwards."""

    def __init__(self, root: Path, *, landing_days: int | None = None) -> None:
        """landing_days: how soon after it was made an approval has to land; the tests' people take their time."""
        self.root = building.register(root)
        policy = self.root / "records/policy/approvals/2024-01-01.yml"
        data, _ = yamlio.read(policy.read_bytes())
        assert data is not None
        policy.write_text(yamlio.dump(data | {"landing_days": landing_days} if landing_days else without(data, "landing_days")), encoding="utf-8")
        for person, name, posts in ((MANAGER, "葛慎之", ["credit_manager"]), (DIRECTOR, "高启岱", ["general_manager"])):
            keys = [{"public_key": building.public_key(person), "from": "2020-01-01"}]
            held = [building.post(post, COMPANY) for post in posts]
            building.write(self.root, "person", id=person, name=name, employee_no=person[-4:], posts=held, keys=keys, emails=[address(person)],
                           host_account=person.lower())  # fmt: skip
        building.git(self.root, "init", "-q", "-b", "main", "--template=")
        self.genesis = self.commit("起用名簿", at=BEGAN)
        building.packed(self.root)
        open_history(self.root)  # read once, not by every test that gets a copy

    @classmethod
    def of(cls, root: Path) -> Company:
        """The company whose repository was copied to the folder."""
        found = cls.__new__(cls)
        found.root, found.genesis = root, building.git(root, "rev-list", "--max-parents=0", "HEAD")
        return found

    @classmethod
    def of_folder(cls, root: Path) -> Company:
        """A company whose folder has no repository yet."""
        found = cls.__new__(cls)
        found.root, found.genesis = root, ""
        return found

    def git(self, *arguments: str, by: str = building.CLERK, at: str = "2026-06-01T10:00:00+08:00") -> str:
        """Runs git as the person at the time; what it prints."""
        who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in (("NAME", by), ("EMAIL", address(by)), ("DATE", at))}
        command = ["git", "-C", str(self.root), "-c", "commit.gpgsign=false", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | who).stdout.strip()

    def commit(self, message: str = "改", *, by: str = building.CLERK, at: str = "2026-06-01T10:00:00+08:00") -> str:
        """Commits everything as it stands; the commit's id."""
        self.git("add", "-A", ".", by=by, at=at)
        self.git("commit", "-q", "--allow-empty", "-m", message, by=by, at=at)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str) -> None:
        self.git("checkout", "-q", "-b", name)

    def merge(self, name: str, *, how: str = "merge", by: str = building.KEEPER, at: str = "2026-06-01T18:00:00+08:00") -> str:
        """Lands a branch on main as a git host does: by a merge commit, squashed into one commit, or rebased."""
        if how == "rebase":
            self.git("rebase", "-q", "--force-rebase", "main", name, by=by, at=at)
        self.git("checkout", "-q", "main")
        if how == "squash":
            self.git("merge", "-q", "--squash", name, by=by, at=at)
            return self.commit(f"{name} (#7)", by=by, at=at)
        self.git("merge", "-q", *(["--ff-only"] if how == "rebase" else ["--no-ff", "-m", f"合并 {name}"]), name, by=by, at=at)
        return self.git("rev-parse", "HEAD")

    def appoint(self, person: str, *, at: str = "2026-01-06T09:00:00+08:00", **changes: Any) -> None:
        """Changes a person's posts, keys or addresses, and has the general manager approve it."""
        path = building.edit(self.root, "person", person, **changes)
        self.commit("任职与授权", at=at)
        made = datetime.fromisoformat(at) + timedelta(minutes=10)
        self.approve(path, "appointment", by=DIRECTOR, role="general_manager", at=made.isoformat())
        self.commit("核准任职与授权", by=DIRECTOR, at=(made + timedelta(minutes=5)).isoformat())

    def decide(self, limit: str = "300000.00", **changes: Any) -> Path:
        """Writes the credit decision that these tests are about."""
        said = {"id": "CDE-00000A", "credit_file": FILE, "approved_limit": limit, "valid_from": "2027-01-01", "valid_to": "2027-12-31"}
        return building.write(self.root, "credit-decision", **said | {"prepared_on": "2026-05-30"} | changes)

    def record(self, path: Path | str, at: str | None = None) -> Record | None:
        """What the file says now, or said at a commit."""
        name = (self.root / path).relative_to(self.root).as_posix()
        placed = ids.record_at(building.SCHEMAS.kinds, name)
        assert placed is not None
        if at is None:
            raw = (self.root / name).read_bytes()
        else:
            done = subprocess.run(["git", "-C", str(self.root), "show", f"{at}:{name}"], capture_output=True, check=False)
            if done.returncode:
                return None
            raw = done.stdout
        data, faults = yamlio.read(raw)
        assert data is not None and not faults
        return Record(placed[0], placed[1], name, data, raw)

    def statement(self, path: Path, step: str = "credit-decision", **changes: Any) -> dict[str, Any]:
        """A sound statement about what the file says now, without its signature; changes: what a forger puts in."""
        subject = self.record(path)
        assert subject is not None
        base = str(changes.get("base") or self.git("rev-parse", "main"))
        covers = approvals.facet(subject.kind, building.FACETS.get(step, step))
        known = subprocess.run(["git", "-C", str(self.root), "cat-file", "-e", base], capture_output=True, check=False).returncode == 0
        before = self.record(path, base) if base is not ABSENT and known else None
        said = {
            "subject": subject.id,
            "step": step,
            "covers": list(covers),
            "digest": approvals.digest(subject, covers),
            "from": approvals.digest(before, covers) if before else ABSENT,
            "previous": self.last(subject.id, step) or ABSENT,
            "base": base,
            "by": MANAGER,
            "role": "credit_manager",
            "at": "2026-06-01T12:00:00+08:00",
            "signature": ABSENT,
        }
        return {key: value for key, value in building.fields("approval", **said | changes).items() if value is not ABSENT}

    def approve(self, path: Path, step: str = "credit-decision", *, signed_by: str | None = None, number: int = 1, **changes: Any) -> Path:
        """Writes the statement, signed with the key of `signed_by` (by default of who approves)."""
        return self.write(building.signed(self.statement(path, step, **changes), signed_by, number))

    def write(self, statement: dict[str, Any]) -> Path:
        """Writes a statement as it is, where its content says that it stands."""
        arranged = building.SCHEMAS.kinds["approval"].arrange(statement)
        return building.write_text(self.root, building.path_of("approval", statement), yamlio.dump(arranged))

    def last(self, subject: str, step: str) -> str | None:
        """The digest of the newest statement in the tree."""
        found = [self.record(path) for path in (self.root / "records/approval").glob(f"*/{subject}/{step}-????????????.yml")]
        ordered = sorted((record.data for record in found if record), key=lambda data: str(data["at"]))
        return approvals.chained(ordered[-1]) if ordered else None


def without(data: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != key}


def address(person: str) -> str:
    """The address under which a person of the tests commits."""
    return {building.CLERK: "ji@qinglan.example"}.get(person, f"{person.lower()}@qinglan.example")
