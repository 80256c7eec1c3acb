"""How a trade name sounds and looks, character by character."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=32768)
def syllable(char: str) -> str:
    """The usual reading without tone, as pypinyin has it; what has none reads as itself."""
    from pypinyin import Style, pinyin

    return str(pinyin(char, style=Style.NORMAL, errors="default")[0][0])


def softened(reading: str, sounds: tuple[tuple[str, str], ...]) -> str:
    """The reading with sounds that are taken for the same made the same (zh → z, ang → an)."""
    for heard, taken in sounds:
        if reading.startswith(heard) and not heard.startswith(("a", "e", "i", "o", "u")):
            reading = taken + reading[len(heard) :]
        elif reading.endswith(heard):
            reading = reading[: -len(heard)] + taken
    return reading
