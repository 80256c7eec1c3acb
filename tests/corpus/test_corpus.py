"""Every hostile case, among sound records: the right verdict, the right code, and nothing else disturbed."""

from __future__ import annotations

import csv
import io
import json
import re
import resource
import subprocess
import sys
from pathlib import Path

import hostile
import pytest
from hostile import ACCEPTED, CASES, IDS, Hostile

import building
from mingbu.yamlio.characters import printable
from running import Command

MEASURE = """
import json, resource, sys, time
from mingbu import yamlio
yamlio.read(b"schema: customer/1\\n")  # the parser is loaded before anything is measured
results = {}
for path in sys.argv[1:]:
    raw = open(path, "rb").read()
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    yamlio.read(raw)
    results[path] = [time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before]
print(json.dumps(results))
"""


def name_of(case: Hostile) -> str:
    return case.name


def test_the_corpus_is_complete() -> None:
    files = {path.stem for path in (hostile.HERE / "files").iterdir()}

    assert len(CASES) == 102
    assert files | set(hostile.MADE) == {case.name for case in CASES}
    assert files & set(hostile.MADE) == set()


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_each_case_gets_its_verdict_and_the_others_are_still_checked(case: Hostile, register_root: Path, mingbu: Command) -> None:
    sound = building.count(register_root)
    path = hostile.place(case, register_root)
    building.write(register_root, "product", id="PRD-000002", code="P-1", name="另一台泵")

    result = mingbu("check", "--format", "json")

    findings = [(printable(item["path"]), item["code"]) for item in result.json["findings"]]
    found = [code for place, code in findings if place == printable(path)]
    others = [(place, code) for place, code in findings if place != printable(path)]
    assert found == list(case.codes)
    assert others == [("records/product/00/PRD-000002.yml", "unique.duplicate")]
    assert result.json["records"] >= sound + 1


REFUSED = [case for case in CASES if not case.accepted]


@pytest.mark.parametrize("case", REFUSED, ids=name_of)
def test_each_refusal_leaves_text_and_log_lines_whole(case: Hostile, register_root: Path, mingbu: Command) -> None:
    """A terminal obeys no control character, a CI runner no command that isn't ours."""
    path = hostile.place(case, register_root)

    text, log = mingbu("check"), mingbu("check", "--format", "github")

    assert text.status == log.status == 1
    assert all(line.isprintable() for line in (text.out + text.err).splitlines())
    assert all(re.match("::(error|warning) file=records/", line) for line in log.out.splitlines()[:-1])
    assert len(log.out.splitlines()) == 2, path


@pytest.mark.parametrize("case", ACCEPTED, ids=name_of)
def test_an_accepted_value_comes_back_exactly(case: Hostile, register_root: Path, mingbu: Command) -> None:
    hostile.place(case, register_root)

    record = mingbu("show", IDS[case.kind], "--format", "json").json["record"]

    value = record[case.pointer.removeprefix("/")]
    assert type(value) is str
    assert value == case.value


@pytest.mark.parametrize("case", ACCEPTED, ids=name_of)
def test_an_accepted_value_is_plain_text_in_the_terminal(case: Hostile, register_root: Path, mingbu: Command) -> None:
    hostile.place(case, register_root)

    card = mingbu("show", IDS[case.kind])
    table = mingbu("list", case.kind, "--columns", case.pointer)

    assert card.status == table.status == 0
    assert all(line.isprintable() for line in (card.out + table.out).splitlines())
    assert sum(line.startswith(IDS[case.kind]) for line in table.out.splitlines()) == 1


@pytest.mark.parametrize("case", ACCEPTED, ids=name_of)
def test_an_accepted_value_is_no_formula_in_a_spreadsheet(case: Hostile, register_root: Path, mingbu: Command) -> None:
    hostile.place(case, register_root)

    rows = list(csv.reader(io.StringIO(mingbu("list", case.kind, "--columns", case.pointer, "--format", "csv").out)))

    cell = next(row[1] for row in rows if row[0] == IDS[case.kind])
    assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert cell.removeprefix("'") == case.value.rstrip("\n")
    assert {len(row) for row in rows} == {2}


UNREADABLE = [case for case in REFUSED if case.codes[0].startswith(("yaml.", "file.")) and case.codes != ("file.mode",)]


@pytest.mark.parametrize("case", UNREADABLE, ids=name_of)
def test_the_formatter_leaves_what_it_cannot_read_as_it_is(case: Hostile, register_root: Path, mingbu: Command) -> None:
    """It says which files it left alone, without obeying their names."""
    file = register_root / hostile.place(case, register_root)
    before = file.read_bytes() if file.is_file() else b""

    result = mingbu("fmt")

    assert result.status == 0
    assert (file.read_bytes() if file.is_file() else b"") == before
    assert all(line.isprintable() and not line.startswith("::") for line in (result.out + result.err).splitlines())


def test_no_case_takes_half_a_second_or_256_megabytes(tmp_path: Path) -> None:
    """Measured around the reader, in a process that can't grow beyond a generous limit."""
    paths = []
    for case in CASES:
        path = tmp_path / case.name / hostile.place(case, tmp_path / case.name)
        if path.is_file() and not path.is_symlink():
            paths.append(str(path))

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    done = subprocess.run([sys.executable, "-c", MEASURE, *paths], capture_output=True, preexec_fn=limited, timeout=120, check=False)

    assert done.returncode == 0, done.stderr.decode()
    measured = json.loads(done.stdout)
    assert len(measured) == len(paths) >= 95
    assert {path: seconds for path, (seconds, _) in measured.items() if seconds > 0.5} == {}
    assert {path: kilobytes for path, (_, kilobytes) in measured.items() if kilobytes > 256 * 1024} == {}
