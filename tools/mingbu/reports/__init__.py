"""Reports: figures of the register as tables, the same for pages, files and the command line."""

from mingbu.reports import coverage, potential
from mingbu.reports.model import Asked, CannotReport, Column, Report, Table

REPORTS: dict[str, Report] = {report.name: report for report in (potential.REPORT, coverage.COMPLETENESS)}
"""Every report, by its name."""

__all__ = ["REPORTS", "Asked", "CannotReport", "Column", "Report", "Table"]
