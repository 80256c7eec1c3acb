"""Text inside Markdown; it stands in documents/markdown.py."""

from mingbu.documents.markdown import escaped

__all__ = ["escaped"]
