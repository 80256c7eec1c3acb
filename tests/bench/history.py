"""The history of all records against bare git, and against the ways of asking git file by file."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import git
from generate import TEMPLATE, generate
from measure import exponent, interleaved, peak_memory, peak_memory_of, seconds

from mingbu.history import Revision, Texts, changes, open_history
from mingbu.history.reading import LOG
from mingbu.repository import cache_of
from mingbu.schema.kinds import Kind, load_schemas

_PROJECT = Path(__file__).resolve().parents[2]
_BY_LOG, _BY_ITERATION = 50, 20
"""How many files the slow ways are measured on."""
_MEMORY = "from mingbu.history import open_history; open_history(root)"


def measure(folder: Path, files: int, commits: int, rounds: int, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """The lines of the table about history."""
    say(f"repository: {files} files, {commits} commits")
    root = generate(folder / "whole", files, commits)
    lines = _whole(root, files, rounds, say)
    lines += _fields(root, rounds, say)
    lines += _growth(folder, files, commits, rounds, say)
    return lines


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True).stdout.strip()


def _bare(root: Path) -> None:
    subprocess.run(["git", "-C", str(root), *LOG, "HEAD", "--"], check=True, stdout=subprocess.DEVNULL)


def _cold(root: Path) -> None:
    shutil.rmtree(cache_of(root), ignore_errors=True)
    open_history(root)


def _whole(root: Path, files: int, rounds: int, say: Callable[[str], None]) -> list[dict[str, Any]]:
    merges = int(_git(root, "rev-list", "--count", "--merges", "HEAD"))
    names = _git(root, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    say("history: limit and ours, interleaved")
    taken = interleaved({"limit": lambda: _bare(root), "ours": lambda: _cold(root)}, rounds)
    say("history: file by file")
    sample = names[:: max(1, len(names) // _BY_LOG)][:_BY_LOG]
    slow = interleaved({"log": lambda: _two_logs(root, sample), "iterate": lambda: _iterate(root, sample[:_BY_ITERATION])}, 1)
    by_log, by_iteration = slow["log"] / len(sample) * files, slow["iterate"] / len(sample[:_BY_ITERATION]) * files
    memory = peak_memory(_MEMORY, _without_cache(root)) - peak_memory("", root)
    memory_of_git = peak_memory_of(["git", "-C", str(root), *LOG, "HEAD"])
    one = open_history(root)
    some = one.names("CUS-")[:200]
    line = {"what": f"history of {files} files, cold ({merges} merges)", "limit": taken["limit"], "ours": taken["ours"], "goal": "≤ 1.6"}
    return [
        line | {"ratio": taken["ours"] / taken["limit"]},
        {"what": "… two git log for each file", "limit": taken["limit"], "peer": by_log, "ratio": by_log / taken["limit"]},
        {"what": "… GitPython iter_commits for each file", "limit": taken["limit"], "peer": by_iteration, "ratio": by_iteration / taken["limit"]},
        {"what": "history after one commit", "ours_ms": seconds(_one_more(root), 5 * rounds) * 1000, "goal": "≤ 15 ms"},
        {"what": "history with nothing new", "ours_ms": seconds(lambda: open_history(root), 5 * rounds) * 1000},
        {"what": "one record's history", "ours_ms": seconds(lambda: [one.revisions(name) for name in some], rounds) * 1000 / len(some)},
        {"what": "history, cold: peak memory above the interpreter (and git's)", "ours_mb": memory, "git_mb": memory_of_git},
    ]


def _without_cache(root: Path) -> Path:
    shutil.rmtree(cache_of(root), ignore_errors=True)
    return root


def _one_more(root: Path) -> Callable[[], object]:
    """Opens the history of a branch that has one commit more each time; making the commit isn't counted."""
    tips = [_git(root, "rev-parse", "HEAD")]
    names = ("-c", "user.name=b", "-c", "user.email=b@b.example")
    for number in range(200):
        tips.append(_git(root, *names, "commit-tree", "HEAD^{tree}", "-p", tips[-1], "-m", str(number)))
    left: Iterator[str] = iter(tips[1:])
    branch = root / ".git" / "refs" / "heads" / "main"
    open_history(root)

    def work() -> None:
        branch.write_text(next(left) + "\n", encoding="ascii")
        open_history(root)

    return work


def _two_logs(root: Path, names: list[str]) -> None:
    """As mkdocs-git-revision-date-localized asks: the last and the first commit of each page."""
    repo = git.Git(str(root))
    for name in names:
        repo.log("--", name, date="unix", format="%at", diff_filter="r", n=1, no_show_signature=True, follow=True)
        repo.log("--", name, date="unix", format="%at", diff_filter="Ar", no_show_signature=True, follow=True)


def _iterate(root: Path, names: list[str]) -> None:
    with git.Repo(root) as repo:
        for name in names:
            for commit in repo.iter_commits(paths=name):
                _ = commit.committed_datetime


def _fields(root: Path, rounds: int, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Every change of a field in every revision, against git printing the same blobs."""
    kind = load_schemas(_PROJECT / "schemas").kinds["customer"]
    history = open_history(root)
    every = [revision for name in history.names("CUS-") for revision in history.revisions(name)]
    blobs = "".join(f"{blob}\n" for blob in dict.fromkeys(blob for revision in every for blob in (revision.old, revision.new) if blob)).encode()
    later = [revision for revision in every if revision.old]
    say(f"differences: {len(every)} revisions, {len(later)} of them changes")

    def printed() -> None:
        subprocess.run(["git", "-C", str(root), "cat-file", "--batch", "--buffer"], input=blobs, check=True, stdout=subprocess.DEVNULL)

    works = {"limit": printed, "changes": lambda: _differ(root, kind, later), "all": lambda: _differ(root, kind, every)}
    taken = interleaved(works, max(1, rounds // 2))
    size = len(TEMPLATE.encode())
    return [
        {"what": f"field-level differences of {len(later)} changes ({size} bytes a record)", "limit": taken["limit"], "ours": taken["changes"]}
        | {"ratio": taken["changes"] / taken["limit"], "goal": "≤ 6"},
        {"what": f"… with all fields of {len(every) - len(later)} new records", "limit": taken["limit"], "ours": taken["all"]}
        | {"ratio": taken["all"] / taken["limit"]},
    ]


def _differ(root: Path, kind: Kind, revisions: list[Revision]) -> int:
    texts = Texts(open_history(root))
    texts.fetch(blob for revision in revisions for blob in (revision.old, revision.new))
    return sum(len(changes(texts, kind, revision)) for revision in reversed(revisions))


def _growth(folder: Path, files: int, commits: int, rounds: int, say: Callable[[str], None]) -> list[dict[str, Any]]:
    sizes, ours, limits = [files // 4, files // 2, files], [], []
    for part in (4, 2, 1):
        root = folder / "whole" if part == 1 else generate(folder / f"part{part}", files // part, commits // part)
        say(f"growth: {files // part} files")
        taken = interleaved({"limit": lambda root=root: _bare(root), "ours": lambda root=root: _cold(root)}, max(1, rounds // 2))  # type: ignore[misc]
        ours.append(taken["ours"])
        limits.append(taken["limit"])
    what = f"history, growth over {', '.join(map(str, sizes))} files: {', '.join(f'{time:.2f}' for time in ours)} s"
    return [{"what": what, "exponent": exponent(sizes, ours), "exponent_of_limit": exponent(sizes, limits)}]
