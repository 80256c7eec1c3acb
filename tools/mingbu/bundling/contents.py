"""The files of a bundle, by name: a pure function of a commit, a period and whom it is about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingbu import __version__, approvals, labels
from mingbu.bundling import history, proving
from mingbu.bundling.choosing import Chosen
from mingbu.display import name
from mingbu.period import Period
from mingbu.register import Record, Register
from mingbu.register.attachments import Store
from mingbu.repository import Repository
from mingbu.schema.kinds import values_at

BUNDLE = "history/register.bundle"
Told = Callable[[str, labels.Lang], str]
"""The history of a record in words."""


class NotStored(Exception):
    """A record isn't in the commit as it was read; the text is its path."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which commit, period, department or customer, on which day; whose attachments can be looked at."""

    commit: str
    period: Period
    who: str | None
    today: date
    store: Store | None = None
    told: Told | None = None
    """None: without history."""


def contents(register: Register, repository: Repository, chosen: Chosen, asked: Asked) -> dict[str, bytes]:
    """Every file but the sums. Raises NotStored, and git.GitCommandError."""
    files = {record.path: record.raw for record in chosen.records} | proving.files(chosen)
    files["attachments.csv"] = proving.table(_ATTACHMENTS, _attachments(chosen, asked.store))
    if asked.told is not None:
        files[BUNDLE] = history.bundled(repository, asked.commit)
        for record in (record for record in chosen.records if record.kind.name != "approval"):
            files[f"history/{record.id}.txt"] = asked.told(record.id, "zh").encode()
            files[f"history/en/{record.id}.txt"] = asked.told(record.id, "en").encode()
    manifest = _manifest(register, repository, chosen, asked)
    files["MANIFEST.json"] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
    files["README.txt"] = _readme(register, chosen, asked).encode()
    return files


def _manifest(register: Register, repository: Repository, chosen: Chosen, asked: Asked) -> dict[str, Any]:
    company = register.settings.get("company")
    return {
        "schema": "mingbu/bundle/1",
        "register": register.settings.get("name", ""),
        "company": {"id": company, "name": register.name_of(company)},
        "period": {"name": asked.period.name, "first": asked.period.first.isoformat(), "last": asked.period.last.isoformat()},
        "who": asked.who,
        "as_of": asked.today.isoformat(),
        "commit": asked.commit,
        "folder": repository.below_top,
        "tool": f"mingbu {__version__}",
        "history": BUNDLE if asked.told is not None else None,
        "contracts": [{"id": one.id, "number": one.data["contract_no"], "happened": list(happened)} for one, happened in chosen.contracts],
        "records": list(_records(register, repository, chosen, asked.commit)),
    }


def _records(register: Register, repository: Repository, chosen: Chosen, commit: str) -> Iterator[dict[str, Any]]:
    blobs = repository.blobs(commit)
    for record in chosen.records:
        if record.path not in blobs:
            raise NotStored(record.path)
        yield {
            "path": record.path,
            "id": record.id,
            "kind": record.kind.name,
            "blob": blobs[record.path],
            "sha256": hashlib.sha256(record.raw).hexdigest(),
            "approvals": [_statement(statement) for statement in register.about(record.id)],
        }


def _statement(statement: Record) -> dict[str, Any]:
    data = statement.data
    said = {key: str(data[key]) for key in ("step", "decision", "by", "role", "at", "digest")}
    signed = {"payload": f"{proving.stem_of(statement)}.json", "signature": f"{proving.stem_of(statement)}.sig"} if "signature" in data else {}
    return {"path": statement.path, **said, "strength": approvals.strength(data), **signed}


_ATTACHMENTS = ("record", "path", "pointer", "group", "state", "title", "sha256", "location", "there")


def _attachments(chosen: Chosen, store: Store | None) -> Iterator[list[str]]:
    """Every document of a contract and every attachment; there: yes, no, or unchecked where no folder was named or no digest is known."""
    for record in chosen.records:
        for key in ("documents", "attachments"):
            for index, row in enumerate(record.data.get(key, ())):
                yield _line(record, f"/{key}/{index}", row, store)
        for path in (path for path in record.kind.paths_with("sha256") if path[0] not in {"documents", "attachments"}):
            for pointer, digest in values_at(record.data, path):
                yield _line(record, pointer, {"sha256": digest}, store)


def _line(record: Record, pointer: str, row: Mapping[str, Any], store: Store | None) -> list[str]:
    digest, location = str(row.get("sha256", "")), str(row.get("location", ""))
    there = "unchecked"
    if store is not None and digest:
        there = "yes" if store.digest_at(location) == digest or store.has(digest) else "no"
    group, state = str(row.get("group", row.get("kind", ""))), str(row.get("state", ""))
    return [record.id, record.path, pointer, group, state, str(row.get("title", "")), digest, location, there]


def _readme(register: Register, chosen: Chosen, asked: Asked) -> str:
    company = register.settings.get("company")
    parts = []
    for lang in labels.LANGS:
        said = {
            "company": name(register, company, lang),
            "period": asked.period.name,
            "first": asked.period.first,
            "last": asked.period.last,
            "today": asked.today,
            "commit": asked.commit,
            "contracts": len(chosen.contracts),
            "records": len(chosen.records),
            "approvals": len(chosen.approvals),
            "namespace": approvals.NAMESPACE,
            "history": labels.word("bundle.with-history" if asked.told else "bundle.without-history", lang, bundle=BUNDLE, commit=asked.commit),
        }
        parts.append(labels.word("bundle.readme", lang, **said))
    return "\n\n".join(parts)
