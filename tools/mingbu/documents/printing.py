"""PDF: a page printed by Chromium, or a Word file by LibreOffice, whichever is there."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_OFFICE = ("soffice", "libreoffice")
_SECONDS = 120
"""A program that takes longer hangs."""
_DATES = re.compile(rb"/(CreationDate|ModDate) ?\(D:([0-9]{14})([^)]*)\)")
_QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-sync",
    "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--no-pdf-header-footer",
    "--generate-pdf-document-outline", "--lang=zh-CN",
)  # fmt: skip


class CannotPrint(Exception):
    """There is no program that prints, or it failed; the text is a key of the catalogue."""

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(key)
        self.key, self.detail = key, detail


def pdf(html: Callable[[], str], docx: Callable[[], bytes], as_of: date) -> bytes:
    """The document printed. The times inside are those of the day that it is of, so that the same programs give the same file. Raises CannotPrint."""
    own = os.environ.get("MINGBU_CHROMIUM")
    if own and shutil.which(own) is None:
        raise CannotPrint("error.chromium", own)
    chromium, office = own or _found(_CHROMIUM), _found(_OFFICE)
    if chromium is None and office is None:
        raise CannotPrint("error.no-printer")
    with tempfile.TemporaryDirectory(prefix="mingbu-pdf-", ignore_cleanup_errors=True) as folder:
        made = _by_chromium(chromium, html(), Path(folder)) if chromium else _by_office(str(office), docx(), Path(folder))
    stamp = as_of.strftime("%Y%m%d000000").encode()
    return _DATES.sub(lambda found: found.group().replace(found[2], stamp), made)


def _found(names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def _by_chromium(program: str, html: str, folder: Path) -> bytes:
    page, made = folder / "page.html", folder / "page.pdf"
    page.write_text(html, encoding="utf-8")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # as root Chromium refuses to start with it
    _run([program, *_QUIET, *sandbox, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={made}", page.as_uri()], folder)
    return _content(made, program)


def _by_office(program: str, docx: bytes, folder: Path) -> bytes:
    source = folder / "page.docx"
    source.write_bytes(docx)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    _run([program, profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", str(folder), str(source)], folder)
    return _content(folder / "page.pdf", program)


def _run(command: list[str], folder: Path) -> None:
    """With a home of its own: neither the settings of the user nor his open windows have a part in it."""
    environment = {key: value for key, value in os.environ.items() if key in {"PATH", "LANG", "LC_ALL", "FONTCONFIG_PATH", "FONTCONFIG_FILE"}}
    environment |= {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "TZ": "Asia/Shanghai"}
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        program = subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True, **quiet)  # type: ignore[call-overload]
    except OSError as error:
        raise CannotPrint("error.printer", str(error.strerror or error)) from None
    try:
        status = program.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        raise CannotPrint("error.printer-hangs", str(_SECONDS)) from None
    finally:
        _end(program)
    if status != 0:
        raise CannotPrint("error.printer", f"{Path(command[0]).name}: {status}")


def _end(program: subprocess.Popen[bytes]) -> None:
    """Ends it and whatever it has started, which is a process group of its own."""
    if program.poll() is None:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()


def _content(path: Path, program: str) -> bytes:
    made = path.read_bytes() if path.is_file() else b""
    if not made.startswith(b"%PDF-"):
        raise CannotPrint("error.printer", Path(program).name)
    return made
