"""A git repository, opened and asked through GitPython: bytes in, bytes out. Nothing here knows what a record is."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PIECE = 1 << 20


class RevisionError(Exception):
    """The revision that was named isn't one of this repository; the text is the name."""


@contextmanager
def opened(root: Path) -> Iterator[Repository | None]:
    """The repository that looks after the folder, while it is needed; None where there is none."""
    if not in_repository(root):
        yield None
        return
    import git

    try:
        repo = git.Repo(root, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        yield None
        return
    with repo:
        yield Repository(repo, root)


def in_repository(root: Path) -> bool:
    """Whether git looks after the folder."""
    return any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents))


def make_cache(root: Path) -> Path:
    """Makes the folder for what can be made anew at any time (see `cache_of`). Raises OSError."""
    folder = cache_of(root)
    if folder.parent != root.resolve():
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    if folder.is_symlink():  # it came with the files: what it points to is nobody's cache
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(folder))
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="ascii")
    return folder


def cache_of(root: Path) -> Path:
    """The register's cache, whether or not it exists: in git's own folder of the work tree, where no commit can bring files.

    A register below the top of its repository has a folder of its own there. Without git it is <root>/.mingbu.
    """
    root = root.resolve()
    for top in (root, *root.parents):
        git = _git_folder(top)
        if git is not None:
            below = root.relative_to(top).as_posix()
            cache = git / "mingbu"
            return cache if below == "." else cache / hashlib.sha256(os.fsencode(below)).hexdigest()[:12]
    return root / ".mingbu"


def _git_folder(top: Path) -> Path | None:
    """Git's folder of the work tree that has its top here: .git, or where a file .git says (a linked work tree, a submodule)."""
    git = top / ".git"
    if git.is_dir():
        return git if (git / "HEAD").exists() else None
    try:
        text = git.read_bytes() if git.is_file() else b""
    except OSError:
        return None
    name, _, place = text.partition(b":")
    folder = top / os.fsdecode(place.strip())
    return folder if name == b"gitdir" and b"\0" not in place and folder.is_dir() else None


