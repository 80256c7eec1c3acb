"""mingbu bundle: the contracts of a period with their history and approvals, in one file for auditors."""

from __future__ import annotations

import argparse
import copy
from collections.abc import Callable
from pathlib import Path

from mingbu import bundling
from mingbu.bundling.contents import Told
from mingbu.cli.context import Context
from mingbu.cli.history import Story
from mingbu.history import HistoryError, open_history
from mingbu.labels import Lang
from mingbu.period import Period
from mingbu.register.attachments import Store
from mingbu.repository import opened
from mingbu.timeline import Timelines


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("--period", metavar="P", required=True, help=say("help.report.period"))
    parser.add_argument("--who", metavar="ID", help=say("help.bundle.who"))
    parser.add_argument("--output", metavar="FILE", required=True, help=say("help.bundle.output"))
    parser.add_argument("--attachments", metavar="DIR", help=say("help.bundle.attachments"))
    parser.add_argument("--no-history", action="store_true", help=say("help.bundle.no-history"))
    parser.add_argument("--force", action="store_true", help=say("help.bundle.force"))


def run(context: Context, options: argparse.Namespace) -> int:
    import git

    output = Path(options.output).absolute()
    period = _period(context, options.period)
    if output.exists() and not (options.force and output.is_file()):
        raise context.refuse("error.bundle-exists" if output.is_file() else "error.exists", path=output)
    stored = _stored(context)
    _known(stored, options.who)
    chosen = bundling.choose(stored.sound, period, options.who, stored.today)
    if not chosen.contracts:
        raise context.refuse("error.bundle-nothing", status=1, period=period.name)
    told = None if options.no_history else _told(stored)
    commit = stored.moment.commit if stored.moment else ""
    asked = bundling.Asked(commit, period, options.who, stored.today, _store(context, options.attachments), told)
    try:
        with opened(context.root) as repository:
            if repository is None:
                raise context.refuse("error.as-of-no-git", path=context.root)
            files = bundling.contents(stored.sound, repository, chosen, asked)
        bundling.write(output, files)
    except OSError as error:
        raise context.refuse("error.write", path=output, detail=error.strerror or error) from None
    except git.GitCommandError as error:
        raise context.refuse("error.write", path=output, detail=" ".join(str(error.stderr).split())[-200:]) from None
    except bundling.NotStored as error:
        raise context.refuse("error.bundle-edited", path=error) from None
    counts = {"contracts": len(chosen.contracts), "records": len(chosen.records), "approvals": len(chosen.approvals)}
    print(context.say("bundle.done", path=output, commit=commit[:12], **counts))
    return 0


def _period(context: Context, text: str) -> Period:
    try:
        return Period.of(text)
    except ValueError:
        raise context.refuse("error.period", value=text[:100]) from None


def _stored(context: Context) -> Context:
    """The register as it is committed: that of --as-of, else HEAD, which must be all that there is."""
    if context.moment is not None:
        return context
    revision = context.revision
    if revision is None:
        raise context.refuse("error.history-none", path=context.root)
    if revision.edited:
        raise context.refuse("error.bundle-edited", path=context.root)
    return Context(str(context.root), context.lang, context.on, revision.commit)


def _known(context: Context, who: str | None) -> None:
    """Refuses an id that is no department and no customer."""
    named = context.sound.get(who)
    if who is not None and (named is None or named.kind.name not in {"department", "customer"}):
        raise context.refuse("error.contracts-who", status=1, value=who[:100])


def _store(context: Context, folder: str | None) -> Store | None:
    if folder is None:
        return None
    if not Path(folder).is_dir():
        raise context.refuse("error.no-folder", path=folder)
    return Store(Path(folder))


def _told(stored: Context) -> Told:
    """The history of a record in a language, up to the commit."""
    try:
        history = open_history(stored.root, stored.moment.commit if stored.moment else None)
    except HistoryError as error:
        raise stored.refuse(f"error.history-{error.reason}", path=stored.root) from None
    spoken: dict[Lang, Context] = {}
    lines: dict[str, Timelines] = {}

    def told(record: str, lang: Lang) -> str:
        if lang not in spoken:
            spoken[lang] = copy.copy(stored)
            spoken[lang].lang = lang
        if record not in lines:
            lines[record] = Timelines.of_one(stored.sound, history, record)
        story = Story(spoken[lang], lines[record], stored.sound.records[record].kind, record)
        return "\n".join(story.text()) + "\n"

    return told
