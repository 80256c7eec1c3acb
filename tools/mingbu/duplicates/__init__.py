"""Duplicate customers 重复客户: company names taken apart, compared part by part, and the pairs that a person should look at."""

from mingbu.duplicates.compare import Likeness, compare_names
from mingbu.duplicates.finder import Pair, pairs_of
from mingbu.duplicates.rules import Rules, rules_of

__all__ = ["Likeness", "Pair", "Rules", "compare_names", "pairs_of", "rules_of"]
