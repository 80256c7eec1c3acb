"""The groups as commits: on a branch that is merged, squashed into one commit, or one after another on the main line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mingbu.demo.groups import Group, Key, Work
from mingbu.demo.model import Change, chance, growth
from mingbu.demo.signing import Ledger, Signing
from mingbu.demo.staff import Staff
from mingbu.demo.stream import Signed, Stream
from mingbu.register import Record


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit that is about to be made."""

    at: datetime
    by: str
    records: tuple[Record, ...]
    message: str

    @property
    def files(self) -> dict[str, bytes]:
        return {record.path: record.raw for record in self.records}


class Writer:
    """Writes one group after another; counts what it wrote."""

    def __init__(self, stream: Stream, ledger: Ledger, staff: Staff) -> None:
        self._stream, self._ledger, self._staff = stream, ledger, staff
        self._main: list[tuple[datetime, int]] = []
        self._number = 0
        self._waiting: list[tuple[Group, datetime]] = []
        self.commits, self.approvals, self.authors = 0, 0, set[str]()

    def first(self, at: datetime, by: str, message: str, files: dict[str, bytes], records: Sequence[Record]) -> None:
        """The first commit: everything as it stood, and the files beside the records."""
        both = files | {record.path: record.raw for record in records}
        self._on_main(at, self._commit(message, self._who(by, at), self._who(by, at), [], both), records)

    def land(self, group: Group, at: datetime) -> None:
        """Makes the group's commits: approvals land by themselves, other work of some days together on one branch."""
        if self._waiting and (group.is_alone or _is_full(self._waiting, at)):
            self.finish()
        if group.is_alone:
            self._number += 1
            drafts = self._drafts(group)
            self._take(drafts, _how(group, drafts), group.key, at)
        else:
            self._waiting.append((group, at))

    def finish(self) -> None:
        """Lands the work that waits."""
        if not self._waiting:
            return
        self._number += 1
        drafts = [draft for group, _ in self._waiting for draft in self._drafts(group)]
        (group, at), plan = self._waiting[-1], growth()["landing"]
        self._waiting = []
        alone = len(drafts) == 1 or chance(*group.key) % plan["rebased_one_in"] == 0
        self._take(drafts, "rebase" if alone else "merge", group.key, at)

    def _take(self, drafts: Sequence[Draft], how: str, key: Key, at: datetime) -> None:
        lander = self._lander(key, at)
        if how == "merge":
            self._merge(drafts, lander, at)
        elif how == "squash":
            records = {record.path: record for draft in drafts for record in draft.records}
            message = growth()["landing"]["squashed"].format(subject=drafts[0].message, number=self._number)
            message = "\n\n".join([message, *(f"* {draft.message}" for draft in drafts)])
            self._alone(Draft(drafts[-1].at, drafts[0].by, tuple(records.values()), message), lander, at)
        else:
            for number, draft in enumerate(drafts):
                self._alone(draft, lander, at + timedelta(seconds=number))

    def _merge(self, drafts: Sequence[Draft], lander: str, at: datetime) -> None:
        """A branch from where the main line stood when it was begun, and the commit that merges it."""
        paths = {path for draft in drafts for path in draft.files}
        tip = self._fork(min(draft.at for draft in drafts), paths)
        made = drafts[0].at
        for draft in drafts:
            made = max(made, draft.at)  # who adds to the branch does so after those that his work stands on
            tip = self._commit(draft.message, self._who(draft.by, draft.at), self._who(draft.by, made), [tip], draft.files)
        records = {record.path: record for draft in drafts for record in draft.records}
        message = growth()["landing"]["message"].format(subject=drafts[0].message, number=self._number)
        files = {path: record.raw for path, record in records.items()}
        mark = self._commit(message, self._who(lander, at), self._who(lander, at), [self._main[-1][1], tip], files)
        self._on_main(at, mark, list(records.values()))

    def _fork(self, at: datetime, paths: set[str]) -> int:
        """The main line's commit at the time, or a later one where the files have changed since."""
        places = [place for place, (made, _) in enumerate(self._main) if made <= at]
        changed = [seen[-1][0] for seen in self._ledger.versions.values() if seen[-1][1].path in paths]
        return self._main[max([places[-1], *changed])][1]

    def _alone(self, draft: Draft, lander: str, at: datetime) -> None:
        mark = self._commit(draft.message, self._who(draft.by, draft.at), self._who(lander, at), [self._main[-1][1]], draft.files)
        self._on_main(at, mark, draft.records)

    def _drafts(self, group: Group) -> list[Draft]:
        """The commits of a group: what one person did without a break is one, with the last version of each record."""
        runs: list[list[Work]] = []
        for work in group.works:
            if runs and runs[-1][-1].by == work.by and not _says_anew(runs[-1], work):
                runs[-1].append(work)
            else:
                runs.append([work])
        current: dict[str, Record] = {}
        return [self._draft(run, current) for run in runs]

    def _draft(self, run: Sequence[Work], current: dict[str, Record]) -> Draft:
        records: dict[str, Record] = {}
        for work in run:
            if isinstance(work.what, Change):
                current[work.subject] = records[work.what.record.path] = work.what.record
            else:
                subject = current.get(work.subject) or self._ledger.versions[work.subject][-1][1]
                made = self._ledger.statement(work.what, subject, self._number)
                records[made.path] = made
                self.approvals += 1
        return Draft(run[-1].at, run[0].by, tuple(records.values()), self._message(run))

    def _message(self, run: Sequence[Work]) -> str:
        """What was done with how many records, by kind; the only one is named."""
        words, found = growth()["landing"], dict[str, set[str]]()
        register = self._ledger.register
        for work in run:
            kind = register.records[work.subject].kind.title[0]
            if isinstance(work.what, Signing):
                done = words["refused" if work.what.said["decision"] == "refused" else "approved"]
            else:
                done = words["one"].replace("{note}", work.what.note)
            found.setdefault(done.replace("{kind}", kind), set()).add(work.subject)
        many = [(text, sorted(ids)) for text, ids in found.items()]
        lines = [text.format(name=register.name_of(ids[0])) if len(ids) == 1 else _several(text, len(ids)) for text, ids in many]
        head = lines[0] if len(lines) == 1 else words["and"].format(first=lines[0], count=len(lines))
        return "\n".join([head, "", *(f"{line} {' '.join(ids[:9])}" for line, (_, ids) in zip(lines, many, strict=True))])

    def _lander(self, key: Key, at: datetime) -> str:
        """Who takes the group in: the register administrator or the finance section, by turns."""
        posts = growth()["landing"]["posts"]
        day = at.date().isoformat()
        holders = [self._staff.holder(post, day) for post in posts]
        return str(holders[chance(*key) % len(posts)] or holders[0])

    def _who(self, person: str, at: datetime) -> Signed:
        return Signed(*self._staff.signature(person), at)

    def _commit(self, message: str, author: Signed, committer: Signed, parents: Sequence[int], files: dict[str, bytes]) -> int:
        self.commits += 1
        self.authors.add(author.address)
        return self._stream.commit(message, author, committer, parents, files)

    def _on_main(self, at: datetime, mark: int, records: Sequence[Record]) -> None:
        self._main.append((at, mark))
        self._ledger.landed(at, self._stream.id_of(mark), records)


