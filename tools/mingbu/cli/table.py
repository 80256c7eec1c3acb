"""Tables on a terminal; they stand in documents/aligned.py."""

from mingbu.documents.aligned import table

__all__ = ["table"]
