"""The sample's people as authors and approvers: who held a post on a day, their addresses and the keys that they signed with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mingbu import duties, organization
from mingbu.demo.keys import private_key
from mingbu.register import Record, Register


@dataclass(frozen=True)
class Staff:
    """The people of a register."""

    register: Register

    def signature(self, person: str) -> tuple[str, str]:
        """(name, address) as a commit has them."""
        data = self._person(person).data
        return str(data["name"]), str(data["emails"][0])

    def holder(self, post: str, day: str, department: str | None = None) -> str | None:
        """Who held the post on the day, in the department where one is named, else in the company itself before others."""
        found = [
            (self._distance(held["department"], department), person.id)
            for person in self.register.of("person")
            for held in duties.posts_on(person, day)
            if held["post"] == post
        ]
        return min(found)[1] if found else None

    def with_key(self, post: str, day: str, others: set[str]) -> str | None:
        """Who could sign with the post on the day, other than these people."""
        company = self.register.settings["company"]
        found = [
            (held["department"] != company, person.id)
            for person in self.register.of("person")
            for held in duties.posts_on(person, day)
            if held["post"] == post and person.id not in others and self.key_number(person.id, day)
        ]
        return min(found)[1] if found else None

    def key_number(self, person: str, day: str) -> int:
        """Which of the person's keys was good on the day; 0 for none."""
        keys = self._person(person).data.get("keys", [])
        return next((number for number, key in enumerate(keys, 1) if key["from"] <= day <= key.get("to", "9")), 0)

    def key(self, person: str, day: str) -> Ed25519PrivateKey:
        return private_key(person, self.key_number(person, day))

    def acting(self, who: Any, data: dict[str, Any], item: dict[str, Any], day: str) -> str:
        """Who takes a step: the person that a field names, or the holder of a post; whoever prepared the record where nobody is found."""
        prepared = str(data.get("prepared_by", ""))
        if isinstance(who, str):
            found = item.get(who, data.get(who))
        else:
            found = data.get(who.get("first", "")) or self.holder(who["post"], day, data.get(who.get("in", "")))
        return str(found or prepared)

    def _person(self, person: str) -> Record:
        found = self.register.get(person)
        if found is None:
            raise KeyError(person)
        return found

    def _distance(self, department: str, wanted: str | None) -> int:
        if wanted is None:
            return 0 if department == self.register.settings["company"] else 1
        return 0 if department == wanted else 1 if wanted in organization.above(self.register, department) else 2
