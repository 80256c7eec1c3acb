"""What a plain (unquoted) scalar means, and when text has to be quoted."""

from __future__ import annotations

import re

KEY = re.compile(r"[a-z][a-z0-9_]*")
AMBIGUOUS_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_MAX_DIGITS = 15  # every whole number of 15 digits is exact in a double, so every other reader agrees
_NUMBER_SPELLING = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F_]*|0[oO][0-7_]*|0[bB][01_]*|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[0-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
# These let a value be read as something else than text, or start a YAML construct.
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`=<~")
_DATE_LIKE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?")  # many YAML readers make these date objects


def resolve(value: str) -> tuple[object, str]:
    """(what the plain scalar means, '') or (the text, why it is refused).

    Refusals: 'number-spelling' (012, 0x1F, 1:30, 1_000), 'range' (over 15 digits), 'type' (no, ~, 1e3, 1.50).
    """
    first = value[:1]
    if first.isdigit() or first in {"-", "+", "."}:
        return _resolve_number(value)
    if value == "true":
        return True, ""
    if value == "false":
        return False, ""
    if first in {"", "~", "="} and value in {"", "~", "="}:
        return value, "type"
    if len(value) <= 5 and value.lower() in AMBIGUOUS_WORDS:
        return value, "type"
    return value, ""


def _resolve_number(value: str) -> tuple[object, str]:
    if _INTEGER.fullmatch(value):
        if len(value.lstrip("-")) > _MAX_DIGITS:
            return value, "range"
        return (value, "number-spelling") if value == "-0" else (int(value), "")
    if _NUMBER_SPELLING.fullmatch(value):
        return value, "number-spelling"
    if _FLOAT.fullmatch(value):
        return value, "type"
    return value, ""


def needs_quotes(value: str) -> bool:
    """Whether text must stand in double quotes to be read back as the same text by every YAML reader."""
    if value == "" or value != value.strip() or value[0] in _INDICATORS:
        return True
    if ": " in value or " #" in value or value.endswith(":") or "\n" in value:
        return True
    if not value.isprintable() or _DATE_LIKE.fullmatch(value):
        return True
    meaning, refused = resolve(value)
    return bool(refused) or not isinstance(meaning, str)
