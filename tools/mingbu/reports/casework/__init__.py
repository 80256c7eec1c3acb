"""Reports on prospect cases 有望顾客提报 (D1–D11): months, analysis, sign-backs, first contact, reporters."""

from mingbu.reports.casework import analysis, months, reporters, waiting

REPORTS = (months.REPORT, analysis.REPORT, waiting.SIGN_BACK, waiting.CONTACT_REPORT, reporters.REPORT)

__all__ = ["REPORTS"]
