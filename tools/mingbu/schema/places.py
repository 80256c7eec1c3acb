"""Where something stands in a schema file: schemas are read by PyYAML, so its nodes give the lines."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import yaml

from mingbu.findings import Finding, Text


class Places:
    """Findings on schema files, placed by the path of keys that leads to what is wrong."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._node = lru_cache(self._parse)

    def finding(self, file: str, path: tuple[str | int, ...], code: str, **args: Text) -> Finding:
        line, column = self._locate(file, path)
        pointer = "".join(f"/{part}" for part in path)
        return Finding(f"schemas/{file}", line, column, pointer, code, None, args)

    def _parse(self, file: str) -> yaml.Node | None:
        return yaml.compose(self._texts.get(file, ""), Loader=yaml.CSafeLoader)

    def _locate(self, file: str, path: tuple[str | int, ...]) -> tuple[int, int]:
        """The key's own place, or that of the nearest thing above it (a field may come from common.yml)."""
        node, place = self._node(file), (1, 1)
        for part in path:
            if isinstance(node, yaml.MappingNode):
                found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
                if found is None:
                    return place
                place, node = (found[0].start_mark.line + 1, found[0].start_mark.column + 1), found[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                place = (node.start_mark.line + 1, node.start_mark.column + 1)
            else:
                return place
        return place


def source_path(pointer: str) -> tuple[str | int, ...]:
    """/contacts/*/name → properties, contacts, items, properties, name."""
    path: list[str | int] = []
    for part in pointer.split("/")[1:]:
        path += ["items"] if part == "*" else ["properties", part]
    return tuple(path)
