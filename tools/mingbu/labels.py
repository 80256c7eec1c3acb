"""Every word that mingbu itself says, in both languages, from catalogue/*.yml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from mingbu.findings import Finding, Text, Word
from mingbu.yamlio.characters import printable

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")
_FOLDER = Path(__file__).parent / "catalogue"


@lru_cache
def catalogue(name: str) -> dict[str, Any]:
    """One catalogue, from name.yml and what stands beside it by subject (name-credit.yml …).

    findings: code → {severity, zh, en, …}, words: key → [中文, English].
    """
    import yaml

    data: dict[str, Any] = {}
    for path in (_FOLDER / f"{name}.yml", *sorted(_FOLDER.glob(f"{name}-*.yml"))):
        data |= yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return data


def pick(pair: tuple[str, str] | list[str], lang: Lang) -> str:
    """The word of the pair in this language."""
    return pair[LANGS.index(lang)]


def word(key: str, lang: Lang, /, **args: object) -> str:
    """A word or sentence of the catalogue. Raises KeyError for a key that isn't there: that is our bug."""
    return pick(catalogue("words")[key], lang).format(**args)


def severity(code: str) -> str:
    """'error' or 'warning'."""
    return str(catalogue("findings")[code]["severity"])


def message(finding: Finding, lang: Lang) -> str:
    return _sentence(finding, lang, 0)


def hint(finding: Finding, lang: Lang) -> str:
    return _sentence(finding, lang, 1)


def _sentence(finding: Finding, lang: Lang, which: int) -> str:
    template = str(catalogue("findings")[finding.code][lang][which])
    return template.format_map(_Args({key: text(value, lang) for key, value in finding.args.items()}))


class _Args(dict[str, str]):
    """Arguments of a sentence: what this finding doesn't carry is left blank."""

    def __missing__(self, key: str) -> str:
        return ""


def text(value: Text, lang: Lang) -> str:
    """A finding's argument as it is shown; control characters escaped."""
    if isinstance(value, Word):
        return word(value, lang)
    return printable(value if isinstance(value, str) else pick(value, lang))
