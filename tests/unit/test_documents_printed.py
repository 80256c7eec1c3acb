"""Documents in the programs that offices open them with: PDF by Chromium, and spreadsheets and Word files in LibreOffice."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

import building
from running import Command

CHROMIUM = "/usr/bin/chromium"
OFFICE = shutil.which("soffice")
OPENED = ("contract-ledger", "credit-analysis", "customer-file", "department-list", "case-analysis", "exposure")


def test_a_pdf_is_printed_by_chromium_and_comes_out_the_same(mingbu: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGBU_CHROMIUM", CHROMIUM)
    assert mingbu("report", "potential", "--output", "a.pdf").status == 0
    made = Path("a.pdf").read_bytes()

    assert made.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type ?/Page\b", made)) == 1
    assert set(re.findall(rb"D:(\d{14})", made)) == {building.TODAY.replace("-", "").encode() + b"000000"}
    assert mingbu("report", "potential", "--output", "b.pdf").status == 0
    assert Path("b.pdf").read_bytes() == made


@pytest.mark.parametrize(("path", "program"), [("", None), ("", "no-such-program")])
def test_without_a_program_that_prints_a_line_says_what_is_missing(
    path: str, program: str | None, mingbu: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    git = shutil.which("git")
    assert git is not None
    (tmp_path / "bin" / "git").symlink_to(git)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("MINGBU_CHROMIUM", raising=False)
    if program:
        monkeypatch.setenv("MINGBU_CHROMIUM", program)
    result = mingbu("report", "potential", "--output", "a.pdf")

    assert (result.status, result.out) == (2, "")
    assert len(result.err.strip().splitlines()) == 1
    assert "MINGBU_CHROMIUM" in result.err
    assert not Path("a.pdf").exists()


def test_a_program_that_prints_nothing_is_told(mingbu: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("true", "false"):
        found = shutil.which(program)
        assert found is not None
        monkeypatch.setenv("MINGBU_CHROMIUM", found)
        result = mingbu("report", "potential", "--output", "a.pdf")
        assert (result.status, len(result.err.strip().splitlines())) == (2, 1)
    assert not Path("a.pdf").exists()


def converted(folder: Path, form: str, *names: str) -> None:
    """LibreOffice opens the files and writes them as another format beside them."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        str(OFFICE),
        profile,
        "--headless",
        "--norestore",
        "--convert-to",
        form,
        "--outdir",
        str(folder),
        *(str(folder / name) for name in names),
    ]
    environment = {**os.environ, "HOME": str(folder)}
    subprocess.run(command, check=True, capture_output=True, timeout=240, env=environment)


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_shows_every_cell_of_a_spreadsheet(mingbu: Command, tmp_path: Path) -> None:
    for name in OPENED:
        assert mingbu("-C", str(building.PROJECT), "report", name, "--output", str(tmp_path / f"{name}.xlsx")).status == 0
    converted(tmp_path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", *(f"{name}.xlsx" for name in OPENED))
    for name in OPENED:
        for sheet in openpyxl.load_workbook(tmp_path / f"{name}.xlsx").worksheets:
            with (tmp_path / f"{name}-{sheet.title}.csv").open(encoding="utf-8", newline="") as stream:
                shown = [[cell for cell in row if cell] for row in csv.reader(stream)]
            held = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
            assert [len(row) for row in shown if row] == [len(row) for row in held if row]
            assert not any("###" in cell or cell.startswith("#") or cell == "Err:508" for row in shown for cell in row)


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_prints_files_without_cutting_a_figure(mingbu: Command, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed")
    for ending in ("xlsx", "docx"):
        for name in OPENED:
            assert mingbu("-C", str(building.PROJECT), "report", name, "--output", str(tmp_path / f"{name}.{ending}")).status == 0
        converted(tmp_path, "pdf", *(f"{name}.{ending}" for name in OPENED))
        for name in OPENED:
            done = subprocess.run(["pdftotext", "-layout", str(tmp_path / f"{name}.pdf"), "-"], check=True, capture_output=True, text=True)
            assert "##" not in done.stdout
            assert "沄衡集团" in done.stdout.split("\f")[0]
