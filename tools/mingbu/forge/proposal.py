"""What a pull request proposes, read from git as data: its head's records, and people, policy and past of the main line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from mingbu import yamlio
from mingbu.approvals import judge_of
from mingbu.approvals.reading import read
from mingbu.approvals.trust import Trust
from mingbu.checks import sound_part
from mingbu.forge.reviews import Pull
from mingbu.history import History, HistoryError, open_history
from mingbu.register import Policy, Record, Register
from mingbu.register.base import Base, base_of
from mingbu.register.past import Past, past_of
from mingbu.register.source import Committed
from mingbu.register.tree import RegisterError, read_register
from mingbu.repository import Repository, opened
from mingbu.schema.kinds import Schemas


class ProposalError(Exception):
    """The pull request can't be read here; `key` is a sentence of the catalogue, `values` its arguments."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class Line:
    """The main line that the pull request is to land on."""

    tip: str
    settings: dict[str, Any]
    """records/register.yml as it stands there."""


@dataclass(frozen=True)
class Proposal:
    """The head's register with the main line as its past."""

    pull: Pull
    register: Register
    past: Past
    """That of the register."""
    changed: Base
    today: date

    @property
    def main(self) -> History:
        return self.past.main

    @cached_property
    def policy(self) -> Policy:
        return Policy(self.register, self.today)

    def trust(self, place: int) -> Trust:
        """People and policy of the main line at the place."""
        return judge_of(self.register, self.policy).trust(place)

    def records(self) -> Iterator[Record]:
        """The records that the pull request writes or changes, approvals aside."""
        for record in self.register.by_path():
            touched = record.id in self.changed.before or record.path in self.changed.added
            if touched and record.kind.name != "approval":
                yield record

    def on_main(self, record: Record, place: int) -> Record | None:
        """What the main line said of the record at the place."""
        blob = self.main.blob(record.id, place)
        return read(self.register, record.path, self.main.contents([blob])[0]) if blob else None


def line_of(root: Path, pull: Pull) -> Line:
    """The branch that the pull request is against, here or at origin. Its name is the host's word, not that of any tree.

    Raises ProposalError where head or base aren't in the repository, or the branch isn't the register's main line.
    """
    with opened(root) as repository:
        if repository is None:
            raise ProposalError("notarize.no-git", path=root)
        for named, what in ((pull.head, f"pull/{pull.number}/head"), (pull.base, pull.branch)):
            if repository.commit(named) is None:
                raise ProposalError("notarize.no-commit", commit=named[:12], what=what)
        names = (f"refs/remotes/origin/{pull.branch}", f"refs/heads/{pull.branch}")
        tips = [commit for name in names if (commit := repository.commit(name))]
        settings = {tip: _settings(repository, tip) for tip in tips}
    for tip in tips:
        if _main_branch(settings[tip]) == pull.branch and _is_on(root, tip, pull):
            return Line(tip, settings[tip])
    raise ProposalError("notarize.not-main", branch=pull.branch, commit=pull.base[:12])


def _settings(repository: Repository, commit: str) -> dict[str, Any]:
    blob = repository.blobs(commit, "records/register.yml").get("records/register.yml")
    return dict((yamlio.read(repository.contents([blob])[0])[0] if blob else None) or {})


def _main_branch(settings: dict[str, Any]) -> str:
    host = settings.get("git_host")
    return str(host.get("branch", "main")) if isinstance(host, dict) else "main"


def _is_on(root: Path, tip: str, pull: Pull) -> bool:
    try:
        return open_history(root, tip, branch=pull.branch).place_of(pull.base) is not None
    except HistoryError as error:
        raise ProposalError("error.history-shallow" if error.reason == "shallow" else "notarize.no-git", path=root) from None


def proposal_of(root: Path, pull: Pull, line: Line, schemas: Schemas, today: date, genesis: str | None) -> Proposal:
    """Raises ProposalError, and RevisionError for a genesis that isn't on the main line. The schemas are the main line's."""
    try:
        register = sound_part(read_register(Committed(root, pull.head), root, schemas))
    except RegisterError as error:
        raise ProposalError("error.no-records", path=error) from None
    stands_at = line.settings.get("today")
    past = past_of(root, line.tip, pull.head, genesis, stands_at if isinstance(stands_at, str) else None, pull.branch)
    changed = base_of(root, schemas, _left_main_at(root, pull, past.main), pull.head)
    if changed is None:
        raise ProposalError("notarize.no-git", path=root)
    return Proposal(pull, replace(register, past=past), past, changed, today)


def _left_main_at(root: Path, pull: Pull, main: History) -> str:
    """Where the proposal left the main line, also when it has landed since and is a part of it."""
    landed = main.commit(pull.head)
    before = main.main(landed.place - 1).id if landed is not None and landed.place > 0 else None
    with opened(root) as repository:
        if repository is None:
            raise ProposalError("notarize.no-git", path=root)
        for base in (base for base in (pull.base, pull.merged_from, before) if base is not None):
            found = _merge_base(repository, base, pull.head)
            if found is None:
                raise ProposalError("notarize.not-main", branch=pull.branch, commit=pull.base[:12])
            if found != pull.head:
                return found
    return pull.head


def _merge_base(repository: Repository, one: str, other: str) -> str | None:
    import git

    try:
        return repository.run("merge-base", one, other).decode().strip()
    except git.GitCommandError:  # nothing in common, or not there
        return None
