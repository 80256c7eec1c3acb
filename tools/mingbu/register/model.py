"""Records and their index. Rules see the register only through this interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mingbu import yamlio
from mingbu.findings import Fault, Finding, Text
from mingbu.schema.kinds import Kind, Schemas, is_index, values_at
from mingbu.schema.validate import field_title

if TYPE_CHECKING:
    from mingbu.register.base import Base
    from mingbu.register.past import Past

Made = TypeVar("Made")

_NAMED_THROUGH = 8
"""References that a name is followed through: a decision is called as its credit file, that one as its customer. They may run in a circle."""


@dataclass(frozen=True, slots=True)
class Record:
    """One readable record: plain data, read through its kind's schema."""

    kind: Kind
    id: str
    path: str
    data: Mapping[str, Any]
    raw: bytes = field(repr=False)

    def get(self, pointer: str) -> Any:
        """The value at a JSON pointer, or None."""
        value: Any = self.data
        for part in pointer.split("/")[1:]:
            if isinstance(value, list) and is_index(part) and int(part) < len(value):
                value = value[int(part)]
            elif isinstance(value, Mapping):
                value = value.get(part)
            else:
                return None
        return value

    def finding(self, pointer: str, code: str, rules: tuple[str, ...] = (), **args: Text) -> Finding:
        """A finding at a field of this record; the field's label is filled in."""
        if self.kind.field_at(pointer) is not None:
            args.setdefault("field", field_title(self.kind, pointer))
            rules = rules or self.kind.rules_at(pointer)
        line, column = place_of(self.raw, pointer)
        return Finding(self.path, line, column, pointer, code, self.id, args, rules)


def _named(record: Record) -> tuple[Any, Mapping[str, Any]]:
    """(what the record is called, the schema of that field)."""
    pointer = str(record.kind.spec.get("name", "/title"))
    field = record.kind.field_at(pointer)
    return record.get(pointer), field.node if field else {}


def place_of(raw: bytes, pointer: str) -> tuple[int, int]:
    """(line, column) of the field, or of the nearest thing above it that is there."""
    places = _places(raw)
    while pointer and pointer not in places:
        pointer = pointer.rpartition("/")[0]
    return places.get(pointer, (1, 1))


@lru_cache(maxsize=1024)
def _places(raw: bytes) -> Mapping[str, tuple[int, int]]:
    """Several checks find something in the same record: it is read once for its places."""
    return yamlio.locate(raw)


def from_fault(fault: Fault, path: str, raw: bytes, record: str | None, kind: Kind | None) -> Finding:
    """A fault inside one text as a finding of its file."""
    line, column = (fault.line, fault.column) if fault.line else place_of(raw, fault.pointer)
    args: dict[str, Text] = {"key": fault.pointer.rpartition("/")[2], **fault.args}
    rules = kind.rules_at(fault.pointer) if kind else ()
    return Finding(path, line, column, fault.pointer, fault.code, record, args, rules)


