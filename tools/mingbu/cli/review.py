"""mingbu review: a proposed change in words, for the person who has to agree to it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mingbu import approvals, labels
from mingbu.cli import moves
from mingbu.cli.check import as_dict
from mingbu.cli.context import Context, as_json
from mingbu.comparing import Difference
from mingbu.display import label, line, name
from mingbu.documents.markdown import escaped
from mingbu.labels import pick
from mingbu.register import Record
from mingbu.register.base import parting
from mingbu.reviewing import Need, Review, review
from mingbu.yamlio.characters import printable

_FINDINGS_SHOWN = 50
"""A job summary has a limit, and nobody reads more; the rest is counted."""


def arguments(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    parser.add_argument("base", metavar="BASE", help=say("help.review.base"))
    parser.add_argument("head", metavar="HEAD", nargs="?", help=say("help.review.head"))
    parser.add_argument("--genesis", metavar="REV", help=say("help.genesis"))
    parser.add_argument("--format", choices=("text", "md", "json"), default="text", help=say("help.format"))


def run(context: Context, options: argparse.Namespace) -> int:
    after = Context(str(context.root), context.lang, context.on, options.head) if options.head else context
    began = parting(context.root, options.base, options.head or "HEAD")
    if began is None:
        raise context.refuse("error.revision", value=options.base)
    if after.register.shallow:
        raise context.refuse("error.history-shallow")
    after.genesis = options.genesis or context.genesis
    after.compare_with(options.base)
    today = (context.today if context.on or context.moment else after.day_of_register).isoformat()
    after.on = today
    before = Context(str(context.root), context.lang, today, began)
    before.genesis = after.genesis
    found = review(before.register, after.register, after.policy)
    if options.format == "json":
        print(as_json(_report(before, after, found)))
    else:
        print("\n".join(_markdown(before, after, found) if options.format == "md" else _text(before, after, found)))
    return 1 if found.refused else 0


def _report(before: Context, after: Context, found: Review) -> dict[str, Any]:
    base = after.register.base
    return {
        "schema": "mingbu/review/1",
        "base": base.trusted if base else None,
        "head": after.revision.commit if after.revision else None,
        "records": [_record(after, difference) for difference in found.differences],
        "approvals_needed": [_need(need) for need in found.needed],
        "approvals_given": [_given(after, statement, verdict) for statement, verdict in found.given],
        "new_findings": [as_dict(finding, after.lang) for finding in found.new_findings],
        "mended": [as_dict(finding, after.lang) for finding in found.mended],
        "duplicates": [{"a": p.one.id, "b": p.other.id, "score": p.score, "band": p.band, "because": list(p.because)} for p in found.duplicates],
        "effects": list(_effects(found)),
    }


def _effects(found: Review) -> Iterator[dict[str, Any]]:
    """What comes of the records as they will be, then of changed policies, each thing once."""
    told_of = set()
    for effect, because in found.effects:
        told_of.add((effect.customer, effect.pointer[1:]))
        yield {"customer": effect.customer, "what": effect.pointer[1:], "from": effect.before, "to": effect.after, "because": because}
    for move in found.moves:
        if (move.customer, move.what) not in told_of:
            yield {"customer": move.customer, "what": move.what, "from": move.before, "to": move.after, "because": found.moved_by(move)}


def _record(context: Context, difference: Difference) -> dict[str, Any]:
    kind = difference.record.kind
    changes = [{"pointer": c.pointer, "label": label(kind, c.pointer, context.lang), "from": c.old, "to": c.new} for c in difference.changes]
    return {"id": difference.record.id, "kind": kind.name, "change": difference.change, "changes": changes}


def _need(need: Need) -> dict[str, Any]:
    covers = list(approvals.covered_by(need.record.kind, need.row))
    given = need.statement.path if need.statement else None
    return {"subject": need.record.id, "step": need.row["step"], "posts": list(need.row["posts"]), "pointers": covers, "given": given}


def _given(context: Context, statement: Record, verdict: approvals.Verdict | None) -> dict[str, Any]:
    problem = verdict.problem if verdict else None
    said = {key: statement.data[key] for key in ("subject", "step", "decision", "by", "role", "at")}
    strength, name = approvals.strength(statement.data), verdict.name if verdict else "refused"
    return {"path": statement.path, **said, "strength": strength, "verdict": name, "code": problem.code if problem else None}


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the review: a heading, and items with lines below them."""

    title: str
    items: list[tuple[str, list[str]]]


def _text(before: Context, after: Context, found: Review) -> Iterator[str]:
    for block in _blocks(before, after, found):
        yield f"[{block.title}]"
        for item, lines in block.items:
            yield f"  {item}"
            yield from (f"      {text}" for text in lines)
        yield ""
    yield _summary(after, found)


def _markdown(before: Context, after: Context, found: Review) -> Iterator[str]:
    """The same as Markdown; whatever comes from records is escaped, so that it can't pass for markup."""
    yield f"## {escaped(after.say('review.title'))}"
    yield f"\n{escaped(_summary(after, found))}"
    for block in _blocks(before, after, found):
        yield f"\n### {escaped(block.title)}\n"
        for item, lines in block.items:
            yield f"- {escaped(item)}"
            yield from (f"  - {escaped(text)}" for text in lines)


