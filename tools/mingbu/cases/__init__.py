"""Prospect cases 有望顾客提报: how far a case has come, its life as dated events, and the months' summaries that follow from them."""

from mingbu.cases.events import Event, Life, closings, events, life, lives
from mingbu.cases.months import Flow, Scope, flow, months_of
from mingbu.cases.signing import SignBack, sign_back
from mingbu.cases.stages import STEPS, since, stage

__all__ = [
    "STEPS",
    "Event",
    "Flow",
    "Life",
    "Scope",
    "SignBack",
    "closings",
    "events",
    "flow",
    "life",
    "lives",
    "months_of",
    "sign_back",
    "since",
    "stage",
]
