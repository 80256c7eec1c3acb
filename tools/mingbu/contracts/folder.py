"""Completeness of a contract's file 合同档案: the groups of documents that it has, lacks, or needn't have (E2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mingbu.register import Record

PRESENT, NOT_APPLICABLE, MISSING = "present", "not_applicable", "missing"
_WITHOUT_FILE = frozenset({"draft", "voided"})


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its state, how many documents are listed, and why there is none (or none yet)."""

    code: str
    state: str
    documents: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """All groups, in the order of the schema."""

    groups: tuple[Group, ...]

    def of(self, state: str) -> list[Group]:
        return [group for group in self.groups if group.state == state]

    @property
    def percent(self) -> Fraction:
        """Of the groups that apply, how many are there; 100 where none applies."""
        applying = len(self.groups) - len(self.of(NOT_APPLICABLE))
        return Fraction(100 * len(self.of(PRESENT)), applying) if applying else Fraction(100)


def folder(contract: Record, then: Mapping[str, Any] | None = None) -> Folder | None:
    """What the file holds, or held by an earlier version of the record; None of a draft and of a voided number, which have none.

    A group that is listed as still to come is missing, whatever else of it is there, and so is one that isn't listed.
    """
    data = contract.data if then is None else then
    if data["status"] in _WITHOUT_FILE:
        return None
    listed: dict[str, list[Mapping[str, Any]]] = {}
    for document in data["documents"]:
        listed.setdefault(document["group"], []).append(document)
    codes: Iterable[str] = contract.kind.by_pointer["/documents/*/group"].node["x-enum"]
    return Folder(tuple(_group(code, listed.get(code, [])) for code in codes))


def _group(code: str, documents: list[Mapping[str, Any]]) -> Group:
    states = {document["state"] for document in documents}
    state = MISSING if not states or MISSING in states else PRESENT if PRESENT in states else NOT_APPLICABLE
    reasons = tuple(str(document["absent_reason"]).strip() for document in documents if document["state"] == state and "absent_reason" in document)
    return Group(code, state, sum(document["state"] == PRESENT for document in documents), reasons)


def percent(part: int, whole: int) -> Fraction:
    """Exact percent of a whole that isn't nothing."""
    return Fraction(100 * part, whole)
