"""What a company name is made of. A name may be read in several ways; the first is the likeliest."""

from __future__ import annotations

from dataclasses import dataclass

from mingbu.duplicates.rules import Form, Industry


@dataclass(frozen=True, slots=True)
class Branch:
    """The part of a name that says which branch 分支机构 it is."""

    places: frozenset[str]
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to take a name apart: 杭州 澄岚 电子 有限公司."""

    trade: str
    """字号; where a name has none, what stands in its place."""
    rest: str
    """All of the name but region, branch and brackets."""
    industries: tuple[Industry, ...] = ()
    business: str = ""
    """The words of trade as written."""
    generic: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    street: str = ""
    branch: Branch | None = None
    group: str = ""
    """A group 集团, a member of one, or neither."""
    form: Form | None = None
    inner: Form | None = None
    """What a company's legal form stands behind 医院有限公司."""
    mark: str = ""
    numbers: tuple[int, ...] = ()
    unnamed: bool = False
    """The trade name is itself a place or a word of trade 上海银行: only names that agree wholly are alike."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name and its readings."""

    bare: str
    readings: tuple[Reading, ...]
