"""Many commits in little time: `git fast-import`, asked for each commit's id as it goes."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import TracebackType

Files = dict[str, bytes | None]


class Stream:
    """Appends commits to a repository. Times are seconds; every commit is one minute after the last."""

    def __init__(self, root: Path, clock: int) -> None:
        self.clock = clock
        self.count = 0
        self._marks: dict[str, str] = {}
        """Commit → its mark: git doesn't know yet by its id what isn't written out."""
        command = ["git", "-C", str(root), "fast-import", "--quiet", "--force", "--date-format=raw"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        assert self._process.wait() == 0

    def commit(self, branch: str, files: Files, *, by: str, start: str | None = None, merged: str | None = None, message: str = "改") -> str:
        """A commit on the branch; start: the commit that a new branch begins at; merged: another parent. Its id."""
        self.clock += 60
        self.count += 1
        who = f"{by} {self.clock} +0800"
        text = message.encode()
        head = f"commit refs/heads/{branch}\nmark :{self.count}\nauthor {who}\ncommitter {who}\ndata {len(text)}\n"
        lines = [head.encode() + text]
        lines += [f"from {self._marks.get(start, start)}".encode()] if start else []
        lines += [f"merge {merged}".encode()] if merged else []
        for path, content in files.items():
            lines += [f"D {path}".encode()] if content is None else [f"M 100644 inline {path}".encode(), b"data %d" % len(content), content]
        self._write(b"\n".join(lines) + b"\n\n" + f"get-mark :{self.count}\n".encode())
        assert self._process.stdout
        made = self._process.stdout.readline().decode().strip()
        self._marks[made] = f":{self.count}"
        return made

    def _write(self, data: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(data)
        self._process.stdin.flush()