@dataclass(frozen=True)
class Register:
    """All records of one tree. `faults` are the findings of reading: a broken file never hides the others."""

    root: Path
    schemas: Schemas
    records: Mapping[str, Record]
    faults: tuple[Finding, ...]
    files: int = 0
    broken: frozenset[str] = frozenset()
    base: Base | None = None
    """What the records said at the base revision; None where there is nothing to compare with."""
    past: Past | None = None
    """How the records came to be; None where no history can be read."""
    shallow: bool = False
    """Whether the repository was cloned without its history."""

    def without(self, broken: frozenset[str]) -> Register:
        """The register without the records that their schema refuses; they stay known by id."""
        kept = {record_id: record for record_id, record in self.records.items() if record_id not in broken}
        return replace(self, records=kept, broken=broken | self._unreadable())

    def with_new(self, record: Record) -> Register:
        """The register as it would be with one more record."""
        base = replace(self.base, added=self.base.added | {record.path}) if self.base else None
        return replace(self, records={**self.records, record.id: record}, base=base)

    def part(self, records: Mapping[str, Record]) -> Register:
        """The register with some of its records only, for figures of a part of it; `whole` of it stays this one."""
        found = replace(self, records=records)
        found.memo("whole register", lambda: self.whole)
        return found

    @property
    def whole(self) -> Register:
        """What this register was taken from, where it is a part; approvals are judged by the whole."""
        return self.memo("whole register", lambda: self)

    def _unreadable(self) -> frozenset[str]:
        """Ids of the files that couldn't be read as records: pointing to one of them is no second mistake."""
        return frozenset(Path(finding.path).stem for finding in self.faults if finding.record is None)

    def is_broken(self, record_id: str) -> bool:
        return record_id in self.broken or record_id.rpartition("/")[2] in self.broken

    def has_broken(self, kind: str) -> bool:
        """Whether a file of this kind was refused."""
        folder = f"records/{kind.replace('policy-', 'policy/')}/"
        return any(finding.path.startswith(folder) for finding in self.faults)

    def of(self, kind: str) -> list[Record]:
        """The records of one kind, by id."""
        return self._by_kind.get(kind, [])

    def policies(self, topic: str) -> list[Record]:
        """The versions of a policy; where a change is judged against a named base that has some, only those that stood there."""
        kind = f"policy-{topic}"
        if self.base is None or topic not in self.base.topics:
            return self.of(kind)
        return [record for record in self.base.policies.values() if record.kind.name == kind]

    def by_path(self) -> list[Record]:
        """Every record, by the path of its file."""
        return sorted(self.records.values(), key=lambda record: record.path)

    def get(self, record_id: object) -> Record | None:
        return self.records.get(record_id) if isinstance(record_id, str) else None

    def referring(self, record_id: str) -> list[tuple[Record, str]]:
        """(record, pointer) of every field that holds this id."""
        return self._referring.get(record_id, [])

    def memo(self, name: str, make: Callable[[], Made]) -> Made:
        """What an upper layer works out once for this register."""
        if name not in self._memo:
            self._memo[name] = make()
        made: Made = self._memo[name]
        return made

    def about(self, subject: str) -> list[Record]:
        """The approvals of a record."""
        return self._approvals.get(subject, [])

    def links(self, record: Record) -> Iterator[tuple[str, str]]:
        """(pointer, id) of every reference that the record holds."""
        for path, _ in record.kind.refs:
            for pointer, value in values_at(record.data, path):
                if isinstance(value, str):
                    yield pointer, value

    @property
    def schemas_folder(self) -> Path:
        """Where the schemas, and a kind's own page template, lie."""
        return self.root / "schemas"

    @property
    def settings(self) -> Mapping[str, Any]:
        """records/register.yml, or nothing when it can't be read."""
        found = self.records.get("register")
        return found.data if found else {}

    @property
    def settings_before(self) -> Mapping[str, Any]:
        """The settings that a change is judged by: those of a named base, else those that stand here."""
        if self.base is None or not self.base.named:
            return self.settings
        before = self.base.before.get("register")
        if before is not None:
            return before.data
        return {} if "records/register.yml" in self.base.added else self.settings

    def name_of(self, record_id: object) -> str:
        """What people call the record: the value of its kind's name pointer, followed where it is a reference."""
        record = self.get(record_id)
        if record is None:
            return "" if record_id is None else str(record_id)
        for _ in range(_NAMED_THROUGH):
            value, node = _named(record)
            target = self.get(value) if "x-ref" in node else None
            if target is None:
                code = node.get("x-enum", {}).get(value) if isinstance(value, str) else None
                return str(code[0] if code else value or record.id)
            record = target
        return record.id

    @cached_property
    def _memo(self) -> dict[str, Any]:
        return {}

    @cached_property
    def _by_kind(self) -> dict[str, list[Record]]:
        kinds: dict[str, list[Record]] = {}
        for record_id in sorted(self.records):
            record = self.records[record_id]
            kinds.setdefault(record.kind.name, []).append(record)
        return kinds

    @cached_property
    def _approvals(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {}
        for record in self.of("approval"):
            found.setdefault(record.data["subject"], []).append(record)
        return found

    @cached_property
    def _referring(self) -> dict[str, list[tuple[Record, str]]]:
        index: dict[str, list[tuple[Record, str]]] = {}
        for record_id in sorted(self.records):
            record = self.records[record_id]
            for pointer, target in self.links(record):
                index.setdefault(target, []).append((record, pointer))
        return index
