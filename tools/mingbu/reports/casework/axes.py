"""What cases are summed up by: source, product, branch, office, reporter, the reporter's department, intake unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mingbu import display, duties
from mingbu.cases import Life
from mingbu.period import Period
from mingbu.register import Register
from mingbu.reports.casework.flows import Book, Months
from mingbu.reports.casework.words import code, column, pair
from mingbu.reports.model import Pair, Table

Key = Callable[[Register, Life, date], str]


def department_of(register: Register, life: Life) -> str:
    """The department in which the reporter held his first post on the day of submission."""
    person = register.get(life.case.data["submitter"])
    posts = duties.posts_on(person, life.submitted.isoformat()) if person else []
    return str(posts[0]["department"]) if posts else ""


_KEYS: dict[str, Key] = {
    "source": lambda register, life, day: str(life.case.data["source_of_information"]),
    "product": lambda register, life, day: str(life.case.data["wanted_products"][0].get("product", "")),
    "branch": lambda register, life, day: life.place(day)[0],
    "office": lambda register, life, day: life.place(day)[1],
    "reporter": lambda register, life, day: str(life.case.data["submitter"]),
    "department": lambda register, life, day: department_of(register, life),
    "unit": lambda register, life, day: str(life.case.data["business_unit"]),
}
AXES: dict[str, Pair] = {name: pair(f"axis-{name}") for name in _KEYS}
PLACES = frozenset({"branch", "office"})
"""Axes on which a case can move on: there the rows tell what was transferred."""


def called(register: Register, by: str, key: str) -> Pair:
    """A key of an axis in both languages."""
    if not key:
        return pair(f"none-{by}")
    if by == "source":
        return code(register, "information_source", key)
    return display.name(register, key, "zh"), display.name(register, key, "en")


def table(book: Book, period: Period, by: str) -> Table:
    """The figures of the period by an axis, the most cases first; the sums are those of the months."""
    whole, rows = book.months(period), []
    for value, months in _parts(book, period, by).items():
        if any(flow.all for flow in months.flows):
            rows.append({"key": value, "label": called(book.register, by, value), **book.figures(months)})
    rows.sort(key=lambda row: (-row["opening"] - row["new"] - row["reopened"] - row["transferred_in"], row["label"][0], row["key"]))
    columns = (column("key", "key"), column("label"), *book.columns(by in PLACES or book.by_place))
    sums = book.figures(whole)
    if by in PLACES:
        sums |= {name: sum(row[name] for row in rows) for name in ("transferred_in", "transferred_out")}
    kept = {each.key for each in columns}
    notes = ((pair("note.first-product"),) if by == "product" else ()) + ((pair("note.moved"),) if by in PLACES else ())
    return Table(f"by-{by}", AXES[by], columns, rows, {name: value for name, value in sums.items() if name in kept}, notes)


def _parts(book: Book, period: Period, by: str) -> dict[str, Months]:
    """Value of the axis → its months. What a case always has sorts the cases; where it was is asked of each day."""
    key, found = _KEYS[by], dict[str, list[Life]]()
    if by in PLACES:
        at = 1 if by == "branch" else 2
        values = {""} | {str(place[at]) for life in book.lives for place in life.places}
        return {value: book.months(period, lambda life, day, value=value: key(book.register, life, day) == value) for value in sorted(values)}  # type: ignore[misc]
    for life in book.lives:
        found.setdefault(key(book.register, life, life.submitted), []).append(life)
    return {value: book.months(period, None, found[value]) for value in sorted(found)}
