"""mingbu verify: proves every approval, lists what is missing, and says what the proof rests on."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mingbu import approvals, labels
from mingbu.approvals.merges import EvilMerge, evil_merges
from mingbu.cli.context import Context, as_json
from mingbu.documents.aligned import table
from mingbu.labels import pick
from mingbu.register import Record


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help=say("help.verify.ids"))
    parser.add_argument("--genesis", metavar="REV", help=say("help.genesis"))
    parser.add_argument("--format", choices=("text", "json"), default="text", help=say("help.format"))


@dataclass(frozen=True, slots=True)
class Proved:
    """A statement and what came of judging it."""

    statement: Record
    verdict: approvals.Verdict
    message: str

    @property
    def fails(self) -> bool:
        """Whether it stands for something that isn't proved; what a later statement or state went past does no harm."""
        return self.verdict.problem is not None and self.verdict.problem.code not in {"approval.superseded", "approval.behind"}


def run(context: Context, options: argparse.Namespace) -> int:
    context.genesis = options.genesis or context.genesis
    for record_id in options.ids:
        if context.sound.get(record_id) is None:
            raise context.refuse("error.no-record", status=1, id=record_id)
    _can_be_proved(context)
    wanted = set(options.ids)
    about = [statement for statement in context.sound.of("approval") if not wanted or statement.data["subject"] in wanted]
    proved = [_proved(context, statement) for statement in about]
    gone = [link.statement for link in approvals.judge_of(context.sound, context.policy).removed()]
    proved += [_gone(context, statement) for statement in gone if not wanted or statement.data["subject"] in wanted]
    missing = [(record, row) for record, row in approvals.all_missing(context.sound, context.policy) if not wanted or record.id in wanted]
    merges = [found for found in evil_merges(context.sound, context.policy) if not wanted or found.record.id in wanted]
    if options.format == "json":
        print(as_json(_report(context, proved, missing, merges)))
    else:
        print("\n".join(_lines(context, proved, missing, merges)))
    refused = _files_refused(context)
    if refused:
        print(context.say("verify.files-refused", count=refused), file=sys.stderr)
    return 1 if refused or missing or merges or any(found.fails for found in proved) else 0


def _can_be_proved(context: Context) -> None:
    """Refuses where there is nothing to judge by: no full history, not the one that was pinned, no policy on approvals."""
    register = context.register
    if register.shallow:
        raise context.refuse("error.history-shallow")
    if context.genesis and register.past is None:
        raise context.refuse("error.revision", value=context.genesis)
    if context.policy.in_force("approvals") is None:
        raise context.refuse("error.no-policy", status=1, topic="approvals")


def _files_refused(context: Context) -> int:
    """Files that can't be read, or that their schema refuses: what they say, or would have to have approved, isn't judged."""
    return len({fault.path for fault in context.register.faults if labels.severity(fault.code) == "error"})


def _proved(context: Context, statement: Record) -> Proved:
    """A statement about nothing that could be approved is refused as check says it."""
    verdict = approvals.verdict_on(context.sound, context.policy, statement) or _about_nothing(context, statement)
    problem = verdict.problem
    return Proved(statement, verdict, labels.message(problem.finding(statement), context.lang) if problem else _clock(context, statement))


def _gone(context: Context, statement: Record) -> Proved:
    problem = approvals.Problem("approval.removed", "", {"value": context.sound.name_of(statement.data["subject"])})
    return Proved(statement, approvals.Verdict("refused", problem, newest=True), labels.message(problem.finding(statement), context.lang))


def _about_nothing(context: Context, statement: Record) -> approvals.Verdict:
    subject = context.sound.get(statement.data["subject"])
    code, key = ("approval.subject", "subject") if subject is None else ("approval.step", "step")
    return approvals.Verdict("refused", approvals.Problem(code, f"/{key}", {"value": str(statement.data[key])}), newest=True)


