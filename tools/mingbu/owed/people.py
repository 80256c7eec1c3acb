"""Who owes something and who is told, as the deadlines policy says: the person named in a field, the holder of a post, a department."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mingbu import duties, organization
from mingbu.owed.following import follow
from mingbu.register import Record, Register


class People:
    """Finds persons and departments on one day; remembers who holds which post where."""

    def __init__(self, register: Register, today: str) -> None:
        self._register, self._today = register, today
        self._holders: dict[tuple[str, str], list[str]] = {}
        for person in sorted(register.of("person"), key=lambda found: found.id):
            for post in duties.posts_on(person, today):
                self._holders.setdefault((post["post"], post["department"]), []).append(person.id)
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}

    def first(self, record: Record, entries: Iterable[Mapping[str, Any]], entry: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Those of the first entry that names somebody; the record's own department where none does."""
        own = record.data.get("owner_department", record.id if record.kind.name == "department" else None)
        return next((found for one in entries if (found := self._of(record, one, entry))), (own,) if own else ())

    def all(self, record: Record, entries: Iterable[Mapping[str, Any]], entry: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Those of every entry, each once."""
        return tuple(dict.fromkeys(found for one in entries for found in self._of(record, one, entry)))

    def _of(self, record: Record, one: Mapping[str, Any], entry: Mapping[str, Any] | None) -> tuple[str, ...]:
        if "field" in one:
            person = self._register.get(follow(self._register, record, one["field"], entry))
            return (person.id,) if person and person.kind.name == "person" and self._in_office(person) else ()
        if "department" in one:
            department = self._register.get(follow(self._register, record, one["department"], entry))
            return (department.id,) if department and department.kind.name == "department" else ()
        found = (holder for place in self._places(record, one, entry) for holder in self._holding(one["post"], place))
        return tuple(dict.fromkeys(found))

    def _in_office(self, person: Record) -> bool:
        return str(person.data.get("left_on", "9")) >= self._today

    def _places(self, record: Record, one: Mapping[str, Any], entry: Mapping[str, Any] | None) -> list[str]:
        """The departments to look in: the one that the policy points to, those of the person that it points to, or the record's own."""
        if "at" not in one:
            return [record.id if record.kind.name == "department" else str(record.data.get("owner_department", ""))]
        found = self._register.get(follow(self._register, record, one["at"], entry))
        if found is not None and found.kind.name == "person":
            return list(dict.fromkeys(post["department"] for post in duties.posts_on(found, self._today))) or [""]
        return [found.id if found else ""]

    def _holding(self, post: str, department: str) -> tuple[str, ...]:
        """The holders in the department or the nearest one above; where there is none, those anywhere."""
        if (post, department) not in self._found:
            above = organization.above(self._register, department)
            found = next((holders for place in above if (holders := self._holders.get((post, place)))), [])
            anywhere = (person for (name, _), holders in self._holders.items() if name == post for person in holders)
            self._found[post, department] = tuple(dict.fromkeys(found or anywhere))
        return self._found[post, department]
