"""Contracts 合同: who holds which file, what a file has and lacks, what is paid, and what was in force on a day. Pure functions of records.

A contract's state is only that of today; what was in force on a past day is told by dates alone (`standing`), so that a figure of a
period that is over doesn't change when a contract ends later.
"""

from mingbu.contracts.chain import ARCHIVE, Chain, Stage, chain
from mingbu.contracts.choosing import CNY, axis_of, below, currency, touched
from mingbu.contracts.ending import Ending, endings
from mingbu.contracts.folder import Folder, Group, folder, percent
from mingbu.contracts.payments import NOTHING, Milestone, milestones
from mingbu.contracts.standing import Life, as_then, life, state_on
from mingbu.contracts.statistics import FLOWS, Count, Flow, InTime, balance, in_time, series

__all__ = [
    "ARCHIVE", "CNY", "FLOWS", "NOTHING", "Chain", "Count", "Ending", "Flow", "Folder", "Group", "InTime", "Life", "Milestone", "Stage",
    "as_then", "axis_of", "balance", "below", "chain", "currency", "endings", "folder", "in_time", "life", "milestones", "percent",
    "series", "state_on", "touched",
]  # fmt: skip
