"""What a page is made of: figures, and parts with charts beside their tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from mingbu.documents.charts import Chart
from mingbu.site.boards.cells import Grid
from mingbu.site.reader import Cell, Reader


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, with a note below it, and the page that says more; bad marks what asks for attention."""

    label: str
    value: str
    page: str
    note: str = ""
    bad: bool = False
    key: str = ""
    """What tells it from the others, where a page takes only some."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """way: same, up, down, new, ended, or empty for none."""

    text: str
    way: str = ""


@dataclass(frozen=True, slots=True)
class Heat:
    """A matrix whose cells are coloured by direction; each has its number."""

    title: str
    corner: str
    columns: list[str]
    rows: list[tuple[str, list[HeatCell]]]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a page. layout: beside (chart left of the table), half (two equal halves), below."""

    id: str
    title: str
    lead: str = ""
    charts: list[Chart] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    heat: Heat | None = None
    links: list[Cell] = field(default_factory=list)
    layout: str = "beside"


@dataclass(frozen=True, slots=True)
class Board:
    """A whole page: where it stands, whose shell it uses, and what is on it."""

    path: str
    shell: str
    title: str
    lead: str = ""
    figures: list[Figure] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    links: list[Cell] = field(default_factory=list)
    parent: Cell | None = None
    """The page that this one belongs to."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the navigation: its title and its pages by the keys of the catalogue; the boards may be more pages than that.

    drawn: report → the page that shows it with charts and links.
    """

    title: str
    navigation: Mapping[str, str]
    boards: Callable[[Reader], Iterator[Board]]
    drawn: Mapping[str, str] = field(default_factory=dict)
