"""Words of reports as pairs, and what the keys of a composition are called."""

from __future__ import annotations

from mingbu import display, labels
from mingbu.register import Register
from mingbu.reports.model import Pair

_CODES = {"region": "province", "grade": "credit_grade", "nature": "customer_nature", "position": "market_position"}


def pair(name: str) -> Pair:
    """A word of composition in both languages."""
    zh, en = labels.catalogue("words")[f"composition.{name}"]
    return zh, en


def pair_of(key: str) -> Pair:
    """Any word of the catalogue in both languages."""
    zh, en = labels.catalogue("words")[key]
    return zh, en


def missing(axis: str) -> str:
    """The key of what isn't known on an axis."""
    return "unrated" if axis == "grade" else "unknown"


def called(register: Register, axis: str, key: str) -> Pair:
    """A key of an axis in both languages: a code by its label, an id by its record's name, else as it is."""
    if not key:
        return pair(missing(axis))
    if axis in _CODES:
        zh, en = register.schemas.codes[_CODES[axis]].get(key, (key, key))
        return zh, en
    return display.name(register, key, "zh"), display.name(register, key, "en")
