"""History 修订历史: what every commit did to every record, read in one pass of git and kept beside the other caches."""

from mingbu.history.course import History, open_history
from mingbu.history.differences import Change, changes, differences, wrote
from mingbu.history.landing import all_landings, landings
from mingbu.history.model import Commit, HistoryError, Merge, Revision
from mingbu.history.texts import Texts

__all__ = [
    "Change", "Commit", "History", "HistoryError", "Merge", "Revision", "Texts", "all_landings", "changes", "differences", "landings",
    "open_history", "wrote",
]  # fmt: skip
