"""Steps between what a record said at the base and what it says now, and what its state has to show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from mingbu import approvals, labels, lifecycles
from mingbu.checks.registry import check
from mingbu.findings import Finding, Text, Word
from mingbu.lifecycles import Evidence, Lifecycle
from mingbu.register import Policy, Record, Register


@check("lifecycle.step", "lifecycle.initial", "lifecycle.evidence", rules=("F5", "A19", "D5"))
def changes_take_allowed_steps(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """F5: a changed record has moved on by allowed steps only, each with its evidence; a new one starts where it may."""
    evidence = Evidence(register, policy, today)
    for record, lifecycle in _touched(register, policy):
        base = register.base.before.get(record.id) if register.base else None
        before = evidence.state(lifecycle, base) if base else None
        now = evidence.state(lifecycle, record)
        if now is None or now == before:
            continue
        if before is None:
            yield from _entered(evidence, lifecycle, record, now)
        else:
            yield from _moved(evidence, lifecycle, record, before, now)


def _touched(register: Register, policy: Policy) -> Iterator[tuple[Record, Lifecycle]]:
    """Every record that is new or changed since the base, with each lifecycle of its kind that has states."""
    if register.base is None:
        return
    changed = [record for record in register.by_path() if record.id in register.base.before or record.path in register.base.added]
    for record in changed:
        yield from ((record, lifecycle) for lifecycle in lifecycles.lifecycles(policy, record.kind.name) if "field" in lifecycle)


def _entered(evidence: Evidence, lifecycle: Lifecycle, record: Record, now: str) -> Iterator[Finding]:
    if now not in lifecycle["initial"]:
        allowed = _labels(record, lifecycle, lifecycle["initial"])
        yield _finding(record, lifecycle, "lifecycle.initial", to=_label(record, lifecycle, now), allowed=allowed)
    else:
        yield from _unproven(evidence, lifecycle, record, None, now)


def _moved(evidence: Evidence, lifecycle: Lifecycle, record: Record, before: str, now: str) -> Iterator[Finding]:
    way = lifecycles.way(lifecycle, before, now)
    if way is None:
        allowed = lifecycles.allowed(lifecycle, before)
        shown: Text = _labels(record, lifecycle, allowed) if allowed else Word("value.none")
        start, end = _label(record, lifecycle, before), _label(record, lifecycle, now)
        yield _finding(record, lifecycle, "lifecycle.step", **{"from": start, "to": end, "allowed": shown})
        return
    for start, end in way:
        yield from _unproven(evidence, lifecycle, record, start, end)


def _unproven(evidence: Evidence, lifecycle: Lifecycle, record: Record, start: str | None, end: str) -> Iterator[Finding]:
    for form, asked, rules in evidence.missing(record, lifecycles.required(lifecycle, start, end)):
        needed = needed_text(evidence, record, form, asked)
        yield record.finding(lifecycle["field"], "lifecycle.evidence", rules, to=_label(record, lifecycle, end), needed=needed)


@check("lifecycle.frozen", rules=("C4",))
def what_was_declared_stays(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """C4: a statement that was received is never rewritten; a later one takes its place."""
    if register.base is None:
        return
    for lifecycle in lifecycles.lifecycles(policy):
        for record in register.of(lifecycle["kind"]) if "frozen" in lifecycle else ():
            before = register.base.before.get(record.id)
            for pointer in lifecycle["frozen"] if before else ():
                if before and _followed(register, before.get(pointer)) != record.get(pointer):
                    yield record.finding(pointer, "lifecycle.frozen")


def _followed(register: Register, value: Any) -> Any:
    """The value, or the card that it was merged into since."""
    target = register.get(value) if isinstance(value, str) else None
    return target.data.get("merged_into", value) if target else value


@check("lifecycle.deleted", "lifecycle.id-changed", rules=("A20",))
def records_are_never_taken_away(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """A20: a record that the base has is still there, unless an approved disposal names it."""
    if register.base is None:
        return
    evidence = Evidence(register, policy, today)
    for before in register.base.before.values():
        there = before.id in register.records or register.is_broken(before.id)
        if not there and not evidence.disposed(before.id):
            other = _same_under_another_id(register, before)
            code = "lifecycle.id-changed" if other else "lifecycle.deleted"
            yield Finding(before.path, 1, 1, "", code, before.id, {"value": before.id, "other": other})


def _same_under_another_id(register: Register, before: Record) -> str:
    """The id of a record that was added since and says the same."""
    content = {key: value for key, value in before.data.items() if key != "id"}
    added = (record for record in register.of(before.kind.name) if register.base and register.base.is_new(record))
    return next((record.id for record in added if {key: value for key, value in record.data.items() if key != "id"} == content), "")


@check("state.unproven", rules=("F1", "F2"))
def states_have_their_evidence(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """F1, F2: what a state requires is still there, not only at the step that led to it."""
    evidence = Evidence(register, policy, today)
    for record, lifecycle, form, asked, rules in _without(register, policy, evidence):
        if form != "dealings_within_months":
            needed = needed_text(evidence, record, form, asked)
            yield record.finding(lifecycle["field"], "state.unproven", rules, to=_now(evidence, lifecycle, record), needed=needed)


@check("state.no-dealings", rules=("F3",))
def existing_customers_trade(register: Register, policy: Policy, today: date) -> Iterator[Finding]:
    """F3: an existing customer has a dealing within the policy's months."""
    evidence = Evidence(register, policy, today)
    for record, lifecycle, form, asked, rules in _without(register, policy, evidence):
        if form == "dealings_within_months":
            yield record.finding(lifecycle["field"], "state.no-dealings", rules, to=_now(evidence, lifecycle, record), value=str(asked))


