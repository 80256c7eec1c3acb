"""Documents into files: whole or not at all, and never over what is there unless that was asked for."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from mingbu.cli.context import Context


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("--output", metavar="FILE", help=say("help.output-file"))
    parser.add_argument("--force", action="store_true", help=say("help.force"))


def check(context: Context, options: argparse.Namespace, *, binary: bool) -> None:
    """Before anything is worked out: refuses a place that can't be written to."""
    if options.output is None:
        if options.force:
            raise context.refuse("error.force-alone")
        if binary and sys.stdout.isatty():
            raise context.refuse("error.output-terminal")
        return
    path = Path(options.output)
    if path.is_dir() or not path.name:
        raise context.refuse("error.output-folder", path=options.output)
    if not path.parent.is_dir():
        raise context.refuse("error.no-folder", path=path.parent)
    if os.path.lexists(path) and not options.force:
        raise context.refuse("error.output-exists", path=options.output)


def put(context: Context, options: argparse.Namespace, content: str | bytes) -> None:
    """Prints the document, or moves it to its place in one step."""
    if options.output is not None:
        _write(context, Path(options.output), content.encode("utf-8") if isinstance(content, str) else content)
    elif isinstance(content, str):
        sys.stdout.write(content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _write(context: Context, path: Path, raw: bytes) -> None:
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".mingbu-", suffix=".tmp")
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise context.refuse("error.write", path=path, detail=error.strerror or error) from None
