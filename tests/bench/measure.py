"""How the bench measures: CPU time of a piece of work with its children, the median of interleaved runs."""

from __future__ import annotations

import gc
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


def cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def interleaved(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Name → median CPU seconds; in every round each work runs once, so that a busy moment of the machine hits all."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            gc.collect()
            started = cpu()
            work()
            taken[name].append(cpu() - started)
    return {name: statistics.median(times) for name, times in taken.items()}


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Median wall-clock seconds: for what takes milliseconds, which CPU time is too coarse for."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The power of the size by which the times grow (1 is linear), by least squares on the logarithms."""
    import math

    xs, ys = [math.log(size) for size in sizes], [math.log(time) for time in times]
    mean_x, mean_y = statistics.mean(xs), statistics.mean(ys)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum((x - mean_x) ** 2 for x in xs)


def peak_memory(code: str, root: Path) -> int:
    """MB at the most of a new interpreter that runs the code; it finds the folder in `root`."""
    script = f"from pathlib import Path; root = Path({str(root)!r})\n{code}\nimport resource as r\nprint(r.getrusage(r.RUSAGE_SELF).ru_maxrss)"
    return int(_printed(script)) // 1024


def peak_memory_of(command: Sequence[str]) -> int:
    """MB at the most of a program."""
    code = f"import resource as r, subprocess as s; s.run({list(command)!r}, stdout=s.DEVNULL); print(r.getrusage(r.RUSAGE_CHILDREN).ru_maxrss)"
    return int(_printed(code)) // 1024


def _printed(code: str) -> str:
    """What a new interpreter prints, started by a shell: what is started by a large process counts that one's memory as its own."""
    command = ["sh", "-c", '"$0" -c "$1"; true', sys.executable, code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
