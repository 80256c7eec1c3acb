"""Deadlines 期限: when something falls due, by records/policy/deadlines. Only the day counts for being in time."""

from mingbu.deadlines.counting import ByGrade, Counted, NoEvent, Step, counted, explained
from mingbu.deadlines.policy import Row, calendar_of, due, grace, last_over, missed, rule, rules

__all__ = [
    "ByGrade", "Counted", "NoEvent", "Row", "Step", "calendar_of", "counted", "due", "explained", "grace", "last_over", "missed", "rule", "rules",
]  # fmt: skip
