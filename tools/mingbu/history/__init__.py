"""History 修订历史: what every commit did to every record, read in one pass of git and kept beside the other caches."""

from mingbu.history.course import History, open_history
from mingbu.history.model import Commit, HistoryError, Merge, Revision

__all__ = ["Commit", "History", "HistoryError", "Merge", "Revision", "open_history"]
