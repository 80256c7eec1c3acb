"""mingbu notarize: makes the reviews of a pull request into statements, signed with the notary's key."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from mingbu import approvals, ids
from mingbu.cli import hostapi, writing
from mingbu.cli.context import Context, as_json
from mingbu.cli.sshkeys import Key, keys_at_hand, sign
from mingbu.display import name
from mingbu.forge import reviews as host
from mingbu.forge.answers import Answer, Outcome
from mingbu.forge.notary import Notary
from mingbu.forge.proposal import Line, Proposal, ProposalError, line_of, proposal_of
from mingbu.forge.reviews import Pull, Review, ShapeError
from mingbu.history import HistoryError
from mingbu.labels import pick
from mingbu.register import Record
from mingbu.register.moment import laid_out
from mingbu.register.write import content
from mingbu.repository import RevisionError
from mingbu.schema.expand import SchemaError
from mingbu.schema.formats import is_date
from mingbu.schema.kinds import Schemas, load_schemas
from mingbu.sshsig import fingerprint, key_of
from mingbu.yamlio.characters import printable
from mingbu.yamlio.reader import read

_LARGEST = 1 << 26
_CHINA = timezone(timedelta(hours=8))


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("--pull", metavar="FILE", help=say("help.notarize.pull"))
    parser.add_argument("--reviews", metavar="FILE", help=say("help.notarize.reviews"))
    parser.add_argument("--from-api", metavar="N", type=int, help=say("help.notarize.from-api"))
    parser.add_argument("--key", metavar="FILE", required=True, help=say("help.notarize.key"))
    parser.add_argument("--host", choices=host.HOSTS, help=say("help.notarize.host"))
    parser.add_argument("--step", metavar="STEP", help=say("help.approve.step"))
    parser.add_argument("--genesis", metavar="REV", help=say("help.genesis"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))
    writing.arguments(parser, say)


def run(context: Context, options: argparse.Namespace) -> int:
    context.genesis = options.genesis or context.genesis
    writing.begin(context, options)
    pull, reviews, shape = _asked(context, options)
    try:
        line = line_of(context.root, pull)
        proposal = proposal_of(context.root, pull, line, _schemas(context, line), _today(context, options, line), context.genesis)
    except ProposalError as error:
        raise context.refuse(error.key, status=1, **error.values) from None
    except RevisionError as error:
        raise context.refuse("error.revision", value=error) from None
    except HistoryError as error:
        raise context.refuse("error.history-shallow" if error.reason == "shallow" else "notarize.no-git", path=context.root) from None
    [key] = keys_at_hand(context, options.key)
    _refuse_stranger(context, proposal, key)
    notary = Notary(proposal, _host(context, options, line, shape), lambda data: sign(context, key, approvals.payload(data)), options.step,
                    lambda path: _on_disk(context, proposal, path))  # fmt: skip
    outcome = notary.made_of(reviews)
    _write(context, options, proposal, outcome)
    print(as_json(_report(context, proposal, reviews, outcome)) if options.format == "json" else _words(context, proposal, reviews, outcome))
    return 0 if outcome.written or outcome.done else 1


def _asked(context: Context, options: argparse.Namespace) -> tuple[Pull, list[Review], str | None]:
    """(the pull request, its reviews, whose API gives such JSON), of files or of the host itself."""
    files = (options.pull, options.reviews)
    if (options.from_api is None) == (None in files) or (options.from_api is not None and files != (None, None)):
        raise context.refuse("notarize.source")
    if options.from_api is not None:
        pull, reviews = hostapi.pull_and_reviews(context, options.from_api)
        names = (f"pulls/{options.from_api}", f"pulls/{options.from_api}/reviews")
    else:
        pull, reviews = (_json(context, file) for file in files)
        names = files
    try:
        asked = host.pull_of(pull)
    except ShapeError as error:
        raise context.refuse("notarize.shape", path=names[0], field=error) from None
    try:
        return asked, host.reviews_of(reviews), host.host_of(pull, reviews)
    except ShapeError as error:
        raise context.refuse("notarize.shape", path=names[1], field=error) from None


def _json(context: Context, file: str) -> Any:
    path = Path(file)
    if not path.is_file():
        raise context.refuse("error.no-file", path=file)
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise context.refuse("notarize.shape", path=file, field="JSON") from None


def _schemas(context: Context, line: Line) -> Schemas:
    """Those of the main line: a pull request doesn't say itself what has to be approved in it."""
    try:
        return load_schemas(laid_out(context.root, line.tip) / "schemas")
    except SchemaError as error:
        raise context.refuse("error.schemas", file=error.file, line=error.line, detail=context.say(error.problem, detail=error.detail)) from None
    except OSError as error:
        raise context.refuse("error.write", path=error.filename or context.root, detail=error.strerror or error) from None


