"""The sections of the site that are made of boards: what the navigation calls them, and which page draws which report."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from mingbu.site import agenda, analysis, casework, contracting, fieldwork
from mingbu.site.boards.parts import Board, Section
from mingbu.site.reader import Reader

SECTIONS: tuple[Section, ...] = (agenda.SECTION, analysis.SECTION, casework.SECTION, contracting.SECTION, fieldwork.SECTION)
"""In the order of the navigation, after home and before the registers."""

DRAWN: dict[str, str] = dict(chain.from_iterable(section.drawn.items() for section in SECTIONS))
"""Report → the page that draws it."""


def boards(reader: Reader) -> Iterator[Board]:
    """Every page of every section."""
    for section in SECTIONS:
        yield from section.boards(reader)
