"""The policy on duplicates as the parser and the comparison read it: word lists split, spelled and indexed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mingbu.duplicates.normal import spelled
from mingbu.duplicates.places import Places, places_of
from mingbu.duplicates.sounds import softened, syllable
from mingbu.register import Record

COMPANY = "company"
"""The family of forms that are a legal person of their own."""


@dataclass(frozen=True, slots=True)
class Form:
    """One class of legal forms 组织形式."""

    name: str
    family: str
    by_region: bool


@dataclass(frozen=True, slots=True)
class Industry:
    """One trade 行业: words of one meaning share it."""

    name: str
    family: str
    loose: bool


@dataclass(frozen=True)
class Rules:
    """What one version of records/policy/duplicates says."""

    review: int
    high: int
    weights: Mapping[str, int]
    forms: Mapping[str, Form]
    outlets: tuple[str, ...]
    """Forms that are a place of business: behind a company's they name a branch 有限公司西湖店."""
    marks: Mapping[str, str]
    industries: Mapping[str, Industry | None]
    """Word → trade; None for a word without identity 实业."""
    groups: tuple[str, ...]
    branches: tuple[str, ...]
    head_offices: tuple[str, ...]
    anchors: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    streets: tuple[str, ...]
    place_endings: tuple[str, ...]
    former: tuple[str, ...]
    places: Places
    distinct: tuple[frozenset[str], ...]
    sounds: tuple[tuple[str, str], ...]
    looks: Mapping[str, frozenset[int]]
    statuses_left_out: frozenset[str]
    case_states: frozenset[str]
    case_subjects: frozenset[str]
    _readings: dict[str, str] = field(default_factory=dict)

    def reading(self, char: str) -> str:
        """The character's sound with near sounds made the same."""
        found = self._readings.get(char)
        if found is None:
            found = self._readings[char] = softened(syllable(char), self.sounds)
        return found

    def alike(self, one: str, other: str) -> bool:
        """Whether two characters are easily taken for each other by the eye."""
        return not self.looks.get(one, frozenset()).isdisjoint(self.looks.get(other, frozenset()))

    def apart(self, one: str, other: str) -> bool:
        """Whether these two characters tell two firms apart 东/西."""
        return any(one in line and other in line for line in self.distinct)


def words(line: str) -> tuple[str, ...]:
    """The words of a line, spelled as names are, the longest first."""
    found = {spelled(word) for word in line.split("、")} - {""}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def rules_of(policy: Record) -> Rules:
    """The rules of a policy record of the kind policy-duplicates."""
    data = policy.data
    forms = _forms(data["forms"])
    return Rules(
        review=data["thresholds"]["review"],
        high=data["thresholds"]["high"],
        weights=data["weights"],
        forms=forms,
        outlets=tuple(word for word, form in forms.items() if form.family != COMPANY and not word.isascii()),
        marks={word: row["class"] for row in data["marks"] for word in words(row["words"])},
        industries=_industries(data),
        groups=words(data["groups"]),
        branches=words(data["branches"]),
        head_offices=words(data["head_offices"]),
        anchors=words(data["anchors"]),
        streets=words(data["streets"]),
        place_endings=words(data["place_endings"]),
        former=words(data["former"]),
        before=words(data["ordinals"]["before"]),
        after=words(data["ordinals"]["after"]),
        places=places_of(
            tuple((row["place"], words(row["words"])) for row in data["places"]),
            words(data["place_endings"]),
            words(data["city_endings"]),
            words(data["peoples"]),
            frozenset(words(data["not_places"])),
        ),
        distinct=tuple(frozenset(line) for line in data["distinct"]),
        sounds=tuple((row["from"], row["to"]) for row in data["sounds"]),
        looks=_looks(data["lookalikes"]),
        statuses_left_out=frozenset(data["statuses_left_out"]),
        case_states=frozenset(data["case_states"]),
        case_subjects=frozenset(data["case_subjects"]),
    )


def _forms(rows: Iterable[Mapping[str, Any]]) -> dict[str, Form]:
    found: dict[str, Form] = {}
    for row in rows:
        form = Form(row["class"], row.get("family", row["class"]), row.get("by_region", False))
        found |= dict.fromkeys(words(row["words"]), form)
    return found


def _industries(data: Mapping[str, Any]) -> dict[str, Industry | None]:
    found: dict[str, Industry | None] = dict.fromkeys(words(data["generic"]))
    for row in data["industries"]:
        for line in row["trades"]:
            name = spelled(line.split("、")[0])
            found |= dict.fromkeys(words(line), Industry(name, row.get("family", name), row.get("loose", False)))
    return found


def _looks(lines: Iterable[str]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, group in enumerate(group for line in lines for group in line.split("、")):
        for char in group:
            found.setdefault(char, set()).add(number)
    return {char: frozenset(numbers) for char, numbers in found.items()}
