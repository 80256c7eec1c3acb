"""Analysis on the site: where the money and the risk are, for the general manager, the credit clerk and the salesperson."""

from __future__ import annotations

from collections.abc import Iterator

from mingbu.site.analysis import classing, composing, crediting, overview, routing, watching
from mingbu.site.analysis.classing import ROUTES
from mingbu.site.analysis.routing import Paper, papers
from mingbu.site.boards.parts import Board, Section
from mingbu.site.reader import Reader

__all__ = ["ROUTES", "SECTION", "Paper", "papers"]

_NAVIGATION: dict[str, str] = {
    overview.OVERVIEW: "analysis.overview",
    composing.COMPOSITION: "analysis.composition",
    crediting.CREDIT: "analysis.credit",
    watching.WATCH: "analysis.watch",
    crediting.DUNNING: "analysis.dunning",
    classing.CLASSES: "analysis.classes",
    classing.ROUTES: "analysis.routes",
}
"""Page → its title, in the order of the navigation."""


_DRAWN: dict[str, str] = {
    "exposure": crediting.CREDIT,
    "ageing": f"{crediting.CREDIT}#ageing",
    "watch-list": watching.WATCH,
    "dunning": crediting.DUNNING,
    "grade-migration": crediting.CREDIT,
    "trading-terms": f"{crediting.CREDIT}#terms",
    "statutory-interest": crediting.DUNNING,
    "composition": composing.COMPOSITION,
    "credit-composition": composing.credit_page("grade"),
    "customer-sales": composing.axis_page("customer"),
    "sales-to-customers": composing.axis_page("product"),
    "classification": classing.CLASSES,
    "route-sheet": classing.ROUTES,
}
"""Report → the page that draws it."""


def _boards(reader: Reader) -> Iterator[Board]:
    """Every page of analysis."""
    for module in (overview, composing, crediting, watching, classing, routing):
        yield from module.boards(reader)


SECTION = Section("analysis.title", _NAVIGATION, _boards, _DRAWN)