def _without(register: Register, policy: Policy, evidence: Evidence) -> Iterator[tuple[Record, Lifecycle, str, Any, tuple[str, ...]]]:
    """(record, lifecycle, form, what is asked, articles) of what the states of today require and don't have.

    Where a record has only just come into its state, the check of the step has said it.
    """
    for lifecycle in lifecycles.lifecycles(policy):
        for record in register.of(lifecycle["kind"]) if "evidence" in lifecycle else ():
            state = evidence.state(lifecycle, record) if "merged_into" not in record.data else None  # that card only points on
            if state is not None and not _just_entered(evidence, lifecycle, record, state):
                for form, asked, rules in evidence.missing(record, lifecycles.required(lifecycle, None, state)):
                    yield record, lifecycle, form, asked, rules


def _just_entered(evidence: Evidence, lifecycle: Lifecycle, record: Record, state: str) -> bool:
    base = evidence.register.base
    if base is None:
        return False
    before = base.before.get(record.id)
    return evidence.state(lifecycle, before) != state if before else record.path in base.added


def _now(evidence: Evidence, lifecycle: Lifecycle, record: Record) -> Text:
    return _label(record, lifecycle, evidence.state(lifecycle, record) or "")


def _finding(record: Record, lifecycle: Lifecycle, code: str, **args: Text) -> Finding:
    return record.finding(lifecycle["field"], code, tuple(lifecycle["articles"]), **args)


def _label(record: Record, lifecycle: Lifecycle, state: str) -> Text:
    field = record.kind.by_pointer.get(lifecycle["field"])
    pair = field.node.get("x-enum", {}).get(state) if field else None
    return (f"{pair[0]}（{state}）", f"{pair[1]} ({state})") if pair else state


def _labels(record: Record, lifecycle: Lifecycle, states: list[str]) -> Text:
    pairs = [(label, label) if isinstance(label := _label(record, lifecycle, state), str) else label for state in states]
    return "、".join(zh for zh, _ in pairs), ", ".join(en for _, en in pairs)


def needed_text(evidence: Evidence, record: Record, form: str, asked: Any) -> Text:
    """What is missing, in words: the labels of fields, the kind of a record, the title of a step, the months."""
    if form == "fields":
        absent = [pointer for pointer in asked if record.get(pointer) in (None, [], {})]
        titles = [field.title if (field := record.kind.field_at(pointer)) else (pointer, pointer) for pointer in absent]
        return "、".join(zh for zh, _ in titles), ", ".join(en for _, en in titles)
    if form == "items":
        field = record.kind.field_at(f"{asked['at']}/0/{asked['key']}")
        zh, en = field.node.get("x-enum", {}).get(asked["value"], [asked["value"]] * 2) if field else [asked["value"]] * 2
        owner = record.kind.by_pointer[asked["at"]].title
        return f"{owner[0]}（{zh}）", f"{owner[1]} ({en})"
    if form == "records":
        kind = evidence.register.schemas.kinds.get(asked["kind"])
        return kind.title if kind else str(asked["kind"])
    if form == "approval":
        step = approvals.line_of(evidence.policy, record.kind.name, asked)
        return (step["title"], step["title_en"]) if step else str(asked)
    return labels.word("evidence.dealings", "zh", months=asked), labels.word("evidence.dealings", "en", months=asked)
