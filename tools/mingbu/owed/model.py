"""One thing that is owed, and its state on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mingbu.calendar import shifted

UPCOMING, DUE, LATE, DONE = "upcoming", "due", "late", "done"
DONE_DAYS = 30
"""What fell due so many days ago or later is still shown when it is done, unless somebody asks otherwise."""
OPEN = (LATE, DUE, UPCOMING)
"""The states of what isn't done yet, most pressing first."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something owed: by whom (`owes`), told to whom, ids of persons or departments; `subject` is the record that owes it, `about`
    what people call it by: that record, or the customer to be visited.

    `uid` stays the same when the day moves or the thing is done, so that a calendar updates its entry.
    """

    uid: str
    what: str
    title: tuple[str, str]
    rules: tuple[str, ...]
    subject: str
    about: str
    pointer: str
    period: str | None
    event_on: date
    due_on: date
    remind_on: date
    late_from: date
    done_on: date | None
    owes: tuple[str, ...]
    tell: tuple[str, ...]

    def state(self, today: date) -> str:
        """upcoming, due (the reminder's day has come), late, or done."""
        if self.done_on is not None and self.done_on <= today:
            return DONE
        if today >= self.late_from:
            return LATE
        return DUE if today >= self.remind_on else UPCOMING

    def days(self, today: date) -> int:
        """Calendar days left until the due day, negative once it has passed; of what is done, how long before it that was."""
        return (self.due_on - (self.done_on if self.done_on is not None and self.done_on <= today else today)).days

    @property
    def was_late(self) -> bool:
        """Whether it was done, but only when it was late already."""
        return self.done_on is not None and self.done_on >= self.late_from


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A deadline whose day can't be told, because nobody has published the working days of the year."""

    what: str
    subject: str
    pointer: str
    year: int


@dataclass(frozen=True, slots=True)
class Owed:
    """Everything that is owed, by due day; and what couldn't be counted."""

    items: tuple[Item, ...]
    uncounted: tuple[Uncounted, ...]


def late_from(due_on: date, grace: int) -> date:
    """The first day on which a thing that was due is late."""
    return shifted(due_on, grace + 1)
