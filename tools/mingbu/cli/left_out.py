"""Files with errors, which nothing is worked out from: said on the error output, so that nobody takes a part for the whole."""

from __future__ import annotations

import sys

from mingbu.cli.context import Context


def tell(context: Context, *folders: str) -> None:
    """Says how many files in these folders (all records without any) are left out because of errors."""
    below = tuple(f"records/{folder}/" for folder in folders) or "records/"
    count = len({finding.path for finding in context.register.faults if finding.path.startswith(below)})
    if count:
        print(context.say("list.skipped", count=count), file=sys.stderr)