def _clock(context: Context, statement: Record) -> str:
    """Whose clock the statement's time is: a time that the signer wrote himself is never called proof."""
    strength = approvals.strength(statement.data)
    if strength == "attested":
        return context.say("verify.clock-host")
    past = context.sound.past
    landed = past.main.revisions(statement.id) if past is not None else []
    if past is None or past.brought_in(landed[0].commit.place if landed else None):
        return context.say("verify.clock-brought-in")
    return context.say("verify.clock-self" if strength == "signed" else "verify.clock-commit")


def _report(context: Context, proved: list[Proved], missing: list[tuple[Record, approvals.Step]], merges: list[EvilMerge]) -> dict[str, Any]:
    past = context.sound.past
    return {
        "schema": "mingbu/verify/1",
        "approvals": [_as_dict(found) for found in proved],
        "missing": [{"subject": r.id, "step": row["step"], "pointers": list(approvals.covered_by(r.kind, row))} for r, row in missing],
        "merges": [{"commit": m.merge.commit.id, "subject": m.record.id, "pointers": list(m.pointers)} for m in merges],
        "genesis": {"commit": past.genesis_commit, "pinned": past.pinned} if past else None,
    }


def _as_dict(found: Proved) -> dict[str, Any]:
    data, problem = found.statement.data, found.verdict.problem
    return {
        "path": found.statement.path,
        "subject": data["subject"],
        "step": data["step"],
        "digest": data["digest"],
        "by": data["by"],
        "strength": approvals.strength(data),
        "verdict": found.verdict.name,
        "code": problem.code if problem else None,
        "message": found.message,
    }


def _lines(context: Context, proved: list[Proved], missing: list[tuple[Record, approvals.Step]], merges: list[EvilMerge]) -> list[str]:
    keys = ("verify.column-verdict", "approval.step", "verify.column-subject", "approval.by", "approval.at", "verify.column-strength")
    rows = [[context.say(key) for key in keys], *(_row(context, found) for found in proved)]
    lines = table(rows) if proved else []
    for found in proved:
        if found.fails and found.verdict.problem is not None:
            lines += [f"{found.statement.path}: {found.verdict.problem.code}  {found.message}"]
    for record, row in missing:
        step = pick((row["title"], row["title_en"]), context.lang)
        lines.append(context.say("verify.missing", id=record.id, name=context.sound.name_of(record.id), step=step))
    for merge in merges:
        field = context.say("list.separator").join(pick(merge.record.kind.by_pointer[pointer].title, context.lang) for pointer in merge.pointers)
        lines.append(context.say("verify.merge", commit=merge.merge.commit.id[:12], id=merge.record.id, field=field))
    counts = Counter(found.verdict.name for found in proved)
    summary = {name: counts[name] for name in ("valid", "stale", "refused")}
    return [*lines, _genesis(context), context.say("verify.summary", count=len(proved), missing=len(missing), **summary)]


def _row(context: Context, found: Proved) -> list[str]:
    data, register = found.statement.data, context.sound
    subject = register.get(data["subject"])
    row = approvals.line_of(context.policy, subject.kind.name, data["step"]) if subject else None
    step = pick((row["title"], row["title_en"]), context.lang) if row else str(data["step"])
    verdict, strength = context.say(f"verify.verdict-{found.verdict.name}"), context.say(f"verify.strength-{approvals.strength(data)}")
    return [
        verdict,
        step,
        f"{data['subject']} {register.name_of(data['subject'])}",
        register.name_of(data["by"]),
        str(data["at"])[:16].replace("T", " "),
        strength,
    ]


def _genesis(context: Context) -> str:
    past = context.sound.past
    if past is None:
        return context.say("verify.no-history")
    first = past.main.main(past.genesis)
    key = "verify.genesis-copied" if past.copied else "verify.genesis" if past.pinned else "verify.genesis-default"
    return context.say(key, commit=first.id[:12], time=first.time[:16].replace("T", " "), date=context.register.settings.get("today", ""))
