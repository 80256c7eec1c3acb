"""mingbu build: the site, whole or not at all."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from mingbu.cli.context import Context
from mingbu.repository import make_cache


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("--output", metavar="DIR", default=None, help=say("help.build.output"))


def run(context: Context, options: argparse.Namespace) -> int:
    print(build(context, target_of(context, options.output)))
    return 0


def target_of(context: Context, output: str | None) -> Path:
    return Path(output).absolute() if output else context.root / "site"


def build(context: Context, target: Path) -> str:
    """Builds and says in one line what was done. Refuses with the reason when the site can't be built."""
    from mingbu.site import build_site
    from mingbu.site.shells import BuildError

    if context.schema_findings():
        raise context.refuse("error.schema-faults", status=1)
    try:
        with _progress(context):
            built = build_site(context.sound, context.policy, context.revision, target, make_cache(context.root))
    except BuildError as error:
        raise _refused(context, str(error)) from None
    except OSError as error:
        raise context.refuse("error.write", path=error.filename or target, detail=error.strerror or error) from None
    skipped = len(context.register.records) - len(context.sound.records)
    if skipped:
        print(context.say("build.skipped", count=skipped), file=sys.stderr)
    return context.say("build.done", path=target, pages=built.pages, written=built.written, seconds=f"{built.seconds:.1f}")


def _refused(context: Context, reason: str) -> Exception:
    if reason == "assets":
        return context.refuse("error.assets")
    if reason.startswith("foreign:"):
        return context.refuse("error.output-folder", path=reason.removeprefix("foreign:"))
    return context.refuse("error.mkdocs", detail=context.named(reason))


def _progress(context: Context):  # type: ignore[no-untyped-def]
    """A spinner on a terminal, nothing when piped."""
    from rich.console import Console

    return Console(stderr=True).status(context.say("build.working"))
