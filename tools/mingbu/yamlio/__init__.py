"""The strict YAML subset: one reader, one writer, one formatter.

What a record file may hold: one document of block mappings and lists, text, whole numbers, true and false.
Whatever YAML readers disagree about (aliases, tags, `no`, `012`, `1:30`, dates as objects) is refused.
"""

from mingbu.yamlio.format import format_text
from mingbu.yamlio.reader import locate, read
from mingbu.yamlio.writer import dump

__all__ = ["dump", "format_text", "locate", "read"]
