"""One issue on the git host for each item that is late; found again by a marker in its text, and closed once the item is done.

An issue names what is owed, the record's id, the due day and the host accounts of those who owe it: nothing else of the register.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mingbu import owed
from mingbu.cli import hostapi
from mingbu.cli.context import Context
from mingbu.labels import pick
from mingbu.owed import DONE, LATE, Item, Owed

_MARKER = re.compile(r"<!-- mingbu-due: (\S+) ([0-9]{4}-[0-9]{2}-[0-9]{2}) -->")

_CLOSED = "<!-- mingbu-due: closed -->"
"""Added to the text of an issue that the program closes."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue of ours on the host, of the item with this uid when it was due on that day."""

    number: int
    is_open: bool
    uid: str
    due_on: str
    by_us: bool
    """Closed by this program, not by a person."""
    body: str


def run(context: Context, found: Owed, *, dry: bool) -> None:
    """Opens and closes what has to be; says so, a line each. Nothing is sent on a dry run."""
    above = hostapi.repository(context)
    issues = [issue for row in hostapi.all_pages(context, f"{above}/issues", "issues", "state=all&type=issues&") if (issue := _issue(row))]
    items = {item.uid: item for item in owed.items(context.sound, context.policy).items}
    unknown = {(one.what, one.subject) for one in found.uncounted}
    for issue in issues:
        item = items.get(issue.uid)
        what, subject = (*issue.uid.split("/"), "")[:2]
        if issue.is_open and not _stands(context, item) and (what, subject) not in unknown and not context.sound.is_broken(subject):
            _close(context, above, issue, item, dry)
    for item in sorted(items.values(), key=lambda item: (item.due_on, item.uid)):
        if item.state(context.today) == LATE and not any(_tells(issue, item) for issue in issues):
            _open(context, above, item, dry)


def _stands(context: Context, item: Item | None) -> bool:
    return item is not None and item.state(context.today) == LATE


def _tells(issue: Issue, item: Item) -> bool:
    """Whether the issue is of this lateness: closed by hand it stays closed, unless the item was put off and is late anew.

    What the program closed itself and is late again, since a day was entered by mistake or taken back, gets another issue.
    """
    return issue.uid == item.uid and (issue.is_open or (issue.due_on == item.due_on.isoformat() and not issue.by_us))


def _issue(row: Any) -> Issue | None:
    """The row of the host's list, if it is an issue of ours; pull requests stand in the same list."""
    if not isinstance(row, dict) or row.get("pull_request") or not isinstance(row.get("number"), int):
        return None
    body = str(row.get("body") or "")
    found = _MARKER.search(body)
    return Issue(row["number"], row.get("state") == "open", found[1], found[2], _CLOSED in body, body) if found else None


def _open(context: Context, above: str, item: Item, dry: bool) -> None:
    title = context.say("issues.title", what=pick(item.title, context.lang), id=item.subject, due=item.due_on.isoformat())
    if dry:
        print(context.say("issues.would-open", title=title))
        return
    made = hostapi.sent(context, "POST", f"{above}/issues", {"title": title, "body": body(context, item)})
    print(context.say("issues.opened", number=made.get("number") if isinstance(made, dict) else "?", title=title))


def body(context: Context, item: Item) -> str:
    """The text of the issue, with the marker by which it is found again."""
    said = {"what": pick(item.title, context.lang), "name": item.what, "id": item.subject, "due": item.due_on.isoformat()}
    accounts = [account for one in item.owes if (account := _account(context, one))]
    lines = [context.say("issues.body", **said, rules=context.say("list.separator").join(item.rules))]
    if accounts:
        lines.append(context.say("issues.owes", accounts=context.say("list.separator").join(accounts)))
    return "\n\n".join([*lines, context.say("issues.note"), f"<!-- mingbu-due: {item.uid} {item.due_on.isoformat()} -->"])


def _account(context: Context, owing: str) -> str | None:
    """@account of a person, @team of a department, where the register knows it."""
    record = context.sound.get(owing)
    if record is None:
        return None
    account = record.data.get("host_account")
    return f"@{account}" if account else record.data.get("host_team")


def _close(context: Context, above: str, issue: Issue, item: Item | None, dry: bool) -> None:
    done = item is not None and item.state(context.today) == DONE
    why = context.say("issues.done", day=item.done_on) if done and item else context.say("issues.no-longer", day=context.today.isoformat())
    if dry:
        print(context.say("issues.would-close", number=issue.number, why=why))
        return
    hostapi.sent(context, "POST", f"{above}/issues/{issue.number}/comments", {"body": why})
    hostapi.sent(context, "PATCH", f"{above}/issues/{issue.number}", {"state": "closed", "body": f"{issue.body}\n{_CLOSED}"})
    print(context.say("issues.closed", number=issue.number, why=why))
