"""The command mingbu. Each command is a module with `arguments(parser, say)` and `run(context, options) -> exit status`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from mingbu.cli.parser import parse


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. 0: no errors, 1: errors found or refused, 2: wrong usage or environment."""
    options, command = parse(sys.argv[1:] if arguments is None else list(arguments))
    from mingbu.cli.context import Context, Refusal  # after the arguments: --help needs no register

    context = Context(options.directory, options.lang, options.on)
    try:
        return int(command.run(context, options))
    except Refusal as refusal:
        print(f"mingbu: {refusal}", file=sys.stderr)
        return refusal.status
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