def _today(context: Context, options: argparse.Namespace, line: Line) -> date:
    """--on, else the day that the main line's register.yml pins, else the clock in China."""
    if options.on is not None:
        return context.day(options.on)
    pinned = line.settings.get("today")
    return date.fromisoformat(pinned) if isinstance(pinned, str) and is_date(pinned) else datetime.now(_CHINA).date()


def _host(context: Context, options: argparse.Namespace, line: Line, shape: str | None) -> str:
    """--host, else the main line's register.yml, else the shape of the JSON."""
    settings = line.settings.get("git_host")
    kind = settings.get("kind") if isinstance(settings, dict) else None
    found = options.host or (kind if kind not in {None, "none"} else shape)
    if found is None:
        raise context.refuse("notarize.which-host")
    return str(found)


def _refuse_stranger(context: Context, proposal: Proposal, key: Key) -> None:
    """Only a key that the main line's policy lists may sign here, whatever the pull request makes of the policy."""
    policy = proposal.trust(proposal.main.length - 1).policy.in_force("approvals")
    if key.wire not in {key_of(row["public_key"]) for row in (policy.data.get("notaries", []) if policy else [])}:
        raise context.refuse("notarize.not-notary", status=1, key=fingerprint(key.wire))


def _on_disk(context: Context, proposal: Proposal, path: str) -> Record | None:
    """A statement that stands in the work tree."""
    raw, placed = content(context.root / path), ids.record_at(proposal.register.schemas.kinds, path)
    data, faults = read(raw) if raw is not None else (None, [])
    return Record(placed[0], placed[1], path, data, raw) if placed and raw is not None and data is not None and not faults else None


def _write(context: Context, options: argparse.Namespace, proposal: Proposal, outcome: Outcome) -> None:
    if not outcome.written:
        return
    texts: Mapping[str, str | None] = {record.path: record.raw.decode("utf-8") for _, record in outcome.written}
    message = context.say("message.notarize", pull=proposal.pull.number, count=len(texts))
    with redirect_stdout(sys.stderr if options.format == "json" else sys.stdout):
        writing.write(context, texts, options, message)


def _ignored(context: Context, reviews: list[Review], outcome: Outcome) -> list[tuple[Review, str]]:
    """The reviews that gave nothing, with the reasons in words."""
    gave = {answer.review.id for answer, _ in outcome.written}
    rows = [review for review in reviews if review.id not in gave]
    between = context.say("clause.separator")
    return [(review, between.join(dict.fromkeys(reason.text(context.lang) for reason in outcome.against.get(review.id, [])))) for review in rows]


def _report(context: Context, proposal: Proposal, reviews: list[Review], outcome: Outcome) -> dict[str, Any]:
    return {
        "schema": "mingbu/notarize/1",
        "pull": proposal.pull.number,
        "head": proposal.pull.head,
        "written": [_as_dict(answer, record) for answer, record in outcome.written],
        "ignored": [{"review": review.id, "account": review.account, "reason": reason} for review, reason in _ignored(context, reviews, outcome)],
    }


def _as_dict(answer: Answer, record: Record) -> dict[str, Any]:
    return {"path": record.path} | {key: record.data[key] for key in ("subject", "step", "by", "role", "at")} | {"review": answer.review.id}


def _words(context: Context, proposal: Proposal, reviews: list[Review], outcome: Outcome) -> str:
    lines = []
    for answer, record in outcome.written:
        person, step = name(proposal.register, answer.person.id, context.lang), pick((answer.row["title"], answer.row["title_en"]), context.lang)
        said = {"step": step, "id": answer.record.id, "name": printable(person), "review": answer.review.id}
        lines.append(context.say("notarize.written", path=record.path, **said))
    for review, reason in _ignored(context, reviews, outcome):
        lines.append(context.say("notarize.ignored", review=review.id, account=printable(review.account) or "—", reason=reason))
    return "\n".join([*lines, context.say("notarize.summary", pull=proposal.pull.number, written=len(outcome.written), total=len(reviews))])
