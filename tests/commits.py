"""Git histories for the tests: commits made straight from a folder, with clocks, authors and parents as wanted."""

from __future__ import annotations

import os
import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

NAMED = {"GIT_AUTHOR_NAME": "Test", "GIT_AUTHOR_EMAIL": "test@test.example", "GIT_COMMITTER_NAME": "Test", "GIT_COMMITTER_EMAIL": "test@test.example"}


@dataclass
class Tree:
    """A repository whose register may lie below its top; every commit is one minute after the last."""

    top: Path
    root: Path
    clock: int = 1_700_000_000
    heads: dict[str, str] = field(default_factory=dict)

    def git(self, *arguments: str, **environment: str) -> str:
        done = subprocess.run(["git", "-C", str(self.top), *arguments], env={**os.environ, **NAMED, **environment}, capture_output=True, check=True)
        return done.stdout.decode("utf-8", "replace").strip()

    def write(self, path: str, text: str | None) -> None:
        """Puts a file below the register's root, or takes it away."""
        full = self.root / path
        if text is None:
            full.unlink()
        else:
            full.parent.mkdir(parents=True, exist_ok=True)
            full.write_text(text, encoding="utf-8")

    def commit(self, branch: str = "main", *merged: str, message: str = "m", after: int = 60, tree: str | None = None, **environment: str) -> str:
        """A commit of the folder as it stands, on the branch, merging others; the branch of HEAD moves with it."""
        self.clock += after
        self.git("add", "-A", "--", ".")
        parents = [self.heads[name] for name in (branch, *merged) if name in self.heads]
        dated = {"GIT_AUTHOR_DATE": f"{self.clock - 5} +0000", "GIT_COMMITTER_DATE": f"{self.clock} +0000"}
        links = [part for parent in dict.fromkeys(parents) for part in ("-p", parent)]
        made = self.git("commit-tree", tree or self.git("write-tree"), *links, "-m", message, **(dated | environment))
        self.heads[branch] = made
        self.git("update-ref", f"refs/heads/{branch}", made)
        return made

    def go(self, branch: str) -> None:
        """Lays the branch's files out; HEAD stays where it is."""
        self.git("read-tree", "-u", "--reset", self.heads[branch])

    def branch(self, name: str, start: str = "main") -> None:
        self.heads[name] = self.heads[start]


def repository(top: Path, below: str = "") -> Tree:
    root = top / below
    root.mkdir(parents=True, exist_ok=True)
    tree = Tree(top, root)
    tree.git("init", "-q", "-b", "main")
    return tree


IDS = [f"CUS-00000{number}" for number in range(4)]


def tangle(tree: Tree, seed: int, opened: list[str], look: object) -> None:
    """A random history: side branches, merges of two and three, merges the wrong way round, files that come, go and move.

    `look()` is called in between, as somebody who uses the register while it grows.
    """
    draw = random.Random(seed)
    _edit(tree, draw)
    tree.commit()
    for number in range(draw.randint(10, 22)):
        action = draw.random()
        branch = draw.choice(list(tree.heads)) if action < 0.6 else "main"
        if action < 0.15:
            tree.branch(f"side{number}", branch)
            continue
        tree.go(branch)
        _edit(tree, draw)
        others = [name for name, head in tree.heads.items() if head != tree.heads[branch]]
        merged = draw.sample(others, min(len(others), draw.choice([1, 1, 2]))) if action > 0.6 else []
        after = draw.choice([-90, 0, 60, 3600])
        if merged and draw.random() < 0.2:  # the branch's own commits come in as the second parent
            tree.heads[branch], tree.heads[merged[0]] = tree.heads[merged[0]], tree.heads[branch]
            tree.commit(branch, merged[0], after=after)
        else:
            tree.commit(branch, *merged, after=after)
        if draw.random() < 0.5 and callable(look):
            opened.append(look())


def _edit(tree: Tree, draw: random.Random) -> None:
    tree.write("other.txt", str(draw.random()))
    for _ in range(draw.randint(0, 2)):
        record = draw.choice(IDS)
        there = sorted(tree.root.glob(f"records/customer/*/{record}.yml"))
        for file in there:
            file.unlink()
        if not there or draw.random() > 0.2:
            tree.write(f"records/customer/{draw.choice(['00', '00', '0Z'])}/{record}.yml", f"value: {draw.randint(0, 4)}\n")
