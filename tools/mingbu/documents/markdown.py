"""Text inside Markdown: nothing in it is markup."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?%?")
"""What can't be markup inside a line, so that amounts may be read as they are."""
_MARKUP = re.compile(r"[\\`*_{}\[\]()#+\-.!|~<>&@]")


def escaped(text: str) -> str:
    """On one line, with a backslash before whatever Markdown could take for its own, and < > & as entities."""
    flat = " ".join(text.split())
    return flat if _NUMBER.fullmatch(flat) else _MARKUP.sub(lambda found: _ENTITIES.get(found.group(), f"\\{found.group()}"), flat)


_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "@": "&#64;"}
"""An @ would call somebody on the git host."""
