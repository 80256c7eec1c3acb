"""The signature: made by a key of the approver, or of the notary for a review on the git host, over exactly this statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mingbu import sshsig
from mingbu.approvals.case import Case, Problem
from mingbu.approvals.statement import NAMESPACE, payload
from mingbu.register import Policy


def strength(data: Mapping[str, Any]) -> str:
    """How the statement is meant to be proved: signed, attested by the notary, or by the commit that brought it."""
    if "signature" not in data:
        return "committed"
    return "attested" if "review" in data else "signed"


def key_used(data: Mapping[str, Any]) -> bytes | None:
    """The key inside the signature; None without one that can be read."""
    try:
        return sshsig.parse(str(data["signature"])).key if "signature" in data else None
    except sshsig.SignatureError:
        return None


def problem(case: Case) -> Problem | None:
    """What is wrong with how the statement is proved."""
    form = strength(case.data)
    if case.row is not None and form not in case.row["strengths"]:
        code = "approval.unsigned" if form == "committed" else "approval.strength"
        return case.problem(code, "/signature" if form == "signed" else "")
    if form == "committed":
        return None if case.data.get("review") is None else case.problem("approval.unsigned", "/review")
    return _signature(case) or (_notary(case) if form == "attested" else _own_key(case))


def _signature(case: Case) -> Problem | None:
    armored = str(case.data["signature"])
    try:
        if sshsig.parse(armored).namespace != NAMESPACE:
            return case.problem("approval.namespace", "/signature", expected=NAMESPACE)
        good = sshsig.is_by_its_key(armored, payload(case.data), NAMESPACE)
    except sshsig.SignatureError:
        return case.problem("approval.signature-form", "/signature")
    return None if good else case.problem("approval.signature", "/signature")


def _own_key(case: Case) -> Problem | None:
    """The key is one of the approver's, listed before the change, and good on the day."""
    used = sshsig.parse(str(case.data["signature"])).key
    for trust in case.trusts:
        person = trust.register.get(case.data["by"])
        found = _key_problem(case, used, person.data.get("keys", []) if person else [], "approval.signer")
        if found is not None:
            now = case.register.get(case.data["by"])
            added = now is not None and _key_problem(case, used, now.data.get("keys", []), "approval.signer") is None
            return case.problem("approval.same-change", "/by") if added and case.past is not None else found
    person = case.register.get(case.data["by"])
    return _revoked(case, used, person.data.get("keys", []) if person else [])


def _revoked(case: Case, used: bytes, keys: Iterable[Mapping[str, Any]]) -> Problem | None:
    """A key that was lost proves nothing from that day on, however early a statement says it was made.

    keys: as they are listed today; a loss is recorded later than it happens.
    """
    ends = [str(key["revoked_from"]) for key in _same(used, keys) if "revoked_from" in key]
    if ends and max(case.day, case.landed_on) >= min(ends):
        return case.problem("approval.key-revoked", "/signature", start=min(ends), key=sshsig.fingerprint(used))
    return None


def _notary(case: Case) -> Problem | None:
    """The notary's key stands in the policy, and the review is by the account of the person."""
    used = sshsig.parse(str(case.data["signature"])).key
    for trust in case.trusts:
        found = _key_problem(case, used, _notaries(trust.policy, case.day), "approval.notary")
        if found is not None:
            return found
        person = trust.register.get(case.data["by"])
        if person is None or person.data.get("host_account") != case.data["review"]["account"]:
            return case.problem("approval.account", "/review/account", other=str(case.data["review"]["account"]))
    return _revoked(case, used, [key for record in case.register.of("policy-approvals") for key in record.data.get("notaries", [])])


def _notaries(policy: Policy, day: str) -> list[Mapping[str, Any]]:
    found = policy.in_force("approvals", day) or policy.in_force("approvals")
    return list(found.data.get("notaries", [])) if found else []


def _key_problem(case: Case, used: bytes, keys: Iterable[Mapping[str, Any]], unknown: str) -> Problem | None:
    known = _same(used, keys)
    if not known:
        return case.problem(unknown, "/signature", key=sshsig.fingerprint(used))
    if not any(key["from"] <= case.day <= key.get("to", "9") for key in known):
        return case.problem("approval.key-expired", "/signature", key=sshsig.fingerprint(used))
    if all(case.day >= key.get("revoked_from", "9") for key in known):
        return case.problem("approval.key-revoked", "/signature", key=sshsig.fingerprint(used), start=str(known[0].get("revoked_from", "")))
    return None


def _same(used: bytes, keys: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [key for key in keys if sshsig.key_of(key["public_key"]) == used]
