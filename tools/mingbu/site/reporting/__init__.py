"""Reports that are owed on the site: the page that lists them all, the links from a report to what was submitted, the frozen tables."""

from mingbu.site.reporting.frozen import HIDDEN, parts
from mingbu.site.reporting.listing import INDEX, boards, copies, texts

__all__ = ["HIDDEN", "INDEX", "boards", "copies", "parts", "texts"]
