"""Credit 信用: grade, limit and terms worked out by policy, what is in force, what is owed, and what follows from it."""

from mingbu.credit.ageing import Ageing, Bucket, Invoice, aged, ageing, as_listed, interest
from mingbu.credit.calculation import Calculation, Step, calculate
from mingbu.credit.decisions import binding, decision_for, decisions_of, file_of, grade_row, in_force
from mingbu.credit.dunning import Dunned, DunningStep, all_dunned, dunned
from mingbu.credit.examples import wrong
from mingbu.credit.facts import KNOWN_FOR_CAPS, KNOWN_FOR_WATCH, Facts, Statements
from mingbu.credit.gathering import Gathered, allowed, calculated, collected, gathered, known, today
from mingbu.credit.granted import Granted, company_grade, limit_in_force, over
from mingbu.credit.migration import Migration, migration
from mingbu.credit.receivables import Exposure, Receivable, exposure, exposures, receivables_of
from mingbu.credit.standing import Block, Standing, standing
from mingbu.credit.statutory import Statutory, all_statutory, statutory
from mingbu.credit.watch import Watched, watch_list, watched

__all__ = [
    "KNOWN_FOR_CAPS", "KNOWN_FOR_WATCH", "Ageing", "Block", "Bucket", "Calculation", "Dunned", "DunningStep", "Exposure", "Facts",
    "Gathered", "Granted", "Invoice", "Migration", "Receivable", "Standing", "Statements", "Statutory", "Step", "Watched", "aged",
    "ageing", "all_dunned", "all_statutory", "allowed", "as_listed", "binding", "calculate", "calculated", "collected", "company_grade",
    "decision_for", "decisions_of", "dunned", "exposure", "exposures", "file_of", "gathered", "grade_row", "in_force", "interest", "known",
    "limit_in_force", "migration", "over", "receivables_of", "standing", "statutory", "today", "watch_list", "watched", "wrong",
]  # fmt: skip
