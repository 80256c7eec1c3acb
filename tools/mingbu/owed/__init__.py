"""What is owed 到期事项: every deadline of the policy, applied to every record that it concerns.

The policy's list says which records owe what, counted from which day, what shows that it is done, who owes it and who is
told; nothing of that stands here.
"""

from mingbu.owed import telling, whose
from mingbu.owed.events import items
from mingbu.owed.following import follow
from mingbu.owed.intervals import interval_of
from mingbu.owed.model import DONE, DONE_DAYS, DUE, LATE, OPEN, UPCOMING, Item, Owed, Uncounted

__all__ = ["DONE", "DONE_DAYS", "DUE", "LATE", "OPEN", "UPCOMING", "Item", "Owed", "Uncounted", "follow", "interval_of", "items", "telling", "whose"]