def _several(text: str, count: int) -> str:
    return str(growth()["landing"]["many"]).format(kind=text.partition("：")[0], note="", count=count)


def _says_anew(run: Sequence[Work], work: Work) -> bool:
    """Whether something that was approved in between is said anew: that is another commit."""
    return isinstance(run[-1].what, Signing) is not isinstance(work.what, Signing)


def _how(group: Group, drafts: Sequence[Draft]) -> str:
    """How the group lands. What counts by its commit alone must keep it; a review was made of a merge."""
    forms = {work.what.form for work in group.works if isinstance(work.what, Signing)}
    if "committed" in forms:
        return "rebase"
    refused = any(isinstance(work.what, Signing) and work.what.said["decision"] == "refused" for work in group.works)
    if "attested" in forms or refused:
        return "merge"
    if group.is_signed and len(drafts) > 1:
        return ("merge", "squash", "squash", "squash", "rebase")[min(chance(*group.key) % 17, 12) // 3]
    return "rebase"


def _is_full(waiting: Sequence[tuple[Group, datetime]], at: datetime) -> bool:
    """Whether a branch has to land before work of this time: after some days, and with the month."""
    began = waiting[0][1]
    return at - began > timedelta(days=growth()["landing"]["branch_days"]) or (at.year, at.month) != (began.year, began.month)
