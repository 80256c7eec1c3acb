"""What every command needs: the root, the language, today, the register; and how a command refuses."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

from mingbu import labels
from mingbu.checks import run, sound_part
from mingbu.checks.attachments import attachments_are_there_and_unchanged
from mingbu.derived import DERIVED
from mingbu.findings import Finding
from mingbu.history import HistoryError
from mingbu.labels import Lang
from mingbu.register import Policy, Register
from mingbu.register.attachments import Store
from mingbu.register.base import base_of
from mingbu.register.moment import Moment, MomentError, laid_out, moment_of
from mingbu.register.past import Past, past_of
from mingbu.register.revision import Revision, revision_of
from mingbu.register.source import Committed, Disk, Source
from mingbu.register.tree import RegisterError, read_register
from mingbu.repository import RevisionError, in_repository, opened
from mingbu.schema.expand import SchemaError
from mingbu.schema.formats import is_date
from mingbu.schema.kinds import Kind, Schemas, load_schemas
from mingbu.yamlio.characters import printable

# With these the schemas can't judge records: their findings would be noise.
_UNUSABLE = frozenset({"schema.file-invalid", "schema.file-reference", "schema.file-format"})
_CHINA = timezone(timedelta(hours=8))


class Refusal(Exception):
    """A command can't do what was asked; the text is one line for people."""

    def __init__(self, text: str, status: int = 2) -> None:
        super().__init__(text)
        self.status = status
        self.finding: Finding | None = None
        """What check reports in place of refusing, when it is a file of the register that is wrong."""


