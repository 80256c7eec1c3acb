"""What lets ssh-keygen check the approvals: who signs with which key, the bytes under each signature, the signature."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mingbu import approvals, sshsig
from mingbu.bundling.choosing import Chosen
from mingbu.display import csv_cell
from mingbu.register import Record

NOTARY = "notary"
"""The name under which the keys stand that attest reviews on the git host."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of somebody who signs."""

    principal: str
    name: str
    public: str
    first: str
    last: str
    revoked: str

    def allows(self, *, dated: bool) -> str:
        """Its line of allowed_signers; with the days from which and before which it is good, where asked for."""
        kind, key = self.public.split()[:2]
        days = [f'valid-after="{self.first.replace("-", "")}"', *([f'valid-before="{self._end}"'] if self._end else [])] if dated else []
        return " ".join([self.principal, ",".join([f'namespaces="{approvals.NAMESPACE}"', *days]), kind, key])

    @property
    def line(self) -> list[str]:
        """Its line of keys.csv."""
        return [self.principal, self.name, sshsig.fingerprint(sshsig.key_of(self.public)), self.first, self.last, self.revoked, self.public]

    @property
    def _end(self) -> str:
        after = (date.fromisoformat(self.last) + timedelta(days=1)).isoformat() if self.last else ""
        return min(filter(None, (after, self.revoked)), default="").replace("-", "")


def files(chosen: Chosen) -> dict[str, bytes]:
    """allowed_signers (with and without dates), keys.csv, signatures.csv, and for each signed approval its payload and signature."""
    keys = sorted(_keys(chosen.records), key=lambda key: (key.principal, key.first, key.public))
    made = {
        "allowed_signers": "".join(f"{line}\n" for line in dict.fromkeys(key.allows(dated=False) for key in keys)).encode(),
        "allowed_signers.dated": "".join(f"{key.allows(dated=True)}\n" for key in keys).encode(),
        "keys.csv": table(_KEYS, (key.line for key in keys)),
    }
    rows = []
    for statement in chosen.approvals:
        if "signature" not in statement.data:
            continue
        stem = stem_of(statement)
        made[f"{stem}.json"] = approvals.payload(statement.data)
        made[f"{stem}.sig"] = (str(statement.data["signature"]).strip() + "\n").encode()
        rows.append([f"{stem}.json", f"{stem}.sig", signer(statement), *_about(statement)])
    made["signatures.csv"] = table(_SIGNATURES, rows)
    return made


_KEYS = ("principal", "name", "fingerprint", "from", "to", "revoked_from", "public_key")
_SIGNATURES = ("payload", "signature", "principal", "subject", "step", "decision", "by", "at", "key")


def stem_of(statement: Record) -> str:
    """Where the payload and the signature of an approval lie, without their endings."""
    return "signatures/" + statement.path.removeprefix("records/approval/").removesuffix(".yml")


def signer(statement: Record) -> str:
    """The name that the signature is checked under: the approver, or the notary who attests a review of his."""
    return NOTARY if approvals.strength(statement.data) == "attested" else str(statement.data["by"])


def _about(statement: Record) -> list[str]:
    data = statement.data
    try:
        key = sshsig.fingerprint(sshsig.parse(str(data["signature"])).key)
    except sshsig.SignatureError:
        key = ""
    return [*(str(data[name]) for name in ("subject", "step", "decision", "by", "at")), key]


def _keys(records: Iterable[Record]) -> Iterator[Key]:
    for record in records:
        if record.kind.name == "person":
            yield from (_key(record.id, str(record.data["name"]), key) for key in record.data.get("keys", ()))
        elif record.kind.name == "policy-approvals":
            yield from (_key(NOTARY, NOTARY, key) for key in record.data.get("notaries", ()))


def _key(principal: str, name: str, key: Mapping[str, Any]) -> Key:
    return Key(principal, name, key["public_key"], key["from"], key.get("to", ""), key.get("revoked_from", ""))


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """A list as CSV, with the mark that lets Excel read Chinese."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([list(header), *([csv_cell(cell) for cell in row] for row in rows)])
    return ("\ufeff" + text.getvalue()).encode()
