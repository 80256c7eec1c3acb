"""The register as it was: which commit a date or a revision means, and the files beside its records."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from mingbu import yamlio
from mingbu.history.model import LATEST
from mingbu.repository import Repository, make_cache, opened
from mingbu.schema.formats import is_date

_CHINA = timezone(timedelta(hours=8))
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_KEPT = 8
"""Commits whose files stay laid out: a few moments that somebody compares, over and over."""


class MomentError(Exception):
    """There is no such moment; `key` is the sentence of the catalogue that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Moment:
    """A commit, and the day that is today there."""

    commit: str
    day: date


def moment_of(root: Path, text: str) -> Moment:
    """What a date (its end in China), an RFC 3339 time or a revision means. Raises MomentError.

    A date or time means the last commit of the main line until then; the day of a revision is the one it was committed on.
    """
    with opened(root) as repository:
        if repository is None:
            raise MomentError("error.as-of-no-git")
        until = _until(text)
        if until is not None:
            return Moment(_last(repository, until), until.date())
        commit = repository.commit(text)
        if commit is None:
            raise MomentError("error.revision")
        made = min(max(repository.committed(commit), 0), LATEST)
        return Moment(commit, datetime.fromtimestamp(made, _CHINA).date())


def _until(text: str) -> datetime | None:
    """The last second that a date or a time includes; None for anything else."""
    try:
        if is_date(text):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59), _CHINA)
        return datetime.fromisoformat(text.upper()).astimezone(_CHINA) if _TIME.fullmatch(text.upper()) else None
    except (ValueError, OverflowError):  # 2026-06-31T25:00:00Z
        return None


def _last(repository: Repository, until: datetime) -> str:
    if repository.is_shallow():
        raise MomentError("error.as-of-shallow")
    tip = _main_tip(repository)
    commit = repository.last_until(int(until.timestamp() // 1), tip) if tip else None
    if commit is None:
        raise MomentError("error.as-of-early")
    return commit


def fork_of(repository: Repository, head: str) -> str:
    """The main line's commit from which the work at `head` began: head itself where it is of the main line."""
    tip = _main_tip(repository)
    return head if tip is None or tip == head else repository.merge_base(tip, head) or head


def _main_tip(repository: Repository) -> str | None:
    """The commit that the main line stands at: the branch that register.yml names (main), here or at origin, whichever is ahead, else HEAD."""
    head = repository.commit("HEAD")
    blob = repository.blobs(head, "records/register.yml").get("records/register.yml") if head else None
    data = yamlio.read(repository.contents([blob])[0])[0] if blob else None
    host = data.get("git_host") if data else None
    branch = host.get("branch", "main") if isinstance(host, dict) else "main"
    tips = list(dict.fromkeys(filter(None, map(repository.commit, (f"refs/heads/{branch}", f"refs/remotes/origin/{branch}")))))
    behind = len(tips) == 2 and repository.merge_base(*tips) == tips[0]
    return tips[-1] if behind else tips[0] if tips else head


def laid_out(root: Path, commit: str) -> Path:
    """A folder with every file of the register at the commit but the records: schemas, pages, tests. Raises OSError."""
    cache = make_cache(root) / "as-of"
    cache.mkdir(exist_ok=True)
    folder = cache / commit
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            for left in cache.glob(".*"):  # by a run that was killed: nobody else writes here while we hold the lock
                shutil.rmtree(left)
            with opened(root) as repository:
                if repository is not None:
                    repository.lay_out(commit, [path for path in repository.tree(commit, ".") if not path.startswith("records/")], folder)
        os.utime(folder)
        known = sorted((path for path in cache.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime_ns)
        for old in known[:-_KEPT]:
            shutil.rmtree(old)
    return folder
