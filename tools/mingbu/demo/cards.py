"""Customer cards: from the first entry through trading to the end of it, as the finance section wrote them."""

from __future__ import annotations

import copy
from datetime import date, datetime, timedelta
from typing import Any

from mingbu import duties
from mingbu.demo.model import Change, chance, first_day, growth, last_day, on_day, version
from mingbu.demo.staff import Staff
from mingbu.demo.telling import told
from mingbu.register import Policy, Record


def versions(staff: Staff, card: Record, named_at: datetime | None) -> list[Change]:
    """The card's versions. `named_at`: when another record first named the customer; the card is there by then."""
    life = _Life(staff, card)
    days = sorted(day for day in life.days() if day <= last_day().isoformat())
    entered = min([days[0], *([named_at.date().isoformat()] if named_at else [])])
    found: list[Change] = []
    data: dict[str, Any] = {}
    for day in sorted({entered, *(day for day in days if day > entered)}):
        following = card.data if day == days[-1] else life.on(day)
        if day == days[-1] or _content(following) != _content(data):
            data = dict(following)
            minutes = 500 + chance(card.id) % 20 if not found else 960 + chance(card.id, day) % 50
            at = on_day(date.fromisoformat(day), minutes)
            found.append(Change(at, life.clerk(day), version(card.kind, card.id, data, card), life.note(day, first=not found)))
    return found


