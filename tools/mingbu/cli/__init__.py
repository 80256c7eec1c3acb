"""The command mingbu. Each command is a module with `arguments(parser, say)` and `run(context, options) -> exit status`."""

from __future__ import annotations

import gc
import io
import shutil
import sys
from collections.abc import Sequence

from mingbu.cli.parser import parse


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. 0: no errors, 1: errors found or refused, 2: wrong usage or environment."""
    _speak_utf8()
    gc.set_threshold(200_000, 20, 20)  # a register is many small objects and no cycles
    options, command = parse(sys.argv[1:] if arguments is None else list(arguments))
    from mingbu.cli.context import Context, Refusal  # after the arguments: --help needs no register

    context = Context(options.directory, options.lang, options.on, options.as_of[0] if len(options.as_of) == 1 else None)
    try:
        return int(command.run(context, options))
    except Refusal as refusal:
        print(f"mingbu: {refusal}", file=sys.stderr)
        return refusal.status
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print(f"\n{context.say('interrupted')}", file=sys.stderr)
        return 130
    except Exception as error:
        if options.debug:
            raise
        if shutil.which("git") is None:  # whatever it was that failed for want of it
            print(f"mingbu: {context.say('error.no-git')}", file=sys.stderr)
            return 2
        detail = f"{type(error).__name__}: {error}"[:200].replace("\n", " ")
        print(f"mingbu: {context.refuse('error.internal', detail=detail)}", file=sys.stderr)
        return 2


def _speak_utf8() -> None:
    """JSON and Chinese go out as UTF-8 whatever the terminal's locale says; what can't be encoded is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