class Context:
    """The register as one command sees it; loaded when first asked for."""

    def __init__(self, directory: str, lang: Lang, on: str | None, as_of: str | None = None) -> None:
        self.lang: Lang = lang
        self._directory = directory
        self.on = on
        self._as_of = as_of
        self.genesis = os.environ.get("MINGBU_GENESIS") or None
        """The revision that trust begins with: pinned outside of the repository, where no change of it can reach."""

    def say(self, key: str, /, **args: object) -> str:
        return labels.word(key, self.lang, **args)

    def refuse(self, key: str, /, status: int = 2, **args: object) -> Refusal:
        return Refusal(self.say(key, **{name: printable(str(value)) for name, value in args.items()}), status)

    @cached_property
    def root(self) -> Path:
        """The folder given with -C, or the nearest one above the current folder that has records/."""
        folder = Path(self._directory)
        if not folder.is_dir():
            raise self.refuse("error.no-folder", path=folder)
        candidates = [folder] if self._directory != "." else [folder.resolve(), *folder.resolve().parents]
        return next((path for path in candidates if (path / "records").is_dir()), folder).resolve()

    @cached_property
    def moment(self) -> Moment | None:
        """The commit that --as-of means and its day; None for the register as it stands on the disk."""
        if self._as_of is None:
            return None
        try:
            return moment_of(self.root, self._as_of)
        except MomentError as error:
            raise self.refuse(error.key, value=self._as_of[:200], path=self.root) from None

    @cached_property
    def source(self) -> Source:
        """Where the records are read from."""
        return Committed(self.root, self.moment.commit) if self.moment else Disk(self.root)

    @cached_property
    def files(self) -> Path:
        """The folder in which schemas, hand-written pages and tests lie: the root, or a copy of it as it was."""
        if self.moment is None:
            return self.root
        try:
            return laid_out(self.root, self.moment.commit)
        except OSError as error:
            raise self.refuse("error.write", path=error.filename or self.root / ".mingbu", detail=error.strerror or error) from None

    def named(self, text: str) -> str:
        """A message in which files have the names that people know them by."""
        return text.replace(str(self.files), str(self.root))

    @cached_property
    def revision(self) -> Revision | None:
        return Revision(self.moment.commit, edited=False) if self.moment else revision_of(self.root)

    @cached_property
    def schemas(self) -> Schemas:
        if not self.source.is_there and not (self.files / "schemas").is_dir():
            raise self.refuse("error.no-records", path=self.root / "records")
        try:
            return load_schemas(self.files / "schemas")
        except SchemaError as error:
            refusal = self.refuse("error.schemas", file=self.named(error.file), line=error.line, detail=self.say(error.problem, detail=error.detail))
            if (self.files / "schemas").is_dir():
                words = [labels.word(error.problem, lang, detail=error.detail) for lang in labels.LANGS]
                refusal.finding = Finding(f"schemas/{error.file}", error.line, 1, "", "schema.file-unusable", None, {"value": (words[0], words[1])})
            raise refusal from None

    @property
    def usable(self) -> bool:
        """Whether the schemas can be used, so that there is a register to speak of."""
        try:
            return bool(self.schemas.kinds)
        except Refusal:
            return False

    @cached_property
    def register(self) -> Register:
        """With what stood at HEAD, and how it came to be, to judge by."""
        try:
            return self._compared(read_register(self.source, self.files, self.schemas), None)
        except RegisterError as error:
            raise self.refuse("error.no-records", path=error) from None

    def compare_with(self, revision: str) -> None:
        """Judges what has changed since the revision, rather than since HEAD, against what stood there."""
        self.register = self._compared(self.register, revision)
        for name in ("sound", "today", "policy"):
            self.__dict__.pop(name, None)

    def _compared(self, register: Register, revision: str | None) -> Register:
        tip = self.moment.commit if self.moment else None
        try:
            base = base_of(self.root, self.schemas, revision, tip)
            register = replace(register, base=base, past=None, shallow=False)
            return replace(register, past=self._past(register, base.trusted, tip)) if base else register
        except RevisionError as error:
            raise self.refuse("error.revision", value=error) from None
        except HistoryError as error:
            return replace(register, shallow=error.reason == "shallow")

    def _past(self, register: Register, base: str, tip: str | None) -> Past:
        host, stands_at = register.settings_before.get("git_host"), register.settings_before.get("today")
        branch = str(host.get("branch", "main")) if isinstance(host, dict) else "main"
        return past_of(self.root, base, tip, self.genesis, stands_at if isinstance(stands_at, str) else None, branch)

    @cached_property
    def sound(self) -> Register:
        """The register as rules and pages may see it: without records that their schema refuses."""
        return sound_part(self.register)

    @cached_property
    def today(self) -> date:
        """--on, else the day of --as-of, else that of the register."""
        if self.on is not None:
            return self.day(self.on)
        return self.moment.day if self.moment is not None else self.day_of_register

    @property
    def day_of_register(self) -> date:
        """The day that register.yml pins (for a named base, there: a change doesn't choose its day), else that of the clock in China."""
        pinned = self.register.settings_before.get("today") if self.usable else None
        return date.fromisoformat(pinned) if isinstance(pinned, str) and is_date(pinned) else datetime.now(_CHINA).date()

    @property
    def now(self) -> datetime:
        """This time of day in China, on today's date."""
        return datetime.combine(self.today, datetime.now(_CHINA).time().replace(microsecond=0), _CHINA)

    @property
    def stands_still(self) -> bool:
        """Whether today isn't the clock's: what is written and committed is dated by it then, so that it fits together."""
        return self.now.date() != datetime.now(_CHINA).date()

    def day(self, text: str) -> date:
        """A date that somebody typed."""
        if not is_date(text):
            raise self.refuse("error.date", value=text)
        return date.fromisoformat(text)

    @cached_property
    def policy(self) -> Policy:
        return Policy(self.sound, self.today)

    def below(self, paths: list[str]) -> Callable[[str], bool]:
        """Whether a file is one of those that were named, or lies in a named folder; everything when none was named."""
        wanted = [self._relative(path) for path in paths]
        return lambda path: not wanted or any(name == "." or path == name or path.startswith(f"{name}/") for name in wanted)

    def _relative(self, path: str) -> str:
        """The path as findings write it. Links aren't followed: a link among the records is a finding itself."""
        try:
            bases = dict.fromkeys((Path.cwd(), self.root))
            full = next((base / path for base in bases if self._exists(base / path)), None)
            if full is None:
                raise self.refuse("error.no-file", path=path[:200])
            return _plain(full).relative_to(self.root).as_posix()
        except (OSError, ValueError):
            raise self.refuse("error.outside", path=path[:200]) from None

    def _exists(self, path: Path) -> bool:
        """Whether the path is there: on the disk, or among the register's files as they were."""
        if self.moment is None or not _plain(path).is_relative_to(self.root):
            return os.path.lexists(path)
        with opened(self.root) as repository:
            return repository is not None and repository.has(self.moment.commit, _plain(path).relative_to(self.root).as_posix())

    def kind(self, name: str) -> Kind:
        kind = self.schemas.kinds.get(name)
        if kind is None:
            raise self.refuse("error.kind", value=name, options=", ".join(sorted(self.schemas.kinds)))
        return kind

    def findings(self) -> list[Finding]:
        """Everything that `mingbu check` finds, in order."""
        try:
            found = self.schema_findings()
        except Refusal as refusal:
            if refusal.finding is None:
                raise
            return [refusal.finding]
        if not any(finding.code in _UNUSABLE for finding in found):
            found += run(self.register, self.today)
        if not in_repository(self.root):
            found.append(Finding("records", 1, 1, "", "file.no-git"))
        return sorted(found, key=lambda finding: finding.order)

    def attachment_findings(self, folder: str) -> list[Finding]:
        """What is missing or changed among the attachments in the folder."""
        if not Path(folder).is_dir():
            raise self.refuse("error.no-folder", path=folder)
        return list(attachments_are_there_and_unchanged(self.sound, Store(Path(folder))))

    def schema_findings(self) -> list[Finding]:
        """What is wrong with the schemas themselves."""
        from mingbu.schema.lint import lint

        texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((self.files / "schemas").glob("*.yml")) if path.is_file()}
        return lint(self.schemas, DERIVED, texts)

    def title(self, kind: Kind) -> str:
        return labels.pick(kind.title, self.lang)


def _plain(path: Path) -> Path:
    """The path with `..` understood and without links but the last one."""
    full = Path(os.path.abspath(path))
    return full.parent.resolve() / full.name


def as_json(data: Any) -> str:
    import json

    return json.dumps(data, ensure_ascii=False, indent=2)
