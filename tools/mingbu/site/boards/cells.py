"""Tables of the pages of analysis: cells in the reader's language, and how figures are shown in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from mingbu import classification
from mingbu.display import separated
from mingbu.money import Exact, rounded
from mingbu.register import Record
from mingbu.site.reader import Cell, Reader, record_page, relative

NONE = Cell("")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as a page shows it; a cell may hold several values, one below the other. `marks` are css classes of rows."""

    id: str
    title: str
    header: list[Cell]
    rows: list[list[Cell | list[Cell]]]
    totals: list[Cell] = field(default_factory=list)
    note: str = ""
    empty: str = ""
    """What is said where there are no rows."""
    flow: bool = False
    """Whether several values of a cell stand beside each other."""


@dataclass(frozen=True)
class Shown:
    """How one page shows things."""

    reader: Reader
    page: str

    def word(self, key: str, /, **args: object) -> str:
        return self.reader.word(key, **args)

    def ref(self, record: Record) -> Cell:
        """The record's name, linked to its page."""
        return Cell(self.reader.name(record), "ref", self.reader.name_lang(record), relative(self.page, record_page(record)))

    def id(self, record_id: object) -> Cell:
        found = self.reader.register.get(record_id)
        return self.ref(found) if found is not None else Cell(str(record_id))

    def amount(self, value: Exact | None) -> Cell:
        if value is None:
            return NONE
        return Cell(separated(rounded(value)), "amount mb-minus" if value < 0 else "amount")

    def percent(self, value: Exact | None, digits: int = 2) -> Cell:
        if value is None:
            return Cell("—", "percent")
        return Cell(f"{rounded(value, digits)}%", "percent mb-minus" if value < 0 else "percent")

    def days(self, value: Fraction | None) -> str:
        return "—" if value is None else rounded(value, 1)

    def count(self, value: int) -> Cell:
        return Cell(str(value), "count")

    def text(self, text: str) -> Cell:
        """What somebody wrote; marked as Chinese on an English page."""
        return Cell(text, "text", self.reader.foreign(text))

    def date(self, day: str) -> Cell:
        return Cell(day, "date")

    def code(self, codes: str, code: str | None) -> Cell:
        """The label of a code."""
        pair = self.reader.register.schemas.codes[codes].get(code or "")
        return Cell(self.reader.pick(pair) if pair else code or "", "short")

    def axis(self, axis: str, value: str | int | None) -> str:
        return classification.label(self.reader.register.schemas, axis, value, self.reader.lang)

    def badge(self, text: str, kind: str) -> Cell:
        return Cell(text, f"badge mb-badge--{kind}")

    def link(self, text: str, page: str, lang: str | None = None) -> Cell:
        return Cell(text, "ref", lang, relative(self.page, page))

    def header(self, *columns: str | tuple[str, str]) -> list[Cell]:
        """Column heads: a key of the catalogue, or the key with the unit."""
        return [Cell(self.word(column), "text") if isinstance(column, str) else Cell(self.word(column[0]), column[1]) for column in columns]


def growth(now: Exact, before: Exact) -> Fraction | None:
    """Percent by which it grew; None where nothing was before, or less."""
    return (Fraction(now) - Fraction(before)) * 100 / Fraction(before) if before > 0 else None


def share(part: Exact, whole: Exact) -> Fraction | None:
    """Percent of the whole; None of nothing."""
    return Fraction(part) * 100 / Fraction(whole) if whole > 0 else None


def total(values: Sequence[Exact]) -> Fraction:
    return sum((Fraction(value) for value in values), Fraction(0))
