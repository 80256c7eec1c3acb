"""mingbu serve: builds, serves on this machine, rebuilds what changed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from mingbu.cli.build import build, target_of
from mingbu.cli.context import Context, Refusal


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("--port", type=int, default=8000, metavar="PORT", help=say("help.serve.port"))
    parser.add_argument("--once", action="store_true", help=say("help.serve.once"))
    parser.add_argument("--output", metavar="DIR", default=None, help=say("help.build.output"))


def run(context: Context, options: argparse.Namespace) -> int:
    from mingbu.site import serve

    target = target_of(context, options.output)
    before = serve.snapshot(context.root)
    print(build(context, target), flush=True)
    try:
        site = serve.server(target, options.port)
    except (OSError, OverflowError) as error:
        raise context.refuse("error.port", port=options.port, detail=getattr(error, "strerror", None) or error) from None
    print(context.say("serve.address", address=f"http://127.0.0.1:{site.server_port}/"), flush=True)
    changes = iter(()) if options.once else serve.watched(context.root, before)
    try:
        serve.run(site, changes, lambda paths: _rebuild(context, options, target, paths))
    except KeyboardInterrupt:
        print()
    return 0


def _rebuild(context: Context, options: argparse.Namespace, target: Path, paths: list[str]) -> None:
    """A fresh look at the records; when it fails, the last version stays and the reason is printed."""
    fresh = Context(str(context.root), context.lang, options.on)
    now = f"{datetime.now():%H:%M:%S}"
    try:
        done = build(fresh, target)
        print(fresh.say("serve.rebuilt", time=now, paths=", ".join(paths[:5])), done, sep="\n", flush=True)
    except Refusal as refusal:
        print(fresh.say("serve.failed", time=now, detail=refusal), flush=True)
