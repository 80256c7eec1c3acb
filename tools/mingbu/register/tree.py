"""Reads the tree: finds the record files, refuses what doesn't belong, builds the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mingbu import ids, yamlio
from mingbu.findings import Fault, Finding, Word
from mingbu.register.model import Record, Register, from_fault
from mingbu.register.source import Disk, Entry, Source
from mingbu.register.write import is_leftover
from mingbu.schema.kinds import Kind, Schemas, load_schemas
from mingbu.schema.validate import Validator, validator_of
from mingbu.yamlio.characters import printable
from mingbu.yamlio.reader import MAX_BYTES

_FORBIDDEN = frozenset({".git", ".gitattributes", ".gitmodules"})
_READ_LIMIT = 16 * MAX_BYTES


class RegisterError(Exception):
    """There is no register to read; the text is one line for people."""


def open_register(root: Path, schemas: Schemas | None = None) -> Register:
    """The register below root. Raises RegisterError or SchemaError when there is none; everything else is a finding."""
    return read_register(Disk(root), root, schemas)


def read_register(source: Source, root: Path, schemas: Schemas | None = None) -> Register:
    """The register that the source holds; schemas, pages and tests that belong to it lie below root. Raises as above."""
    if not source.is_there:
        raise RegisterError(str(source.root / "records"))
    schemas = schemas or load_schemas(root / "schemas")
    load = _Load(validator_of(schemas), schemas, source)
    load.walk()
    load.stored()
    return Register(root, schemas, load.records, tuple(load.faults), load.files)


@dataclass
class _Load:
    validator: Validator
    schemas: Schemas
    source: Source
    records: dict[str, Record] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)
    files: int = 0

    def fault(self, path: str, fault: Fault, raw: bytes = b"", record: str | None = None, kind: Kind | None = None) -> None:
        shown = printable(path)  # a name may hold anything but / and NUL, and need not be UTF-8
        self.faults.append(from_fault(fault, shown, raw, record, kind))

    def stored(self) -> None:
        """What git has stored differently from what the folder shows: links and repositories, names that differ in case only."""
        reported = {finding.path for finding in self.faults}
        seen: dict[str, str] = {}
        for path, mode in self.source.modes.items():
            if mode in {"120000", "160000"} and printable(path) not in reported:
                self.fault(path, Fault("file.not-regular", line=1, column=1))
            if seen.setdefault(path.casefold(), path) != path:
                self.fault(path, Fault("file.name", line=1, column=1, args={"value": path.rpartition("/")[2]}))

    def walk(self) -> None:
        """records/register.yml, records/policy/<topic>/<date>.yml, records/<kind>/<shard>/<ID>.yml, nothing else."""
        entries = list(self._entries("records"))
        for entry in entries:
            path = f"records/{entry.name}"
            if entry.name == "register.yml":
                self._file(entry, path, self.schemas.kinds["register"], "register")
            elif not self._folder(entry, path):
                continue
            elif entry.name == "policy":
                self._policies()
            elif entry.name == "approval" and "approval" in self.schemas.kinds:
                self._approvals()
            elif (kind := self.schemas.kinds.get(entry.name)) is not None and kind.prefix and "/" not in kind.prefix:
                self._kind(kind)
            else:
                self._unknown(path, entry.name)
        if not any(entry.name == "register.yml" for entry in entries):
            self.fault("records/register.yml", Fault("file.missing-register", line=1, column=1))

    def _kind(self, kind: Kind) -> None:
        for shard in self._entries(f"records/{kind.name}"):
            path = f"records/{kind.name}/{shard.name}"
            if not self._folder(shard, path):
                continue
            if not ids.SHARD.fullmatch(shard.name):
                self.fault(path, Fault("file.name", line=1, column=1, args={"value": shard.name}))
            for entry in self._entries(path):
                stem = entry.name.removesuffix(".yml")
                if entry.name.endswith(".yml") and ids.is_id(kind, stem):
                    self._file(entry, f"{path}/{entry.name}", kind, stem)
                else:
                    self._misnamed(entry, f"{path}/{entry.name}")

    def _policies(self) -> None:
        for topic in self._entries("records/policy"):
            path = f"records/policy/{topic.name}"
            if not self._folder(topic, path):
                continue
            kind = self.schemas.kinds.get(f"policy-{topic.name}")
            if kind is None:
                self._unknown(path, f"policy/{topic.name}")
                continue
            for entry in self._entries(path):
                stem = entry.name.removesuffix(".yml")
                if entry.name.endswith(".yml") and ids.is_id(kind, f"{topic.name}/{stem}"):
                    self._file(entry, f"{path}/{entry.name}", kind, f"{topic.name}/{stem}")
                else:
                    self._misnamed(entry, f"{path}/{entry.name}")

    def _approvals(self) -> None:
        """records/approval/<shard>/<subject>/<step>-<digest>.yml; a policy's topic stands in the place of the shard."""
        kind = self.schemas.kinds["approval"]
        for shard in self._entries("records/approval"):
            above = f"records/approval/{shard.name}"
            for subject in self._entries(above) if self._folder(shard, above) else ():
                path = f"{above}/{subject.name}"
                if not self._folder(subject, path):
                    continue
                owner = subject.name if ids.SHARD.fullmatch(shard.name) else f"{shard.name}/{subject.name}"
                for entry in self._entries(path):
                    stem = f"approval/{owner}/{entry.name.removesuffix('.yml')}"
                    if entry.name.endswith(".yml") and ids.is_id(kind, stem):
                        self._file(entry, f"{path}/{entry.name}", kind, stem)
                    else:
                        self._misnamed(entry, f"{path}/{entry.name}")

    def _entries(self, path: str) -> Iterator[Entry]:
        """The folder's entries by name; what git would obey is refused wherever it stands.

        What a writer has beside a record for a moment, or left there when it was killed, is no part of the register
        unless somebody has committed it; commands that write say that it is there.
        """
        try:
            entries = self.source.entries(path)
        except OSError as error:
            self.fault(path, Fault("file.unreadable", line=1, column=1, args={"value": error.strerror or ""}))
            return
        for entry in entries:
            if entry.name.lower() in _FORBIDDEN:
                self.fault(f"{path}/{entry.name}", Fault("file.path", line=1, column=1, args={"value": entry.name}))
            elif not (is_leftover(entry.name) and entry.what == "file" and f"{path}/{entry.name}" not in self.source.modes):
                yield entry

    def _folder(self, entry: Entry, path: str) -> bool:
        if entry.what == "folder":
            return True
        self._misnamed(entry, path)
        return False

    def _misnamed(self, entry: Entry, path: str) -> None:
        """Something that isn't a record file where one could stand: what it is comes before how it is named."""
        code = "file.name" if entry.what == "file" else "file.not-regular"
        self.files += 1
        self.fault(path, Fault(code, line=1, column=1, args={"value": entry.name}))

    def _unknown(self, path: str, name: str) -> None:
        options = ", ".join(kind.name for kind in self.schemas.kinds.values() if kind.prefix and "/" not in kind.prefix)
        self.fault(path, Fault("file.unknown-kind", line=1, column=1, args={"value": name, "options": options}))

    def _file(self, entry: Entry, path: str, kind: Kind, expected: str) -> None:
        self.files += 1
        raw = self._bytes(entry, path, expected)
        if raw is None:
            return
        data, faults = yamlio.read(raw)
        if data is None or faults:
            for fault in faults:
                self.fault(path, _as_id_fault(fault, kind), raw, None, kind)
            return
        own = {"/schema", "/id"} & {f"/{key}" for key in kind.schema["properties"]}  # identity says these better
        identity = identity_faults(kind, data, expected, path)
        other_kind = any(fault.code == "schema.unknown" for fault in identity)  # then its fields are judged by the wrong schema
        judged = [] if other_kind else [fault for fault in self.validator.faults(kind, data) if fault.pointer not in own]
        for fault in identity + judged:
            self.fault(path, fault, raw, expected, kind)
        if all(fault.code == "id.place" for fault in identity):
            self._keep(Record(kind, expected, path, data, raw))

    def _keep(self, record: Record) -> None:
        """A record whose fields are wrong is still a record: references to it hold. Two with one id are not."""
        first = self.records.setdefault(record.id, record)
        if first is record:
            return
        kept, other = (record, first) if record.path == ids.place(record.kind, record.id) else (first, record)
        self.records[record.id] = kept
        self.faults.append(other.finding("/id", "id.duplicate", value=record.id, other=kept.path))

    def _bytes(self, entry: Entry, path: str, expected: str) -> bytes | None:
        """The file's content; None, with the finding made, when it isn't a file that a record may be."""
        try:
            content = self.source.read(path, _READ_LIMIT)
        except OSError as error:
            code = "file.unreadable" if entry.what == "file" else "file.not-regular"
            self.fault(path, Fault(code, line=1, column=1, args={"value": error.strerror or ""}))
            return None
        if not content.is_plain:
            self.fault(path, Fault("file.not-regular", line=1, column=1))
            return None
        if content.is_executable:
            self.fault(path, Fault("file.mode", line=1, column=1), record=expected)
        if content.raw is None:
            self.fault(path, Fault("file.size", line=1, column=1, args={"size": str(content.size), "limit": str(MAX_BYTES)}))
        return content.raw


