"""mingbu demo: the sample company as a git repository of its own, with its history."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from mingbu.cli.context import Context
from mingbu.demo.making import DemoError, make
from mingbu.register import Register, open_register
from mingbu.schema.kinds import load_schemas

_PACKAGE = Path(__file__).resolve().parents[1]


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("folder", metavar="DIR", help=say("help.demo.folder"))
    parser.add_argument("--history", action="store_true", help=say("help.demo.history"))


def run(context: Context, options: argparse.Namespace) -> int:
    import git

    if not options.history:
        raise context.refuse("error.demo-history")
    folder = Path(options.folder)
    register, sources = _sample(context)
    try:
        made = make(register, sources, folder.absolute())
    except DemoError as error:
        raise context.refuse(error.key, path=folder if error.key == "error.demo-there" else context.root) from None
    except OSError as error:
        raise context.refuse("error.write", path=folder, detail=error.strerror or error) from None
    except git.GitCommandError as error:
        raise context.refuse("error.write", path=folder, detail=" ".join(str(error.stderr).split())[-200:]) from None
    print(context.say("demo.done", path=folder, commits=made.commits, people=made.people, approvals=made.approvals))
    return 0


def _sample(context: Context) -> tuple[Register, tuple[Path, ...]]:
    """The register at hand and where its files lie; where there is none, the sample that came with the package."""
    packed = _PACKAGE / "sample"
    if (context.root / "records").is_dir() or not (packed / "records").is_dir():
        return context.register, (context.root,)
    return open_register(packed, load_schemas(_PACKAGE / "schemas")), (packed, _PACKAGE)