class Repository:
    """What is asked of git. Paths are relative to the register's root, which may lie below the work tree's top."""

    def __init__(self, repo: Any, root: Path) -> None:
        self._repo = repo
        self.root = root
        self.folder = Path(repo.git_dir)

    def run(self, *arguments: str, env: Mapping[str, str] | None = None, **options: Any) -> bytes:
        """What the git command prints, of what is stored (no replacements). Raises git.GitCommandError."""
        command = ["git", "-C", str(self.root), *arguments]
        plain = {"stdout_as_string": False, "strip_newline_in_stdout": False}
        return bytes(self._repo.git.execute(command, env={"GIT_NO_REPLACE_OBJECTS": "1", **(env or {})}, **plain, **options))

    def commit(self, revision: str) -> str | None:
        """The id of the commit that the name means, or None."""
        import git

        try:
            return self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        except (git.GitCommandError, ValueError):  # a name with a NUL in it
            return None

    def merge_base(self, one: str, other: str) -> str | None:
        """The commit at which two lines parted; None where they have nothing in common."""
        import git

        try:
            return self.run("merge-base", one, other).decode().split()[0]
        except git.GitCommandError:
            return None

    def paths(self, *arguments: str, **options: Any) -> set[str]:
        """The names that a command with -z prints."""
        return {os.fsdecode(name) for name in self.run(*arguments, **options).split(b"\0") if name}

    def blobs(self, commit: str, below: str = "records") -> dict[str, str]:
        """Path → blob, of every file in the folder at the commit; links and other repositories are none."""
        return {path: blob for path, (mode, blob) in self.tree(commit, below).items() if mode.startswith("100")}

    def tree(self, commit: str, below: str = "records") -> dict[str, tuple[str, str]]:
        """Path → (mode, object), of every file, link and other repository in the folder at the commit."""
        entries = [entry.split(b"\t", 1) for entry in self.run("ls-tree", "-r", "-z", commit, "--", below).split(b"\0") if entry]
        return {os.fsdecode(name): (fields[:6].decode(), fields.split()[2].decode()) for fields, name in entries}

    def sizes(self, commit: str, below: str = "records") -> list[tuple[str, str, str, int]]:
        """(path, mode, blob, bytes) of everything in the folder at the commit; another repository has no bytes."""
        entries = [entry.split(b"\t", 1) for entry in self.run("ls-tree", "-r", "-l", "-z", commit, "--", below).split(b"\0") if entry]
        found = [(os.fsdecode(name), fields.decode().split()) for fields, name in entries]
        return [(path, mode, blob, int(size) if size.isdigit() else 0) for path, (mode, _, blob, size) in found]

    def has(self, commit: str, path: str) -> bool:
        """Whether there is a file or folder with this path at the commit."""
        import git

        try:
            return bool(self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:./{path}"))
        except (git.GitCommandError, ValueError):
            return False

    def committed(self, commit: str) -> int:
        """When the commit was made, in seconds since 1970."""
        return int(self.run("log", "-1", "--no-show-signature", "--format=%ct", commit))

    def last_until(self, moment: int, tip: str) -> str | None:
        """The last commit of the main line (first parents) that was made at or before the moment; None before the first one."""
        listed = self.run("rev-list", "-1", "--first-parent", f"--before=@{max(moment, 0)} +0000", tip)
        return listed.decode().strip() or None

    def lay_out(self, commit: str, paths: Iterable[str], folder: Path) -> None:
        """Makes the folder hold these files of the commit as a checkout would write them: all of them or, when stopped, no folder."""
        above = self.run("rev-parse", "--show-prefix").removesuffix(b"\n")
        with tempfile.TemporaryDirectory(prefix=".", dir=folder.parent) as beside, tempfile.TemporaryFile() as names:
            names.write(b"".join(above + os.fsencode(path) + b"\0" for path in paths))
            names.seek(0)
            files, empty = Path(beside, "files", os.fsdecode(above)), Path(beside, "empty")
            files.mkdir(parents=True)
            empty.mkdir()  # not the real work tree: attributes that were edited there would change the files
            own = {"GIT_INDEX_FILE": f"{beside}/index", "GIT_DIR": str(self.folder), "GIT_WORK_TREE": str(empty)}
            self.run("read-tree", commit, env=own)
            self.run("checkout-index", "--quiet", "-z", "--stdin", f"--prefix={beside}/files/", env=own, istream=names)
            files.rename(folder)

    def contents(self, blobs: Iterable[str]) -> list[bytes]:
        """The contents of the blobs in their order, through one `git cat-file --batch`; what is missing or no blob is empty."""
        wanted = list(blobs)
        if not wanted:
            return []
        with tempfile.TemporaryFile() as names:
            names.write("".join(f"{blob}\n" for blob in wanted).encode())
            names.seek(0)
            output = self.run("cat-file", "--batch", "--buffer", istream=names)
        result, place = [], 0
        for _ in wanted:
            end = output.index(b"\n", place)
            _, what, *size = output[place:end].split()
            place = end + 1
            result.append(output[place : place + int(size[0])] if what == b"blob" else b"")
            place += int(size[0]) + 1 if size else 0
        return result

    def is_shallow(self) -> bool:
        return (Path(self._repo.common_dir) / "shallow").is_file()

    def stream(self, *arguments: str) -> Iterator[bytes]:
        """What the git command prints, piece by piece as it comes. Raises git.GitCommandError at its end."""
        command = ["git", "-C", str(self.root), *arguments]
        plain = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_FLUSH": "0"}  # git would wake us for every commit
        process = self._repo.git.execute(command, env=plain, as_process=True)
        complaints = threading.Thread(target=process.stderr.read, daemon=True)  # a full pipe of warnings would stop git
        complaints.start()
        try:
            while piece := process.stdout.read(_PIECE):
                yield piece
            complaints.join()
            process.wait()
        finally:
            process.stdout.close()
            process.proc.kill() if process.proc.poll() is None else None
            complaints.join()
            process.stderr.close()

    def head(self) -> tuple[str | None, str | None]:
        """(the branch that HEAD is, None when it is none, its commit, None before the first): read without starting git where that can be."""
        from git import SymbolicReference

        try:
            branch = None if self._repo.head.is_detached else self._repo.head.ref.path.removeprefix("refs/heads/")
        except (TypeError, ValueError, OSError):
            branch = None
        try:
            return branch, SymbolicReference.dereference_recursive(self._repo, "HEAD")
        except (ValueError, OSError):
            return branch, self.commit("HEAD")

    @property
    def below_top(self) -> str:
        """The register's folder inside the work tree: '' or 'some/folder/'."""
        top = self._repo.working_tree_dir
        inside = self.root.resolve().relative_to(Path(top).resolve()).as_posix() if top else "."
        return "" if inside == "." else f"{inside}/"

    def setting(self, section: str, key: str, default: Any) -> Any:
        """A value of git's configuration."""
        return self._repo.config_reader().get_value(section, key, default)