def _as_id_fault(fault: Fault, kind: Kind) -> Fault:
    """Odd characters in an id make it no id: that is what has to be said."""
    if fault.pointer != "/id":
        return fault
    return replace(fault, code="id.form", args={"value": "", **fault.args, "prefix": kind.prefix})


def identity_faults(kind: Kind, data: dict[str, Any], expected: str, path: str) -> list[Fault]:
    """schema, id, file name and place must say the same."""
    faults = []
    if data.get("schema") != f"{kind.name}/1":
        written = str(data.get("schema", "")) or Word("value.empty")
        faults.append(Fault("schema.unknown", "/schema", args={"value": written, "expected": f"{kind.name}/1"}))
    if "id" in kind.schema["properties"]:
        faults += _id_faults(kind, data.get("id"), expected, path)
    elif kind.name.startswith("policy-") and data.get("effective_from") != expected.partition("/")[2]:
        faults.append(Fault("policy.date", "/effective_from", args={"value": str(data.get("effective_from", "")), "expected": expected}))
    elif kind.name == "approval":
        faults += _approval_faults(data, expected, path, kind)
    return faults


def _approval_faults(data: dict[str, Any], expected: str, path: str, kind: Kind) -> list[Fault]:
    """An approval stands below its subject and is named after its step and digest."""
    named = ids.approval_id(*(str(data.get(key, "")) for key in ("subject", "step", "digest")))
    if named == expected:
        return [] if path == ids.place(kind, expected) else [Fault("id.place", "/subject", args={"expected": ids.place(kind, expected)})]
    wrong = "/subject" if data.get("subject") != expected.partition("/")[2].rpartition("/")[0] else "/digest"
    expect = ids.place(kind, named) if ids.is_id(kind, named) else ids.place(kind, expected)
    return [Fault("approval.name", wrong, args={"value": path.rpartition("/")[2], "expected": expect})]


def _id_faults(kind: Kind, value: object, expected: str, path: str) -> list[Fault]:
    if value is None:
        return [Fault("schema.required", "/id", args={"field": kind.by_pointer["/id"].title})]
    if not isinstance(value, str) or not ids.is_id(kind, value):
        return [Fault("id.form", "/id", args={"value": str(value)[:60], "prefix": kind.prefix})]
    if value != expected:
        return [Fault("id.filename", "/id", args={"value": value, "expected": f"{value}.yml"})]
    if path != ids.place(kind, value):
        return [Fault("id.place", "/id", args={"expected": ids.place(kind, value)})]
    return []