def _blocks(before: Context, after: Context, found: Review) -> Iterator[Block]:
    """What has to be decided comes first, then what changes, then what check says."""
    parts: list[tuple[str, list[tuple[str, list[str]]]]] = [
        ("review.needed", [(_needed(after, need), []) for need in found.needed]),
        ("review.given", [_statement(after, statement, verdict) for statement, verdict in found.given]),
        ("review.effects", [(_effect(before, after, effect, because), []) for effect, because in found.effects]),
        ("review.moves", _moves(after, found)),
        ("review.records", [(_called(after, difference), _changes(before, after, difference)) for difference in found.differences]),
        ("review.new-findings", [(_finding(after, finding), [labels.hint(finding, after.lang)]) for finding in found.new_findings[:_FINDINGS_SHOWN]]),
        ("review.mended", [(_finding(after, finding), []) for finding in found.mended[:_FINDINGS_SHOWN]]),
        ("review.duplicates", [(_pair(after, pair), []) for pair in found.duplicates]),
    ]
    for key, items in parts:
        if items:
            yield Block(after.say(key), items)


def _moves(context: Context, found: Review) -> list[tuple[str, list[str]]]:
    """How many move in what, then each of them; a policy that moves nobody says so."""
    if not found.tried:
        return []
    lines: list[tuple[str, list[str]]] = [(text, []) for text in moves.counts(context, found.moves)] or [(context.say("simulate.none"), [])]
    return lines + [(text, []) for text in moves.told(context, found.moves)]


def _summary(context: Context, found: Review) -> str:
    severities = [labels.severity(finding.code) for finding in found.new_findings]
    missing = sum(need.statement is None for need in found.needed)
    counts = {"records": len(found.differences), "needed": len(found.needed), "missing": missing, "errors": severities.count("error")}
    return context.say("review.summary", **counts, warnings=severities.count("warning"), mended=len(found.mended))


def _needed(context: Context, need: Need) -> str:
    labels_of, statement = context.schemas.codes["post"], need.statement
    posts = context.say("list.separator").join(pick(labels_of[post], context.lang) for post in need.row["posts"])
    args = {"step": pick((need.row["title"], need.row["title_en"]), context.lang), "subject": _who(context, need.record), "posts": posts}
    if statement is None:
        return context.say("review.missing", **args)
    return context.say("review.there", **args, name=context.sound.name_of(statement.data["by"]), at=statement.data["at"][:16].replace("T", " "))


def _statement(context: Context, statement: Record, verdict: approvals.Verdict | None) -> tuple[str, list[str]]:
    subject = context.sound.get(statement.data["subject"])
    row = approvals.line_of(context.policy, subject.kind.name, statement.data["step"]) if subject else None
    fields = statement.kind.by_pointer
    texts = [line(context.sound, statement.kind, f"/{key}", statement.data[key], context.lang) for key in ("by", "role", "at", "decision") if fields]
    step = pick((row["title"], row["title_en"]), context.lang) if row else str(statement.data["step"])
    said = context.say(f"verify.verdict-{verdict.name if verdict else 'refused'}")
    about = _who(context, subject) if subject else str(statement.data["subject"])
    problem = verdict.problem if verdict else None
    reason = [f"{problem.code}  {labels.message(problem.finding(statement), context.lang)}"] if problem else []
    return f"{said}  {step}  {about}  {'  '.join(texts)}", reason


def _who(context: Context, record: Record) -> str:
    return f"{printable(name(context.sound, record.id, context.lang))} ({record.id})"


def _called(context: Context, difference: Difference) -> str:
    return f"{context.say(f'diff.{difference.change}')}  {context.title(difference.record.kind)}  {_who(context, difference.record)}"


def _changes(before: Context, after: Context, difference: Difference) -> list[str]:
    """From what to what; of a new record what its register shows of it."""
    kind, texts = difference.record.kind, []
    if difference.after is not None and difference.before is None:
        stored = [(pointer, value) for pointer in kind.columns if (value := difference.after.get(pointer)) is not None]
        return [f"{label(kind, p, after.lang)}{after.say('site.colon')}{line(after.sound, kind, p, value, after.lang)}" for p, value in stored]
    for change in difference.changes:
        old = line(before.sound, kind, change.pointer, change.old, after.lang)
        new = line(after.sound, kind, change.pointer, change.new, after.lang)
        texts.append(f"{label(kind, change.pointer, after.lang)}{after.say('site.colon')}{old} → {new}")
    return texts


def _effect(before: Context, after: Context, effect: Any, because: list[str]) -> str:
    customer = after.sound.get(effect.customer)
    if customer is None:
        return str(effect.customer)
    old = line(before.sound, customer.kind, effect.pointer, effect.before, after.lang)
    new = line(after.sound, customer.kind, effect.pointer, effect.after, after.lang)
    reason = after.say("review.because", ids=after.say("list.separator").join(because)) if because else ""
    return f"{_who(after, customer)}  {label(customer.kind, effect.pointer, after.lang)}{after.say('site.colon')}{old} → {new}{reason}"


def _finding(context: Context, finding: Any) -> str:
    severity = context.say(f"severity.{labels.severity(finding.code)}")
    return f"{printable(finding.path)}:{finding.line}: {severity} {finding.code}  {labels.message(finding, context.lang)}"


def _pair(context: Context, pair: Any) -> str:
    because = context.say("list.separator").join(context.say(f"dedupe.because-{key}") for key in pair.because)
    return f"{context.say(f'dedupe.band-{pair.band}')}  {_who(context, pair.one)}  {_who(context, pair.other)}  {because}"
