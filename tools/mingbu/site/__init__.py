"""The site: MkDocs renders the hand-written pages and one shell per navigation entry; every generated body is stamped in."""

from mingbu.site.build import Built, build_site

__all__ = ["Built", "build_site"]