class _Life:
    """What a card says on each day."""

    def __init__(self, staff: Staff, card: Record) -> None:
        self._staff, self._card, self._final = staff, card, card.data
        self._policy = Policy(staff.register, last_day())
        self._plan = growth()["cards"]
        self._opening = staff.register.get(card.data.get("trade_opening"))
        target = [row.data["at"][:10] for row in staff.register.about(card.id)]
        self._target = min(target, default=None)
        self._stagnant = card.data["prepared_on"] if card.data.get("lifecycle") == "stagnant" else None
        self._corrections = {row["field"]: day for row in self._plan["corrected"] if (day := self._corrected_on(row))}
        self._told = list(told(staff.register, card))

    def days(self) -> set[str]:
        """The days on which something was written."""
        final = self._final
        found = {final["prepared_on"], *self._corrections.values(), *(day for day, _, _ in self._told)}
        found |= {str(final[key]) for key in ("first_trade_on", "ended_on") if key in final}
        found |= {_next(str(row["date"]), self._plan["collected_on"]) for key in ("dealings", "past_credit_issues") for row in final.get(key, [])}
        found |= {self._target} if self._target else set()
        if self._opening is not None:
            found.add(str(self._opening.data.get("register_entered_on", self._opening.data["prepared_on"])))
        if "preliminary_check" in final:
            found.add(str(final["preliminary_check"]["checked_on"]))
        return {min(day, last_day().isoformat()) for day in found}

    def note(self, day: str, first: bool) -> str:
        """What a commit says about that day's version."""
        notes = self._plan["notes"]
        if first:
            return str(notes["first"])
        if day == self._target:
            return str(notes["target"])
        if day == self._final.get("ended_on"):
            return str(notes["end"])
        if day == self._final.get("first_trade_on"):
            return str(notes["trade"])
        return str(
            notes["edit"]
            if day in {*self._corrections.values(), *(told_on for told_on, _, _ in self._told), self._final["prepared_on"]}
            else notes["dealings"]
        )

    def clerk(self, day: str) -> str:
        """Who wrote the card: whoever is named on it, if he could on the day, else a clerk of then."""
        named = str(self._final["prepared_by"])
        posts = duties.posts_for(self._policy, self._plan["duty"], day)
        fits = duties.holds(self._staff.register, named, posts, day)
        held = (self._staff.holder(post, day) for post in self._plan["posts"])
        return named if fits else str(next(filter(None, held)))

    def on(self, day: str) -> dict[str, Any]:
        """The card as it stood at the end of the day."""
        data = copy.deepcopy(dict(self._final))
        for key in ("dealings", "past_credit_issues"):
            if key in data:
                data[key] = [row for row in data[key] if row["date"] <= day]
        self._status(data, day)
        if day < data["prepared_on"]:
            data.pop("remarks", None)
            data["sales_by_year"] = [row for row in data.get("sales_by_year", []) if row["year"] < int(day[:4])]
            data["prepared_on"], data["prepared_by"] = day, self.clerk(day)
        if self._opening is not None and day < self._opening.data["prepared_on"]:
            data.pop("trade_opening", None)
        self._uncorrect(data, day)
        return {key: value for key, value in data.items() if value != [] or key == "past_credit_issues"}

    def _status(self, data: dict[str, Any], day: str) -> None:
        """What the customer was on the day, with what a card in that state has to say."""
        traded = "first_trade_on" in data and data["first_trade_on"] <= day
        if "first_trade_on" in data and not traded:
            for key in ("first_trade_on", "dealings", "stagnation_reason", "ended_on", "ended_reason", "retain_until"):
                data.pop(key, None)
        if not traded and (self._target is None or day < self._target) and "preliminary_check" not in data:
            data.update(self._plan["before_trade"])
            check = {"checked_on": day, "checked_by": data["responsible_staff"], "latent_need": self._plan["check"]["note"]}
            data["preliminary_check"] = check | {"checked_on": self._first_check(day)}
        elif not traded and self._target is None and data["preliminary_check"]["checked_on"] > day:
            data["preliminary_check"]["checked_on"] = day
        if data.get("ended_on", "") > day:
            self._not_ended(data)
        elif "ended_on" in data and data["status"] == "disposed" and day < data["prepared_on"]:
            data["status"] = "past"
        if traded and self._stagnant and day < self._stagnant:
            data.pop("stagnation_reason", None)
            data["lifecycle"] = "existing"
        if data["status"] == "active":
            self._trading(data, day)

    def _first_check(self, day: str) -> str:
        return day if self._opening is None else min(day, str(self._opening.data["prepared_on"]))

    def _not_ended(self, data: dict[str, Any]) -> None:
        for key in ("ended_on", "ended_reason", "retain_until", "credit_standing", "stagnation_reason"):
            data.pop(key, None)
        data |= {"status": "active", "lifecycle": "existing", "trade_stage": self._plan["open_stage"]}
        for contact in data["contacts"]:
            if "title" in contact:
                contact["title"] = contact["title"].removeprefix(self._plan["former"])

    def _trading(self, data: dict[str, Any], day: str) -> None:
        for key, value in self._plan["trading"].items():
            data.setdefault(key, copy.deepcopy(value))
        if not data.get("dealings"):
            old = self._plan["old_dealing"]
            data["dealings"] = [{"date": max(old["day"], data["first_trade_on"]), "note": old["note"]}]

    def _corrected_on(self, row: dict[str, Any]) -> str | None:
        """The day on which the field came to say what it says, for the cards that the plan picks."""
        begin, final = max(self._final.get("first_trade_on", "9"), first_day().isoformat()), self._final
        if chance(self._card.id, row["field"]) % row["one_in"] or begin > last_day().isoformat() or _at(final, row["field"]) is None:
            return None
        days = (date.fromisoformat(final.get("ended_on", final["prepared_on"])) - date.fromisoformat(begin)).days
        chosen = date.fromisoformat(begin) + timedelta(days=20 + chance(row["field"], self._card.id) % max(days - 30, 1))
        day = _next(chosen.isoformat(), self._plan["collected_on"])
        return day if days > 60 else None

    def _uncorrect(self, data: dict[str, Any], day: str) -> None:
        """Puts back what stood there before somebody told us otherwise, or found it wrong."""
        for told_on, pointer, said in self._told:
            if day < told_on and _at(data, pointer) is not None:
                _put(data, pointer, said)
        for row in self._plan["corrected"]:
            value = _at(data, row["field"])
            if value is None or day >= self._corrections.get(row["field"], ""):
                continue
            if "add" in row:
                earlier: Any = max(value + row["add"], 1)
            elif "digits" in row:
                earlier = f"{value[:-4]}{(int(value[-4:]) + 4321) % 10000:04d}"
            else:
                earlier = row.get("value", f"{value}{row.get('ending', '')}")
            _put(data, row["field"], earlier)


def _content(data: Any) -> dict[str, Any]:
    """What the card says, but for who wrote it when."""
    return {key: value for key, value in data.items() if not key.startswith("prepared_")}


def _next(day: str, weekday: int) -> str:
    """The first such weekday that isn't before the day."""
    found = date.fromisoformat(day)
    return (found + timedelta(days=(weekday - found.weekday()) % 7)).isoformat()


def _at(data: Any, pointer: str) -> Any:
    for part in pointer.split("/"):
        if isinstance(data, list):
            data = dict(enumerate(data))
        data = (data or {}).get(int(part) if part.isdigit() else part)
    return data


def _put(data: Any, pointer: str, value: Any) -> None:
    *above, key = pointer.split("/")
    for part in above:
        data = data[int(part)] if isinstance(data, list) else data[part]
    data[key] = value
